"""A recording as CSV, in the form that `twin.files.csv` describes and reads."""

import csv
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from twin.records import Recording


def write_csv(recording: Recording, path: Path) -> None:
    """Write the samples in our own form, NaN as an empty cell; see `twin.files.csv` for what the file holds.

    >>> import tempfile
    >>> index = pd.to_datetime(["2026-10-01 10:00:00", "2026-10-01 10:00:01"], utc=True)
    >>> ride = Recording(pd.DataFrame({"heart_rate": [140.0, np.nan]}, index), "cycling")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_csv(ride, Path(folder) / "ride.csv")
    ...     print((Path(folder) / "ride.csv").read_text())
    time,heart_rate,sport
    2026-10-01T10:00:00.000Z,140.0,cycling
    2026-10-01T10:00:01.000Z,,cycling
    <BLANKLINE>
    """
    frame = recording.samples.copy()
    frame.insert(0, "time", iso_times(recording.samples.index))
    if recording.sport != "other":
        frame["sport"] = recording.sport
    frame.to_csv(path, index=False, lineterminator="\n")


def write_rr_csv(recording: Recording, path: Path) -> None:
    """Write RR intervals as ``time,rr_ms``. [ms]

    >>> import tempfile
    >>> beats = pd.Series([812.0], pd.to_datetime(["2026-10-01 10:00:00.812"], utc=True))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_rr_csv(Recording(pd.DataFrame(), rr=beats), Path(folder) / "ride.rr.csv")
    ...     (Path(folder) / "ride.rr.csv").read_text().split()
    ['time,rr_ms', '2026-10-01T10:00:00.812Z,812.0']
    """
    table = {"time": iso_times(recording.rr.index), "rr_ms": recording.rr.to_numpy()}
    pd.DataFrame(table).to_csv(path, index=False, lineterminator="\n")


def write_laps_csv(recording: Recording, path: Path) -> None:
    """Write laps as ``number,start,end,label``, times in UTC.

    >>> import tempfile
    >>> from twin.files.laps import instant
    >>> from twin.records import Lap
    >>> laps = (Lap(1, instant("2026-10-01T10:00:00Z"), None, "warm-up"),)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_laps_csv(Recording(pd.DataFrame(), laps=laps), Path(folder) / "ride.laps.csv")
    ...     (Path(folder) / "ride.laps.csv").read_text().split()
    ['number,start,end,label', '1,2026-10-01T10:00:00+00:00,,warm-up']
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("number", "start", "end", "label"))
        for lap in recording.laps:
            end = lap.end.isoformat() if lap.end else ""
            writer.writerow((lap.number, lap.start.isoformat(), end, lap.label))


def iso_times(index: pd.Index) -> list[str]:
    """Return instants as ISO 8601 in UTC: milliseconds, or nanoseconds where they are needed.

    >>> iso_times(pd.DatetimeIndex(["2026-10-01T10:00:00.5"], tz="UTC"))
    ['2026-10-01T10:00:00.500Z']
    """
    times = pd.DatetimeIndex(index).tz_convert("UTC").tz_localize(None).as_unit("ns")
    unit: Literal["ms", "ns"] = "ms" if not (times.asi8 % 1_000_000).any() else "ns"
    texts = np.datetime_as_string(times.to_numpy("datetime64[ns]"), unit=unit)
    return [f"{text}Z" for text in texts]
