"""Heart rate variability of a live squad: two minutes of beats of each athlete, with their gate."""

import numpy as np
import numpy.typing as npt

from twin.physiology.alpha1 import Window
from twin.physiology.breathing import breathing_rate
from twin.physiology.rr_artefacts import correct
from twin.records import Beats, Floats

NAMES = ("alpha1", "rmssd", "artefact_share", "beats_cover", "breathing")
_EVERY_S = 5  # a new reading of each athlete; a fifth of them every second, so no tick is heavy
_SILENT_S = 3.0  # more than the intervals say: beats are missing
_GONE_S = 15.0  # without a beat: what was read is no longer of now


class BeatWatch:
    """Follows the beats of every athlete; `values` has one line per name of `NAMES`.

    Parameters
    ----------
    athletes : int
        How many; `resize` takes more.
    """

    def __init__(self, athletes: int = 0) -> None:
        self.values: Floats = np.full((len(NAMES), 0), np.nan)
        self._windows: list[Window] = []
        self._last_ns = np.empty(0, np.int64)
        self._read_s = np.empty(0, np.int64)
        self.resize(athletes)

    def resize(self, athletes: int) -> None:
        """Make room for this many athletes."""
        new = athletes - len(self._windows)
        self.values = np.hstack([self.values, np.full((len(NAMES), new), np.nan)])
        self._windows += [Window()] * new
        self._last_ns = np.append(self._last_ns, np.zeros(new, np.int64))
        self._read_s = np.append(self._read_s, np.zeros(new, np.int64))

    def take(self, beats: Beats) -> None:
        """Take in beats as received, in order of time within an athlete."""
        if not len(beats):
            return
        instants = beats.time.astype("datetime64[ns]").astype(np.int64)
        for athlete in np.unique(beats.athlete).tolist():
            mine = beats.athlete == athlete
            rr, ends = beats.rr_ms[mine], instants[mine]
            waited_s = (ends[0] - self._last_ns[athlete]) * 1e-9 - rr[0] / 1000
            if abs(waited_s) > _SILENT_S:
                rr = np.append(np.nan, rr)
            self._windows[athlete] = self._windows[athlete].with_beats(rr)
            self._last_ns[athlete] = ends[-1]

    def read(self, members: npt.NDArray[np.int32], second: int) -> None:
        """Read the windows of those whose turn it is; `second` is of their own clock. [s]"""
        due = members[(members + second) % _EVERY_S == 0]
        for athlete in due[self._last_ns[due] > 0].tolist():
            if second - self._last_ns[athlete] * 1e-9 > _GONE_S:
                self.values[:, athlete] = np.nan
                continue
            window = self._windows[athlete]
            mended = correct(window.rr_ms)  # once for both
            now = window.reading(mended)
            cover_s = float(window.rr_ms.sum()) / 1000
            breaths = breathing_rate(mended).rate
            self.values[:, athlete] = now.alpha1, now.rmssd, now.artefact_share, cover_s, breaths
