"""Tables of morning measurements: the CSV of HRV4Training and of Elite HRV.

One row a day: heart rate at rest, RMSSD and SDNN become daily values; what is 0, ``-`` or empty was
not measured. Dates may stand as year-month-day or, as one app writes them, year-day-month.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date

from twin.errors import UnreadableFileError
from twin.files.columns import plain_name
from twin.files.content import Content
from twin.records import DailyValue
from twin.schema import DAILY

_DAY = ("date", "date_time_start")
_NAMES = {"hr": "resting_heart_rate", "rmssd": "rmssd", "sdnn": "sdnn"}
_RANGES = {channel.name: (channel.low, channel.high) for channel in DAILY}


def is_daily(content: Content) -> bool:
    """Tell whether a file is such a table, by its header.

    >>> from datetime import UTC, datetime
    >>> is_daily(Content("x.csv", b"date, time, HR,AVNN,SDNN,rMSSD,pNN50", datetime.now(UTC)))
    True
    """
    names = _header(content.data[:8192].decode("utf-8", "replace"))
    return bool({*_DAY} & {*names}) and "rmssd" in names and "hr" in names


def read_daily(content: Content) -> tuple[DailyValue, ...]:
    r"""Return the daily values of a table; of several on a day and name the last counts.

    Raises
    ------
    UnreadableFileError
        If no row has a date and a value.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> table = Content("x.csv", b"date,HR,rMSSD\n2026-10-01,48,62.5\n", datetime.now(UTC))
    >>> [(value.day.day, value.name, value.value) for value in read_daily(table)]
    [(1, 'resting_heart_rate', 48.0), (1, 'rmssd', 62.5)]
    """
    text = content.data.decode("utf-8-sig", "replace")
    names = _header(text)
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)][1:]
    source = "Elite HRV" if "lnrmssd" in names else "HRV4Training"
    day_at = min(names.index(name) for name in _DAY if name in names)
    rows = [row for row in rows if len(row) > max(1, day_at)]
    dates = _dates([row[day_at].strip()[:10] for row in rows])
    found: dict[tuple[date, str], DailyValue] = {}
    for day, row in zip(dates, rows, strict=True):
        for column, name in _NAMES.items():
            value = _value(row, names.index(column) if column in names else len(row), name)
            if day is not None and value is not None:
                found[day, name] = DailyValue(day, name, value, source)
    if not found:
        raise UnreadableFileError(f"{content.name}: {len(rows)} rows, none with a date and a value")
    return tuple(found.values())


def _header(text: str) -> list[str]:
    first = text.removeprefix("\ufeff").lstrip().partition("\n")[0]
    return [plain_name(cell) for cell in first.split(",")]


def _dates(texts: Sequence[str]) -> list[date | None]:
    """Return the dates; if one is none as year-month-day, all are year-day-month."""
    swapped = [f"{text[:4]}-{text[8:10]}-{text[5:7]}" for text in texts]
    straight = [_date(text) for text in texts]
    return [_date(text) for text in swapped] if None in straight and all(
        map(_date, swapped)
    ) else straight  # fmt: skip


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _value(row: Sequence[str], place: int, name: str) -> float | None:
    try:
        value = float(row[place])
    except (ValueError, IndexError):
        return None
    low, high = _RANGES[name]
    return value if low <= value <= high else None
