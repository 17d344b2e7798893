"""A recording as the twin would have met it: one value a second, nothing from the future."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.model.demand import InputKind, Second
from twin.records import Floats, Recording
from twin.records.time_grid import grid_seconds, held_values
from twin.schema import ON_FOOT

HOLD_S = 10  # an older value is missing: smart recording writes every 2-7 s
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

    Examples
    --------
    >>> index = pd.to_datetime(["2026-10-01 10:00:00", "2026-10-01 10:00:02"], utc=True)
    >>> ride = Recording(pd.DataFrame({"heart_rate": [140.0, 142.0]}, index), "cycling")
    >>> laid = seconds_of(ride)
    >>> laid.input.heart_rate.tolist(), laid.input.power.tolist(), laid.kind.value
    ([140.0, 140.0, 142.0], [nan, nan, nan], 'none')
    """
    rate, power, speed, distance, latitude, longitude, altitude, cadence = channels_by_second(
        recording.samples,
        [
            "heart_rate",
            "power",
            "speed",
            "distance",
            "latitude",
            "longitude",
            "altitude",
            "cadence",
        ],
    )
    second = Second(
        heart_rate=rate,
        power=power,
        speed=_speed(speed, distance, latitude, longitude),
        altitude=altitude,
        cadence=cadence,
    )
    return Seconds(second, _best_kind(second, recording.sport))


def channels_by_second(samples: pd.DataFrame, names: Sequence[str]) -> list[Floats]:
    """Lay channels on the seconds of `seconds_of`, each in its own unit; NaN for what was not measured.

    >>> index = pd.to_datetime(["2026-10-01 10:00:00", "2026-10-01 10:00:02"])
    >>> channels_by_second(pd.DataFrame({"power": [200.0, 210.0]}, index), ["power", "speed"])
    [array([200., 200., 210.]), array([nan, nan, nan])]
    """
    if not samples.index.is_monotonic_increasing:  # a clock that was set back
        samples = samples.sort_index(kind="stable")
    elapsed = grid_seconds(pd.DatetimeIndex(samples.index))
    count = int(elapsed[-1]) + 1 if len(elapsed) else 0
    return [
        held_values(elapsed, samples[name].to_numpy(np.float64), count, hold_s=HOLD_S)
        if name in samples
        else np.full(count, np.nan)
        for name in names
    ]


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
    turn = longitude[_SPEED_WINDOW_S:] - longitude[:-_SPEED_WINDOW_S]
    east = (turn + np.pi) % (2 * np.pi) - np.pi  # across the date line too
    return np.asarray(_EARTH_RADIUS_M * np.hypot(north, east * np.cos(latitude[_SPEED_WINDOW_S:])))


def _covers(column: Floats) -> bool:
    return len(column) > 0 and bool(np.isfinite(column).mean() > _ENOUGH)


def _best_kind(second: Second, sport: str) -> InputKind:
    return available_kinds(second, sport)[0]


def available_kinds(second: Second, sport: str) -> list[InputKind]:
    """Return every workload these seconds know for more than half of them, best first; the last is NONE.

    >>> rate, power, unknown = np.full(9, 140.0), np.full(9, 200.0), np.full(9, np.nan)
    >>> [k.value for k in available_kinds(Second(rate, power, unknown, unknown, unknown), "cycling")]
    ['power', 'none']
    """
    kinds = []
    if _covers(second.power):
        kinds.append(InputKind.POWER)
    if _covers(second.speed):
        kinds.append(speed_kind(sport))
    if _covers(second.cadence):
        kinds.append(InputKind.CADENCE)
    return [*kinds, InputKind.NONE]


def speed_kind(sport: str) -> InputKind:
    """Return what speed means in a sport, one of `twin.schema.SPORTS`.

    >>> [speed_kind(sport).value for sport in ("running", "cycling", "rowing")]
    ['running speed', 'cycling speed', 'speed']
    """
    if sport in ON_FOOT:
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
