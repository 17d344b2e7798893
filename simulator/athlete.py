"""The simulated body: known truth of each athlete, and heart-rate dynamics of the whole squad.

The heart follows a demand through a dead time and two lags in series (the second-order form
fits better than the first: Wang and Hunt 2021, doi:10.1186/s12938-021-00875-7).
The numbers are the simulator's own; nothing here is shared with the models of `twin`.
"""

from dataclasses import dataclass, fields

import numpy as np

from simulator.noise import Noise, generator
from twin.records import Floats

_EASE_LOAD = 0.08  # share of critical load over which upright rest turns into exercise
_SATURATION_BPM = 2.5  # how softly demand bends into the maximal heart rate
_WANDER_TAU_S = 100.0  # autocorrelation time of what no workload explains
_DRIFT_LIMIT_H = 2.0  # drift grows no more after this much work
_HISTORY_S = 16  # longest dead time that fits


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one simulated athlete in one session, for estimators to find again.

    The load is power [W] in cycling and flat-ground speed [m/s] in all other sports.

    Parameters
    ----------
    sport, sex : str
        As in `twin.records.Athlete`.
    mass_kg : float
        Body mass. [kg]
    max_hr, resting_hr, standing_hr, threshold_hr : float
        Limits of the heart rate, rate at rest and upright at rest, rate at critical load. [bpm]
    critical_load : float
        Critical power [W] or critical speed [m/s].
    reserve : float
        Work above critical load until exhaustion, W prime [J] or D prime [m].
    hr_intercept, hr_gain : float
        Steady heart rate = intercept + gain * load, above a third of critical load.
        [bpm, bpm per W or bpm per m/s]
    tau_up_s, tau_down_s, tau_second_s, dead_time_s : float
        First lag rising and falling, second lag, whole seconds of dead time. [s]
    day_offset_bpm : float
        Form of the day: added to the steady heart rate of the whole session. [bpm]
    drift_bpm_per_hour : float
        Rise at equal work, for the first two hours of work. [bpm/h]
    wander_bpm : float
        Standard deviation of what no workload explains, autocorrelation time 100 s. [bpm]
    rest_rmssd_ms : float
        RMSSD of the RR intervals at resting heart rate. [ms]
    strap_lag_s : float
        Time constant of the averaging inside the strap. [s]
    strap_clock_ppm : float
        Error of the strap's clock, on its RR intervals. [1e-6]
    """

    sport: str = "running"
    sex: str = "female"
    mass_kg: float = 62.0
    max_hr: float = 190.0
    resting_hr: float = 55.0
    standing_hr: float = 72.0
    threshold_hr: float = 168.0
    critical_load: float = 4.0
    reserve: float = 180.0
    hr_intercept: float = 76.0
    hr_gain: float = 23.0
    tau_up_s: float = 32.0
    tau_down_s: float = 48.0
    tau_second_s: float = 8.0
    dead_time_s: float = 4.0
    day_offset_bpm: float = 0.0
    drift_bpm_per_hour: float = 12.0
    wander_bpm: float = 2.0
    rest_rmssd_ms: float = 40.0
    strap_lag_s: float = 5.0
    strap_clock_ppm: float = 0.0

    def __post_init__(self) -> None:
        if not self.resting_hr < self.threshold_hr < self.max_hr:
            raise ValueError(
                f"expected resting_hr < threshold_hr < max_hr, got {self.resting_hr}, "
                f"{self.threshold_hr}, {self.max_hr} bpm"
            )
        if not 0 <= self.dead_time_s <= _HISTORY_S or self.dead_time_s % 1:
            raise ValueError(
                f"dead_time_s ({self.dead_time_s} s) must be whole seconds, 0 to {_HISTORY_S}"
            )


def draw_truth(seed: int, place: int, sport: str) -> Truth:
    """Return the truth of one athlete of the squad, plausible for the sport.

    The day's offset has a standard deviation of 11 bpm, the spread between days at equal work
    that real sessions show; the gain of running comes out near 23 bpm per m/s.
    """
    random = generator(seed, f"truth {place}")
    female = place % 2 == 0
    max_hr = round(float(np.clip(random.normal(191, 7), 172, 208)))
    resting = round(float(np.clip(random.normal(54, 6), 40, 70)))
    threshold = round(max_hr * float(random.uniform(0.86, 0.91)))
    critical, reserve = _capacity(random, sport, female)
    intercept = resting + float(random.uniform(*((30, 44) if sport == "cycling" else (12, 28))))
    return Truth(
        sport=sport,
        sex="female" if female else "male",
        mass_kg=round(float(random.normal(61 if female else 75, 5)), 1),
        max_hr=max_hr,
        resting_hr=resting,
        standing_hr=resting + float(random.uniform(10, 18)),
        threshold_hr=threshold,
        critical_load=critical,
        reserve=reserve,
        hr_intercept=intercept,
        hr_gain=(threshold - intercept) / critical,
        tau_up_s=float(random.uniform(24, 45)),
        tau_down_s=float(random.uniform(32, 75)),
        tau_second_s=float(random.uniform(5, 11)),
        dead_time_s=float(random.integers(2, 8)),
        day_offset_bpm=float(np.clip(random.normal(0, 11), -22, 22)),
        drift_bpm_per_hour=float(random.uniform(6, 20)),
        wander_bpm=float(random.uniform(1.2, 2.6)),
        rest_rmssd_ms=float(random.uniform(28, 75)),
        strap_lag_s=float(random.uniform(3, 8)),
        strap_clock_ppm=float(random.normal(0, 20)),
    )


def _capacity(random: np.random.Generator, sport: str, female: bool) -> tuple[float, float]:
    """Return critical load and the reserve above it."""
    if sport == "cycling":
        watts = random.normal(215 if female else 280, 22)
        return float(np.clip(watts, 150, 380)), float(random.uniform(12_000, 24_000))
    metres_per_second = random.normal(3.8 if female else 4.25, 0.3)
    return float(np.clip(metres_per_second, 3.0, 5.3)), float(random.uniform(120, 260))


class Truths:
    """The truths of a squad as columns: ``truths["max_hr"]`` has one number per athlete."""

    def __init__(self, truths: tuple[Truth, ...]) -> None:
        self.rows = truths
        numbers = [f.name for f in fields(Truth) if f.name not in ("sport", "sex")]
        self._columns = {n: np.array([getattr(t, n) for t in truths], float) for n in numbers}

    def __getitem__(self, name: str) -> Floats:
        return self._columns[name]

    def __len__(self) -> int:
        return len(self.rows)


class Hearts:
    """Heart rate of a squad, all athletes at once.

    Parameters
    ----------
    truths : Truths
        Who they are.
    seed : int
        Seed of the world.
    """

    def __init__(self, truths: Truths, seed: int) -> None:
        self._truths = truths
        self._rise, self._fall, self._second = (
            -np.expm1(-1 / truths[name]) for name in ("tau_up_s", "tau_down_s", "tau_second_s")
        )
        self._delay = truths["dead_time_s"].astype(int)
        self._noise = Noise(seed, "wander", len(truths), 1)
        self._wander = np.zeros(len(truths))
        self._work_h = np.zeros(len(truths))
        self._past = np.zeros((_HISTORY_S, len(truths)))
        self._lagged = self.steady(self._past[0], self._work_h)
        self._rate = self._lagged.copy()

    def settle(self, load: Floats) -> None:
        """Begin the session in the steady state of this load instead of at rest."""
        self._past[:] = load
        self._lagged = self.steady(load, self._work_h)
        self._rate = self._lagged.copy()

    def steady(self, load: Floats, work_h: Floats) -> Floats:
        """Return the heart rate that this load would lead to. [bpm]"""
        truth = self._truths
        exercising = -np.expm1(-load / (_EASE_LOAD * truth["critical_load"]))
        drift = truth["drift_bpm_per_hour"] * np.minimum(work_h, _DRIFT_LIMIT_H)
        exercise = truth["hr_intercept"] + truth["day_offset_bpm"] + drift - truth["standing_hr"]
        demand = truth["standing_hr"] + exercising * exercise + truth["hr_gain"] * load
        below = (truth["max_hr"] - demand) / _SATURATION_BPM
        rate: Floats = truth["max_hr"] - _SATURATION_BPM * np.logaddexp(0.0, below)
        return rate

    def advance(self, load: Floats) -> Floats:
        """Return the heart rate second by second under this load, shape (seconds, athletes)."""
        demand = self.steady(self._delayed(load), self._worked(load))
        truth = self._truths
        rate = np.empty_like(load)
        for row, wanted in enumerate(demand):
            gap = wanted - self._lagged
            self._lagged = self._lagged + np.where(gap > 0, self._rise, self._fall) * gap
            self._rate = self._rate + self._second * (self._lagged - self._rate)
            rate[row] = self._rate
        wandered = rate + self._wandering(len(load))
        bounded: Floats = np.minimum(np.maximum(wandered, truth["resting_hr"]), truth["max_hr"])
        return bounded

    def _delayed(self, load: Floats) -> Floats:
        both = np.concatenate([self._past, load])
        self._past = both[-_HISTORY_S:].copy()
        rows = np.arange(len(load))[:, None] + _HISTORY_S - self._delay
        delayed: Floats = both[rows, np.arange(load.shape[1])]
        return delayed

    def _worked(self, load: Floats) -> Floats:
        working = load > 0.2 * self._truths["critical_load"]
        hours = np.cumsum(np.concatenate([self._work_h[None], working / 3600]), axis=0)[1:]
        self._work_h = hours[-1]
        return hours

    def _wandering(self, seconds: int) -> Floats:
        keep = np.exp(-1 / _WANDER_TAU_S)
        steps = self._noise.draw(seconds)[:, 0] * np.sqrt(1 - keep**2) * self._truths["wander_bpm"]
        path: Floats = np.empty_like(steps)
        for row, step in enumerate(steps):
            self._wander = keep * self._wander + step
            path[row] = self._wander
        return path
