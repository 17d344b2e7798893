"""A recording as TCX: one activity, its laps, all its samples.

Times, positions, altitude, distance, speed and laps keep all their digits. TCX holds heart rate,
power and cadence as whole numbers (1 bpm, 1 W, 1/min; on foot strides, so 2 steps per minute), three
sports (running, cycling, other) and nothing else: RR intervals and other channels are left out. A
recording without laps gets one, as the format asks.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from twin.files.sports import strides_per_minute
from twin.files.xml_writer import attribute, elements, escape, iso_times, positional
from twin.records import Lap, Recording

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase
 xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
 xmlns:x="http://www.garmin.com/xmlschemas/ActivityExtension/v2"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Activities>
"""
_SPORTS = {"running": "Running", "cycling": "Biking"}
_BYTE, _SHORT = (0.0, 255.0), (0.0, 65535.0)
_WHOLE = {"heart_rate": (1.0, 255.0), "cadence": (0.0, 254.0), "power": _SHORT, "steps": _BYTE}
_POINT = {"altitude": "AltitudeMeters", "distance": "DistanceMeters",
          "heart_rate": "HeartRateBpm/Value", "cadence": "Cadence"}  # fmt: skip
_EXTENSION = {"speed": "x:Speed", "steps": "x:RunCadence", "power": "x:Watts"}
CHANNELS = ("altitude", "cadence", "distance", "heart_rate", "latitude", "longitude", "power",
            "speed")  # fmt: skip


def write_tcx(recording: Recording, path: Path) -> None:
    """Write a recording as TCX; see the module for what is kept how exactly.

    Raises
    ------
    ValueError
        If it holds no samples.

    Examples
    --------
    >>> import tempfile
    >>> index = pd.to_datetime(["2026-10-01 10:00:00", "2026-10-01 10:00:01"], utc=True)
    >>> ride = Recording(pd.DataFrame({"heart_rate": [140.0, np.nan]}, index), "cycling")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_tcx(ride, Path(folder) / "ride.tcx")
    ...     (Path(folder) / "ride.tcx").read_text().count("<HeartRateBpm>")
    1
    """
    if recording.samples.empty:
        raise ValueError("TCX needs samples; RR intervals alone can be written as CSV")
    sport = _SPORTS.get(recording.sport, "Other")
    begin = iso_times(recording.samples.index[:1])[0]
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f'{_HEAD}<Activity Sport="{sport}"><Id>{begin}</Id>\n')
        stream.writelines(_laps(recording))
        if recording.device:
            stream.write(_creator(recording.device))
        stream.write("</Activity></Activities></TrainingCenterDatabase>\n")


def _laps(recording: Recording) -> Iterator[str]:
    laps = recording.laps or (Lap(1, recording.start, recording.end),)
    points = _points(recording)
    starts = pd.DatetimeIndex([lap.start for lap in laps])
    begins = np.searchsorted(recording.samples.index, starts)
    ends = [*begins[1:], len(points)]
    begins[0] = 0  # samples before the first mark stand in the first lap
    for lap, begin, end in zip(laps, begins, ends, strict=True):
        yield _opening(lap, lap.end or recording.end)
        yield from points[begin:end]
        notes = f"<Notes>{attribute(lap.label)}</Notes>" if lap.label else ""
        yield f"</Track>{notes}</Lap>\n"


def _opening(lap: Lap, end: datetime) -> str:
    seconds = positional((end - lap.start).total_seconds())
    return (
        f'<Lap StartTime="{lap.start.isoformat().replace("+00:00", "Z")}">'
        f"<TotalTimeSeconds>{seconds}</TotalTimeSeconds><DistanceMeters>0</DistanceMeters>"
        "<Calories>0</Calories><Intensity>Active</Intensity>"
        "<TriggerMethod>Manual</TriggerMethod><Track>\n"
    )


def _points(recording: Recording) -> list[str]:
    samples = recording.samples
    if "cadence" in samples and recording.sport in ("running", "walking"):
        strides = strides_per_minute(samples["cadence"].to_numpy("float64"), recording.sport)
        samples = samples.drop(columns="cadence").assign(
            **{"steps" if recording.sport == "running" else "cadence": strides}
        )
    points = zip(
        iso_times(samples.index), _positions(samples), elements(samples, _POINT, _WHOLE),
        elements(samples, _EXTENSION, _WHOLE), strict=True,
    )  # fmt: skip
    return [
        f"<Trackpoint><Time>{time}</Time>{position}{''.join(values)}{_extension(more)}</Trackpoint>\n"
        for time, position, values, more in points
    ]


def _positions(samples: pd.DataFrame) -> list[str]:
    missing = pd.Series(np.nan, index=samples.index)
    pairs = zip(samples.get("latitude", missing), samples.get("longitude", missing), strict=True)
    return [
        f"<Position><LatitudeDegrees>{positional(north)}</LatitudeDegrees>"
        f"<LongitudeDegrees>{positional(east)}</LongitudeDegrees></Position>"
        if north == north and east == east
        else ""
        for north, east in pairs
    ]


def _extension(values: list[str]) -> str:
    return f"<Extensions><x:TPX>{''.join(values)}</x:TPX></Extensions>" if values else ""


def _creator(device: str) -> str:
    return (
        f'<Creator xsi:type="Device_t"><Name>{escape(device)}</Name><UnitId>0</UnitId>'
        "<ProductID>0</ProductID><Version><VersionMajor>0</VersionMajor>"
        "<VersionMinor>0</VersionMinor></Version></Creator>"
    )
