"""The quietest minutes of a stored session: variability as it is measured at rest."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from twin.physiology.alpha1 import MAX_ARTEFACT_SHARE
from twin.physiology.hrv import pnn50, poincare, rmssd, sdnn
from twin.physiology.hrv_spectrum import SHORTEST_S, BandPower, Spectrum, band_power, spectrum
from twin.physiology.rr_artefacts import Corrected, correct
from twin.protocols import Store
from twin.records import Athlete, Floats
from twin.state.review import Reviewed
from twin.state.review_heart import with_silences

WINDOW_S = 300.0  # as the Task Force has it for short recordings
REST_SHARE = 0.20  # of heart-rate reserve: sitting and standing stay below
_STEP_S = 30.0
_TRIES = 20  # the quietest windows, until one passes the gate


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """Variability of the quietest five minutes whose beats are sound.

    Parameters
    ----------
    start, end : datetime
        UTC.
    nn_ms : ndarray
        Beats after correction. [ms]
    artefact_share : float
        Corrected among them. [1]
    heart_rate : float
        Mean. [bpm]
    rest_below : float
        Heart rate below which this counts as rest for the athlete. [bpm]
    rmssd, sdnn, sd1, sd2 : float
        [ms]
    pnn50 : float
        [%]
    bands : BandPower
        NaN above rest, where it would say nothing. [ms2]
    spectrum : Spectrum
        Empty above rest.
    """

    start: datetime
    end: datetime
    nn_ms: Floats
    artefact_share: float
    heart_rate: float
    rest_below: float
    rmssd: float
    sdnn: float
    sd1: float
    sd2: float
    pnn50: float
    bands: BandPower
    spectrum: Spectrum

    @property
    def is_rest(self) -> bool:
        """Whether the heart was quiet enough to look at frequencies."""
        return self.heart_rate < self.rest_below


def rest_of(store: Store, reviewed: Reviewed) -> Rest | None:
    """Return the quietest five minutes; None without two minutes of beats of which 95 % are sound."""
    rr = store.rr(reviewed.session.id)
    if not len(rr):
        return None
    rr_ms, instants = with_silences(rr)
    for first, last in _quietest(rr_ms):
        found = correct(rr_ms[first:last])
        if found.share <= MAX_ARTEFACT_SHARE:
            return _measured(found, instants[first], instants[last - 1], reviewed.athlete)
    return None


def _measured(found: Corrected, start: pd.Timestamp, end: pd.Timestamp, athlete: Athlete) -> Rest:
    nn = found.nn_ms
    rate = 60_000 / float(np.mean(nn))
    below = athlete.resting_hr + REST_SHARE * (athlete.max_hr - athlete.resting_hr)
    quiet = nn if rate < below else nn[:0]
    return Rest(
        start.to_pydatetime(warn=False), end.to_pydatetime(warn=False), nn, found.share, rate, below,
        rmssd(nn), sdnn(nn), *poincare(nn), pnn50(nn), band_power(quiet), spectrum(quiet),
    )  # fmt: skip


def _quietest(rr_ms: Floats) -> list[tuple[int, int]]:
    """Return first and last row of windows without a silence, slowest heart first; of a short one the whole."""
    ends_s = np.cumsum(np.nan_to_num(rr_ms)) / 1000
    window_s = min(WINDOW_S, float(ends_s[-1]))
    if window_s < SHORTEST_S:
        return []
    starts = np.arange(0.0, ends_s[-1] - window_s + 1e-9, _STEP_S)
    first = np.searchsorted(ends_s, starts)
    last = np.searchsorted(ends_s, starts + window_s, side="right")
    silent = np.concatenate([[0], np.cumsum(np.isnan(rr_ms))])
    whole = silent[last] == silent[first]
    beats = np.where(whole, last - first, np.iinfo(np.int64).max)
    chosen = np.argsort(beats, kind="stable")[: min(_TRIES, int(whole.sum()))]
    return [(int(first[row]), int(last[row])) for row in chosen]
