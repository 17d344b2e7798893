"""What came over HTTP, as rows: who, when, which readings; and why a row was refused. Pure."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from twin.records import slug
from twin.schema import CHANNELS, MEASURED_NAMES, SPORTS

LONGEST_NAME = 80
AHEAD_S = 60  # further ahead of us, the sender's clock is wrong
FIRST_S = 946_684_800  # 2000-01-01; before it, the sender's clock was never set
_MILLISECONDS = 1e11  # a number of seconds this large is one of milliseconds
_LONGEST_REASON = 160
_RR_MS = (200.0, 3000.0)  # 300 to 20 beats a minute
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NS = 1_000_000_000
_id_of = lru_cache(maxsize=4096)(slug)


@dataclass(frozen=True, slots=True)
class Row:
    """Readings of one athlete at one instant.

    Parameters
    ----------
    athlete : str
        Name, as sent.
    time_ns : int
        Instant, UTC. [ns since 1970]
    values : mapping of str to float
        By channel, in the units of `twin.schema`.
    rr_ms : tuple of float
        RR intervals since the row before, oldest first; the last one ends at `time_ns`. [ms]
    sport : str
        One of `twin.schema.SPORTS`, used when the athlete is first met; empty = not said.
    """

    athlete: str
    time_ns: int
    values: Mapping[str, float] = field(default_factory=dict)
    rr_ms: tuple[float, ...] = ()
    sport: str = ""

    @property
    def id(self) -> str:
        """Id of the athlete."""
        return _id_of(self.athlete)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one row of a body, counted from 0, was not taken; the other rows were."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a body held: rows, refusals, and names of readings that are no channel."""

    rows: tuple[Row, ...] = ()
    refused: tuple[Refusal, ...] = ()
    ignored: tuple[str, ...] = ()


Item = TypeVar("Item")
Made = tuple[Row, list[str]]


class RowError(ValueError):
    """One row cannot be used; says what, got, expected, in few words."""

    def __init__(self, words: str) -> None:
        super().__init__(
            words if len(words) <= _LONGEST_REASON else words[:_LONGEST_REASON] + "..."
        )


def parsed(items: Iterable[tuple[int, Item]], make: Callable[[Item], Made]) -> Parsed:
    """Make a row of each item; those that cannot be one are refused with the reason.

    Parameters
    ----------
    items : iterable of (int, item)
        As they stand in the body, each with its number.
    make : callable
        Gives a row and the names it did not know; raises `RowError`.
    """
    rows, refused, ignored = [], [], dict[str, None]()
    for number, item in items:
        try:
            row, unknown = make(item)
        except RowError as error:
            refused.append(Refusal(number, str(error)))
            continue
        rows.append(row)
        ignored |= dict.fromkeys(unknown)
    return Parsed(tuple(rows), tuple(refused), tuple(sorted(ignored)))


def make_row(
    athlete: Any, time_ns: int, readings: Mapping[str, Any], *, sport: Any = "", now_ns: int
) -> tuple[Row, list[str]]:
    """Return a row and the names of readings that are no channel.

    Parameters
    ----------
    athlete : str
        Name.
    time_ns : int
        Instant. [ns since 1970]
    readings : mapping
        By channel; None and NaN are not measured. ``rr_ms`` is a number or a list of numbers.
    sport : str
        One of `twin.schema.SPORTS`, or empty.
    now_ns : int
        Our clock. [ns since 1970]

    Raises
    ------
    RowError
        If nothing of it can be used.

    Examples
    --------
    >>> readings = {"heart_rate": 141, "rr_ms": [425.5], "battery": 80}
    >>> row, unknown = make_row("Ada", 1790848800 * 10**9, readings, now_ns=1790848801 * 10**9)
    >>> row.values, row.rr_ms, unknown
    ({'heart_rate': 141.0}, (425.5,), ['battery'])
    """
    known = {name: _number(name, value) for name, value in readings.items() if name in CHANNELS}
    values = {name: value for name, value in known.items() if not math.isnan(value)}
    derived = sorted(values.keys() - set(MEASURED_NAMES))
    if derived:
        raise RowError(f"{derived[0]} is computed here and cannot be sent")
    rr_ms = tuple(_intervals(readings.get("rr_ms")))
    unknown = [name for name in readings if name not in CHANNELS and name != "rr_ms"]
    if not values and not rr_ms:
        seen = f"got {', '.join(map(repr, unknown))[:60]}; " if unknown else ""
        raise RowError(f"no reading: {seen}expected {', '.join(MEASURED_NAMES[:4])}, rr_ms or such")
    if sport and sport not in SPORTS:
        raise RowError(f"sport {sport!r} is not known; expected one of {', '.join(SPORTS)}")
    _check_time(time_ns, now_ns)
    return Row(_name(athlete), time_ns, values, rr_ms, sport or ""), unknown


def seconds_to_ns(seconds: Any) -> int:
    """Return seconds since 1970 as nanoseconds; microseconds are kept, finer ones cut.

    Raises
    ------
    RowError
        If it is no such number.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise RowError(f"time {seconds!r} is no number of seconds since 1970")
    if not abs(seconds) < _MILLISECONDS:
        raise RowError(f"time is no number of seconds since 1970; milliseconds? got {seconds!r}")
    if isinstance(seconds, int):
        return seconds * _NS
    return round(seconds * 1e6) * 1000


def text_to_ns(text: str) -> int:
    """Return an ISO 8601 instant as nanoseconds since 1970; finer than a microsecond is cut.

    Raises
    ------
    RowError
        If it is none, or has no offset from UTC.

    Examples
    --------
    >>> text_to_ns("2026-10-01T12:00:00.5+02:00")
    1790848800500000000
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise RowError(
            f"time {text[:40]!r} is not ISO 8601, such as 2026-10-01T10:00:00Z"
        ) from None
    if instant.tzinfo is None:
        raise RowError(f"time {text[:40]!r} has no offset from UTC; end it with Z or +02:00")
    since = instant - _EPOCH
    return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1000


def _check_time(time_ns: int, now_ns: int) -> None:
    if time_ns < FIRST_S * _NS:
        raise RowError("time is before the year 2000: the sender's clock is not set")
    ahead_s = (time_ns - now_ns) / _NS
    if ahead_s > AHEAD_S:
        raise RowError(f"time is {ahead_s:.0f} s ahead of our clock: the sender's clock is wrong")


def _name(athlete: Any) -> str:
    if not isinstance(athlete, str) or not athlete.strip():
        raise RowError(f"athlete must be a name, got {athlete!r}")
    name = " ".join(athlete.split())
    if len(name) > LONGEST_NAME or not name.isprintable() or not any(map(str.isalnum, name)):
        raise RowError(f"athlete must be a name of at most {LONGEST_NAME} characters, got {name!r}")
    return name


def _number(name: str, value: Any) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        unit = CHANNELS[name].unit
        raise RowError(f"{name} must be a number [{unit}], got {value!r}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise RowError(f"{name} must be finite")
    return number


def _intervals(value: Any) -> Iterator[float]:
    """Yield RR intervals; what can be none refuses the row."""
    if value is None:
        return
    for interval in (
        value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    ):
        if isinstance(interval, bool) or not isinstance(interval, int | float):
            raise RowError(f"rr_ms must be numbers [ms], got {interval!r}")
        if not _RR_MS[0] <= interval <= _RR_MS[1]:
            raise RowError(f"rr_ms must be {_RR_MS[0]:g} to {_RR_MS[1]:g} ms, got {interval!r}")
        yield float(interval)
