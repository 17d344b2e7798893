"""From a recording to a file."""

from pathlib import Path

import numpy as np

from twin.files.content import companion_name
from twin.files.formats import format_to_write
from twin.records import Recording


def write(recording: Recording, path: str | Path, *, format: str | None = None) -> list[Path]:  # noqa: A002
    """Write a recording and return the files written.

    Parameters
    ----------
    recording : Recording
        Samples, RR intervals, laps, sport and device, as far as the format holds them.
    path : str or Path
        The file. CSV and Parquet put RR intervals and laps into ``NAME.rr.SUFFIX`` and
        ``NAME.laps.SUFFIX`` beside it; files of these names are replaced, or removed where there
        is nothing to say.
    format : str or None
        ``"csv"``, ``"parquet"``, ``"fit"``, ``"tcx"`` or ``"gpx"``; None takes it from the suffix.

    Raises
    ------
    ValueError
        If the format cannot be written, or cannot hold this recording at all.

    Notes
    -----
    Reading CSV and Parquet back gives the same numbers to the last bit; FIT, TCX and GPX to the
    resolution their modules state. `left_out` tells beforehand what a format has no place for. NaN is
    an empty cell in CSV and an absent value elsewhere.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> index = pd.to_datetime(["2026-10-01 10:00:00"], utc=True)
    >>> beats = pd.Series([812.0], index)
    >>> ride = Recording(pd.DataFrame({"heart_rate": [74.0]}, index), rr=beats)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [file.name for file in write(ride, Path(folder) / "ride.csv")]
    ['ride.csv', 'ride.rr.csv']
    """
    file = Path(path)
    known = format_to_write(file, format)
    known.write(recording, file)
    written = [file]
    for part, filled in (("rr", len(recording.rr) > 0), ("laps", len(recording.laps) > 0)):
        beside = file.with_name(companion_name(file.name, f".{part}"))
        if known.beside and filled:
            known.write(recording, beside, part)
            written.append(beside)
        elif known.beside:
            beside.unlink(missing_ok=True)
    return written


def left_out(recording: Recording, path: str | Path, *, format: str | None = None) -> list[str]:  # noqa: A002
    """Return in words what of a recording a format has no place for; nothing if it holds all.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.date_range("2026-10-01", periods=2, freq="s", tz="UTC")
    >>> ride = Recording(pd.DataFrame({"heart_rate": [140.0, 141.0], "vo2": 3000.0}, index))
    >>> left_out(ride, "ride.fit"), left_out(ride, "ride.csv")
    (['vo2'], [])
    """
    known = format_to_write(Path(path), format)
    told = [str(name) for name in recording.samples if name not in known.kept()]
    if len(recording.rr) and "rr" not in known.parts:
        told.append(f"{len(recording.rr)} RR intervals")
    if recording.laps and "laps" not in known.parts:
        told.append(f"{len(recording.laps)} laps")
    if known.name == "gpx" and {"latitude", "longitude"} <= set(recording.samples):
        nowhere = np.isnan(recording.samples[["latitude", "longitude"]].to_numpy()).any(axis=1)
        told += [f"{nowhere.sum()} samples without a position"] if nowhere.any() else []
    return told
