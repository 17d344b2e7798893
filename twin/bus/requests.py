"""Commands of followers: put on the bus, carried out by the hub, answered with what it raised."""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from twin import errors
from twin.bus.link import Entry, Link
from twin.bus.plain import to_plain
from twin.errors import BusError, TwinError

logger = logging.getLogger(__name__)

TIMEOUT_S = 10.0
_WAIT_S = 0.25
# What a command may raise for the user to mend; anything else comes back as a plain TwinError.
_ERRORS: dict[str, type[Exception]] = {
    **{
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, TwinError)
    },
    "TimeoutError": TimeoutError,
    "TypeError": TypeError,
    "ValueError": ValueError,
}

CarryOut = Callable[[str, Mapping[str, Any]], None]


def ask(
    link: Link,
    command: str,
    arguments: Mapping[str, Any],
    *,
    timeout_s: float = TIMEOUT_S,
    group: str = "",
) -> None:
    """Have the hub of a group carry out a command.

    Raises
    ------
    BusError
        If the server is down.
    TimeoutError
        If no hub answers.
    Exception
        What the hub raised, with its words.
    """
    body = json.dumps({"command": command, "arguments": to_plain(arguments)}).encode()
    answer = link.request(body, timeout_s=timeout_s, group=group)
    if answer is None:
        hub = f"the hub of group {group}" if group else "the hub"
        raise TimeoutError(f"{hub} did not answer within {timeout_s:g} s")
    error = json.loads(answer)
    if error is not None:
        raise _ERRORS.get(error["kind"], TwinError)(error["words"])


class Server:
    """The hub's end: a thread that carries out one command after the other.

    Commands that came before the hub, or whose sender no longer waits, are left undone: a session
    must not start a minute after somebody gave up on it.
    """

    def __init__(self, link: Link, carry_out: CarryOut, *, timeout_s: float = TIMEOUT_S) -> None:
        self._link = link
        self._carry_out = carry_out
        self._timeout_s = timeout_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bus-commands", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        after = ""
        while not self._stopped.is_set():
            try:
                after = after or self._link.newest_request()
                found = self._link.requests(after, wait_s=_WAIT_S)
                read_at = time.monotonic()
                for entry in found:
                    after = entry.id
                    self._answer(entry, waited_s=entry.age_s + time.monotonic() - read_at)
            except BusError:
                after = ""  # a server that comes back may count anew
                self._stopped.wait(_WAIT_S)

    def _answer(self, entry: Entry, *, waited_s: float) -> None:
        if waited_s > self._timeout_s:
            return
        try:
            request, to = json.loads(entry.fields["body"]), entry.fields["reply"].decode()
            command, arguments = request["command"], request["arguments"]
        except (KeyError, TypeError, ValueError) as unreadable:
            logger.warning("a request on the bus cannot be read: %r", unreadable)
            return
        error = None
        try:
            self._carry_out(command, arguments)
        except Exception as raised:
            if type(raised).__name__ not in _ERRORS:
                logger.exception("command %s failed", command)
            words = str(raised) or type(raised).__name__
            error = {"kind": type(raised).__name__, "words": words}
        self._link.reply(to, json.dumps(error).encode())
