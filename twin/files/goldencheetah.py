"""GoldenCheetah: the JSON in which it keeps an activity, with intervals and RR intervals."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from twin.errors import UnreadableFileError
from twin.files.beats import beat_series
from twin.files.content import Content
from twin.files.json_text import column, fields, items, number, parsed_json
from twin.files.laps import Stretch, laps_within
from twin.files.sports import sport_named, steps_per_minute
from twin.files.timeline import timeline, utc_times
from twin.records import Floats, Recording

_CHANNELS = {
    "HR": ("heart_rate", 1.0), "WATTS": ("power", 1.0), "CAD": ("cadence", 1.0),
    "KPH": ("speed", 1 / 3.6), "KM": ("distance", 1000.0), "ALT": ("altitude", 1.0),
    "LAT": ("latitude", 1.0), "LON": ("longitude", 1.0), "TEMP": ("temperature", 1.0),
    "RCON": ("ground_contact_time", 1.0), "RVERT": ("vertical_oscillation", 10.0),
    "SMO2": ("muscle_oxygen", 1.0), "TCORE": ("core_temperature", 1.0),
}  # fmt: skip
_ZERO_IS_MISSING = ("muscle_oxygen", "core_temperature", "ground_contact_time")
_NO_TEMPERATURE = -255.0
_LONGEST_S = 1e8


def read_goldencheetah(content: Content) -> Recording:
    """Return the recording in a JSON of GoldenCheetah.

    Raises
    ------
    UnreadableFileError
        If it is none, or holds no sample with a value.

    Examples
    --------
    >>> ride = b'''{"RIDE": {"STARTTIME": "2026/10/01 10:00:00 UTC", "TAGS": {"Sport": "Bike"},
    ...          "SAMPLES": [{"SECS": 0, "HR": 140, "KPH": 36}, {"SECS": 1, "HR": 141}]}}'''
    >>> read = read_goldencheetah(Content("ride.json", ride, datetime.now(UTC)))
    >>> read.sport, read.samples[["heart_rate", "speed"]].to_numpy().tolist()
    ('cycling', [[140.0, 10.0], [141.0, nan]])
    """
    ride = fields(parsed_json(content, "RIDE", "an activity of GoldenCheetah"))
    start = _start(content, str(ride.get("STARTTIME", "")))
    rows = items(ride.get("SAMPLES"))
    tags = fields(ride.get("TAGS"))
    sport = sport_named(str(tags.get("Sport", "")), str(tags.get("SubSport", "")))
    times = utc_times(column(rows, "SECS") + start.timestamp())
    mended = timeline(times, _channels(rows, sport))
    if mended.samples.empty:
        raise UnreadableFileError(f"{content.name}: {len(rows)} samples, none with a value")
    intervals = [_interval(fields(i), start) for i in items(ride.get("INTERVALS"))]
    laps = laps_within(mended.samples, intervals)
    device = str(ride.get("DEVICETYPE", "")).strip()
    rr = _rr(ride, start)
    return Recording(mended.samples, sport, rr, laps, device, warnings=mended.warnings)


def _channels(rows: Sequence[Any], sport: str) -> dict[str, Floats]:
    """Return the channels of samples, in which zeros and -255 may stand for what was not measured."""
    values = {name: column(rows, key) * factor for key, (name, factor) in _CHANNELS.items()}
    for name in _ZERO_IS_MISSING:
        values[name][values[name] == 0] = np.nan
    values["temperature"][values["temperature"] <= _NO_TEMPERATURE] = np.nan
    nowhere = (values["latitude"] == 0) & (values["longitude"] == 0)
    values["latitude"][nowhere] = values["longitude"][nowhere] = np.nan
    values["cadence"] = steps_per_minute(values["cadence"], sport)
    return values


def _rr(ride: dict[str, Any], start: datetime) -> pd.Series:
    beats = [b for x in items(ride.get("XDATA")) if _is_hrv(x) for b in items(x.get("SAMPLES"))]
    rr_ms = np.array([_first(beat) for beat in beats], dtype="float64")
    times = utc_times(column(beats, "SECS") + start.timestamp())
    return beat_series(times[rr_ms > 0], rr_ms[rr_ms > 0])


def _interval(interval: dict[str, Any], start: datetime) -> Stretch:
    begin, end = (
        start + timedelta(seconds=number(interval.get(key), up_to=_LONGEST_S))
        for key in ("START", "STOP")
    )
    return begin, end, str(interval.get("NAME", "")).strip()


def _start(content: Content, text: str) -> datetime:
    try:
        return datetime.strptime(text.strip(), "%Y/%m/%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        raise UnreadableFileError(
            f"{content.name}: STARTTIME is {text!r}, expected such as 2026/10/01 10:00:00 UTC"
        ) from None


def _is_hrv(series: object) -> bool:
    return isinstance(series, dict) and str(series.get("NAME", "")).strip() == "HRV"


def _first(beat: object) -> float:
    values = beat.get("VALUES", beat.get("VALUE")) if isinstance(beat, dict) else None
    first = values[0] if isinstance(values, list) and values else values
    return float(first) if isinstance(first, int | float) else np.nan
