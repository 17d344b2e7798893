"""Rolling frames: the newest stretch of every athlete, in memory, for screens and steps."""

import threading

import numpy as np
import pandas as pd

from twin.records import Batch, Floats
from twin.schema import ALL_NAMES, CHANNELS, SIGNAL_NAMES
from twin.store.ring import Ring

CAPACITY = 7_500  # 5 min at 25 Hz; 125 min at 1 Hz
BEAT_CAPACITY = 4 * 90 * 60  # 90 min at 240 bpm
WAVE_CAPACITY = 20_000  # 2.5 min of ECG at 130 Hz
_UNITS = {name: CHANNELS[name].unit for name in ALL_NAMES}


class Rolling:
    """The newest samples of each athlete, all channels of `twin.schema.ALL_NAMES`.

    One thread appends while any number of threads read; a reader gets a copy.

    Parameters
    ----------
    athletes : int
        Number of athletes; `resize` changes it.
    capacity : int
        Rows kept per athlete.

    Examples
    --------
    >>> rolling = Rolling(athletes=1)
    >>> rolling.append(Batch.of([0], ["2026-10-01T10:00:00"], heart_rate=[141]))
    >>> rolling.frame(0, "10min")["heart_rate"].to_list()
    [141.0]
    """

    def __init__(self, athletes: int = 0, *, capacity: int = CAPACITY) -> None:
        self._lock = threading.Lock()
        self._samples = Ring(athletes, capacity, len(ALL_NAMES))
        self._beats = Ring(athletes, BEAT_CAPACITY, 1)
        self._waves = Ring(athletes, WAVE_CAPACITY, 2)  # signal, value

    @property
    def athletes(self) -> int:
        """Number of athletes."""
        return self._samples.athletes

    def resize(self, athletes: int) -> None:
        """Make room for another number of athletes; those who stay keep their rows."""
        with self._lock:
            self._samples = self._samples.resized(athletes)
            self._beats = self._beats.resized(athletes)
            self._waves = self._waves.resized(athletes)

    def clear(self, athlete: int) -> None:
        """Forget the rows of one athlete."""
        with self._lock:
            self._samples.clear(athlete)
            self._beats.clear(athlete)
            self._waves.clear(athlete)

    def append(self, batch: Batch) -> None:
        """Take in the rows, beats and waves of a batch.

        Raises
        ------
        IndexError
            If the batch names an athlete for whom there is no room; nothing is taken in.
        """
        rows = batch.values.T if batch.names == ALL_NAMES else _all_channels(batch)
        beats, waves = batch.beats, batch.waves
        with self._lock:
            self._samples.append(batch.athlete, batch.time, rows)
            if len(beats):
                self._beats.append(beats.athlete, beats.time, beats.rr_ms[:, np.newaxis])
            if len(waves):
                values = np.column_stack([waves.signal, waves.value])
                self._waves.append(waves.athlete, waves.time, values)

    def frame(self, athlete: int, window: str | float = "10min") -> pd.DataFrame:
        """Return the samples of the newest stretch of time of one athlete.

        Parameters
        ----------
        athlete : int
            Index in the squad.
        window : str or float
            Length counted back from the athlete's newest sample: words such as ``"10min"``, or a
            number. [s]

        Returns
        -------
        DataFrame
            On a sorted UTC index named ``time``; channels that are all NaN are left out; units in
            ``attrs["units"]``.
        """
        batch = self._read(athlete, window)
        index = pd.DatetimeIndex(batch.time, name="time", tz="UTC")
        kept = np.asarray(~np.isnan(batch.values).all(axis=1))
        names = [name for name, keep in zip(ALL_NAMES, kept, strict=True) if keep]
        frame = pd.DataFrame(batch.values[kept].T, index=index, columns=names, copy=False)
        frame.attrs["units"] = {name: _UNITS[name] for name in names}
        return frame

    def tail(self, athlete: int, since: np.datetime64) -> Batch:
        """Return the rows of one athlete later than an instant, in order of time."""
        with self._lock:
            slots = self._samples.newest(athlete, since)
            times = self._samples.times(slots, athlete)
            rows = self._samples.values(slots, athlete)
        return Batch(np.full(len(slots), athlete, np.int32), times, rows.T, ALL_NAMES)

    def beats(self, athlete: int, window: str | float = "10min") -> pd.Series:
        """Return the RR intervals of the newest stretch of time, on their beats' instants. [ms]"""
        with self._lock:
            since = _window_start(self._beats, athlete, window)
            slots = self._beats.newest(athlete, since)
            times = self._beats.times(slots, athlete)
            rr_ms = self._beats.values(slots, athlete)[:, 0]
        return pd.Series(rr_ms, index=pd.DatetimeIndex(times, name="time", tz="UTC"), name="rr_ms")

    def waves(self, athlete: int, signal: str = "ecg", window: str | float = "10s") -> pd.Series:
        """Return the newest stretch of a fast signal, one of `twin.schema.SIGNALS`."""
        with self._lock:
            since = _window_start(self._waves, athlete, window)
            slots = self._waves.newest(athlete, since)
            times = self._waves.times(slots, athlete)
            signals, values = self._waves.values(slots, athlete).T
        mine = signals == SIGNAL_NAMES.index(signal)
        index = pd.DatetimeIndex(times[mine], name="time", tz="UTC")
        return pd.Series(values[mine], index=index, name=signal)

    def _read(self, athlete: int, window: str | float) -> Batch:
        with self._lock:
            since = _window_start(self._samples, athlete, window)
        return self.tail(athlete, since)


def _window_start(ring: Ring, athlete: int, window: str | float) -> np.datetime64:
    """Return the instant before the window; the window's last row is the athlete's newest."""
    newest = ring.last_time(athlete)
    if newest is None:
        return np.datetime64(0, "ns")
    length = pd.Timedelta(window) if isinstance(window, str) else pd.Timedelta(window, "s")
    return newest - length.to_timedelta64()


def _all_channels(batch: Batch) -> Floats:
    """Return the values as rows of `ALL_NAMES`, NaN for channels the batch does not hold."""
    rows = np.full((len(batch), len(ALL_NAMES)), np.nan)
    rows[:, [ALL_NAMES.index(name) for name in batch.names]] = batch.values.T
    return rows
