"""The sender: a thread that empties the outbox, waits while the server is away, and says so."""

import logging
import random
import threading
import time
from collections.abc import Callable

from twin.errors import StoreError
from twin.records import SourceStatus
from twin.store.delivery import deliver
from twin.store.lease import Lease
from twin.store.outbox import Outbox
from twin.store.server import Server

logger = logging.getLogger(__name__)

_POLL_S = 1.0
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 15.0  # after an outage, all is sent within a minute
_LAST_WORDS_S = 3.0
_LAST_WRITE_S = 10.0  # as long as the client waits for an answer


class Sender:
    """Sends what a store holds to a server, in order; never drops, never holds up recording.

    Parameters
    ----------
    outbox : Outbox
        What is to be sent.
    server : Server
        Where to.
    lease : Lease, optional
        The right to send; one process at a time.
    chance : callable, optional
        Gives 0 to 1, so that many senders do not come back at once.
    """

    def __init__(
        self,
        outbox: Outbox,
        server: Server,
        lease: Lease | None = None,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._outbox = outbox
        self._server = server
        self._lease = lease
        self._chance = chance
        self._attempts = 0
        self._status = SourceStatus(server.name, "starting")
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)

    def status(self) -> SourceStatus:
        """Return how it stands: "live", or "waiting" with the reason and what waits."""
        return self._status

    def step(self) -> float:
        """Send one body; return how long to wait before the next. [s]"""
        try:
            if self._lease is not None and not self._lease.acquire():
                self._status = SourceStatus(
                    self._server.name, "live", "another process sends what is recorded here"
                )
                return _LONGEST_WAIT_S
            parcel = self._outbox.next()
            if parcel is not None:
                self._outbox.taken(parcel, deliver(self._server, parcel.body))
            elif self._attempts:
                self._outbox.well()  # what waited was deleted meanwhile
        except StoreError as error:
            return self._wait(error)
        self._attempts = 0
        if parcel is None or self._status.state != "live":
            self._tell()
        return 0.0 if parcel is not None else _POLL_S

    def _wait(self, error: StoreError) -> float:
        """Note why nothing goes out; each time wait longer."""
        longest = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0**self._attempts)
        self._attempts = min(self._attempts + 1, 16)
        if self._status.state != "waiting":
            logger.warning("%s: %s", self._server.name, error)
        rows = ""
        try:
            self._outbox.trouble(str(error))
            rows = f"; {self._outbox.backlog().rows:,} rows wait on this disk, none is lost"
        except StoreError:
            logger.exception("the outbox cannot be read")
        self._status = SourceStatus(self._server.name, "waiting", f"{error}{rows}")
        return longest * (0.5 + 0.5 * self._chance())

    def _tell(self) -> None:
        dead = self._outbox.backlog().dead_lines
        words = f"{dead:,} lines were refused for good: twin store check" if dead else ""
        self._status = SourceStatus(self._server.name, "live", words)

    # --- the thread -----------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to send, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Send what is left if the server takes it, and end; the rest goes with the next start."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(_LAST_WORDS_S + _LAST_WRITE_S)
        self._server.close()
        if self._lease is not None:
            self._lease.release()

    def _run(self) -> None:
        while not self._ending.wait(self._step_safely()):
            pass
        until = time.monotonic() + _LAST_WORDS_S
        while self._step_safely() == 0.0 and time.monotonic() < until:
            pass

    def _step_safely(self) -> float:
        """One of two borders where anything is caught: a fault here must not end the sending."""
        try:
            return self.step()
        except Exception as error:
            logger.exception("the sender failed; it goes on")
            self._status = SourceStatus(self._server.name, "waiting", f"internal fault: {error!r}")
            return _LONGEST_WAIT_S
