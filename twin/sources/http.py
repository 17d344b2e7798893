"""Phones and gateways as a source: ``--source http``. No web server here: rows in, receipts out.

    request -> Row ... -> queue -> what is new -> Batch -> hub -> store
                             '<----------- receipt <--------------'

A receipt is given when the store has the rows on disk, never before. While the store refuses,
nothing is taken out of the queue; requests then wait, time out and are sent again by their senders.
"""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from twin.errors import StoreError, TooBusyError
from twin.protocols import Clock
from twin.records import Athlete, Batch, SourceStatus
from twin.sources.http_batch import BeatPlacer, as_batch, portions
from twin.sources.http_known import Known, Lookup
from twin.sources.http_rows import Row

ROOM_ROWS = 50_000  # that wait; a squad of a thousand for most of a minute
TAKEN_ROWS = 5_000  # that leave together
MOST_ATHLETES = 2_000
_SILENT_AFTER_S = 30.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the rows of one request; `stored` of them are on disk.

    Parameters
    ----------
    stored : int
        Rows that held something new.
    duplicates : int
        Rows that were received before; nothing is kept twice.
    not_recorded : int
        Rows of athletes whose recording a coach has ended: shown live, not stored.
    unplaced : int
        Rows of athletes for whom there is no room in the squad.
    """

    stored: int = 0
    duplicates: int = 0
    not_recorded: int = 0
    unplaced: int = 0


@dataclass(slots=True)
class _Request:
    rows: Sequence[Row]
    answer: "Future[Receipt]"
    fresh: Sequence[Row] = ()
    unplaced: int = 0


def nothing_stored(athlete: str, first_ns: int, last_ns: int) -> Mapping[int, int]:
    """Return what a store holds in which nothing is."""
    return {}


class HttpSource:
    """Takes rows from any thread, and tells when they are on disk.

    Parameters
    ----------
    stored_before : callable
        Asks the store which readings it holds; see `twin.sources.http_known.Lookup`.
    frequency_s : float
        A batch leaves at least that often, empty if nothing came. [s]
    room_rows : int
        Rows that may wait; then `offer` refuses.

    Examples
    --------
    >>> source = HttpSource(room_rows=1)
    >>> answer = source.offer([Row("Ada", 0, {"heart_rate": 141.0})])
    >>> source.offer([Row("Ada", 1, {"heart_rate": 142.0})])
    Traceback (most recent call last):
    twin.errors.TooBusyError: 1 rows wait to be stored; send it again in a moment
    """

    name = "http"

    def __init__(
        self, stored_before: Lookup = nothing_stored, *, frequency_s: float = 1.0,
        room_rows: int = ROOM_ROWS,
    ) -> None:  # fmt: skip
        self.athletes: Sequence[Athlete] = ()
        self._frequency_s = frequency_s
        self._room_rows = room_rows
        self._known = Known(stored_before)
        self._beats = BeatPlacer()
        self._place: dict[str, int] = {}
        self._lock = threading.Lock()
        self._queue: deque[_Request] = deque()
        self._waiting_rows = 0
        self._underway: list[_Request] = []
        self._parts: deque[list[Row]] = deque()
        self._trouble = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._arrived = asyncio.Event()
        self._heard_s = -1.0  # on the loop's clock

    # --- any thread -----------------------------------------------------------------------------

    def offer(self, rows: Sequence[Row]) -> "Future[Receipt]":
        """Take rows of one request; the answer comes when they are on disk.

        Raises
        ------
        TooBusyError
            If too many rows wait; nothing of the request is kept.

        Notes
        -----
        The answer raises `StoreError` while the store refuses: the rows wait in memory, are not
        safe, and should be sent again.
        """
        answer: Future[Receipt] = Future()
        with self._lock:
            if self._waiting_rows and self._waiting_rows + len(rows) > self._room_rows:
                raise TooBusyError(
                    f"{self._waiting_rows} rows wait to be stored; send it again in a moment"
                )
            self._waiting_rows += len(rows)
            self._queue.append(_Request(rows, answer))
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended; nobody answers
                self._loop.call_soon_threadsafe(self._arrived.set)
        return answer

    @property
    def waiting_rows(self) -> int:
        """Rows that wait to be stored."""
        return self._waiting_rows

    def status(self) -> SourceStatus:
        """Return whether anybody sends."""
        if not self.athletes:
            return SourceStatus(self.name, "live", "nobody has sent anything yet")
        silent_s = self._loop.time() - self._heard_s if self._loop is not None else 0.0
        if silent_s > _SILENT_AFTER_S:
            return SourceStatus(self.name, "waiting", "nobody sends any more")
        return SourceStatus(self.name, "live")

    # --- the hub's loop -------------------------------------------------------------------------

    async def batches(self, clock: Clock) -> AsyncGenerator[Batch, None]:
        """Yield what is sent, until the consumer ends it."""
        self._loop, self._arrived = asyncio.get_running_loop(), asyncio.Event()
        if self._queue:
            self._arrived.set()
        while True:
            if not self._parts:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._frequency_s):
                        await self._arrived.wait()
                self._arrived.clear()
                if not self._trouble:
                    await self._take()
            rows = self._parts.popleft() if self._parts else []
            beats = self._beats.place(rows, self._place)
            yield as_batch(rows, self._place, beats, clock.now())

    def stored(self, recorded: Collection[str], trouble: str) -> None:
        """Hear what became of the last batch: whose rows are on disk, or why the store refuses.

        Parameters
        ----------
        recorded : collection of str
            Ids of the athletes being recorded.
        trouble : str
            In words; empty when everything handed over so far is on disk.
        """
        self._trouble = trouble
        if self._parts and not trouble:
            return
        answered, self._underway = self._underway, []
        for request in answered:
            if trouble:
                request.answer.set_exception(StoreError(trouble))
            else:
                request.answer.set_result(_receipt(request, recorded))
        self._known.trim()

    async def _take(self) -> None:
        """Take what waits, ask what is new in it, and cut it into portions."""
        self._underway = self._next_requests()
        rows = [row for request in self._underway for row in request.rows]
        if not rows:
            return
        self._heard_s = asyncio.get_running_loop().time()
        try:
            await asyncio.to_thread(self._known.recall, rows)
        except StoreError as error:  # for a moment, such as a database that is locked
            self.stored((), str(error))
            return
        for request in self._underway:
            placed = [row for row in request.rows if self._admit(row)]
            request.unplaced = len(request.rows) - len(placed)
            request.fresh = [new for row in placed if (new := self._known.fresh(row))]
        self._parts.extend(portions([r for request in self._underway for r in request.fresh]))

    def _next_requests(self) -> list[_Request]:
        """Return the next requests whose senders still wait."""
        taken: list[_Request] = []
        size = 0
        with self._lock:
            while self._queue and (not taken or size + len(self._queue[0].rows) <= TAKEN_ROWS):
                request = self._queue.popleft()
                self._waiting_rows -= len(request.rows)
                if request.answer.set_running_or_notify_cancel():
                    taken.append(request)
                    size += len(request.rows)
            if self._queue:
                self._arrived.set()
        return taken

    def _admit(self, row: Row) -> bool:
        """Take in an athlete who is met for the first time; tell whether there is room."""
        if row.id not in self._place:
            if len(self.athletes) >= MOST_ATHLETES:
                return False
            self._place[row.id] = len(self.athletes)
            newcomer = Athlete(row.athlete, sport=row.sport or "running")
            self.athletes = (*self.athletes, newcomer)
        return True


def _receipt(request: _Request, recorded: Collection[str]) -> Receipt:
    kept = sum(row.id in recorded for row in request.fresh)
    return Receipt(
        stored=kept,
        duplicates=len(request.rows) - len(request.fresh) - request.unplaced,
        not_recorded=len(request.fresh) - kept,
        unplaced=request.unplaced,
    )
