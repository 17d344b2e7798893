"""A follower's way onto the bus: a thread that reads the stream and tells one listener."""

import logging
import threading
import time

from twin.bus.codec import Decoder
from twin.bus.link import Entry, Link
from twin.errors import BusError
from twin.protocols import Listener

logger = logging.getLogger(__name__)

_WAIT_S = 0.25
_START = "0-0"


class Reader:
    """Tells a listener all that the stream holds, then what comes, and when nothing does.

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
        self._after = _START
        self._known_newest = _START
        self._connected = False
        self._hub, self._number = "", -1
        self._heard_at = time.monotonic()
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
                self._say_silent(str(error))
                self._stopped.wait(_WAIT_S)
            except Exception:
                logger.exception("an entry of the bus could not be used; the next ones are")

    def _turn(self) -> None:
        if not self._connected:
            self._connect()
        entries = self._link.read(self._after, wait_s=_WAIT_S)
        for entry in entries:
            if self._stopped.is_set():
                return
            self._after = entry.id
            self._take(entry)
        if not entries and time.monotonic() - self._heard_at > self._silent_after_s:
            self._say_silent("the hub is down or cannot reach Redis")

    def _connect(self) -> None:
        """Find our place again; a server that came back empty may count its entries anew."""
        self._known_newest = self._link.newest()
        if _order(self._known_newest) < _order(self._after):
            self._after = _START
        self._connected = True

    def _take(self, entry: Entry) -> None:
        past = _order(entry.id) < _order(self._known_newest)
        news = self._decoder.decode(entry.fields, past=past)
        if news is None:
            return
        self._heard_at = time.monotonic() - entry.age_s
        # A hub whose server answered too late sends its tick again.
        if news.hub != self._hub or news.tick.number > self._number:
            self._hub, self._number = news.hub, news.tick.number
            self._listener.heard(news)

    def _say_silent(self, why: str) -> None:
        self._listener.silent(why, time.monotonic() - self._heard_at)


def _order(entry_id: str) -> tuple[int, int]:
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number)
