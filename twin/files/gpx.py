"""GPX: tracks with position, altitude and time, and extensions of any name space.

Heart rate, cadence, power, air temperature, speed and distance are taken from extensions under
the names that devices and platforms use; speed also from GPX 1.0. Segments end in gaps.
"""

from twin.errors import UnreadableFileError
from twin.files.content import Content
from twin.files.gpx_writer import CHANNELS, write_gpx
from twin.files.sports import sport_named, steps_per_minute
from twin.files.timeline import timeline
from twin.files.xml_text import Columns, Document, descendants, parsed, text_of
from twin.records import Recording

__all__ = ["CHANNELS", "read_gpx", "write_gpx"]

_CHANNELS = {
    "time": "time",
    "ele": "altitude",
    "hr": "heart_rate",
    "heartrate": "heart_rate",
    "cad": "cadence",
    "cadence": "cadence",
    "RunCadence": "cadence",
    "power": "power",
    "PowerInWatts": "power",
    "Watts": "power",
    "watts": "power",
    "atemp": "temperature",
    "temp": "temperature",
    "speed": "speed",
    "distance": "distance",
    "hdop": "hdop",
}


def read_gpx(content: Content) -> Recording:
    """Return the recording in a GPX file; several tracks and segments become one, with gaps.

    Raises
    ------
    UnreadableFileError
        If it is no GPX, or its points have no time (a planned route).

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> text = b'''<gpx><trk><type>running</type><trkseg><trkpt lat="50" lon="8"><ele>100</ele>
    ...          <time>2026-10-01T10:00:00Z</time></trkpt></trkseg></trk></gpx>'''
    >>> read = read_gpx(Content("run.gpx", text, datetime.now(UTC)))
    >>> read.sport, read.samples[["latitude", "altitude"]].to_numpy().tolist()
    ('running', [[50.0, 100.0]])
    """
    document = parsed(content, "gpx", "GPX")
    points = Columns("trkpt", _CHANNELS, {"lat": "latitude", "lon": "longitude"})
    for segment in descendants(document.root, "trkseg"):
        points.add(segment)
    values = points.values()
    sport = _sport(document)
    if "cadence" in values:
        values["cadence"] = steps_per_minute(values["cadence"], sport)
    mended = timeline(points.times(), values)
    if mended.samples.empty:
        raise UnreadableFileError(_nothing_in(content, document, len(points)))
    return Recording(
        mended.samples,
        sport,
        device=document.root.get("creator", ""),
        devices=tuple(filter(None, (document.root.get("creator", ""),))),
        warnings=(*document.warnings, *points.unreadable(), *mended.warnings),
    )


def _sport(document: Document) -> str:
    types = (text_of(track, "type") for track in descendants(document.root, "trk"))
    return sport_named(*types)


def _nothing_in(content: Content, document: Document, points: int) -> str:
    routes = sum(1 for _ in descendants(document.root, "rtept"))
    found = f"{points} track points, none with a time"
    if routes and not points:
        found = f"a planned route of {routes} points without times"
    return f"{content.name}: holds {found}, expected a recorded track"
