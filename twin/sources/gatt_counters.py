"""Counters that wrap, stand still and start again, as rates and sums.

A sensor counts turns or metres since it was switched on. What may be made of two readings is
decided here: differences modulo the counter's size, 0 after a standstill, nothing across a restart.
"""

import math

from twin.sources.gatt_movement import EVENTS_PER_S, Revolutions

_TICKS_WRAP = 65536
STANDSTILL_S = 4.0  # without a new turn for so long, somebody stands: below 15 turns a minute
FASTEST_PER_S = 25.0  # turns; a wheel at 50 m/s
FASTEST_M_S = 50.0


class TurnRate:
    """Turns per second from what a wheel or crank sensor counts.

    Parameters
    ----------
    count_bits : int
        Size of the sensor's counter: 16 for cranks, 32 for wheels.
    ticks_per_s : int
        Resolution of its event times. [1/s]

    Examples
    --------
    >>> rate = TurnRate(count_bits=16)
    >>> rate.update(Revolutions(65535, 65024), now_s=0.0)
    nan
    >>> rate.update(Revolutions(1, 512), now_s=1.0)  # both wrapped: 2 turns in 1024 ticks
    2.0
    """

    def __init__(self, *, count_bits: int, ticks_per_s: int = EVENTS_PER_S) -> None:
        self._count_wrap = 1 << count_bits
        self._ticks_per_s = ticks_per_s
        self._wrap_s = _TICKS_WRAP / ticks_per_s
        self.restart()

    def restart(self) -> None:
        """Forget what came before: after a gap nothing may be computed across it."""
        self._last: Revolutions | None = None
        self._event_s = math.nan  # when the last turn was heard of
        self._rate = math.nan

    def update(self, turns: Revolutions, *, now_s: float) -> float:
        """Return the rate as of now; NaN until it is known. [1/s]

        Parameters
        ----------
        turns : Revolutions
            As the sensor sent it.
        now_s : float
            When it came, on any clock that only goes forward. [s]
        """
        last, self._last = self._last, turns
        since_event_s = now_s - self._event_s
        if last is None:
            self._begin(now_s)
            return self._rate
        ticks = (turns.ticks - last.ticks) % _TICKS_WRAP
        count = (turns.count - last.count) % self._count_wrap
        if ticks == 0 and count == 0:
            if since_event_s > STANDSTILL_S:
                self._rate = 0.0
            return self._rate
        passed_s = ticks / self._ticks_per_s
        wrapped = since_event_s > 0.75 * self._wrap_s  # so the clock may have, unseen
        if wrapped or ticks == 0 or count > FASTEST_PER_S * max(passed_s, 1.0):
            self._begin(now_s)  # counts from 0 again, or nonsense
            return self._rate
        self._event_s = now_s
        self._rate = count / passed_s
        return self._rate

    def _begin(self, now_s: float) -> None:
        self._event_s, self._rate = now_s, math.nan


class Odometer:
    """Distance since the first reading of a counter that wraps and may start again.

    Parameters
    ----------
    wrap_m : float
        Where the sensor's counter starts from 0 again. [m]

    Examples
    --------
    >>> odometer = Odometer(wrap_m=1000.0)
    >>> [odometer.update(metres, now_s=now) for now, metres in enumerate((990.0, 998.0, 3.0))]
    [0.0, 8.0, 13.0]
    """

    def __init__(self, *, wrap_m: float) -> None:
        self._wrap_m = wrap_m
        self._sum_m = 0.0
        self._last: tuple[float, float] | None = None

    def update(self, reading_m: float, *, now_s: float) -> float:
        """Return the distance so far; a restart of the sensor adds nothing. [m]"""
        last, self._last = self._last, (reading_m, now_s)
        if last is not None:
            step_m = (reading_m - last[0]) % self._wrap_m
            if step_m <= FASTEST_M_S * max(now_s - last[1], 2.0):
                self._sum_m += step_m
        return self._sum_m
