"""A follower's way onto the bus: a thread that reads the streams and tells one listener."""

import logging
import threading
import time
from dataclasses import dataclass, field, replace

from twin.bus.codec import Decoder
from twin.bus.link import Entry, Link
from twin.errors import BusError
from twin.protocols import Listener

logger = logging.getLogger(__name__)

_WAIT_S = 0.25
_LOOK_S = 1.0  # between two looks for further groups
_START = "0-0"


@dataclass(slots=True)
class _Stream:
    """How far the stream of one group was read, and when its hub last spoke."""

    after: str = _START
    newest: str = _START  # known when the stream was found
    hub: str = ""
    number: int = -1
    heard_at: float = field(default_factory=time.monotonic)


class Reader:
    """Tells a listener all that the streams hold, then what comes, and when nothing does.

    Parameters
    ----------
    link : Link
        To the server; the reader's own.
    listener : Listener
        Called on the reader's thread.
    silent_after_s : float
        A hub speaks every second; this long without a word it is down. [s]
    """

    def __init__(self, link: Link, listener: Listener, *, silent_after_s: float) -> None:
        self._link = link
        self._listener = listener
        self._silent_after_s = silent_after_s
        self._decoder = Decoder(link.facts)
        self._streams = {"": _Stream()}  # of nobody yet, whose silence is told too
        self._looked_at = -_LOOK_S
        self._connected = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bus-reader", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._stopped.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        self._link.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._turn()
            except BusError as error:
                self._connected = False
                for group in self._streams:
                    self._say_silent(group, str(error))
                self._stopped.wait(_WAIT_S)
            except Exception:
                logger.exception("an entry of the bus could not be used; the next ones are")

    def _turn(self) -> None:
        if not self._connected or time.monotonic() - self._looked_at > _LOOK_S:
            self._look()
        after = {group: stream.after for group, stream in self._streams.items()}
        for entry in self._link.read(after, wait_s=_WAIT_S):
            if self._stopped.is_set():
                return
            self._streams[entry.group].after = entry.id
            self._take(entry)
        for group, stream in self._streams.items():
            if time.monotonic() - stream.heard_at > self._silent_after_s:
                self._say_silent(group, f"{_hub_of(group)} is down or cannot reach Redis")

    def _look(self) -> None:
        """Find the groups, and our place again; a server that came back may count anew."""
        groups = self._link.groups()
        for group in groups:
            stream = self._streams.setdefault(group, _Stream())
            if not self._connected or stream.newest == _START:
                stream.newest = self._link.newest(group)
                if _order(stream.newest) < _order(stream.after):
                    stream.after = _START
        if groups and "" not in groups and not self._streams.get("", _Stream()).hub:
            self._streams.pop("", None)
        self._looked_at = time.monotonic()
        self._connected = True

    def _take(self, entry: Entry) -> None:
        stream = self._streams[entry.group]
        past = _order(entry.id) < _order(stream.newest)
        news = self._decoder.decode(entry.fields, past=past)
        if news is None:
            return
        stream.heard_at = time.monotonic() - entry.age_s
        # A hub whose server answered too late sends its tick again.
        if news.hub != stream.hub or news.tick.number > stream.number:
            stream.hub, stream.number = news.hub, news.tick.number
            self._listener.heard(replace(news, group=entry.group))

    def _say_silent(self, group: str, why: str) -> None:
        since_s = time.monotonic() - self._streams[group].heard_at
        self._listener.silent(why, since_s, group)


def _hub_of(group: str) -> str:
    return f"the hub of group {group}" if group else "the hub"


def _order(entry_id: str) -> tuple[int, int]:
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number)
