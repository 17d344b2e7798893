"""The period that runs, as the pages of the squad tell it."""

from twin.protocols import Live
from twin.records import Period


def running_period(live: Live) -> Period | None:
    """Return the period that runs, None between periods."""
    running = (period for period in reversed(live.periods()) if period.end is None)
    return next(running, None)


def told_period(period: Period | None) -> dict[str, str]:
    """Return the name and the start of a period; nothing for None.

    Examples
    --------
    >>> told_period(None)
    {}
    """
    return {"name": period.name, "start": period.start.isoformat()} if period is not None else {}
