"""Where the football pitch lies, found from where its players are."""

from dataclasses import dataclass

import numpy as np

from twin.records import Floats

LENGTH_M, WIDTH_M = 105.0, 68.0  # Laws of the Game, law 1: the size of international matches
_TURNS_DEG = np.arange(0, 180, 5.0)
_FEWEST_POSITIONS = 60
_MARGIN = 1.2  # positions are noisy, and players leave the lines


@dataclass(frozen=True, slots=True)
class Pitch:
    """A pitch on a map in metres.

    Parameters
    ----------
    east_m, north_m : float
        Its centre. [m]
    turn_deg : float
        Direction of its long side, from east to north. [deg]
    """

    east_m: float
    north_m: float
    turn_deg: float

    def on_map(self, along: Floats, across: Floats) -> tuple[Floats, Floats]:
        """Return places counted from the centre of the pitch as metres east and north.

        >>> east, north = Pitch(10.0, 0.0, 90.0).on_map(np.array([5.0]), np.array([0.0]))
        >>> float(round(east[0], 6)), float(round(north[0], 6))
        (10.0, 5.0)
        """
        cosine, sine = np.cos(np.radians(self.turn_deg)), np.sin(np.radians(self.turn_deg))
        return (
            self.east_m + along * cosine - across * sine,
            self.north_m + along * sine + across * cosine,
        )

    def on_pitch(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        """Return places of the map as metres along and across from the centre of the pitch.

        >>> along, across = Pitch(10.0, 0.0, 90.0).on_pitch(np.array([10.0]), np.array([5.0]))
        >>> float(round(along[0], 6)), float(round(across[0], 6))
        (5.0, 0.0)
        """
        cosine, sine = np.cos(np.radians(self.turn_deg)), np.sin(np.radians(self.turn_deg))
        east, north = east - self.east_m, north - self.north_m
        return east * cosine + north * sine, north * cosine - east * sine


def pitch_of(east: Floats, north: Floats) -> Pitch | None:
    """Return the pitch around positions: the narrowest box that holds them all.

    Parameters
    ----------
    east, north : ndarray
        Positions of all players; NaN is left out. [m]

    Returns
    -------
    Pitch or None
        None for fewer than 60 positions, or where they do not fit any pitch.
    """
    known = ~np.isnan(east) & ~np.isnan(north)
    if known.sum() < _FEWEST_POSITIONS:
        return None
    turns = np.radians(_TURNS_DEG)
    cosine, sine = np.cos(turns)[:, None], np.sin(turns)[:, None]
    along = east[known] * cosine + north[known] * sine
    across = north[known] * cosine - east[known] * sine
    length, width = np.ptp(along, axis=1), np.ptp(across, axis=1)
    best = int(np.argmin(np.where(length >= width, length * width, np.inf)))
    if length[best] > LENGTH_M * _MARGIN or width[best] > WIDTH_M * _MARGIN:
        return None
    middle = Pitch(0.0, 0.0, float(_TURNS_DEG[best])).on_map(
        np.array([(along[best].max() + along[best].min()) / 2]),
        np.array([(across[best].max() + across[best].min()) / 2]),
    )
    return Pitch(float(middle[0][0]), float(middle[1][0]), float(_TURNS_DEG[best]))
