"""A session of a team: where it was, the ground it covered, and what each of its athletes ran."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from twin.errors import TwinError
from twin.physiology.pitch import HeatMap, heat_map
from twin.physiology.team import (
    CUTOFF_HZ,
    HIGH_SPEED,
    SPRINT,
    count_efforts,
    distance_by_speed,
    filtered_speed,
    hull_area_m2,
)
from twin.protocols import Store
from twin.records import Athlete, Floats, Session, Times
from twin.state.pitch import LENGTH_M, WIDTH_M, Pitch, pitch_of
from twin.state.wire import Place

BOUNDS = (2.0, 4.0, HIGH_SPEED, SPRINT)  # m/s
ACCELERATION = 3.0  # m/s2
_HULL_EVERY_S = 5
_FEWEST = 3  # athletes a hull needs
_LONGEST_S = 1.0  # between two positions; more is a gap
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class Player:
    """What one athlete of a team did.

    Parameters
    ----------
    session, athlete : Session, Athlete
        As stored.
    bands_m : ndarray
        Way in each band of speed that `BOUNDS` cut. [m]
    top_speed : float
        [m/s]
    sprints : int
        Above `SPRINT`.
    accelerations : int or None
        Above `ACCELERATION`; None where positions come too seldom to tell.
    rate_hz : float
        Positions or speeds in a second.
    """

    session: Session
    athlete: Athlete
    bands_m: Floats
    top_speed: float
    sprints: int
    accelerations: int | None
    rate_hz: float


@dataclass(frozen=True, slots=True, eq=False)
class Team:
    """A session of several athletes.

    Parameters
    ----------
    players : tuple of Player
        By name.
    on_pitch : bool
        Whether a football pitch was found; else places count from the middle of the positions.
    length_m, width_m : float
        Of what is drawn. [m]
    heat : HeatMap or None
        Seconds of all athletes in each cell; None without positions.
    hull_times : ndarray of datetime64[ns]
        UTC.
    hull_m2 : ndarray
        Ground within the outermost athletes at that instant; NaN with fewer than three. [m2]
    """

    players: tuple[Player, ...]
    on_pitch: bool
    length_m: float
    width_m: float
    heat: HeatMap | None
    hull_times: Times
    hull_m2: Floats


def has_team(store: Store, session: Session) -> bool:
    """Tell whether others trained in the same session of a squad."""
    if not session.squad_session:
        return False
    near = store.sessions(since=session.start - _DAY, until=session.start + _DAY)
    return bool((near["squad_session"] == session.squad_session).sum() > 1)


def team_of(store: Store, squad: str) -> Team:
    """Return a team's session.

    Raises
    ------
    TwinError
        If nobody trained in it, or nobody with samples.
    """
    people = {athlete.id: athlete for athlete in store.athletes()}
    listed = store.sessions()
    together = listed[listed["squad_session"] == squad] if len(listed) else listed
    sessions = [store.session(str(name)) for name in together["session"]]
    tracks = [(s, store.samples(s.id)) for s in sessions]
    tracks = [(s, samples) for s, samples in tracks if len(samples)]
    if not tracks:
        raise TwinError(f"no stored session of the team {squad!r}")
    players = [_player(s, people[s.athlete], samples) for s, samples in tracks]
    players.sort(key=lambda player: player.athlete.name)
    places = _places([samples for _, samples in tracks])
    if not places:
        nothing = np.empty(0)
        return Team(tuple(players), False, 0, 0, None, nothing.astype("datetime64[ns]"), nothing)
    return _placed(players, places)


def _player(session: Session, athlete: Athlete, samples: pd.DataFrame) -> Player:
    speed, rate_hz = _speed(samples)
    fast = rate_hz > 2 * CUTOFF_HZ
    smooth = filtered_speed(speed, rate_hz) if fast else speed
    accelerations = None
    if fast:
        change = np.gradient(smooth) * rate_hz
        accelerations = count_efforts(change, ACCELERATION, rate_hz)
    known = smooth[~np.isnan(smooth)]
    return Player(
        session, athlete, distance_by_speed(smooth, rate_hz, BOUNDS),
        float(known.max()) if len(known) else float("nan"),
        count_efforts(smooth, SPRINT, rate_hz), accelerations, rate_hz,
    )  # fmt: skip


def _speed(samples: pd.DataFrame) -> tuple[Floats, float]:
    """Return speed evenly sampled, from positions where they come often, and its rate. [m/s], [Hz]"""
    seconds = np.diff(_elapsed_s(samples))
    rate_hz = 1 / float(np.median(seconds)) if len(seconds) else 1.0
    if "latitude" in samples and (rate_hz > 2 * CUTOFF_HZ or "speed" not in samples):
        place = _start(samples)
        if place is not None:
            east, north = _metres(samples, place)
            steps = np.hypot(np.diff(east), np.diff(north)) / np.maximum(seconds, 1e-9)
            steps[seconds > max(_LONGEST_S, 1.5 / rate_hz)] = np.nan
            return np.concatenate([[np.nan], steps]), rate_hz
    if "speed" in samples:
        return samples["speed"].to_numpy(np.float64), rate_hz
    return np.full(len(samples), np.nan), rate_hz


def _elapsed_s(samples: pd.DataFrame) -> Floats:
    index = pd.DatetimeIndex(samples.index)
    return np.asarray((index - index[0]).total_seconds(), np.float64)


def _start(samples: pd.DataFrame) -> Place | None:
    known = samples[["latitude", "longitude"]].dropna()
    return Place(*map(float, known.iloc[0])) if len(known) else None


def _metres(samples: pd.DataFrame, place: Place) -> tuple[Floats, Floats]:
    return place.metres(samples["latitude"].to_numpy(float), samples["longitude"].to_numpy(float))


def _places(tracks: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """Return ``east north`` of each athlete with positions, once a second at most."""
    placed = [t for t in tracks if {"latitude", "longitude"} <= set(t) and _start(t) is not None]
    place = _start(placed[0]) if placed else None
    found = []
    for samples in placed:
        if place is None:
            break
        east, north = _metres(samples, place)
        table = pd.DataFrame({"east": east, "north": north}, index=samples.index).dropna()
        found.append(table.groupby(pd.DatetimeIndex(table.index).floor("1s")).first())
    return found


def _placed(players: Sequence[Player], places: Sequence[pd.DataFrame]) -> Team:
    everywhere = pd.concat(places)
    east, north = everywhere["east"].to_numpy(), everywhere["north"].to_numpy()
    pitch = pitch_of(east, north)
    length, width, cell = LENGTH_M, WIDTH_M, 2.0
    if pitch is None:
        pitch = Pitch(float(np.median(east)), float(np.median(north)), 0.0)
        length, width = (2.2 * float(np.abs(side - middle).max()) + 4.0
                         for side, middle in ((east, pitch.east_m), (north, pitch.north_m)))  # fmt: skip
        cell = max(2.0, max(length, width) / 50)
    along, across = pitch.on_pitch(east, north)
    heat = heat_map(
        along + length / 2, across + width / 2, length_m=length, width_m=width, cell_m=cell
    )
    times, hull = _hull(places)
    return Team(tuple(players), length == LENGTH_M, length, width, heat, times, hull)


def _hull(places: Sequence[pd.DataFrame]) -> tuple[Times, Floats]:
    if len(places) < _FEWEST:
        return np.empty(0, "datetime64[ns]"), np.empty(0)
    thin = [t[pd.DatetimeIndex(t.index).second % _HULL_EVERY_S == 0] for t in places]
    together = pd.concat(thin).sort_index()
    grouped = together.groupby(level=0)
    area = grouped.apply(lambda now: hull_area_m2(now["east"], now["north"]))
    times = pd.DatetimeIndex(area.index).tz_convert(None).to_numpy("datetime64[ns]")
    return times, area.to_numpy(np.float64)
