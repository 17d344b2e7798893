"""TCX: the Training Center XML that sport platforms export.

Time, position, altitude, distance, heart rate, cadence of each track point; speed, power and
running cadence from the activity extension of any prefix.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from twin.errors import UnreadableFileError
from twin.files.content import Content
from twin.files.laps import Stretch, instant, laps_within
from twin.files.sports import sport_named, steps_per_minute
from twin.files.tcx_writer import CHANNELS, write_tcx
from twin.files.timeline import timeline
from twin.files.xml_text import Columns, Element, descendants, parsed, text_of
from twin.records import Floats, Lap, Recording

__all__ = ["CHANNELS", "read_tcx", "write_tcx"]

_CHANNELS = {
    "Time": "time",
    "LatitudeDegrees": "latitude",
    "LongitudeDegrees": "longitude",
    "AltitudeMeters": "altitude",
    "DistanceMeters": "distance",
    "Value": "heart_rate",  # <HeartRateBpm><Value>
    "Cadence": "cadence",
    "RunCadence": "cadence",
    "Watts": "power",
    "Speed": "speed",
}


def read_tcx(content: Content) -> Recording:
    """Return the recording in a TCX file; several activities become one, with their pauses.

    Raises
    ------
    UnreadableFileError
        If it is no TCX, or holds no track point with a time.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> text = b'''<TrainingCenterDatabase><Activities><Activity Sport="Biking"><Lap><Track><Trackpoint>
    ...          <Time>2026-10-01T10:00:00Z</Time><HeartRateBpm><Value>140</Value></HeartRateBpm>
    ...          </Trackpoint></Track></Lap></Activity></Activities></TrainingCenterDatabase>'''
    >>> read = read_tcx(Content("ride.tcx", text, datetime.now(UTC)))
    >>> read.sport, read.samples["heart_rate"].tolist()
    ('cycling', [140.0])
    """
    document = parsed(content, "TrainingCenterDatabase", "TCX")
    points, cadences, sports = Columns("Trackpoint", _CHANNELS), [], []
    for activity in _activities(document.root):
        sports.append(sport_named(activity.get("Sport", "")))
        before = len(points)
        for track in descendants(activity, "Track"):
            points.add(track)
        cadences.append((before, len(points), sports[-1]))
    values = points.values()
    if "cadence" in values:
        values["cadence"] = _cadence(values["cadence"], cadences)
    mended = timeline(points.times(), values)
    if mended.samples.empty:
        raise UnreadableFileError(
            f"{content.name}: {len(points)} track points, none with a time and a value; "
            "expected a TCX file with a recorded activity"
        )
    devices = tuple(dict.fromkeys(filter(None, _devices(document.root))))
    return Recording(
        mended.samples,
        sports[0] if len(set(sports)) == 1 else "multisport",
        laps=_laps(document.root, mended.samples, several=len(set(sports)) > 1),
        device=devices[0] if devices else "",
        devices=devices,
        warnings=(*document.warnings, *points.unreadable(), *mended.warnings),
    )


def _activities(root: Element) -> list[Element]:
    """Return the activities; the root itself where damage left none around the points."""
    return list(descendants(root, "Activity")) or [root]


def _cadence(cadence: Floats, parts: Sequence[tuple[int, int, str]]) -> Floats:
    cadence = np.where(cadence < 0, np.nan, cadence)  # rowing apps write -1 for "none"
    for begin, end, sport in parts:
        cadence[begin:end] = steps_per_minute(cadence[begin:end], sport)
    return cadence


def _devices(root: Element) -> list[str]:
    return [text_of(creator, "Name") for creator in descendants(root, "Creator")]


def _laps(root: Element, samples: pd.DataFrame, *, several: bool) -> tuple[Lap, ...]:
    laps: list[Stretch] = []
    for activity in _activities(root):
        sport = sport_named(activity.get("Sport", "")) if several else ""
        for lap in descendants(activity, "Lap"):
            start = instant(lap.get("StartTime", ""))
            if start is not None:
                label = sport or text_of(lap, "Notes")
                laps.append((start, _end(start, text_of(lap, "TotalTimeSeconds")), label))
    return laps_within(samples, laps)


def _end(start: datetime, seconds: str) -> datetime | None:
    try:
        return start + timedelta(seconds=float(seconds))
    except (ValueError, OverflowError):
        return None
