"""Polar: a ``training-session-*.json`` of the archive that Polar hands out of an account.

Each exercise has series of its own; several become one recording, a lap each. Times are those of
the athlete's clock with the zone's offset beside them.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from twin.errors import UnreadableFileError
from twin.files.beats import beat_series
from twin.files.content import Content
from twin.files.json_text import column, fields, items, number, parsed_json
from twin.files.laps import Stretch, instant, laps_within
from twin.files.sports import sport_named, steps_per_minute
from twin.files.timeline import timeline, utc_instants
from twin.records import Floats, Recording, Times

_SERIES = {
    "heartRate": ("heart_rate", 1.0), "speed": ("speed", 1 / 3.6), "distance": ("distance", 1.0),
    "altitude": ("altitude", 1.0), "cadence": ("cadence", 1.0), "power": ("power", 1.0),
    "temperature": ("temperature", 1.0),
}  # fmt: skip
_POSITION = ("latitude", "longitude")
_DAY_MIN = 1440
_TOLD = "times are the athlete's clock less the time zone that the file gives"


def read_polar(content: Content) -> Recording:
    """Return the recording in a training session of a Polar archive.

    Raises
    ------
    UnreadableFileError
        If it is none, or no exercise of it has samples.

    Examples
    --------
    >>> run = b'''{"exercises": [{"sport": "RUNNING", "startTime": "2026-10-01T12:00:00.000",
    ...         "stopTime": "2026-10-01T12:00:01.000", "timezoneOffset": 120, "samples": {"heartRate":
    ...         [{"dateTime": "2026-10-01T12:00:00.000", "value": 140}]}}]}'''
    >>> read = read_polar(Content("training-session-1.json", run, datetime.now(UTC)))
    >>> read.sport, read.start.hour, read.samples["heart_rate"].tolist()
    ('running', 10, [140.0])
    """
    exercises = parsed_json(content, "exercises", "a training session of Polar")
    exercises = [exercise for exercise in items(exercises) if isinstance(exercise, dict)]
    columns = [_columns(exercise) for exercise in exercises]
    frame = pd.concat(columns) if columns else pd.DataFrame()
    beats = [_beats(exercise) for exercise in exercises]
    if frame.empty and not any(len(times) for times, _ in beats):
        raise UnreadableFileError(f"{content.name}: {len(exercises)} exercises, none with samples")
    times = pd.DatetimeIndex(frame.index).to_numpy("datetime64[ns]")
    mended = timeline(times, {str(name): frame[name].to_numpy("float64") for name in frame})
    sports = {_sport(exercise) for exercise in exercises}
    sport = sports.pop() if len(sports) == 1 else "multisport"
    rr = beat_series(*(np.concatenate(part) for part in zip(*beats, strict=True)))
    laps = laps_within(mended.samples, _stretches(exercises))
    return Recording(mended.samples, sport, rr, laps, "Polar", warnings=(_TOLD, *mended.warnings))


def _stretches(exercises: Sequence[dict[str, Any]]) -> Iterator[Stretch]:
    """Yield each exercise with its sport; an exercise alone is no lap."""
    for exercise in exercises if len(exercises) > 1 else ():
        start, end = _instant(exercise, "startTime"), _instant(exercise, "stopTime")
        if start and end:
            yield start, end, _sport(exercise)


def _columns(exercise: dict[str, Any]) -> pd.DataFrame:
    samples = fields(exercise.get("samples"))
    columns = {}
    for key, (name, factor) in _SERIES.items():
        rows = items(samples.get(key))
        if rows:
            columns[name] = _series(exercise, rows, column(rows, "value") * factor)
    route = items(samples.get("recordedRoute"))
    for name in _POSITION if route else ():
        columns[name] = _series(exercise, route, column(route, name))
    if "altitude" not in columns and route:
        columns["altitude"] = _series(exercise, route, column(route, "altitude"))
    if "cadence" in columns:
        steps = steps_per_minute(columns["cadence"].to_numpy(), _sport(exercise))
        columns["cadence"] = pd.Series(steps, columns["cadence"].index)
    return pd.concat(columns, axis=1).sort_index() if columns else pd.DataFrame()


def _series(exercise: dict[str, Any], rows: Sequence[Any], values: Floats) -> pd.Series:
    texts = pd.Series([_text(fields(row), "dateTime") for row in rows], dtype="object")
    times = utc_instants(texts) - np.timedelta64(_offset_min(exercise), "m")
    series = pd.Series(values, pd.DatetimeIndex(times))
    return series[~series.index.duplicated() & series.index.notna()]


def _beats(exercise: dict[str, Any]) -> tuple[Times, Floats]:
    rows = items(fields(exercise.get("samples")).get("rr"))
    rr_ms = np.array([_milliseconds(row) for row in rows], dtype="float64")
    start = _instant(exercise, "startTime")
    if start is None or not len(rr_ms):
        return np.empty(0, "datetime64[ns]"), np.empty(0)
    begin = np.datetime64(start.replace(tzinfo=None), "ns")
    known = np.isfinite(rr_ms) & (rr_ms > 0)
    elapsed = np.cumsum(np.round(rr_ms[known] * 1e6)).astype("timedelta64[ns]")
    return begin + elapsed, rr_ms[known]


def _milliseconds(row: object) -> float:
    duration = row.get("duration") if isinstance(row, dict) else None
    if isinstance(duration, str):  # ISO 8601, such as PT0.803S
        duration = duration.removeprefix("PT").removesuffix("S")
        return float(duration) * 1000.0 if duration.replace(".", "", 1).isdigit() else np.nan
    return float(duration) if isinstance(duration, int | float) else np.nan


def _offset_min(exercise: dict[str, Any]) -> int:
    return int(number(exercise.get("timezoneOffset"), up_to=_DAY_MIN))


def _text(row: dict[str, Any], key: str) -> str:
    found = row.get(key)
    return found if isinstance(found, str) else ""


def _instant(exercise: dict[str, Any], key: str) -> datetime | None:
    found = instant(_text(exercise, key))
    if found is None:
        return None
    return found.astimezone(UTC) - timedelta(minutes=_offset_min(exercise))


def _sport(exercise: dict[str, Any]) -> str:
    sport = exercise.get("sport")
    name = sport.get("name", "") if isinstance(sport, dict) else sport
    return sport_named(str(name or "").replace("_", " "))
