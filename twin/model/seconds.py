"""A recording as the twin would have met it: one value a second, nothing from the future."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twin.model.demand import InputKind, Second
from twin.records import Floats, Recording

HOLD_S = 10  # an older value is missing: smart recording writes every 2-7 s
_LONGEST_PAUSE_S = 300.0  # some recordings span days
_SPEED_WINDOW_S = 5
_FASTEST = 30.0  # m/s, beyond it a position jumped
_EARTH_RADIUS_M = 6_371_008.8
_ENOUGH = 0.5  # share of the seconds a channel must cover to count as input


@dataclass(frozen=True, slots=True, eq=False)
class Seconds:
    """A recording on a grid of one second, each value held for at most 10 s.

    Parameters
    ----------
    input : Second
        Columns of equal length, NaN = not measured.
    kind : InputKind
        The best workload this recording knows.
    """

    input: Second
    kind: InputKind

    def __len__(self) -> int:
        return len(self.input.heart_rate)


def seconds_of(recording: Recording) -> Seconds:
    """Lay a recording on seconds, causally: each holds the last value, up to 10 s old.

    Parameters
    ----------
    recording : Recording
        Channels it lacks become NaN; an empty one gives zero seconds.

    Returns
    -------
    Seconds
        Speed is the device's own, else from its distance, else from positions. A pause longer
        than 5 min is shortened to 5 min.
    """
    samples = recording.samples
    if not samples.index.is_monotonic_increasing:  # a clock that was set back
        samples = samples.sort_index(kind="stable")
    index = samples.index
    elapsed = _without_long_pauses(
        np.asarray((index - index[:1].min()).total_seconds(), np.float64)
    )
    count = int(elapsed[-1]) + 1 if len(elapsed) else 0

    def column(name: str) -> Floats:
        if name not in samples:
            return np.full(count, np.nan)
        return _held(elapsed, samples[name].to_numpy(np.float64), count)

    second = Second(
        heart_rate=column("heart_rate"),
        power=column("power"),
        speed=_speed(column("speed"), column("distance"), column("latitude"), column("longitude")),
        altitude=column("altitude"),
        cadence=column("cadence"),
    )
    return Seconds(second, _best_kind(second, recording.sport))


def _without_long_pauses(elapsed_s: Floats) -> Floats:
    steps = np.diff(elapsed_s, prepend=elapsed_s[:1])
    return np.asarray(np.cumsum(np.minimum(steps, _LONGEST_PAUSE_S)))


def _held(elapsed_s: Floats, values: Floats, count: int) -> Floats:
    known = ~np.isnan(values)
    if not known.any():
        return np.full(count, np.nan)
    elapsed_s, values = elapsed_s[known], values[known]
    grid = np.arange(count)
    last = np.searchsorted(elapsed_s, grid, side="right") - 1
    age = np.where(last >= 0, grid - elapsed_s[last], np.inf)
    return np.where(age <= HOLD_S, values[last], np.nan)


def _speed(device: Floats, distance: Floats, latitude: Floats, longitude: Floats) -> Floats:
    if _covers(device):
        return device
    if _covers(distance):
        covered = distance[_SPEED_WINDOW_S:] - distance[:-_SPEED_WINDOW_S]
    else:
        covered = _ground(np.radians(latitude), np.radians(longitude))
    speed = np.full(len(device), np.nan)
    speed[_SPEED_WINDOW_S:] = np.clip(covered / _SPEED_WINDOW_S, 0, _FASTEST)
    return speed


def _ground(latitude: Floats, longitude: Floats) -> Floats:
    north = latitude[_SPEED_WINDOW_S:] - latitude[:-_SPEED_WINDOW_S]
    east = longitude[_SPEED_WINDOW_S:] - longitude[:-_SPEED_WINDOW_S]
    return np.asarray(_EARTH_RADIUS_M * np.hypot(north, east * np.cos(latitude[_SPEED_WINDOW_S:])))


def _covers(column: Floats) -> bool:
    return len(column) > 0 and bool(np.isfinite(column).mean() > _ENOUGH)


def _best_kind(second: Second, sport: str) -> InputKind:
    return available_kinds(second, sport)[0]


def available_kinds(second: Second, sport: str) -> list[InputKind]:
    """Return every workload these seconds know, best first; the last is always NONE."""
    kinds = []
    if _covers(second.power):
        kinds.append(InputKind.POWER)
    if _covers(second.speed):
        kinds.append(speed_kind(sport))
    if _covers(second.cadence):
        kinds.append(InputKind.CADENCE)
    return [*kinds, InputKind.NONE]


def speed_kind(sport: str) -> InputKind:
    """Return what speed means in a sport, one of `twin.schema.SPORTS`."""
    if sport in ("running", "walking", "football"):
        return InputKind.RUNNING
    return InputKind.CYCLING if sport == "cycling" else InputKind.SPEED


def side_by_side(columns: Sequence[Floats]) -> Floats:
    """Put columns of unequal length side by side, NaN below the short ones, shape (time, n).

    >>> side_by_side([np.array([1.0, 2.0]), np.array([3.0])])
    array([[ 1.,  3.],
           [ 2., nan]])
    """
    table = np.full((max((len(c) for c in columns), default=0), len(columns)), np.nan)
    for position, column in enumerate(columns):
        table[: len(column), position] = column
    return table
