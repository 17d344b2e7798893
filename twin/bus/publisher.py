"""The hub's way onto the bus: a thread that sends, so that a slow server delays no sample."""

import logging
import os
import socket
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterable, Sequence

from twin.bus.codec import Encoder
from twin.bus.link import Link
from twin.errors import AthleteTakenError, BusError, BusTakenError
from twin.records import Marks, Tick

logger = logging.getLogger(__name__)

WAITING = 32  # ticks that wait for the server, 3 s at the highest rate; then the oldest go
LEASE_S = 5.0
_RENEW_S = 1.0
_SURE_S = 4.0  # after a renewal nobody else can have the lease
_PAUSE_S = 0.25
_FEWEST, _MOST = 600, 6000  # entries kept: 10 min at 1 and at 10 ticks a second
_BYTES_KEPT = 100_000_000


def hub_name() -> str:
    """Return a name for this run of the hub: host, process and a token of its own."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"


class Publisher:
    """Sends ticks from a bounded queue that drops its oldest.

    One hub at a time publishes as a group, and one publishes an athlete. A lease that runs out by
    itself holds the others off, so a hub that dies does not leave it behind.

    Parameters
    ----------
    link : Link
        To the server.
    hub : str
        From `hub_name`.
    """

    def __init__(self, link: Link, hub: str) -> None:
        self.dropped = 0
        self._link = link
        self._hub = hub
        self._encoder = Encoder(hub)
        self._queue: deque[tuple[Tick, Marks]] = deque()
        self._lock = threading.Lock()
        self._some = threading.Event()
        self._stopped = threading.Event()
        self._renewed_at = -LEASE_S
        self._trouble = ""
        self._rival_lives: bool | None = None
        self._athletes: Sequence[str] = ()
        self._thread = threading.Thread(target=self._run, name="bus-publisher", daemon=True)
        self._thread.start()

    def publish(self, tick: Tick, marks: Marks) -> None:
        """Queue a tick; returns at once."""
        with self._lock:
            self._queue.append((tick, marks))
            self._shorten()
        self._some.set()

    def claim(self, athletes: Iterable[str] = (), *, within_s: float = LEASE_S + 1) -> None:
        """Take the right to publish; a hub that has died is waited for until its lease runs out.

        Raises
        ------
        BusTakenError
            If another hub publishes as this group.
        AthleteTakenError
            If another hub publishes one of these athletes, given by id.
        BusError
            If the server is down.
        """
        self._athletes = tuple(athletes)
        until = time.monotonic() + within_s
        while True:
            try:
                return self._hold()
            except (BusTakenError, AthleteTakenError):
                if self._rival_lives or time.monotonic() >= until:
                    raise
            self._stopped.wait(_PAUSE_S)

    def close(self) -> None:
        """Send what waits, give the right back and end the thread."""
        self._stopped.set()
        self._some.set()
        self._thread.join()

    def _shorten(self) -> None:
        while len(self._queue) > WAITING:
            self._queue.popleft()
            self.dropped += 1

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._some.wait()
            self._some.clear()
            self._send_all()
        try:
            self._link.let_go(self._hub)
        except BusError:
            logger.debug("the lease is left to run out")

    def _send_all(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    return
                tick, marks = self._queue.popleft()
            try:
                self._send(tick, marks)
                self._tell("")
            except (BusError, AthleteTakenError) as error:
                self._tell(str(error))
                with self._lock:
                    self._queue.appendleft((tick, marks))
                    self._shorten()
                if self._stopped.wait(_PAUSE_S):
                    return
            except Exception:
                logger.exception("a tick could not be sent; the next ones are")

    def _send(self, tick: Tick, marks: Marks) -> None:
        grown = len(self._athletes) != len(tick.squad)
        if grown:
            self._athletes = [athlete.id for athlete in tick.squad]
        if grown or time.monotonic() - self._renewed_at > _SURE_S:
            self._hold()
        packet = self._encoder.encode(tick, marks)
        size = sum(map(len, packet.entry.values()))
        self._link.add(packet, keep=min(_MOST, max(_FEWEST, _BYTES_KEPT // size)))
        if time.monotonic() - self._renewed_at > _RENEW_S:  # after the tick, which waits for nobody
            self._hold()

    def _hold(self) -> None:
        """Take or renew the rights to the group and its athletes; refused, say whose they are."""
        self._renewed_at = -_SURE_S  # refused, nothing is sent before it is granted again
        holder = self._link.hold(self._hub, for_s=LEASE_S)
        if holder != self._hub and _lives(holder) is False:
            holder = self._link.hold(self._hub, for_s=LEASE_S, instead_of=holder)
        if holder != self._hub:
            self._rival_lives = _lives(holder)
            raise BusTakenError(_refusal(holder))
        taken = self._link.claim(self._hub, self._athletes)
        for dead in {owner for owner in taken.values() if _lives(owner) is False}:
            self._link.bury(dead)
            taken = self._link.claim(self._hub, self._athletes)
        for athlete, owner in taken.items():
            self._rival_lives = _lives(owner)
            raise AthleteTakenError(
                f"{athlete} is published by another hub, {_words(owner)}; "
                "one hub at a time has an athlete"
            )
        self._renewed_at = time.monotonic()

    def _tell(self, trouble: str) -> None:
        """Log a trouble once, and its end."""
        if trouble and not self._trouble:
            logger.warning("recording goes on, but followers hear nothing: %s", trouble)
        elif self._trouble and not trouble:
            logger.warning("followers hear the hub again")
        self._trouble = trouble


def _refusal(holder: str) -> str:
    return (
        f"another hub, {_words(holder)}, publishes on this Redis; end it, give this one a group of "
        "athletes of its own (--group), or a REDIS_URL"
    )


def _words(hub: str) -> str:
    host, process, _ = hub.split("/")
    return f"process {process} on {host}"


def _lives(holder: str) -> bool | None:
    """Tell whether a hub of this host still runs; None of another host, of which nobody can know."""
    host, process, _ = holder.split("/")
    # A container that starts again has the same name and process number as before.
    if host != socket.gethostname() or int(process) == os.getpid() or sys.platform == "win32":
        return None
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
