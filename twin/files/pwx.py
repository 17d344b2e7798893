"""PWX: the XML of TrainingPeaks, samples by seconds from the start and named segments."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from twin.errors import UnreadableFileError
from twin.files.content import Content
from twin.files.laps import Stretch, instant, laps_within
from twin.files.sports import sport_named, steps_per_minute
from twin.files.timeline import timeline, utc_times
from twin.files.xml_text import Columns, Element, descendants, parsed, text_of
from twin.records import Recording

_CHANNELS = {
    "timeoffset": "elapsed", "hr": "heart_rate", "spd": "speed", "pwr": "power", "cad": "cadence",
    "dist": "distance", "lat": "latitude", "lon": "longitude", "alt": "altitude",
    "temp": "temperature",
}  # fmt: skip

_LONGEST_S = 1e8
_NO_ZONE = "the start has no time zone: taken as UTC"


def read_pwx(content: Content) -> Recording:
    """Return the first workout of a PWX file that has samples.

    Raises
    ------
    UnreadableFileError
        If there is none, or it has no start.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> text = b'''<pwx><workout><sportType>Bike</sportType><time>2026-10-01T10:00:00Z</time>
    ...          <sample><timeoffset>0</timeoffset><hr>140</hr><pwr>200</pwr></sample></workout></pwx>'''
    >>> read = read_pwx(Content("ride.pwx", text, datetime.now(UTC)))
    >>> read.sport, read.samples[["heart_rate", "power"]].to_numpy().tolist()
    ('cycling', [[140.0, 200.0]])
    """
    document = parsed(content, "pwx", "PWX")
    workout, start, points = _first_workout(content, document.root)
    values = points.values()
    elapsed = values.pop("elapsed", np.full(len(points), np.nan))
    sport = sport_named(text_of(workout, "sportType"))
    if "cadence" in values:
        values["cadence"] = steps_per_minute(values["cadence"], sport)
    mended = timeline(utc_times(elapsed + start.timestamp()), values)
    if mended.samples.empty:
        raise UnreadableFileError(f"{content.name}: {len(points)} samples, none with a value")
    device = " ".join(_text(workout, name) for name in ("make", "model")).strip()
    zone = () if text_of(workout, "time").endswith("Z") else (_NO_ZONE,)
    told = (*document.warnings, *points.unreadable(), *zone, *mended.warnings)
    laps = laps_within(mended.samples, _segments(workout, start))
    return Recording(mended.samples, sport, laps=laps, device=device, warnings=told)


def _first_workout(content: Content, root: Element) -> tuple[Element, datetime, Columns]:
    """Return the first workout that has samples and a start, with both."""
    for workout in descendants(root, "workout"):
        points = Columns("sample", _CHANNELS)
        points.add(workout)
        start = instant(text_of(workout, "time"))
        if len(points) and start is not None:
            return workout, start, points
    raise UnreadableFileError(f"{content.name}: no workout with a start and samples")


def _segments(workout: Element, start: datetime) -> Iterator[Stretch]:
    for segment in descendants(workout, "segment"):
        begin, seconds = _number(segment, "beginning"), _number(segment, "duration")
        first = start + timedelta(seconds=begin)
        yield first, first + timedelta(seconds=seconds), text_of(segment, "name")


def _text(element: Element, name: str) -> str:
    return next((found.text or "" for found in descendants(element, name)), "")


def _number(element: Element, name: str) -> float:
    try:
        value = float(_text(element, name))
    except ValueError:
        return 0.0
    return value if abs(value) <= _LONGEST_S else 0.0
