"""Samples in order of time, one for each instant: what had to be mended to get there is told."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.files.instants import counted, one_row_each
from twin.records import Floats, Times
from twin.schema import MEASURED_NAMES

# A recording may span days (an expedition, a forgotten watch), not months.
_LONGEST = np.timedelta64(60, "D")
_ZONE = r":\d\d.*(?:[Zz]|[+-]\d\d(?::?\d\d)?)$"


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Samples on a sorted UTC index, and what had to be mended to get there."""

    samples: pd.DataFrame
    warnings: tuple[str, ...]


def timeline(times: Times, columns: Mapping[str, Floats]) -> Timeline:
    """Return columns as samples in order of time.

    Parameters
    ----------
    times : ndarray of datetime64[ns]
        Instant of each row, UTC, in the order of the file; NaT where it could not be read.
    columns : mapping of str to ndarray
        Values of measured channels (`twin.schema.MEASURED`). NaN marks a missing value.

    Returns
    -------
    Timeline
        One row for each instant, in order.

    Notes
    -----
    Left out are rows without a time, and rows that lie more than 60 days from the median (a clock
    that jumped). Heart rate 0, or 1 throughout, is missing. Channels without a value are absent.
    Rows that share an instant become one or are spread over their second: see `one_row_each`.

    Examples
    --------
    >>> times = np.array(["2026-10-01T10:00:01", "2026-10-01T10:00:00"], "datetime64[ns]")
    >>> mended = timeline(times, {"heart_rate": np.array([0.0, 141.0])})
    >>> mended.samples["heart_rate"].tolist()
    [141.0, nan]
    >>> mended.warnings[0]
    'the clock stepped back 1 time: samples put in order of time'
    """
    times = times.astype("datetime64[ns]")
    rows, warnings = _rows_in_order(times)
    columns = dict(columns)
    if "heart_rate" in columns:
        columns["heart_rate"], told = _heart_rate(columns["heart_rate"])
        warnings += told
    kept = {name: columns[name][rows] for name in MEASURED_NAMES if name in columns}
    kept = {name: values for name, values in kept.items() if not np.isnan(values).all()}
    instants, kept, told = one_row_each(times[rows], kept)
    index = pd.DatetimeIndex(instants, name="time").tz_localize("UTC")
    return Timeline(pd.DataFrame(kept, index=index, dtype="float64"), (*warnings, *told))


def utc_times(seconds: Floats) -> Times:
    """Return Unix seconds as instants, NaN as NaT, exact to the microsecond.

    >>> str(utc_times(np.array([1.5]))[0])
    '1970-01-01T00:00:01.500000000'
    """
    known = np.isfinite(seconds) & (np.abs(seconds) < 9e9)  # what 64 bits of nanoseconds hold
    micros = np.round(np.where(known, seconds, 0.0) * 1e6).astype("int64")
    times = (micros * 1000).view("datetime64[ns]").copy()
    times[~known] = np.datetime64("NaT")
    return times


def utc_instants(texts: pd.Series) -> Times:
    """Return ISO 8601 texts as instants, UTC unless they have a zone; unreadable ones as NaT.

    >>> texts = pd.Series(["2026-10-01T12:00+02:00", "2026-10-01T10:00", "soon"])
    >>> utc_instants(texts).astype("datetime64[m]").astype(str).tolist()
    ['2026-10-01T10:00', '2026-10-01T10:00', 'NaT']
    """
    texts = texts.astype("object").astype("string").str.strip().str.replace(",", ".", regex=False)
    # Without its own zone a text would be given that of the text before it.
    zoneless = texts.str.contains(":", regex=False) & ~texts.str.contains(_ZONE)
    texts = texts.where(~zoneless.fillna(False), texts + "Z").astype("object")
    times = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce")
    return np.asarray(times.dt.tz_localize(None).to_numpy("datetime64[ns]"))


def _rows_in_order(times: Times) -> tuple[np.ndarray, list[str]]:
    warnings = []
    dated = ~np.isnat(times)
    if not dated.all():
        warnings.append(
            f"{counted(int((~dated).sum()), 'sample')} without a readable time left out"
        )
    rows = np.flatnonzero(dated)
    if not len(rows):
        return rows, warnings
    middle = np.sort(times[rows])[len(rows) // 2]
    far = np.abs(times[rows] - middle) > _LONGEST
    if far.any():
        example = str(times[rows][far][0])[:10]
        warnings.append(
            f"the clock jumped: {counted(int(far.sum()), 'sample')} left out that "
            f"would lie months away (such as {example})"
        )
        rows = rows[~far]
    backward = int((np.diff(times[rows]) < np.timedelta64(0)).sum())
    if backward:
        warnings.append(
            f"the clock stepped back {counted(backward, 'time')}: samples put in order of time"
        )
        rows = rows[np.argsort(times[rows], kind="stable")]
    return rows, warnings


def _heart_rate(values: Floats) -> tuple[Floats, list[str]]:
    known = ~np.isnan(values)
    if not known.any():
        return values, []
    if (values[known] <= 1).all():
        return np.full_like(values, np.nan), [
            "heart rate is 0 or 1 throughout: taken as not measured"
        ]
    zero = known & (values == 0)
    if not zero.any():
        return values, []
    told = f"heart rate is 0 in {counted(int(zero.sum()), 'sample')}: taken as missing"
    return np.where(zero, np.nan, values), [told]
