"""Single records of Apple Health: what they mean, when they were, and where they wait."""

import re
import tempfile
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Self

import numpy as np
import pandas as pd

from twin.files.xml_text import Element, number_in

BEATS = "rr_ms"
CHANNELS = {
    "HKQuantityTypeIdentifierHeartRate": ("heart_rate", {"count/min": 1.0}),
    "HKQuantityTypeIdentifierRunningPower": ("power", {"W": 1.0}),
    "HKQuantityTypeIdentifierCyclingPower": ("power", {"W": 1.0}),
    "HKQuantityTypeIdentifierCyclingCadence": ("cadence", {"count/min": 1.0}),
    "HKQuantityTypeIdentifierRunningSpeed": (
        "speed", {"m/s": 1.0, "km/hr": 1 / 3.6, "mi/hr": 0.44704},
    ),
    "HKQuantityTypeIdentifierCyclingSpeed": (
        "speed", {"m/s": 1.0, "km/hr": 1 / 3.6, "mi/hr": 0.44704},
    ),
    "HKQuantityTypeIdentifierRunningGroundContactTime": (
        "ground_contact_time", {"ms": 1.0, "s": 1000.0},
    ),
    "HKQuantityTypeIdentifierRunningVerticalOscillation": (
        "vertical_oscillation", {"cm": 10.0, "m": 1000.0, "in": 25.4},
    ),
}  # fmt: skip
"""Channel by type of record, and what one of its units is in ours."""

DAILY = {
    "HKQuantityTypeIdentifierRestingHeartRate": ("resting_heart_rate", {"count/min": 1.0}),
    "HKQuantityTypeIdentifierHeartRateVariabilitySDNN": ("sdnn", {"ms": 1.0, "s": 1000.0}),
    "HKQuantityTypeIdentifierBodyMass": (
        "body_mass", {"kg": 1.0, "lb": 0.45359237, "g": 0.001, "st": 6.35029318},
    ),
}  # fmt: skip

_AT_ONCE = 65536  # samples in memory before they go to disk
_SAMPLE = np.dtype([("time", "<i8"), ("value", "<f8"), ("source", "<i4")])
_CLOCK = re.compile(r"(\d{1,2}):(\d\d):(\d\d(?:[.,]\d+)?)\s*([AaPp])?")
_APART_NS = 10_000_000_000  # beats farther apart are of two measurements


def instant_ns(text: str) -> int:
    """Return a time such as ``2026-10-01 12:00:00 +0200`` as Unix nanoseconds, 0 where unreadable.

    >>> instant_ns("1970-01-01 01:00:01 +0100")
    1000000000
    """
    try:
        day, clock, zone = text.split(" ")
        hour, minute, second = clock.split(":")
        seconds = _day_s(day) + int(hour) * 3600 + int(minute) * 60 + int(second) - _zone_s(zone)
    except ValueError:
        return 0
    return seconds * 1_000_000_000


def beats_of(element: Element, begin: str) -> Iterator[tuple[int, float]]:
    """Yield time [ns] and RR interval [ms] of each beat in a measurement of variability.

    The time of a beat is a clock on the day of the measurement, in its zone; the interval is made
    from whole beats per minute, as Apple writes them.

    >>> from lxml import etree
    >>> text = '<a><InstantaneousBeatsPerMinute bpm="75" time="10:00:01.50"/></a>'
    >>> ((time_ns, rr_ms),) = beats_of(etree.fromstring(text), "2026-10-01 10:00:00 +0000")
    >>> (time_ns - instant_ns("2026-10-01 10:00:00 +0000")) / 1e9, rr_ms
    (1.5, 800.0)
    """
    parts = begin.split(" ")
    if len(parts) != 3:
        return
    midnight_ns, start_ns = instant_ns(f"{parts[0]} 00:00:00 {parts[2]}"), instant_ns(begin)
    for beat in element.iter("{*}InstantaneousBeatsPerMinute"):
        found = _CLOCK.match(beat.get("time", ""))
        bpm = number_in(beat, "bpm")
        if found is None or not bpm > 0:
            continue
        hour = int(found[1])
        if found[4]:
            hour = hour % 12 + (12 if found[4] in "Pp" else 0)
        seconds = hour * 3600 + int(found[2]) * 60 + float(found[3].replace(",", "."))
        time_ns = midnight_ns + round(seconds * 1e9)
        if time_ns < start_ns - 3_600_000_000_000:  # it went past midnight
            time_ns += 86_400_000_000_000
        yield time_ns, 60_000.0 / bpm


@lru_cache(maxsize=64)
def _day_s(day: str) -> int:
    return (date.fromisoformat(day) - date(1970, 1, 1)).days * 86_400


@lru_cache(maxsize=64)
def _zone_s(zone: str) -> int:
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) * 3600 + int(zone[3:5]) * 60)


class AppleSamples:
    """Samples that wait on disk until their workout is known; a few hundred kB in memory.

    >>> with AppleSamples() as samples:
    ...     for second, value in ((2, 142.0), (1, 141.0), (9, 149.0)):
    ...         samples.add("heart_rate", second * 1_000_000_000, value, "watch")
    ...     samples.seal()
    ...     samples.within("heart_rate", 0, 5_000_000_000, "watch").tolist()
    [141.0, 142.0]
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="twin-apple-")
        self._waiting: dict[str, tuple[array[int], array[float], array[int]]] = defaultdict(
            lambda: (array("q"), array("d"), array("i"))
        )
        self._sources: dict[str, int] = {"": 0}
        self._newest: dict[str, int] = {}
        self._mixed: set[str] = set()  # channels whose samples did not come in order of time
        self._kept: dict[str, np.ndarray] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.clear()  # a mapped file cannot be removed on Windows
        self._folder.cleanup()

    @property
    def channels(self) -> Sequence[str]:
        """Return the channels that have samples."""
        return tuple(self._kept)

    def add(self, channel: str, time_ns: int, value: float, source: str) -> None:
        """Set one sample aside; what has no time or value is nothing."""
        if not time_ns or np.isnan(value):
            return
        times, values, sources = self._waiting[channel]
        times.append(time_ns)
        values.append(value)
        sources.append(self._sources.setdefault(source, len(self._sources)))
        if len(times) >= _AT_ONCE:
            self._put_down(channel)

    def seal(self) -> None:
        """Put everything in order of time; then it can be asked for."""
        for channel in list(self._waiting):
            self._put_down(channel)
        for channel in self._newest:
            mapped = np.memmap(self._path(channel), _SAMPLE, "r+")
            if channel in self._mixed:
                mapped[:] = mapped[np.argsort(mapped["time"], kind="stable")]
            self._kept[channel] = mapped

    def within(self, channel: str, start_ns: int, end_ns: int, source: str) -> pd.Series:
        """Return the samples of a stretch, those of one source where it has any there."""
        kept = self._kept.get(channel, np.empty(0, _SAMPLE))
        rows = np.array(kept[_within(kept, start_ns, end_ns)])
        own = rows["source"] == self._sources.get(source, -1)
        rows = rows[own] if own.any() else rows
        index = pd.DatetimeIndex(rows["time"].view("datetime64[ns]"), name="time", tz="UTC")
        return pd.Series(rows["value"], index=index, name=channel)

    def beats_outside(self, spans: Sequence[tuple[int, int]]) -> tuple[tuple[date, pd.Series], ...]:
        """Return the RR intervals of each measurement that lies in none of the stretches."""
        kept = self._kept.get(BEATS, np.empty(0, _SAMPLE))
        outside = np.ones(len(kept), np.bool_)
        for start_ns, end_ns in spans:
            outside[_within(kept, start_ns, end_ns)] = False
        rows = np.array(kept[outside])
        cuts = np.flatnonzero(np.diff(rows["time"]) > _APART_NS) + 1
        return tuple(_measured(part) for part in np.split(rows, cuts) if len(part))

    def _put_down(self, channel: str) -> None:
        times, values, sources = self._waiting.pop(channel)
        rows = np.empty(len(times), _SAMPLE)
        rows["time"], rows["value"], rows["source"] = times, values, sources
        steps = np.diff(rows["time"], prepend=self._newest.get(channel, times[0]))
        if (steps < 0).any():
            self._mixed.add(channel)
        self._newest[channel] = times[-1]
        with open(self._path(channel), "ab") as file:
            rows.tofile(file)

    def _path(self, channel: str) -> str:
        return f"{self._folder.name}/{channel}.samples"


def _within(kept: np.ndarray, start_ns: int, end_ns: int) -> slice:
    """Return where a stretch lies; NumPy's own search would copy all instants into memory."""
    times = kept["time"]
    return slice(bisect_left(times, start_ns), bisect_right(times, end_ns))


def _measured(rows: np.ndarray) -> tuple[date, pd.Series]:
    index = pd.DatetimeIndex(rows["time"].view("datetime64[ns]"), name="time", tz="UTC")
    first: datetime = index[0].to_pydatetime(warn=False)
    return first.date(), pd.Series(rows["value"], index=index, name=BEATS)
