"""Parquet: our own export for analysis in other programs.

``ride.parquet`` has one row per sample: ``time`` (UTC, ns) and one column per channel. The unit
stands in each field's metadata; sport and device stand in the table's. RR intervals are in
``ride.rr.parquet`` (``time``, ``rr_ms``) and laps in ``ride.laps.parquet`` (``number``, ``start``,
``end``, ``label``) beside it, as far as there are any.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from twin.errors import UnreadableFileError
from twin.files.beats import beat_series
from twin.files.content import Content
from twin.files.laps import Stretch, laps_within
from twin.files.timeline import timeline
from twin.records import Recording, Times
from twin.schema import CHANNELS, MEASURED_NAMES, SPORTS

_INSTANT = pa.timestamp("ns", tz="UTC")


def read_parquet(content: Content) -> Recording:
    """Return the recording in a Parquet file of our form.

    Raises
    ------
    UnreadableFileError
        If it is damaged, or has no column ``time`` with instants and no known channel.

    Examples
    --------
    >>> import tempfile
    >>> from twin.files.content import load
    >>> index = pd.to_datetime(["2026-10-01 10:00:00", "2026-10-01 10:00:01"], utc=True)
    >>> ride = Recording(pd.DataFrame({"heart_rate": [140.0, np.nan], "power": 200.0}, index), "cycling")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_parquet(ride, Path(folder) / "ride.parquet")
    ...     read = read_parquet(load(Path(folder) / "ride.parquet"))
    >>> read.sport, read.samples.to_numpy().tolist()
    ('cycling', [[140.0, 200.0], [nan, 200.0]])
    """
    table = _table(content, content.data)
    frame = table.to_pandas()
    meta = {key.decode(): text.decode() for key, text in (table.schema.metadata or {}).items()}
    channels = {name: frame[name].to_numpy("float64") for name in MEASURED_NAMES if name in frame}
    beats = _table(content, content.companions[".rr"]) if ".rr" in content.companions else None
    rr = _rr(beats)
    if not channels and rr.empty:
        raise UnreadableFileError(
            f"{content.name}: no column is a known channel (columns: {', '.join(frame)}), "
            "expected such as heart_rate"
        )
    mended = timeline(_instants(frame["time"]), channels)
    unknown = [name for name in frame if name not in channels and name != "time"]
    told = (f"columns left out: {', '.join(unknown)}",) if unknown else ()
    laps = content.companions.get(".laps")
    return Recording(
        mended.samples,
        meta["sport"] if meta.get("sport") in SPORTS else "other",
        rr,
        () if laps is None else laps_within(mended.samples, _stretches(_table(content, laps))),
        meta.get("device", ""),
        warnings=(*told, *mended.warnings),
    )


def write_parquet(recording: Recording, path: Path) -> None:
    """Write the samples, NaN as such, each channel with its unit; see the module for what the file holds.

    >>> import tempfile
    >>> index = pd.to_datetime(["2026-10-01 10:00:00"], utc=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_parquet(Recording(pd.DataFrame({"power": [200.0]}, index)), Path(folder) / "r.parquet")
    ...     pq.read_schema(Path(folder) / "r.parquet").field("power").metadata
    {b'unit': b'W'}
    """
    samples = recording.samples
    fields = [pa.field("time", _INSTANT)]
    arrays = [_times(samples.index)]
    for name in samples.columns:
        unit = CHANNELS[name].unit if name in CHANNELS else ""
        arrays.append(pa.array(samples[name].to_numpy("float64")))
        fields.append(pa.field(name, pa.float64(), metadata={"unit": unit}))
    meta = {"sport": recording.sport, "device": recording.device}
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=meta)), path)


def write_rr_parquet(recording: Recording, path: Path) -> None:
    """Write RR intervals as ``time``, ``rr_ms``. [ms]

    >>> import tempfile
    >>> beats = pd.Series([812.0], pd.to_datetime(["2026-10-01 10:00:00.812"], utc=True))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_rr_parquet(Recording(pd.DataFrame(), rr=beats), Path(folder) / "r.rr.parquet")
    ...     pq.read_table(Path(folder) / "r.rr.parquet")["rr_ms"].to_pylist()
    [812.0]
    """
    fields = [
        pa.field("time", _INSTANT),
        pa.field("rr_ms", pa.float64(), metadata={"unit": "ms"}),
    ]
    arrays = [_times(recording.rr.index), pa.array(recording.rr.to_numpy("float64"))]
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), path)


def write_laps_parquet(recording: Recording, path: Path) -> None:
    """Write laps as ``number``, ``start``, ``end``, ``label``.

    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from twin.records import Lap
    >>> laps = (Lap(1, datetime(2026, 10, 1, 10, tzinfo=UTC), None, "warm-up"),)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_laps_parquet(Recording(pd.DataFrame(), laps=laps), Path(folder) / "r.laps.parquet")
    ...     pq.read_table(Path(folder) / "r.laps.parquet")["label"].to_pylist()
    ['warm-up']
    """
    laps = recording.laps
    instant = pa.timestamp("us", tz="UTC")
    columns = {
        "number": pa.array([lap.number for lap in laps], pa.int32()),
        "start": pa.array([lap.start for lap in laps], instant),
        "end": pa.array([lap.end for lap in laps], instant),
        "label": pa.array([lap.label for lap in laps], pa.string()),
    }
    pq.write_table(pa.table(columns), path)


def _table(content: Content, data: bytes) -> pa.Table:
    try:
        table = pq.read_table(pa.BufferReader(data))
        if "time" in table.column_names or "start" in table.column_names:
            return table
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableFileError(f"{content.name}: the Parquet is damaged ({error})") from error
    raise UnreadableFileError(
        f"{content.name}: no column of time (columns: {', '.join(table.column_names)}), "
        "expected one named time"
    )


def _times(index: pd.Index) -> pa.Array:
    naive = pd.DatetimeIndex(index).tz_convert("UTC").tz_localize(None).to_numpy("datetime64[ns]")
    return pa.array(naive, pa.timestamp("ns")).cast(_INSTANT)


def _instants(column: pd.Series) -> Times:
    times = pd.to_datetime(column, utc=True, errors="coerce")
    return np.asarray(times.dt.tz_localize(None).to_numpy("datetime64[ns]"))


def _rr(table: pa.Table | None) -> pd.Series:
    if table is None:
        return beat_series(np.empty(0, "datetime64[ns]"), np.empty(0))
    frame = table.to_pandas()
    return beat_series(_instants(frame["time"]), frame["rr_ms"].to_numpy("float64"))


def _stretches(table: pa.Table) -> list[Stretch]:
    rows = table.to_pylist()
    return [(row["start"], row["end"], row["label"] or "") for row in rows]
