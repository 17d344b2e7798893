"""Faults of a track: positions off the way that nobody can have gone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.physiology.gps import distance_m, top_speed
from twin.records import Edit, Floats, Proposal, utc

_LONGEST_S = 120.0  # off the way; what stays away longer is where the athlete is
_BRIDGED_S = 30.0
_SEARCHING_S = 60.0  # after the start: the receiver has not found its place yet
_SLACK_M = 30.0  # of the receiver, beside what the device's own distance says
_DETOUR_M = 15.0
_STRETCH = 3.0  # times the device's own distance, which cuts corners and lags


def track_faults(samples: pd.DataFrame, sport: str) -> Iterator[Proposal]:
    """Yield the jumps of a track, with the edit that mends each.

    Parameters
    ----------
    samples : DataFrame
        As stored, on a sorted UTC index; a track without positions has no jumps.
    sport : str
        Sets the fastest believable speed.

    Notes
    -----
    A jump leaves the way faster than the sport allows, or by 30 m and three times what the device's
    own distance says, and is back within two minutes. Positions of the first minute from which the
    rest cannot be reached are a jump as well: the receiver was still searching.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01", periods=5, freq="s", tz="UTC", name="time")
    >>> north = [47.0, 47.00003, 47.005, 47.00009, 47.00012]  # 3.3 m/s, and 550 m off the way
    >>> (jump,) = track_faults(pd.DataFrame({"latitude": north, "longitude": 8.0}, index), "running")
    >>> jump.samples, round(jump.before), round(jump.after)
    (1, 1099, 7)
    """
    track = _Track.of(samples, sport)
    steps = track.too_far()
    done = 0
    for place, first in enumerate(steps):
        if first < done:
            continue
        stop = track.back(first - 1, steps[place + 1 :])
        if stop:
            done = stop + 1
            if track.detour_m(first, stop) >= _DETOUR_M:  # else a fix that came late
                yield track.mended(first, stop)
        elif done == 0 and track.seconds[first] - track.seconds[0] <= _SEARCHING_S:
            yield track.searched(first)
            done = first + 1


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """Known positions, their seconds, the device's own distance, and the fastest possible."""

    index: pd.DatetimeIndex
    latitude: Floats
    longitude: Floats
    seconds: Floats
    counted_m: Floats
    top_speed: float

    @classmethod
    def of(cls, samples: pd.DataFrame, sport: str) -> "_Track":
        names = ["latitude", "longitude", "distance"]
        known = samples.reindex(columns=names).dropna(subset=names[:2])
        index = pd.DatetimeIndex(known.index)
        north, east, counted = known.to_numpy(np.float64).T
        return cls(index, north, east, index.as_unit("ns").asi8 / 1e9, counted, top_speed(sport))

    def way_m(self, rows: slice | list[int]) -> float:
        """Return the way along positions. [m]"""
        north, east = self.latitude[rows], self.longitude[rows]
        return float(distance_m(north[:-1], east[:-1], north[1:], east[1:]).sum())

    def detour_m(self, first: int, stop: int) -> float:
        """Return by how much the way over these rows is longer than the straight line. [m]"""
        return self.way_m(slice(first - 1, stop + 1)) - self.way_m([first - 1, stop])

    def too_far(self) -> list[int]:
        """Return the rows that cannot be reached from the row before."""
        if len(self.seconds) < 2:
            return []
        one, other = slice(0, -1), slice(1, None)
        way = distance_m(
            self.latitude[one], self.longitude[one], self.latitude[other], self.longitude[other]
        )
        allowed = self._allowed_m(np.diff(self.seconds), np.diff(self.counted_m))
        return (np.flatnonzero(way > allowed) + 1).tolist()

    def back(self, base: int, steps: list[int]) -> int:
        """Return the first of these rows that can be reached from `base`; 0 if none is in time."""
        for row in steps:
            if self.seconds[row] - self.seconds[base] > _LONGEST_S:
                break
            if distance_m(*self._at(base), *self._at(row)) <= self._allowed(base, row):
                return row
        return 0

    def _allowed_m(self, seconds: Floats, counted_m: Floats) -> Floats:
        fastest = self.top_speed * np.maximum(seconds, 1.0)
        told = np.where(np.isnan(counted_m), np.inf, _SLACK_M + _STRETCH * np.abs(counted_m))
        return np.minimum(fastest, told)

    def _allowed(self, base: int, row: int) -> float:
        seconds, counted = (np.diff(line[[base, row]]) for line in (self.seconds, self.counted_m))
        return float(self._allowed_m(seconds, counted)[0])

    def mended(self, first: int, stop: int) -> Proposal:
        """Return the proposal for the rows from `first` until before `stop`."""
        lasts_s = self.seconds[stop] - self.seconds[first - 1]
        there = self.way_m(slice(first - 1, stop + 1))
        straight = self.way_m([first - 1, stop])
        off = float(distance_m(*self._at(first - 1), *self._at(first)))
        why = f"position jumps {off:.0f} m off the way for {lasts_s:.0f} s"
        kind = "bridge" if lasts_s <= _BRIDGED_S else "clear"
        allowed = float(self._allowed_m(np.diff(self.seconds[[first - 1, first]]),
                                        np.diff(self.counted_m[[first - 1, first]]))[0])  # fmt: skip
        sure = 1 - allowed / (2 * max(off, allowed))
        after = straight if kind == "bridge" else np.nan
        return Proposal(
            "GPS jump", self._edit(kind, first, stop, why), stop - first, there, after, sure
        )

    def searched(self, stop: int) -> Proposal:
        """Return the proposal to leave out the positions before `stop`."""
        off = float(distance_m(*self._at(stop - 1), *self._at(stop)))
        why = f"first positions are {off:.0f} m away: the receiver was searching"
        return Proposal("GPS jump", self._edit("clear", 0, stop, why), stop, off, np.nan, 0.6)

    def _at(self, row: int) -> tuple[float, float]:
        return float(self.latitude[row]), float(self.longitude[row])

    def _edit(self, kind: str, first: int, stop: int, why: str) -> Edit:
        begin, end = (utc(self.index[row].to_datetime64()) for row in (first, stop - 1))
        return Edit(kind, "position", begin, end, reason=why)
