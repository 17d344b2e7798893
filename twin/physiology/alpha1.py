"""DFA alpha 1 while an athlete works: windows of two minutes, each with its gate.

Its thresholds (0.75 and 0.5) miss those of gas exchange by -10 +- 16 bpm (Eronen et al. 2024): show
a trend with its band, never "your threshold". Intervals of optical wrist sensors are of no use.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.linalg import solveh_banded

from twin.physiology.hrv import dfa_alpha1, rmssd
from twin.physiology.rr_artefacts import Corrected, correct
from twin.records import Floats

WINDOW_S, STEP_S = 120.0, 5.0
MAX_ARTEFACT_SHARE = 0.05
_LEAST_COVER = 0.90  # of the window that intervals must fill
_LEAST_BEATS = 64
_SMOOTHNESS = 500.0  # of the trend that is taken off, as in the studies that set the thresholds
ALPHA1_SD = 0.10  # of one window of 200 beats, by simulation: 0.07 for noise to 0.10 at 1.25


@dataclass(frozen=True, slots=True)
class Reading:
    """Alpha 1 of one window, and the variability of the same corrected beats.

    Parameters
    ----------
    alpha1 : float
        NaN where the gate is closed. [1]
    sd : float
        What chance alone does to a window of this length. [1]
    heart_rate : float
        Mean of the window, from its intervals. [bpm]
    artefact_share : float
        Share of intervals that were corrected. [1]
    rmssd : float
        NaN where too few intervals are there, or too many were corrected. [ms]
    reason : str
        Why the gate is closed; empty when it is open.
    """

    alpha1: float
    sd: float
    heart_rate: float
    artefact_share: float
    rmssd: float = float("nan")
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The RR intervals of the last two minutes of one athlete, oldest first.

    Examples
    --------
    >>> beats = 500 + np.cumsum(np.random.default_rng(1).normal(0, 2, 300))
    >>> Window().with_beats(beats[:60]).reading().reason
    'collecting beats: 30 of 120 s'
    >>> round(Window().with_beats(beats).reading().alpha1, 1)
    1.3
    """

    rr_ms: Floats = field(default_factory=lambda: np.empty(0))
    window_s: float = WINDOW_S

    def with_beats(self, rr_ms: npt.ArrayLike) -> "Window":
        """Return the window after more intervals; what is older than its length is dropped. [ms]

        A silence of the strap (NaN) begins the window anew.

        >>> Window().with_beats([800.0, float("nan"), 810.0]).rr_ms
        array([810.])
        """
        rr = np.concatenate([self.rr_ms, np.asarray(rr_ms, np.float64)])
        silent = np.flatnonzero(np.isnan(rr))
        rr = rr[silent[-1] + 1 :] if len(silent) else rr
        age_s = (np.cumsum(rr[::-1])[::-1] - rr) / 1000
        return Window(rr[age_s < self.window_s], self.window_s)

    def reading(self, mended: Corrected | None = None) -> Reading:
        """Return alpha 1 of the window, or why there is none; `mended` is its `correct`, if at hand."""
        rr = self.rr_ms
        covered_s = float(rr.sum()) / 1000
        rate = 60 * len(rr) / covered_s if covered_s else float("nan")
        mended = mended or correct(rr)
        missing = float("nan")
        if covered_s < _LEAST_COVER * self.window_s or len(rr) < _LEAST_BEATS:
            reason = f"collecting beats: {covered_s:.0f} of {self.window_s:.0f} s"
            return Reading(missing, missing, rate, mended.share, reason=reason)
        if mended.share > MAX_ARTEFACT_SHARE:
            reason = f"{mended.share:.0%} of beats corrected, at most {MAX_ARTEFACT_SHARE:.0%}"
            return Reading(missing, missing, rate, mended.share, reason=reason)
        variation = rmssd(mended.nn_ms)
        if np.ptp(mended.nn_ms) == 0:
            reason = "no variation"
            return Reading(missing, missing, rate, mended.share, variation, reason)
        alpha1 = dfa_alpha1(detrended(mended.nn_ms))
        sd = ALPHA1_SD * float(np.sqrt(200 / len(mended.nn_ms)))
        return Reading(alpha1, sd, rate, mended.share, variation)


def detrended(nn_ms: npt.ArrayLike, *, smoothness: float = _SMOOTHNESS) -> Floats:
    """Take a smooth trend off NN intervals [1]_.

    Parameters
    ----------
    nn_ms : array_like
        Without NaN. [ms]
    smoothness : float
        Larger takes off only slower changes. [1]

    Returns
    -------
    ndarray
        About zero; fewer than three intervals only lose their mean. [ms]

    Raises
    ------
    ValueError
        If an interval is NaN.

    References
    ----------
    .. [1] Tarvainen, Ranta-aho, Karjalainen 2002, doi:10.1109/10.979357.

    Examples
    --------
    >>> bool(np.abs(detrended(np.linspace(500, 600, 200))).max() < 1e-6)
    True
    """
    nn = np.asarray(nn_ms, np.float64)
    if np.isnan(nn).any():
        raise ValueError(f"{np.isnan(nn).sum()} intervals are NaN: expected corrected ones, 0 NaN")
    count = len(nn)
    if count < 3:
        return nn - nn.mean() if count else nn
    middle = np.full(count, 6.0)
    middle[[0, -1]], middle[[1, -2]] = 1.0, 5.0
    near = np.full(count, -4.0)
    near[[1, -1]] = -2.0
    if count == 3:
        middle[1], near[1] = 4.0, -2.0
    bands = smoothness**2 * np.stack([np.ones(count), near, middle])
    bands[2] += 1.0
    return np.asarray(nn - solveh_banded(bands, nn))


def alpha1_windows(
    rr_ms: npt.ArrayLike, *, window_s: float = WINDOW_S, step_s: float = STEP_S
) -> Iterator[tuple[float, Reading]]:
    """Yield alpha 1 of a recorded session, step by step.

    Parameters
    ----------
    rr_ms : array_like
        RR intervals as received; NaN marks a silence of the strap of unknown length. [ms]
    window_s, step_s : float
        Length of a window, and from one to the next. [s]

    Yields
    ------
    end_s : float
        End of the window in time covered by intervals. [s]
    reading : Reading
        As live: nothing after the end of the window is used.

    Examples
    --------
    >>> rr = 800 + 20 * np.sin(np.arange(600) / 3)  # 480 s, a window every 5 s
    >>> [round(end) for end, _ in alpha1_windows(rr)][:3], len(list(alpha1_windows([])))
    ([5, 10, 15], 0)
    """
    rr = np.asarray(rr_ms, np.float64)
    ends = np.cumsum(np.nan_to_num(rr)) / 1000
    window, done = Window(window_s=window_s), 0
    for end in np.arange(step_s, ends[-1] if len(ends) else 0.0, step_s):
        until = int(np.searchsorted(ends, end, side="right"))
        window = window.with_beats(rr[done:until])
        done = until
        yield float(end), window.reading()
