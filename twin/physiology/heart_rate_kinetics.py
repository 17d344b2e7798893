"""How heart rate follows work: a first-order answer, and a demand that the heart runs after.

These are the published forms, for comparison and for teaching. The twin forecasts with its own
bank of first-order answers (`twin.model`), because which of them an athlete's heart follows has
to be learnt.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.records import Floats

_TAU_S, _DELAY_S = 45.0, 10  # s; how a heart follows work
_SLOPE_S = 15  # over which its slope is taken


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """Heart rate that moves towards ``intercept + gain * work``, faster up than down [1]_ [2]_.

    Parameters
    ----------
    intercept : float
        Steady heart rate without work, extrapolated. [bpm]
    gain : float
        Steady heart rate per unit of work: 24.2 +- 8.3 bpm/(m/s) on a treadmill [1]_, 0.20 to 0.29
        bpm/W in fitted rides. [bpm/W or bpm/(m/s)]
    tau_up_s, tau_down_s : float
        Time constants of rise and fall: 57.6 +- 23.6 s on a treadmill [1]_. [s]

    References
    ----------
    .. [1] Hunt, Fankhauser, Saengsuwan 2015, doi:10.1186/s12938-015-0112-7.
    .. [2] Wang and Hunt 2021, doi:10.1186/s12938-021-00875-7: a second order fits better.
    """

    intercept: float
    gain: float
    tau_up_s: float
    tau_down_s: float

    def steady(self, work: npt.ArrayLike) -> Floats:
        """Return the heart rate that lasting work leads to; NaN gives NaN. [bpm]

        >>> FirstOrder(60, 0.45, 30, 45).steady([200]).tolist()
        [150.0]
        """
        return self.intercept + self.gain * np.asarray(work, np.float64)

    def step(self, heart_rate: npt.ArrayLike, work: npt.ArrayLike, seconds: float = 1.0) -> Floats:
        """Return heart rate after one more step of Euler's method, for any number of athletes.

        Work that is NaN leaves heart rate as it is. [bpm]

        >>> FirstOrder(60, 0.45, 30, 45).step([90, 90], [200, float("nan")])  # 60 bpm to go, a thirtieth of it
        array([92., 90.])
        """
        now = np.asarray(heart_rate, np.float64)
        gap = np.nan_to_num(self.steady(work) - now)
        return now + gap * seconds / np.where(gap > 0, self.tau_up_s, self.tau_down_s)

    def simulate(self, work: npt.ArrayLike, start: float) -> Floats:
        """Return heart rate after each second of work, from `start`; NaN leaves it as it is. [bpm]

        Examples
        --------
        >>> ride = np.repeat([200.0, 100.0], 120)
        >>> FirstOrder(60, 0.45, 30, 45).simulate(ride, 70)[[29, 119, 239]].round(3)
        array([121.067, 148.631, 107.942])
        """
        line, now = [], np.asarray(start, np.float64)
        for value in np.asarray(work, np.float64):
            now = self.step(now, value)
            line.append(float(now))
        return np.array(line, np.float64)


@dataclass(frozen=True, slots=True)
class DemandPursuit:
    """Heart rate that pursues a demand, slower the nearer it is to its limits [1]_.

    Parameters
    ----------
    min_hr, max_hr : float
        Limits that heart rate approaches; 40 to 90 and 140 to 210 in the paper. [bpm]
    rate, demand_rate : float
        Logarithms of the speed of heart rate and of demand, -3 to 5. [log 1/min]
    near_min, near_max : float
        How much the limits slow it down, 0.1 to 3. [1]

    References
    ----------
    .. [1] Nazaret et al. 2023, doi:10.1038/s41746-023-00926-4. The demand of a workload is learnt by
       a network there; here it is given. Median error over whole workouts there: 6.1 bpm.
    """

    min_hr: float
    max_hr: float
    rate: float = 1.0
    demand_rate: float = 1.0
    near_min: float = 0.5
    near_max: float = 0.5

    def simulate(self, demand: npt.ArrayLike, start: float) -> Floats:
        """Return heart rate after each second, heart and demand both from `start`. [bpm]

        Parameters
        ----------
        demand : array_like
            Heart rate that the work asks for, one value a second; NaN keeps the last. [bpm]
        start : float
            Heart rate, and demand, at the beginning. [bpm]

        Examples
        --------
        >>> DemandPursuit(50, 190).simulate(np.full(300, 160.0), 80)[[29, 299]].round(3)
        array([113.641, 159.999])
        """
        rate, wanted, line = start, start, []
        for asked in np.asarray(demand, np.float64):
            room = (abs(rate - self.min_hr) / 60) ** self.near_min
            room *= (abs(self.max_hr - rate) / 60) ** self.near_max
            change = np.exp(self.rate) * room * (wanted - rate) / 60
            if not np.isnan(asked):
                wanted += np.exp(self.demand_rate) * (asked - wanted) / 60
            rate = rate + change
            line.append(rate)
        return np.array(line, np.float64)


def demand_of_heart(heart_rate: npt.ArrayLike) -> Floats:
    """Return the work a heart rate answers to, in its own unit: without the lag of a first order [1]_.

    Parameters
    ----------
    heart_rate : array_like
        One value a second; NaN is bridged. [bpm]

    Returns
    -------
    ndarray
        The heart rate that would be reached. NaN where there is no heart rate at all. [bpm]

    References
    ----------
    .. [1] Hunt, Fankhauser, Saengsuwan 2015, doi:10.1186/s12938-015-0112-7.

    Examples
    --------
    >>> rising = 150 - 30 * np.exp(-np.arange(120) / 45)  # towards 150 bpm, with 45 s
    >>> demand_of_heart(rising)[20:25].round()
    array([150., 150., 150., 150., 150.])
    """
    rate = np.asarray(heart_rate, np.float64)
    known = np.flatnonzero(~np.isnan(rate))
    if len(known) < 2 * _SLOPE_S:
        return np.full(len(rate), np.nan)
    even: Floats = np.convolve(
        np.pad(np.interp(np.arange(len(rate)), known, rate[known]), _SLOPE_S // 2, mode="edge"),
        np.ones(_SLOPE_S) / _SLOPE_S, "valid",
    )  # fmt: skip
    demand = np.maximum(even + _TAU_S * np.gradient(even), 1.0)
    return np.concatenate([demand[_DELAY_S:], np.repeat(demand[-1:], _DELAY_S)])
