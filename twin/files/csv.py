"""CSV: our own export, and a plain form that anybody can write.

Our own form is up to three files. ``ride.csv`` has one row per sample: ``time`` (ISO 8601, UTC),
one column per channel named as in `twin.schema` and in its units, ``sport`` last where it is
known; numbers have all their digits, an empty cell is a missing value. ``ride.rr.csv`` beside it
has ``time,rr_ms``, one row per beat, ``ride.laps.csv`` has ``number,start,end,label``. The second
and third are written only if there is something to say, and are read with the first.

The plain form is any table with a header. Delimiter: comma, semicolon (then a comma may stand for
the decimal point) or tab. One column gives the time: ``time`` (or ``timestamp``, ``datetime``;
ISO 8601, UTC unless it has a zone, or Unix seconds), or ``time_s`` (or ``sec``, ``seconds``,
``elapsed``; seconds from the start, which is taken from a date in the file name such as
``2021-01-04_17-20-00``, else from the file's modification time). Other columns go by the name of
the channel or a common alias (``hr``, ``watts``, ``cad``, ``lat``, ``lon``, ``ele``, ...), in the
units of `twin.schema`; ``rr_ms`` gives RR intervals. Columns of other names are left out, and the
recording says so.
"""

import csv
import io
import warnings

import numpy as np
import pandas as pd

from twin.errors import UnreadableFileError
from twin.files.beats import beat_series
from twin.files.clock import elapsed_start
from twin.files.columns import ELAPSED_NAMES, RR_NAMES, TIME_NAMES, meaning, plain_name
from twin.files.content import Content
from twin.files.csv_writer import write_csv, write_laps_csv, write_rr_csv
from twin.files.laps import instant, laps_within
from twin.files.timeline import timeline, utc_instants, utc_times
from twin.records import Floats, Lap, Recording, Times
from twin.schema import SPORTS

__all__ = ["read_csv", "write_csv", "write_laps_csv", "write_rr_csv"]

_BACKWARD_SHARE = 0.1
_UNIX_FROM = 1e8  # seconds: a smaller number counts from the start


def read_csv(content: Content) -> Recording:
    r"""Return the recording in a CSV file.

    Raises
    ------
    UnreadableFileError
        If it has no column of time, or no column that is a known channel.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> text = b"time;hr;watts\n2026-10-01T10:00:00Z;140;200,5\n2026-10-01T10:00:01Z;;210\n"
    >>> read_csv(Content("ride.csv", text, datetime.now(UTC))).samples.to_numpy().tolist()
    [[140.0, 200.5], [nan, 210.0]]
    """
    table, told = _table(content)
    times, told_of_time = _times(content, table)
    channels = {
        known.channel: _numbers(table[header]) * known.factor
        for header in reversed(table.columns)  # of two columns for a channel the first counts
        if (known := meaning(header)) is not None
    }
    rr = _rr(content, table, times)
    if not channels and rr.empty:
        raise UnreadableFileError(
            f"{content.name}: no column is a known channel (columns: {_listed(table)}), expected "
            "such as heart_rate, power, speed, latitude"
        )
    mended = timeline(times if channels else times[:0], channels)
    if mended.samples.columns.empty and rr.empty:
        raise UnreadableFileError(
            f"{content.name}: {len(table)} rows, none with a time and a value"
        )
    return Recording(
        mended.samples,
        _sport(table),
        rr,
        _laps(content, mended.samples),
        warnings=(*told, *told_of_time, *_left_out(table), *_no_numbers(table), *mended.warnings),
    )


def _table(content: Content) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the cells, with short, long and unreadable lines left out and counted."""
    text = _decoded(content.data)
    header = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.ParserWarning)
            table = pd.read_csv(
                io.StringIO(text),
                sep=delimiter,
                decimal="," if delimiter == ";" else ".",
                float_precision="round_trip",
                index_col=False,
                on_bad_lines="skip",
                skipinitialspace=True,
                low_memory=False,
            )
    except ValueError as error:  # ParserError and EmptyDataError are such
        raise UnreadableFileError(f"{content.name}: is no CSV table ({error})") from error
    table.columns = [str(column) for column in table.columns]
    lines = sum(1 for line in text.splitlines() if line.strip(" \t,;")) - 1
    lost = lines - len(table)
    return table, (f"{lost} lines with too many cells left out",) if lost > 0 else ()


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _times(content: Content, table: pd.DataFrame) -> tuple[Times, tuple[str, ...]]:
    names = {plain_name(header): header for header in reversed(table.columns)}
    stamped = next((names[name] for name in TIME_NAMES if name in names), None)
    elapsed = next((names[name] for name in ELAPSED_NAMES if name in names), None)
    if stamped is not None:
        seconds = _numbers(table[stamped])
        if not np.isfinite(seconds).any():
            return utc_instants(table[stamped]), ()
        largest = float(np.nanmax(np.abs(seconds)))
        if largest >= _UNIX_FROM:
            return utc_times(seconds / 1000.0 if largest > 1e11 else seconds), ()
    elif elapsed is not None:
        seconds = _numbers(table[elapsed])
    else:
        raise UnreadableFileError(
            f"{content.name}: no column of time (columns: {_listed(table)}), expected one named "
            f"time (ISO 8601) or time_s (seconds from the start)"
        )
    _check_runs_forward(content, seconds)
    start, told = elapsed_start(content)
    return utc_times(seconds + start.timestamp()), (told,)


def _check_runs_forward(content: Content, seconds: Floats) -> None:
    """Raise where a column of seconds is not the time of a recording, as in a list of sessions."""
    steps = np.diff(seconds[~np.isnan(seconds)])
    backward = int((steps < 0).sum())
    if backward > _BACKWARD_SHARE * max(len(steps), 1):
        raise UnreadableFileError(
            f"{content.name}: its seconds run backward {backward} times in {len(seconds)} rows, "
            "expected a recording in order of time"
        )


def _numbers(column: pd.Series) -> Floats:
    if not pd.api.types.is_numeric_dtype(column) and column.dtype == object:
        column = column.map(lambda cell: cell.replace(",", ".") if isinstance(cell, str) else cell)
    numbers = np.asarray(pd.to_numeric(column, errors="coerce"), dtype="float64")
    return np.where(np.isinf(numbers), np.nan, numbers)


def _rr(content: Content, table: pd.DataFrame, times: Times) -> pd.Series:
    beside = content.companions.get(".rr")
    if beside is not None:
        companion = Content(f"{content.name} (its .rr file)", beside, content.modified)
        return read_csv(companion).rr
    header = next((header for header in table.columns if plain_name(header) in RR_NAMES), None)
    if header is None:
        return beat_series(np.empty(0, "datetime64[ns]"), np.empty(0))
    rr_ms = _numbers(table[header]) * RR_NAMES[plain_name(header)]
    known = ~np.isnan(rr_ms)
    return beat_series(times[known], rr_ms[known])


def _laps(content: Content, samples: pd.DataFrame) -> tuple[Lap, ...]:
    beside = content.companions.get(".laps")
    if beside is None:
        return ()
    rows = csv.DictReader(io.StringIO(_decoded(beside)))
    stretches = (
        (start, instant(row.get("end") or ""), row.get("label") or "")
        for row in rows
        if (start := instant(row.get("start") or "")) is not None
    )
    return laps_within(samples, stretches)


def _sport(table: pd.DataFrame) -> str:
    words = set(table["sport"].dropna()) if "sport" in table else set()
    return words.pop() if len(words) == 1 and words <= set(SPORTS) else "other"


def _left_out(table: pd.DataFrame) -> tuple[str, ...]:
    known = {*TIME_NAMES, *ELAPSED_NAMES, *RR_NAMES, "sport", ""}
    unknown = [
        header
        for header in table.columns
        if meaning(header) is None and plain_name(header) not in known
    ]
    return (f"columns left out: {', '.join(unknown[:20])}",) if unknown else ()


def _no_numbers(table: pd.DataFrame) -> tuple[str, ...]:
    """Return in words how many cells of known columns are neither empty nor a number."""
    known = [table[header] for header in table.columns if meaning(header) is not None]
    lost = sum(int(column.notna().sum() - (~np.isnan(_numbers(column))).sum()) for column in known)
    return (f"{lost} cells that are no numbers left out",) if lost else ()


def _listed(table: pd.DataFrame) -> str:
    return ", ".join(repr(header[:30]) for header in table.columns[:12])
