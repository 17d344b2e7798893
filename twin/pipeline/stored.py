"""Stored sessions: the live steps run over a whole recording, and what came of it in figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from twin.physiology.power_load import weighted_power
from twin.physiology.training_load import held_s
from twin.pipeline import clean, features
from twin.pipeline.bests import Best, bests
from twin.pipeline.windows import WindowSettings
from twin.records import Athlete, Batch, Floats
from twin.schema import ALL_NAMES, MEASURED_NAMES, ZONE_COUNT

MOVES_FROM = 0.5  # m/s; slower is standing
_SWIMS_FROM = 0.2  # m/s
MOVES_ACROSS_S = 10.0  # smart recording keeps a sample every 2 to 7 s; longer is a pause
_LEAST_WEIGHTED_S = 1200  # of power; less says nothing
_ZONES = tuple(f"time_in_zone_{zone}" for zone in range(1, ZONE_COUNT + 1))
_PIECE = 1000  # rows at once: few objects alive, the same result to the last bit


@dataclass(frozen=True, slots=True)
class Summary:
    """A session in figures; NaN where the channel was not measured.

    Parameters
    ----------
    duration_s : float
        From first to last sample, pauses included. [s]
    moving_time_s : float
        Time faster than 0.5 m/s (swimming: 0.2), pauses left out. [s]
    distance_m, ascent_m : float
        Covered and climbed. [m]
    mean_heart_rate, max_heart_rate : float
        Means are weighted by the time each value held, pauses left out. [bpm]
    mean_speed, max_speed : float
        The mean is over the time moving. [m/s]
    mean_power, max_power : float
        Zeros count. [W]
    mean_cadence : float
        Zeros do not count: nobody turned. [1/min]
    banister_trimp, edwards_trimp : float
        Training impulses. [au]
    time_in_zone_s : tuple of float
        Zones 1 to 5. [s]
    bests : tuple of Best
        Of each of `windows.AVERAGED` over 1 s to 3 h.
    weighted_power : float
        As `twin.physiology.power_load`; NaN under 20 min with power. [W]
    power_s : float
        Time with power, pauses left out; NaN without any. [s]
    heart_rate_s : float
        Time with heart rate, pauses left out: in a zone or below the first; NaN without any. [s]
    """

    duration_s: float
    moving_time_s: float
    distance_m: float
    ascent_m: float
    mean_heart_rate: float
    max_heart_rate: float
    mean_speed: float
    max_speed: float
    mean_power: float
    max_power: float
    mean_cadence: float
    banister_trimp: float
    edwards_trimp: float
    time_in_zone_s: tuple[float, ...]
    bests: tuple[Best, ...] = ()
    weighted_power: float = np.nan
    power_s: float = np.nan
    heart_rate_s: float = np.nan


def derive(
    samples: pd.DataFrame, athlete: Athlete, settings: WindowSettings | None = None
) -> pd.DataFrame:
    """Clean a stored session and add the derived channels, by the same steps as live.

    Parameters
    ----------
    samples : DataFrame
        Measured channels on a UTC index; those not recorded may be absent.
    athlete : Athlete
        Whose zones and weights count.
    settings : WindowSettings, optional
        What counts as a pause.

    Returns
    -------
    DataFrame
        Every column of `twin.schema.ALL_NAMES`, all NaN where nothing is known. Rows that are not
        newer than the one before are left out; values that cannot be true are NaN.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01 10:00", periods=3, freq="s", tz="UTC", name="time")
    >>> samples = pd.DataFrame({"heart_rate": [150, 152, 154]}, index=index)
    >>> derive(samples, Athlete("Ada"))["zone"].tolist()
    [3.0, 4.0, 4.0]
    """
    derived, pieces = features.start([athlete], settings), []
    for piece in _cleaned(samples, athlete):
        derived, found = features.step(derived, piece)
        pieces.append(found)
    return _joined(pieces, ALL_NAMES)


def cleaned(samples: pd.DataFrame, athlete: Athlete) -> pd.DataFrame:
    """Clean a stored session as `derive` does, and leave it at that; it takes half as long.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01 10:00", periods=3, freq="s", tz="UTC", name="time")
    >>> samples = pd.DataFrame({"altitude": [500.0, 900.0, 501.0]}, index=index)
    >>> cleaned(samples, Athlete("Ada"))["altitude"].tolist()
    [500.0, nan, 501.0]
    """
    return _joined(list(_cleaned(samples, athlete)), MEASURED_NAMES)


def _cleaned(samples: pd.DataFrame, athlete: Athlete) -> Iterator[Batch]:
    """Yield a session cleaned by the same steps as live, in pieces."""
    index = pd.DatetimeIndex(samples.index)
    time = index.tz_convert("UTC").tz_localize(None).to_numpy("datetime64[ns]")
    known = [name for name in MEASURED_NAMES if name in samples]
    channels: dict[str, Any] = {
        name: samples[name].to_numpy(np.float64, na_value=np.nan) for name in known
    }
    batch, state = Batch.of(np.zeros(len(time), np.int32), time, **channels), clean.start([athlete])
    for begin in range(0, len(batch), _PIECE):
        piece = batch.take(np.arange(begin, min(begin + _PIECE, len(batch))))
        state, piece, _ = clean.clean(state, piece)
        yield piece


def _joined(pieces: Sequence[Batch], names: Sequence[str]) -> pd.DataFrame:
    """Return pieces of a session as one table."""
    times = [np.empty(0, "datetime64[ns]"), *(piece.time for piece in pieces)]
    values = [np.empty((len(names), 0)), *(piece.values for piece in pieces)]
    index = pd.DatetimeIndex(np.concatenate(times), name="time").tz_localize("UTC")
    columns = list(names)
    return pd.DataFrame(np.concatenate(values, axis=1).T, index=index, columns=columns, copy=False)


def summary(
    derived: pd.DataFrame, athlete: Athlete, settings: WindowSettings | None = None
) -> Summary:
    """Sum up a session.

    Parameters
    ----------
    derived : DataFrame
        From `derive`.
    athlete : Athlete
        The same; the sport says what standing is.
    settings : WindowSettings, optional
        What counts as a pause.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01 10:00", periods=61, freq="s", tz="UTC", name="time")
    >>> samples = pd.DataFrame({"heart_rate": 150.0, "speed": 3.0}, index=index)
    >>> found = summary(derive(samples, Athlete("Ada")), Athlete("Ada"))
    >>> found.duration_s, found.moving_time_s, found.mean_heart_rate, found.time_in_zone_s[2]
    (60.0, 60.0, 150.0, 60.0)
    """
    settings = settings or WindowSettings()
    elapsed_s = derived["elapsed"].to_numpy()
    speed, heart_rate = (derived[n].to_numpy() for n in ("current_speed", "heart_rate"))
    moving_s = _moving_s(elapsed_s, speed, athlete.sport)
    turning = derived["cadence"].where(derived["cadence"] > 0).to_numpy()
    power = _by_second(elapsed_s, derived["power"].to_numpy())

    def mean(values: Floats) -> float:
        return _mean(values, held_s(elapsed_s, values, gap_s=settings.gap_s))

    return Summary(
        duration_s=_last(derived, "elapsed"),
        moving_time_s=float(moving_s.sum()) if not np.isnan(speed).all() else np.nan,
        distance_m=_last(derived, "session_distance"),
        ascent_m=_last(derived, "ascent"),
        mean_heart_rate=mean(heart_rate),
        max_heart_rate=float(derived["heart_rate"].max()),
        mean_speed=_mean(speed, moving_s),
        max_speed=float(derived["current_speed"].max()),
        mean_power=mean(derived["power"].to_numpy()),
        max_power=float(derived["power"].max()),
        mean_cadence=mean(turning),
        banister_trimp=_last(derived, "banister_trimp"),
        edwards_trimp=_last(derived, "edwards_trimp"),
        time_in_zone_s=tuple(_last(derived, name) for name in _ZONES),
        bests=bests(derived),
        weighted_power=weighted_power(power) if len(power) > _LEAST_WEIGHTED_S else np.nan,
        power_s=float(np.sum(~np.isnan(power))) if len(power) else np.nan,
        heart_rate_s=_held_in_all_s(elapsed_s, heart_rate, settings.gap_s),
    )


def _moving_s(elapsed_s: Floats, speed: Floats, sport: str) -> Floats:
    """Return how long each speed held that is not standing. [s]"""
    moves_from = _SWIMS_FROM if sport == "swimming" else MOVES_FROM
    return np.where(speed > moves_from, held_s(elapsed_s, speed, gap_s=MOVES_ACROSS_S), 0.0)


def _held_in_all_s(elapsed_s: Floats, values: Floats, gap_s: float) -> float:
    """Return how long values were known, pauses left out; NaN where none is. [s]"""
    return np.nan if np.isnan(values).all() else float(held_s(elapsed_s, values, gap_s=gap_s).sum())


def _mean(values: Floats, seconds: Floats) -> float:
    """Return the mean weighted by time; the plain value of a single sample."""
    if seconds.sum() > 0:
        return float(np.nansum(values * seconds) / seconds.sum())
    good = values[~np.isnan(values)]
    return float(good.mean()) if len(good) else np.nan


def _last(derived: pd.DataFrame, name: str) -> float:
    """Return the last known value of a running sum."""
    known = derived[name].dropna()
    return float(known.iloc[-1]) if len(known) else np.nan


def _by_second(elapsed_s: Floats, power: Floats) -> Floats:
    """Return power second by second up to its last reading, NaN in pauses; empty without any. [W]"""
    known = np.flatnonzero(~np.isnan(power + elapsed_s))
    if len(known) < 2:
        return np.empty(0)
    seconds = np.arange(int(elapsed_s[known[-1]]) + 1)
    last = known[np.maximum(np.searchsorted(elapsed_s[known], seconds, side="right") - 1, 0)]
    age_s = seconds - elapsed_s[last]
    return np.where((age_s >= 0) & (age_s <= MOVES_ACROSS_S), power[last], np.nan)
