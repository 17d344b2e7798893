"""A recording as GPX: one track, a segment for each stretch without a long gap.

Times, positions, altitude, distance, speed, temperature and HDOP keep all their digits; heart rate
and power are whole numbers (1 bpm, 1 W), cadence too (1/min; on foot strides, so 2 steps per minute).
GPX is a list of positions: samples without one, laps, RR intervals and other channels are left out.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from twin.files.sports import strides_per_minute
from twin.files.xml_writer import attribute, elements, iso_times, positional
from twin.records import Recording

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="{creator}" xmlns="http://www.topografix.com/GPX/1/1"
 xmlns:p="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
<trk><type>{sport}</type>
"""
_GAP = np.timedelta64(30, "s")
_BYTE, _SHORT = (0.0, 254.0), (0.0, 65535.0)
_WHOLE = {"heart_rate": (1.0, 255.0), "cadence": _BYTE, "power": _SHORT}
_EXTENSION = {"power": "power", "distance": "distance"}
_POINT_EXTENSION = {"temperature": "p:atemp", "heart_rate": "p:hr", "cadence": "p:cad",
                    "speed": "p:speed"}  # fmt: skip
CHANNELS = ("altitude", "cadence", "distance", "hdop", "heart_rate", "latitude", "longitude",
            "power", "speed", "temperature")  # fmt: skip


def write_gpx(recording: Recording, path: Path) -> None:
    """Write a recording as GPX; see the module for what is kept how exactly.

    Raises
    ------
    ValueError
        If no sample has a position.

    Examples
    --------
    >>> import tempfile
    >>> index = pd.to_datetime(["2026-10-01 10:00:00", "2026-10-01 10:00:01"], utc=True)
    >>> place = {"latitude": [50.0, np.nan], "longitude": [8.0, 8.0], "heart_rate": [140.0, 141.0]}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_gpx(Recording(pd.DataFrame(place, index), "running"), Path(folder) / "run.gpx")
    ...     (Path(folder) / "run.gpx").read_text().count("<trkpt ")
    1
    """
    samples = with_position(recording.samples)
    if samples.empty:
        raise ValueError("GPX needs positions, and no sample has one; TCX and FIT do without")
    if "cadence" in samples:
        strides = strides_per_minute(samples["cadence"].to_numpy("float64"), recording.sport)
        samples = samples.assign(cadence=strides)
    creator = attribute(recording.device) or "Athlete Digital Twin"
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(_HEAD.format(creator=creator, sport=recording.sport))
        stream.writelines(_segments(samples))
        stream.write("</trk></gpx>\n")


def with_position(samples: pd.DataFrame) -> pd.DataFrame:
    """Return the samples that have both latitude and longitude.

    >>> samples = pd.DataFrame({"latitude": [50.0, np.nan], "longitude": [8.0, 8.0]})
    >>> len(with_position(samples)), len(with_position(samples[["latitude"]]))
    (1, 0)
    """
    if not {"latitude", "longitude"} <= set(samples):
        return samples.iloc[:0]
    return samples.dropna(subset=["latitude", "longitude"])


def _segments(samples: pd.DataFrame) -> Iterator[str]:
    times = pd.DatetimeIndex(samples.index)
    new = np.diff(times.to_numpy()) > _GAP
    for row, point in enumerate(_points(samples)):
        if row == 0 or new[row - 1]:
            yield "<trkseg>\n" if row == 0 else "</trkseg><trkseg>\n"
        yield point
    yield "</trkseg>"


def _points(samples: pd.DataFrame) -> Iterator[str]:
    rows = zip(
        samples["latitude"], samples["longitude"], iso_times(samples.index),
        elements(samples, {"altitude": "ele"}, {}), elements(samples, {"hdop": "hdop"}, {}),
        elements(samples, _EXTENSION, _WHOLE), elements(samples, _POINT_EXTENSION, _WHOLE),
        strict=True,
    )  # fmt: skip
    for north, east, time, height, hdop, plain, garmin in rows:
        inner = "".join(plain)
        if garmin:
            inner += f"<p:TrackPointExtension>{''.join(garmin)}</p:TrackPointExtension>"
        yield (
            f'<trkpt lat="{positional(north)}" lon="{positional(east)}">{"".join(height)}'
            f"<time>{time}</time>{''.join(hdop)}"
            f"{f'<extensions>{inner}</extensions>' if inner else ''}</trkpt>\n"
        )
