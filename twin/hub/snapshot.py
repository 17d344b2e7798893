"""How old every value is, and the tick that is built from it."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from twin.records import Codes, Floats, Indices, Reason, Times, utc
from twin.schema import STALE_AFTER_S

_NS = 1e-9


@dataclass(slots=True)
class Arrivals:
    """When each athlete's source last spoke, on its own clock and on the hub's.

    A replay plays an old recording, so the age of a value has two parts: how far the source's own
    time has gone on since the value, and how long the source has been silent on the hub's clock.
    """

    source_time: Times = field(default_factory=lambda: np.empty(0, "datetime64[ns]"))
    hub_time: Times = field(default_factory=lambda: np.empty(0, "datetime64[ns]"))

    def resize(self, athletes: int) -> None:
        """Make room for this many athletes; new ones have not arrived yet."""
        missing = athletes - len(self.source_time)
        if missing > 0:
            nothing = np.full(missing, np.datetime64("NaT"), "datetime64[ns]")
            self.source_time = np.concatenate([self.source_time, nothing])
            self.hub_time = np.concatenate([self.hub_time, nothing])

    def note(self, athletes: Indices, source_now: np.datetime64, hub_now: np.datetime64) -> None:
        """Note that the source of these athletes spoke."""
        self.source_time[athletes] = source_now
        self.hub_time[athletes] = hub_now

    def instant(self, athlete: int) -> datetime:
        """Return the present instant of an athlete's source, UTC; the epoch before its first word."""
        time = self.source_time[athlete]
        return utc(np.datetime64(0, "ns") if np.isnat(time) else time)

    def latest(self, otherwise: np.datetime64) -> np.datetime64:
        """Return the newest instant of all sources; `otherwise` before the first word."""
        heard = self.source_time[~np.isnat(self.source_time)]
        return heard.max() if len(heard) else otherwise

    def newest(self) -> datetime:
        """Return the newest instant of all sources, UTC; the epoch before the first word."""
        return utc(self.latest(np.datetime64(0, "ns")))

    def age_s(self, measured: Times, hub_now: np.datetime64) -> Floats:
        """Return the age of values measured at these instants; NaN where there is none.

        Parameters
        ----------
        measured : ndarray of datetime64[ns], shape (channels, athletes)
            Instant of the last good value; NaT where there is none.
        hub_now : datetime64[ns]
            The hub's clock.

        Returns
        -------
        ndarray of float64, shape (channels, athletes)
            Age, 0 at least. [s]
        """
        silent = (hub_now - self.hub_time).astype("timedelta64[ns]")
        behind = self.source_time - measured
        age: Floats = (behind + silent).astype(np.int64) * _NS
        age[np.isnat(measured) | np.isnat(self.hub_time)] = np.nan
        return np.maximum(age, 0.0, out=age)


def with_age(quality: Floats, reason: Codes, age_s: Floats) -> tuple[Floats, Codes]:
    """Return quality and reasons with the age of the values taken into account.

    A value older than `STALE_AFTER_S` has quality 0 and the reason `Reason.STALE`; one never
    measured has quality 0 and `Reason.NOT_MEASURED`.

    Examples
    --------
    >>> quality, reason = with_age(
    ...     np.ones((1, 3)), np.zeros((1, 3), np.uint8), np.array([[0.5, 12.0, np.nan]])
    ... )
    >>> quality.tolist(), reason.tolist()
    ([[1.0, 0.0, 0.0]], [[0, 2, 1]])
    """
    stale = age_s > STALE_AFTER_S
    never = np.isnan(age_s)
    quality = np.where(stale | never, 0.0, quality)
    reason = np.where(stale, np.uint8(Reason.STALE), reason)
    return quality, np.where(never, np.uint8(Reason.NOT_MEASURED), reason).astype(np.uint8)
