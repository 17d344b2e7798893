"""What flows: samples of a squad as columns, with their beats and fast signals."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.records.plain import Codes, Floats, Indices, Times, rows_of
from twin.schema import MEASURED_NAMES


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """RR intervals, 0 to n in a second, so they travel beside the samples.

    Parameters
    ----------
    athlete : ndarray of int32, shape (n,)
        Index of the athlete in the squad.
    time : ndarray of datetime64[ns], shape (n,)
        Instant of the beat that ends the interval, UTC; no two of one athlete are equal.
    rr_ms : ndarray of float64, shape (n,)
        RR interval as received, unrounded. [ms]
    """

    athlete: Indices
    time: Times
    rr_ms: Floats

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """Values of fast signals, such as an ECG; a second has hundreds, so they travel beside the samples.

    Parameters
    ----------
    athlete : ndarray of int32, shape (n,)
        Index of the athlete in the squad.
    time : ndarray of datetime64[ns], shape (n,)
        Instant of the value, UTC, growing within an athlete and signal.
    signal : ndarray of uint8, shape (n,)
        Which signal: index into `twin.schema.SIGNALS`.
    value : ndarray of float64, shape (n,)
        As received, in the unit of the signal.
    """

    athlete: Indices
    time: Times
    signal: Codes
    value: Floats

    def __len__(self) -> int:
        return len(self.time)


NO_BEATS = Beats(np.empty(0, np.int32), np.empty(0, "datetime64[ns]"), np.empty(0))


NO_WAVES = Waves(NO_BEATS.athlete, NO_BEATS.time, np.empty(0, np.uint8), np.empty(0))


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What flows: readings of any number of athletes, as NumPy columns.

    One row per athlete and instant, in time order within an athlete; NaN = not measured.

    Parameters
    ----------
    athlete : ndarray of int32, shape (n,)
        Index of the athlete in the squad.
    time : ndarray of datetime64[ns], shape (n,)
        Instant of the reading, UTC.
    values : ndarray of float64, shape (len(names), n)
        One line per channel, in the units of `twin.schema`.
    names : tuple of str
        The channel of each line of `values`.
    beats : Beats
        RR intervals received with these readings.
    now : datetime64[ns] or None
        Clock of the source when it sent the batch; None stands for the newest time in it.
    waves : Waves
        Fast signals received with these readings.

    Examples
    --------
    >>> batch = Batch.of(athlete=[0, 1], time=["2026-10-01T10:00:00"] * 2, heart_rate=[141, 150])
    >>> batch["heart_rate"]
    array([141., 150.])
    >>> bool(np.isnan(batch["power"]).all())
    True
    """

    athlete: Indices
    time: Times
    values: Floats
    names: tuple[str, ...] = MEASURED_NAMES
    beats: Beats = NO_BEATS
    now: np.datetime64 | None = None
    waves: Waves = NO_WAVES

    @classmethod
    def of(
        cls,
        athlete: npt.ArrayLike,
        time: npt.ArrayLike,
        *,
        beats: Beats = NO_BEATS,
        now: np.datetime64 | None = None,
        **channels: npt.ArrayLike,
    ) -> "Batch":
        """Build a batch of measured channels from columns; those not named are NaN.

        Raises
        ------
        ValueError
            If a channel is not measured (see `twin.schema`) or has another length than `time`.

        Examples
        --------
        >>> Batch.of(athlete=[0], time=["2026-10-01T10:00:00"], power=[200])["power"]
        array([200.])
        """
        times = np.asarray(time, "datetime64[ns]")
        values = np.full((len(MEASURED_NAMES), len(times)), np.nan)
        rows = rows_of(MEASURED_NAMES)
        for name, column in channels.items():
            if name not in rows:
                raise ValueError(f"{name!r} is not a measured channel; known: {', '.join(rows)}")
            values[rows[name]] = column
        return cls(np.asarray(athlete, np.int32), times, values, beats=beats, now=now)

    def __len__(self) -> int:
        return len(self.time)

    @property
    def holds_something(self) -> bool:
        """Whether there are readings, beats or waves in it."""
        return bool(len(self.time) or len(self.beats) or len(self.waves))

    def __getitem__(self, name: str) -> Floats:
        """Return the column of one channel, a view into `values`, shape (n,)."""
        column: Floats = self.values[rows_of(self.names)[name]]
        return column

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Batch":
        """Return the batch with only these rows; beats and waves stay whole.

        >>> batch = Batch.of(athlete=[0, 1], time=["2026-10-01T10:00:00"] * 2, heart_rate=[141, 150])
        >>> batch.take(batch.athlete == 1)["heart_rate"]
        array([150.])
        """
        return Batch(
            self.athlete[rows], self.time[rows], self.values[:, rows],
            self.names, self.beats, self.now, self.waves,
        )  # fmt: skip

    def frame(self) -> pd.DataFrame:
        """Return the readings as a DataFrame on a UTC index, all-NaN channels left out.

        >>> batch = Batch.of(athlete=[0, 1], time=["2026-10-01T10:00:00"] * 2, heart_rate=[141, 150])
        >>> batch.frame().columns.tolist()
        ['athlete', 'heart_rate']
        """
        index = pd.DatetimeIndex(self.time, name="time").tz_localize("UTC")
        columns = {
            n: c for n, c in zip(self.names, self.values, strict=True) if not np.isnan(c).all()
        }
        return pd.DataFrame({"athlete": self.athlete, **columns}, index=index)
