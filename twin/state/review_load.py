"""What a stored session cost, by every measure that its channels and its athlete allow."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.archive import critical_powers
from twin.model.demand import InputKind
from twin.model.reserve import Capacities, critical_in
from twin.model.seconds import seconds_of
from twin.physiology.individual_load import threshold_load
from twin.physiology.power_load import exponentially_weighted_power, power_load
from twin.physiology.running import grade_adjusted_speed, running_load
from twin.physiology.training_load import held_s, lucia_trimp
from twin.physiology.zones import bounds_of
from twin.protocols import Store
from twin.records import Athlete, Floats, Recording, Session
from twin.schema import ON_FOOT
from twin.state.effort import effort_load
from twin.state.review import Reviewed
from twin.state.whatif_start import known_of
from twin.store import EmbeddedStore


@dataclass(frozen=True, slots=True, eq=False)
class Loads:
    """Measures of load; NaN where a channel or a parameter of the athlete is missing.

    Parameters
    ----------
    banister, edwards, lucia : float
        Training impulses. [au]
    phases : tuple of float
        Heart rates that stand for the two ventilatory thresholds of Lucia's measure. [bpm]
    threshold : float
        From heart rate; 100 is an hour at the athlete's threshold. [au]
    weighted_power, exponential_power : float
        Steady power that would have cost as much; NaN under 20 min. [W]
    power, speed : float
        100 is an hour at critical power, at critical speed on the flat. [au]
    critical_power : float
        Known when the session had been done, as the season counts; NaN where it is not. [W]
    effort : float
        Perceived exertion times minutes. [au]
    capacities : mapping
        Critical power and speed of the athlete, by `InputKind`: of the last test until then, else as
        the twin knows them today.
    """

    banister: float
    edwards: float
    lucia: float
    phases: tuple[float, float]
    threshold: float
    weighted_power: float
    exponential_power: float
    power: float
    speed: float
    critical_power: float
    effort: float
    capacities: Capacities


def loads_of(store: Store, reviewed: Reviewed) -> Loads | None:
    """Return what a completed session cost; None before it is completed."""
    summary, samples, athlete = reviewed.summary, reviewed.samples, reviewed.athlete
    if summary is None:
        return None
    capacities = known_of(store, athlete, reviewed.day).capacities
    watts, speed = power_of(reviewed), flat_speed_of(reviewed)
    held = held_s(samples["elapsed"].to_numpy(), samples["heart_rate"].to_numpy())
    bounds = bounds_of(athlete)
    phases = (float(bounds[2]), float(bounds[4]))
    critical_power = _critical_power(store, reviewed, capacities) if summary.power_s > 0 else np.nan
    is_long = np.isfinite(summary.weighted_power)
    return Loads(
        banister=summary.banister_trimp,
        edwards=summary.edwards_trimp,
        lucia=_lucia(samples["heart_rate"], held, phases),
        phases=phases,
        threshold=_threshold(samples["heart_rate"], held, athlete),
        weighted_power=summary.weighted_power,
        exponential_power=exponentially_weighted_power(watts) if is_long else np.nan,
        power=power_load(watts, critical_power) if critical_power > 0 else np.nan,
        speed=running_load(speed, capacities[InputKind.RUNNING].critical)
        if InputKind.RUNNING in capacities
        else np.nan,
        critical_power=critical_power,
        effort=_effort(store, reviewed.session),
        capacities=capacities,
    )


def _critical_power(store: Store, reviewed: Reviewed, capacities: Capacities) -> float:
    """Return the critical power known when the session had been done. [W]"""
    known = capacities.get(InputKind.POWER)
    is_tested = known is not None and "" < known.entered <= str(reviewed.day)
    if is_tested or not isinstance(store, EmbeddedStore):
        return critical_in(capacities)
    then = critical_powers(store, reviewed.athlete.id)
    return float(then.get(reviewed.session.id, critical_in(capacities)))


def power_of(reviewed: Reviewed) -> Floats:
    """Return power second by second, NaN where it is not known. [W]"""
    return seconds_of(Recording(reviewed.samples, sport=reviewed.session.sport)).input.power


def flat_speed_of(reviewed: Reviewed) -> Floats:
    """Return the speed on the flat that would cost as much, second by second; NaN but on foot. [m/s]"""
    samples, sport = reviewed.samples, reviewed.session.sport
    speed, grade = (samples[name].to_numpy(np.float64) for name in ("current_speed", "grade"))
    flat = grade_adjusted_speed(speed, grade) if sport in ON_FOOT else speed * np.nan
    table = pd.DataFrame({"speed": flat}, index=samples.index)
    return seconds_of(Recording(table, sport=sport)).input.speed


def _lucia(heart_rate: pd.Series, held: Floats, phases: tuple[float, float]) -> float:
    known = heart_rate.notna().to_numpy()
    if not held.any() or not np.isfinite(phases).all():
        return np.nan
    phase = np.searchsorted(phases, heart_rate.to_numpy()[known], side="right")
    return lucia_trimp(np.bincount(phase, held[known], minlength=3) / 60)


def _threshold(heart_rate: pd.Series, held: Floats, athlete: Athlete) -> float:
    threshold = athlete.threshold_hr
    if not held.any() or not athlete.resting_hr < threshold <= athlete.max_hr:
        return np.nan
    return threshold_load(
        heart_rate, held, resting_hr=athlete.resting_hr, max_hr=athlete.max_hr,
        threshold_hr=threshold, sex=athlete.sex,
    )  # fmt: skip


def _effort(store: Store, session: Session) -> float:
    if session.end is None:
        return np.nan
    load = effort_load(store.effort(session.id), (session.end - session.start).total_seconds())
    return np.nan if load is None else float(load)
