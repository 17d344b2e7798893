"""GoldenCheetah: the JSON in which it keeps an activity, with intervals and RR intervals."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from twin.errors import UnreadableFileError
from twin.files.beats import beat_series
from twin.files.content import Content
from twin.files.json_text import column, fields, items, number, parsed_json
from twin.files.laps import Stretch, laps_within
from twin.files.sports import sport_named, steps_per_minute
from twin.files.timeline import timeline, utc_times
from twin.records import Recording

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
    """
    ride = fields(parsed_json(content, "RIDE", "an activity of GoldenCheetah"))
    start = _start(content, str(ride.get("STARTTIME", "")))
    rows = items(ride.get("SAMPLES"))
    tags = fields(ride.get("TAGS"))
    sport = sport_named(str(tags.get("Sport", "")), str(tags.get("SubSport", "")))
    values = {name: column(rows, key) * factor for key, (name, factor) in _CHANNELS.items()}
    for name in _ZERO_IS_MISSING:
        values[name][values[name] == 0] = np.nan
    values["temperature"][values["temperature"] <= _NO_TEMPERATURE] = np.nan
    nowhere = (values["latitude"] == 0) & (values["longitude"] == 0)
    values["latitude"][nowhere] = values["longitude"][nowhere] = np.nan
    values["cadence"] = steps_per_minute(values["cadence"], sport)
    mended = timeline(utc_times(column(rows, "SECS") + start.timestamp()), values)
    if mended.samples.empty:
        raise UnreadableFileError(f"{content.name}: {len(rows)} samples, none with a value")
    beats = [b for x in items(ride.get("XDATA")) if _is_hrv(x) for b in items(x.get("SAMPLES"))]
    rr_ms = np.array([_first(beat) for beat in beats], dtype="float64")
    times = utc_times(column(beats, "SECS") + start.timestamp())
    rr = beat_series(times[rr_ms > 0], rr_ms[rr_ms > 0])
    intervals = [_interval(fields(i), start) for i in items(ride.get("INTERVALS"))]
    laps = laps_within(mended.samples, intervals)
    device = str(ride.get("DEVICETYPE", "")).strip()
    return Recording(mended.samples, sport, rr, laps, device, warnings=mended.warnings)


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
