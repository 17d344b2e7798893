"""What a FIT file says about itself: sport, laps, devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from twin.files.fit_messages import Fields, Messages
from twin.files.fit_salvage import product_name
from twin.files.laps import laps_within
from twin.files.sports import sport_named, steps_per_minute
from twin.records import Floats, Lap

_VAGUE = ("fitness_equipment", "generic", "training")  # the sub-sport says more than these
_BETWEEN = ("transition",)
_CREATOR = ("creator", 0)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one sport: one session message of the file. Times are Unix seconds."""

    sport: str
    start_s: float
    end_s: float


def parts_of(messages: Messages) -> tuple[Part, ...]:
    """Return the sports of a file with their times, those between two sports left out.

    >>> legs = [{"sport": "swimming", "start_time": 1e9, "timestamp": 1e9 + 900},
    ...         {"sport": "transition"}, {"sport": "cycling", "start_time": 1e9 + 960}]
    >>> parts = parts_of(Messages({"session": legs}))
    >>> [(part.sport, part.start_s - 1e9, part.end_s - 1e9) for part in parts]
    [('swimming', 0.0, 900.0), ('cycling', 960.0, inf)]
    """
    parts = []
    for session in messages.of("session"):
        if session.get("sport") in _BETWEEN:
            continue
        start, end = session.get("start_time"), session.get("timestamp")
        parts.append(Part(_sport(session), _seconds(start, -np.inf), _seconds(end, np.inf)))
    return tuple(parts)


def sport_of(messages: Messages) -> str:
    """Return the sport of the whole file; "multisport" if its sessions have several.

    >>> sport_of(Messages({"session": [{"sport": "swimming"}, {"sport": "cycling"}]}))
    'multisport'
    """
    sports = {part.sport for part in parts_of(messages)}
    if len(sports) > 1:
        return "multisport"
    named = sports.pop() if sports else "other"
    candidates = [named, *(_sport(m) for kind in ("sport", "lap") for m in messages.of(kind))]
    return next((sport for sport in candidates if sport != "other"), "other")


def foot_cadence(cadence: Floats, stamps: Floats, messages: Messages) -> Floats:
    """Return cadence with both feet counted in the running parts. NaN stays NaN. [1/min]

    >>> run = Messages({"session": [{"sport": "running"}]})
    >>> foot_cadence(np.array([85.0, np.nan]), np.array([1e9, 1e9 + 1]), run)
    array([170.,  nan])
    """
    whole = sport_of(messages)
    if whole != "multisport":
        return steps_per_minute(cadence, whole)
    cadence = cadence.copy()
    for part in parts_of(messages):
        inside = (stamps >= part.start_s) & (stamps <= part.end_s)
        cadence[inside] = steps_per_minute(cadence[inside], part.sport)
    return cadence


def laps_of(messages: Messages, samples: pd.DataFrame) -> tuple[Lap, ...]:
    """Return the laps that have a start, in order of time, with the sport where there are several.

    >>> index = pd.to_datetime([1e9, 1e9 + 600], unit="s", utc=True)
    >>> samples = pd.DataFrame({"power": 200.0}, index)
    >>> lap = {"start_time": 1e9, "timestamp": 1e9 + 300}
    >>> [(lap.end - lap.start).seconds for lap in laps_of(Messages({"lap": [lap, {}]}), samples)]
    [300]
    """
    several = sport_of(messages) == "multisport"
    parts = parts_of(messages)
    return laps_within(
        samples,
        (
            (start, _lap_end(lap), _lap_label(lap, parts) if several else "")
            for lap in messages.of("lap")
            if (start := _instant(lap.get("start_time"))) is not None
        ),
    )


def devices_of(messages: Messages) -> tuple[str, tuple[str, ...]]:
    """Return maker and model of the recording device, and of all devices the file names.

    >>> devices_of(Messages({"file_id": [{"manufacturer": "garmin", "product": 1036}]}))
    ('garmin edge500', ('garmin edge500',))
    """
    infos = list(messages.of("device_info"))
    creators = [*messages.of("file_id"), *(i for i in infos if i.get("device_index") in _CREATOR)]
    names = [name for name in map(_device, creators) if name]
    sensors = [name for name in map(_device, infos) if name]
    return (names[0] if names else ""), tuple(dict.fromkeys((*names, *sensors)))


def _sport(message: Fields) -> str:
    sport, sub, name = (str(message.get(key, "")) for key in ("sport", "sub_sport", "name"))
    if sport == "soccer":
        return "football"
    return sport_named(sub, sport, name) if sport in _VAGUE else sport_named(sport, sub, name)


def _lap_end(message: Fields) -> datetime | None:
    """Return when a lap ended; devices that write its start as its end say how long it took: a second or more."""
    start, end = (_seconds(message.get(name), np.nan) for name in ("start_time", "timestamp"))
    lasted_s = _seconds(message.get("total_elapsed_time"), 0.0)
    return _instant(end + lasted_s if end == start and lasted_s >= 1 else end)


def _lap_label(message: Fields, parts: Sequence[Part]) -> str:
    sport = _sport(message)
    end = _seconds(message.get("timestamp"), np.nan)
    holding = (part.sport for part in parts if part.start_s < end <= part.end_s)
    return next(holding, "") if sport == "other" else sport


def _device(message: Fields) -> str:
    maker = message.get("manufacturer")
    words = [str(maker)] if maker not in (None, "development") else []
    product = message.get("product_name") or message.get("product")
    if isinstance(product, str) or (isinstance(product, int) and words):
        words.append(product_name(str(maker), product))
    if maker is None:
        words = []
    return " ".join(words).replace("_", " ").strip()


def _seconds(value: object, missing: float) -> float:
    return float(value) if isinstance(value, int | float) else missing


def _instant(value: object) -> datetime | None:
    if not isinstance(value, int | float) or not 0 < value < 2**33:
        return None
    return datetime.fromtimestamp(value, UTC)
