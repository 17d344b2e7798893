"""Heart-rate variability and efficiency through a stored session."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.model.demand import InputKind
from twin.model.seconds import seconds_of
from twin.physiology.alpha1 import STEP_S, alpha1_windows
from twin.physiology.decoupling import WARM_UP_S, decoupling, efficiency_factor
from twin.physiology.steadiness import STEADY, variation
from twin.protocols import Store
from twin.records import Floats, Recording, Times
from twin.state.review import Reviewed
from twin.state.review_bests import output_of, times_of

_MOST_WINDOWS = 400  # of two minutes each: as many as a screen can tell apart
_SILENCE_S = 2.5  # longer between a beat and its interval is a silence of the strap
EFFICIENCY_S = 300  # moving seconds behind each point
_LEAST_MOVING_S = 1200  # below, halves say nothing


@dataclass(frozen=True, slots=True, eq=False)
class Variability:
    """Windows of two minutes through a session, one row each.

    Parameters
    ----------
    windows : DataFrame
        ``alpha1 sd rmssd heart_rate artefact_share reason`` on the UTC end of each window; NaN and
        a reason where the gate is closed.
    """

    windows: pd.DataFrame

    @property
    def open_share(self) -> float:
        """Share of windows that gave an alpha 1. [1]"""
        return float(self.windows["alpha1"].notna().mean())


@dataclass(frozen=True, slots=True, eq=False)
class Efficiency:
    """Output for each heartbeat, through a session.

    Parameters
    ----------
    kind : InputKind
        POWER [W/bpm], or what speed means in this sport [m/beat].
    times : ndarray of datetime64[ns]
        UTC.
    factor : ndarray
        Of the 5 min of movement before each instant.
    whole : float
        Of the session.
    decoupling : float
        Loss from the first to the second half; NaN below 20 min of movement, and where the work was not
        steady. [%]
    variation : float
        Spread of the half-minute means of work over their mean, after the first ten minutes. [1]
    """

    kind: InputKind
    times: Times
    factor: Floats
    whole: float
    decoupling: float
    variation: float

    @property
    def is_steady(self) -> bool:
        """Whether the work was even enough for a decoupling to mean something."""
        return not self.variation > STEADY


def variability_of(store: Store, reviewed: Reviewed) -> Variability | None:
    """Return HRV through a session from its stored beats; None without any."""
    rr = store.rr(reviewed.session.id)
    if not len(rr):
        return None
    rr_ms, instants = with_silences(rr)
    ends_s = np.cumsum(np.nan_to_num(rr_ms)) / 1000
    step_s = STEP_S * max(1.0, np.ceil(ends_s[-1] / _MOST_WINDOWS / STEP_S))
    rows = [
        (end, r.alpha1, r.sd, r.rmssd, r.heart_rate, r.artefact_share, r.reason)
        for end, r in alpha1_windows(rr_ms, step_s=step_s)
    ]
    names = ["alpha1", "sd", "rmssd", "heart_rate", "artefact_share", "reason"]
    windows = pd.DataFrame(rows, columns=["end_s", *names])
    at = np.searchsorted(ends_s, windows.pop("end_s"), side="right") - 1
    windows.index = pd.DatetimeIndex(instants[np.maximum(at, 0)], name="time")
    return Variability(windows)


def efficiency_of(reviewed: Reviewed) -> Efficiency | None:
    """Return efficiency and decoupling; None without heart rate, or without power and speed."""
    kind, output = output_of(reviewed.samples, reviewed.session.sport)
    seconds = seconds_of(Recording(reviewed.samples, sport=reviewed.session.sport))
    rate = seconds.input.heart_rate
    moving = np.flatnonzero((output > 0) & ~np.isnan(rate))
    if kind in (InputKind.NONE, InputKind.CADENCE) or len(moving) < EFFICIENCY_S:
        return None
    work, beats = np.cumsum(output[moving]), np.cumsum(rate[moving])
    # Power is told for each bpm; speed as the way of one beat.
    unit = 1.0 if kind is InputKind.POWER else 60.0
    factor = (work[EFFICIENCY_S:] - work[:-EFFICIENCY_S]) / (
        beats[EFFICIENCY_S:] - beats[:-EFFICIENCY_S]
    )
    uneven = variation(output[moving][WARM_UP_S:])
    tells = len(moving) >= _LEAST_MOVING_S and uneven <= STEADY
    drift = decoupling(output, rate) if tells else float("nan")
    times = times_of(reviewed.samples, moving[EFFICIENCY_S:])
    whole = unit * efficiency_factor(output[moving], rate[moving])
    return Efficiency(kind, times, unit * factor, whole, drift, uneven)


def with_silences(rr: pd.Series) -> tuple[Floats, pd.DatetimeIndex]:
    """Return intervals with a NaN where the strap was silent, and the instant of each."""
    index = pd.DatetimeIndex(rr.index)
    rr_ms = rr.to_numpy(np.float64)
    steps_s = np.diff(index.as_unit("ns").asi8) / 1e9
    silent = np.flatnonzero(steps_s - rr_ms[1:] / 1000 > _SILENCE_S) + 1
    repeated = np.sort(np.concatenate([np.arange(len(index)), silent]))
    return np.insert(rr_ms, silent, np.nan), index[repeated]
