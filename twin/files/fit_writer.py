"""A recording as a FIT activity: records, RR intervals among them, laps, one session.

FIT counts in whole steps, so a value comes back as the nearest one: time 1 s, heart rate 1 bpm,
power 1 W, cadence 1/128 per minute (on foot 1/64), speed 1 mm/s, distance 1 cm, altitude 0.2 m,
position 8.4e-8 degrees (9 mm), temperature 1 degC, ground contact and vertical oscillation 0.1,
respiration and core temperature 0.01, muscle oxygen 0.1 %, RR intervals 1 ms. Beats have no time of
their own: they come back in order, within 2 s. FIT has no field for the channels not named here
and no label of a lap; an activity without laps gets one, as the format asks.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from twin.files.fit_layout import HRV, RECORD, checksum
from twin.files.fit_salvage import FIT_EPOCH_S
from twin.files.sports import strides_per_minute
from twin.records import Floats, Lap, Recording

_DEGREES = 180.0 / 2**31
_BEATS_IN_A_MESSAGE = 5
_DEVELOPMENT = 255  # the maker's number for software that is no product of a member
_SPORTS = {
    "running": 1, "cycling": 2, "swimming": 5, "football": 7, "fitness": 10, "walking": 11,
    "skiing": 12, "rowing": 15, "multisport": 18,
}  # fmt: skip
_CODES = {"u1": 0x02, "i1": 0x01, "u2": 0x84, "u4": 0x86, "i4": 0x85}
_RECORD, _HRV, _OTHER = 0, 1, 2  # local message numbers
_EVENT_LAP, _EVENT_SESSION, _EVENT_ACTIVITY, _STOP = 9, 8, 26, 1


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of the record message: value = raw / scale - offset."""

    channel: str
    number: int
    kind: str
    scale: float = 1.0
    offset: float = 0.0


_FIELDS = (
    _Field("latitude", 0, "i4", 1 / _DEGREES),
    _Field("longitude", 1, "i4", 1 / _DEGREES),
    _Field("heart_rate", 3, "u1"),
    _Field("cadence", 4, "u1"),
    _Field("fractional_cadence", 53, "u1", 128.0),
    _Field("distance", 5, "u4", 100.0),
    _Field("power", 7, "u2"),
    _Field("temperature", 13, "i1"),
    _Field("vertical_oscillation", 39, "u2", 10.0),
    _Field("ground_contact_time", 41, "u2", 10.0),
    _Field("muscle_oxygen", 57, "u2", 10.0),
    _Field("speed", 73, "u4", 1000.0),
    _Field("altitude", 78, "u4", 5.0, 500.0),
    _Field("respiration_rate", 108, "u2", 100.0),
    _Field("core_temperature", 139, "u2", 100.0),
)
CHANNELS = tuple(field.channel for field in _FIELDS if field.channel != "fractional_cadence")


def write_fit(recording: Recording, path: Path) -> None:
    """Write a recording as a FIT activity; see the module for what is kept how exactly.

    Raises
    ------
    ValueError
        If there are no samples for the RR intervals to stand among, or the time is before 1990.

    Examples
    --------
    >>> import tempfile
    >>> index = pd.to_datetime(["2026-10-01 10:00:00", "2026-10-01 10:00:01"], utc=True)
    >>> ride = Recording(pd.DataFrame({"heart_rate": [140.0, np.nan]}, index), "cycling")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_fit(ride, Path(folder) / "ride.fit")
    ...     (Path(folder) / "ride.fit").read_bytes()[8:12]
    b'.FIT'
    """
    if recording.samples.empty:
        raise ValueError("a FIT activity needs samples; RR intervals alone can be written as CSV")
    body = b"".join((_file_id(recording), *_records(recording), *_totals(recording)))
    head = struct.pack("<BBHI4s", 14, 0x20, 21218, len(body), b".FIT")
    whole = head + struct.pack("<H", checksum(head)) + body
    path.write_bytes(whole + struct.pack("<H", checksum(whole)))


def _file_id(recording: Recording) -> bytes:
    name = recording.device.encode()[:60] + b"\0"
    return _message(
        0, (0, 0x00, "B", 4), (1, 0x84, "H", _DEVELOPMENT), (2, 0x84, "H", 0),
        (4, 0x86, "I", _stamp(recording.start)), (8, 0x07, f"{len(name)}s", name),
    )  # fmt: skip


def _records(recording: Recording) -> Iterator[bytes]:
    """Yield records in order of time, the beats before the next record after each."""
    seconds = _seconds(pd.DatetimeIndex(recording.samples.index))
    columns = [("253", "<u4", seconds)]
    channels = _channels(recording)
    for field in _FIELDS:
        if field.channel in channels:
            raw = _raw(channels[field.channel], field)
            columns.append((str(field.number), f"<{field.kind}", raw))
    table = np.empty(len(seconds), [("header", "u1"), *((name, kind) for name, kind, _ in columns)])
    table["header"] = _RECORD
    for name, _, values in columns:
        table[name] = values
    yield _definition(
        _RECORD, RECORD, ((int(n), np.dtype(k).itemsize, _CODES[k[1:]]) for n, k, _ in columns)
    )
    yield from _among(table, seconds, recording.rr)


def _among(table: np.ndarray, seconds: np.ndarray, rr: pd.Series) -> Iterator[bytes]:
    rr_ms = np.round(rr.to_numpy("float64"))
    known = (rr_ms > 0) & (rr_ms < 0xFFFF)
    beats = rr_ms[known].astype("<u2")
    after = np.searchsorted(seconds, _seconds(pd.DatetimeIndex(rr.index[known])), side="right")
    if len(beats):
        yield _definition(_HRV, HRV, [(0, 2 * _BEATS_IN_A_MESSAGE, 0x84)])
    begin = 0
    for stop in np.unique(after):
        yield table[begin:stop].tobytes()
        held = beats[slice(*np.searchsorted(after, [stop, stop + 1]))]
        for first in range(0, len(held), _BEATS_IN_A_MESSAGE):
            five = np.full(_BEATS_IN_A_MESSAGE, 0xFFFF, "<u2")
            part = held[first : first + _BEATS_IN_A_MESSAGE]
            five[: len(part)] = part
            yield bytes([_HRV]) + five.tobytes()
        begin = stop
    yield table[begin:].tobytes()


def _channels(recording: Recording) -> dict[str, Floats]:
    samples = recording.samples
    channels = {name: samples[name].to_numpy("float64") for name in CHANNELS if name in samples}
    if "cadence" in channels:
        cadence = strides_per_minute(channels["cadence"], recording.sport)
        steps = np.round(cadence * 128.0)
        channels["cadence"] = np.floor(steps / 128.0)
        channels["fractional_cadence"] = steps / 128.0 - channels["cadence"]
    return channels


def _raw(values: Floats, field: _Field) -> np.ndarray:
    """Return values as FIT counts them; NaN and what does not fit as the invalid value."""
    limits = np.iinfo(field.kind)
    raw = np.round((values + field.offset) * field.scale)
    fits = (raw >= limits.min) & (raw < limits.max)  # the highest value means "invalid"
    return np.where(fits, raw, limits.max).astype(f"<{field.kind}")


def _totals(recording: Recording) -> Iterator[bytes]:
    laps = recording.laps or (Lap(1, recording.start, recording.end),)
    for place, lap in enumerate(laps):
        stretch = _stretch(lap.start, lap.end or recording.end)
        yield _message(
            19, (254, 0x84, "H", place), *stretch, (0, 0x00, "B", _EVENT_LAP), (1, 0x00, "B", _STOP)
        )
    sport = _SPORTS.get(recording.sport, 0)
    yield _message(
        18, (254, 0x84, "H", 0), *_stretch(recording.start, recording.end),
        (0, 0x00, "B", _EVENT_SESSION), (1, 0x00, "B", _STOP), (5, 0x00, "B", sport),
        (6, 0x00, "B", 0), (25, 0x84, "H", 0), (26, 0x84, "H", len(laps)),
    )  # fmt: skip
    yield _message(
        34, (253, 0x86, "I", _stamp(recording.end)),
        (0, 0x86, "I", round(recording.duration_s * 1000) & 0xFFFFFFFF), (1, 0x84, "H", 1),
        (2, 0x00, "B", 0), (3, 0x00, "B", _EVENT_ACTIVITY), (4, 0x00, "B", _STOP),
    )  # fmt: skip


def _stretch(start: datetime, end: datetime) -> tuple[tuple[int, int, str, int], ...]:
    elapsed_ms = min(max(round((end - start).total_seconds() * 1000), 0), 0xFFFFFFFE)
    return (
        (253, 0x86, "I", _stamp(end)), (2, 0x86, "I", _stamp(start)),
        (7, 0x86, "I", elapsed_ms), (8, 0x86, "I", elapsed_ms),
    )  # fmt: skip


def _message(kind: int, *fields: tuple[int, int, str, int | bytes]) -> bytes:
    sizes = [struct.calcsize(f"<{code}") for _, _, code, _ in fields]
    layout = (
        (number, size, base) for (number, base, _, _), size in zip(fields, sizes, strict=True)
    )
    values = b"".join(struct.pack(f"<{code}", value) for _, _, code, value in fields)
    return _definition(_OTHER, kind, layout) + bytes([_OTHER]) + values


def _definition(local: int, kind: int, fields: Iterable[tuple[int, int, int]]) -> bytes:
    listed = [bytes(field) for field in fields]
    return struct.pack("<BBBHB", 0x40 | local, 0, 0, kind, len(listed)) + b"".join(listed)


def _stamp(time: datetime) -> int:
    return int(_seconds(pd.DatetimeIndex([time]))[0])


def _seconds(times: pd.DatetimeIndex) -> np.ndarray:
    """Return instants as FIT counts them, cut to the second."""
    unix = times.as_unit("ns").asi8 // 1_000_000_000
    if len(unix) and not FIT_EPOCH_S <= unix[0] <= unix[-1] < FIT_EPOCH_S + 0xFFFFFFFF:
        raise ValueError(f"FIT counts time from 1990 to 2125, got {times[0]} to {times[-1]}")
    return (unix - FIT_EPOCH_S).astype(np.int64)
