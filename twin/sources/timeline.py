"""Recordings on one line of time, as a replay plays them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.records import Batch, Beats, Floats, Indices, Recording
from twin.schema import MEASURED_NAMES

LONGEST_GAP_NS = 30_000_000_000  # a longer stretch without a reading is not waited through ...
JUMP_NS = 1_000_000_000  # ... but takes this much of the recording's time

_Nanoseconds = npt.NDArray[np.int64]


class Timeline:
    """Samples and beats of several recordings in order of time.

    Played time counts from the first reading and leaves long gaps out.

    Parameters
    ----------
    recordings : sequence of Recording
        One per athlete, in the order of the athlete indices.

    Examples
    --------
    >>> index = pd.DatetimeIndex(["2026-10-01 10:00", "2026-10-01 11:00"], tz="UTC", name="time")
    >>> frame = pd.DataFrame({"heart_rate": [140.0, 120.0]}, index)
    >>> Timeline([Recording(frame)]).length_ns  # an hour's gap is jumped over in a second
    1000000000
    """

    def __init__(self, recordings: Sequence[Recording]) -> None:
        self._athlete, self._time_ns, self._values = _samples(recordings)
        self._beat_athlete, self._beat_ns, self._rr_ms = _beats(recordings)
        self._event_ns = np.unique(np.concatenate([self._time_ns, self._beat_ns]))
        gaps_ns = np.diff(self._event_ns, prepend=self._event_ns[:1])
        gaps_ns[gaps_ns > LONGEST_GAP_NS] = JUMP_NS
        self._event_played_ns = np.cumsum(gaps_ns)

    def __len__(self) -> int:
        """Return the number of instants with a sample or a beat."""
        return len(self._event_ns)

    @property
    def length_ns(self) -> int:
        """Time it takes to play everything at speed 1. [ns]"""
        return int(self._event_played_ns[-1]) if len(self._event_ns) else 0

    def between(self, after_ns: int, until_ns: int) -> Batch:
        """Return what comes after one instant of played time until another, this included."""
        first, last = self._instant_ns(after_ns), self._instant_ns(until_ns)
        rows = _slice(self._time_ns, first, last)
        beats = _slice(self._beat_ns, first, last)
        return Batch(
            self._athlete[rows],
            self._time_ns[rows].view("datetime64[ns]"),
            self._values[:, rows].copy(),
            beats=Beats(
                self._beat_athlete[beats],
                self._beat_ns[beats].view("datetime64[ns]"),
                self._rr_ms[beats],
            ),
            now=np.datetime64(last, "ns"),
        )

    def _instant_ns(self, played_ns: int) -> int:
        """Return the recording's time at an instant of played time."""
        if played_ns < 0:
            return int(self._event_ns[0]) - 1
        event = int(np.searchsorted(self._event_played_ns, played_ns, "right")) - 1
        return int(self._event_ns[event] + played_ns - self._event_played_ns[event])


def _slice(time_ns: _Nanoseconds, after: int, until: int) -> slice:
    first, last = np.searchsorted(time_ns, [after, until], "right")
    return slice(int(first), int(last))


def _samples(recordings: Sequence[Recording]) -> tuple[Indices, _Nanoseconds, Floats]:
    lengths = [len(recording.samples) for recording in recordings]
    athlete = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    values = np.full((len(MEASURED_NAMES), len(athlete)), np.nan)
    for line, name in enumerate(MEASURED_NAMES):
        for index, recording in enumerate(recordings):
            if name in recording.samples:
                values[line, athlete == index] = recording.samples[name].to_numpy(np.float64)
    time_ns = _joined_ns([recording.samples.index for recording in recordings])
    order = np.argsort(time_ns, kind="stable")
    return athlete[order], time_ns[order], values[:, order]


def _beats(recordings: Sequence[Recording]) -> tuple[Indices, _Nanoseconds, Floats]:
    lengths = [len(recording.rr) for recording in recordings]
    athlete = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    rr_ms = np.concatenate([np.empty(0), *(r.rr.to_numpy(np.float64) for r in recordings)])
    time_ns = _joined_ns([recording.rr.index for recording in recordings])
    order = np.argsort(time_ns, kind="stable")
    return athlete[order], time_ns[order], rr_ms[order]


def _joined_ns(indexes: Sequence[pd.Index]) -> _Nanoseconds:
    instants = [pd.DatetimeIndex(index).as_unit("ns").asi8 for index in indexes]
    return np.concatenate([np.empty(0, np.int64), *instants])
