"""A body to a server; what is refused for good is found by halving, and set aside.

One bad line must not hold up a season, and must not take its neighbours with it. A body that is
refused is halved until the bad lines stand alone. Where a field has another kind on the server every
line with it is bad: if two halves are refused in the same words and so is each line of a sample, the
whole is set aside as one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from twin.store.server import RefusedError, Server

_SAMPLE = 8


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Lines that a server refused for good, and in which words.

    Parameters
    ----------
    body : bytes
        Line protocol.
    lines : int
        How many.
    status : int
        Status of the server's answer.
    reason : str
        The server's own words.
    """

    body: bytes
    lines: int
    status: int
    reason: str


def deliver(server: Server, body: bytes) -> tuple[DeadLetter, ...]:
    """Write a body; return what of it the server refuses for good, all else is written.

    Raises
    ------
    UnavailableError
        If the server cannot be reached or does not let us in: nothing is set aside then.
    """
    if not body:
        return ()
    try:
        server.write(body)
    except RefusedError as refusal:
        lines = sorted(body.split(b"\n"), key=_shape)
        return _by_reason(_refused(server, lines, refusal))
    return ()


def _by_reason(letters: Iterable[DeadLetter]) -> tuple[DeadLetter, ...]:
    """Put letters refused in the same words, numbers aside, into one."""
    alike: dict[tuple[int, str], list[DeadLetter]] = {}
    for letter in letters:
        alike.setdefault((letter.status, _wording(letter.reason)), []).append(letter)
    return tuple(
        DeadLetter(
            b"\n".join(letter.body for letter in group),
            sum(letter.lines for letter in group),
            group[0].status,
            group[0].reason,
        )
        for group in alike.values()
    )


def _refused(server: Server, lines: Sequence[bytes], refusal: RefusedError) -> Iterator[DeadLetter]:
    if len(lines) == 1:
        yield _letter(lines, refusal)
        return
    middle = len(lines) // 2
    halves = (lines[:middle], lines[middle:])
    refusals = [_attempt(server, half) for half in halves]
    if _all_alike([refusal, *refusals]) and _nothing_good(server, lines, refusal):
        yield _letter(lines, refusal)
        return
    for half, found in zip(halves, refusals, strict=True):
        if found is not None:
            yield from _refused(server, half, found)


def _attempt(server: Server, lines: Sequence[bytes]) -> RefusedError | None:
    try:
        server.write(b"\n".join(lines))
    except RefusedError as refusal:
        return refusal
    return None


def _all_alike(refusals: Sequence[RefusedError | None]) -> bool:
    """Return whether all were refused in the same words, numbers aside; never so for size."""
    kinds = {None if r is None else (r.status, _wording(r.reason)) for r in refusals}
    return len(kinds) == 1 and all(r is not None and not r.too_large for r in refusals)


def _wording(reason: str) -> str:
    return re.sub(r"\d+", "#", reason)


def _nothing_good(server: Server, lines: Sequence[bytes], refusal: RefusedError) -> bool:
    """Return whether each line of a spread sample is refused alike when it comes alone."""
    step = max(1, len(lines) // _SAMPLE)
    return all(_all_alike([refusal, _attempt(server, [line])]) for line in lines[::step])


def _letter(lines: Sequence[bytes], refusal: RefusedError) -> DeadLetter:
    return DeadLetter(b"\n".join(lines), len(lines), refusal.status, refusal.reason)


def _shape(line: bytes) -> bytes:
    """Return the names of measurement and fields: lines with the same ones are bad together."""
    measurement, _, rest = line.partition(b",")
    fields = re.sub(rb"=[^,]*", b"", rest.partition(b" ")[2])
    return measurement + fields
