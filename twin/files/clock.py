"""When a recording without a date began."""

import re
from datetime import UTC, datetime

from twin.files.content import Content

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[_T ](\d\d)[-:.]?(\d\d)(?:[-:.]?(\d\d))?)?")


def elapsed_start(content: Content) -> tuple[datetime, str]:
    """Return when a recording began that counts seconds only, and words on how that is known.

    The date in the file's name is taken as UTC; without one it is the file's modification time.

    Examples
    --------
    >>> named = Content("ramp_2021-01-04_17-20-00-0.csv", b"", datetime(2026, 1, 1, tzinfo=UTC))
    >>> elapsed_start(named)[0].isoformat()
    '2021-01-04T17:20:00+00:00'
    """
    for found in _DATE.finditer(content.name):
        try:
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
            start = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            continue
        return (
            start,
            f"times count from the start: taken from the file's name, {start:%Y-%m-%d %H:%M:%S} UTC",
        )
    start = content.modified.replace(microsecond=0)
    return start, (
        f"times count from the start, which is not given: the file's modification time, "
        f"{start:%Y-%m-%d %H:%M:%S} UTC, stands for it"
    )
