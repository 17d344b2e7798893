"""Where a what-if begins: what the catalogue knows of an athlete, courses, plans to begin with."""

import math
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from twin.files import read
from twin.hub import calibrating
from twin.hub.calibrating import known_twins
from twin.model.athlete_twin import AthleteTwin
from twin.model.calibration import Calibration
from twin.model.course import Course, course_of
from twin.model.demand import InputKind
from twin.model.pace import pace_power
from twin.model.planning import Planner
from twin.model.reserve import Capacities
from twin.protocols import Store
from twin.records import Athlete, Recording
from twin.schema import ON_FOOT
from twin.store import EmbeddedStore
from twin.store.calibrations import Calibrations

_GROUND = ("altitude", "distance", "latitude", "longitude")
_PACE, _PACE_FROM = ("power", "speed"), 5  # newest sessions that may tell power at a speed
_EASY, _HARD = 0.72, 0.87  # of maximal heart rate
_MOST_COURSES = 30


@dataclass(slots=True)
class Known:
    """What is known of an athlete before a session."""

    athlete: Athlete
    calibration: Calibration
    capacities: Capacities
    rested: AthleteTwin | None = None
    pace_power: float = math.nan  # of somebody on foot, see `twin.model.pace` [W/(m/s)]


def known_of(store: Store, athlete: Athlete, day: date | None = None) -> Known:
    """Return what the catalogue of a store knows of an athlete; of tests what was known on a day."""
    if not isinstance(store, EmbeddedStore):
        return Known(athlete, Calibration(), {})
    with Calibrations(store.folder) as shelf:
        known = calibrating.known_of(shelf, athlete.id, day)
    return Known(athlete, known.calibration, known.capacities)


def capacities_known(store: Store) -> dict[str, Capacities]:
    """Return critical power and speed of everybody whose sessions or tests told it, by id."""
    if not isinstance(store, EmbeddedStore):
        return {}
    with Calibrations(store.folder) as shelf:
        return {who: known.capacities for who, known in known_twins(shelf).items()}


def pace_power_of(store: Store, athlete: Athlete) -> float:
    """Return power over speed of somebody on foot, from the newest sessions; NaN = rides. [W/(m/s)]"""
    if athlete.sport not in ON_FOOT or athlete.id not in {who.id for who in store.athletes()}:
        return pace_power(athlete)
    listed = store.sessions(athlete=athlete.id)
    newest = listed.loc[listed["sport"] == athlete.sport, "session"].head(_PACE_FROM)
    return pace_power(athlete, (store.samples(session, columns=_PACE) for session in newest))


def courses_of(store: Store, athlete: Athlete) -> dict[str, str]:
    """Return the newest sessions that an athlete may go over again: words to id."""
    if athlete.id not in {known.id for known in store.athletes()}:
        return {}
    listed = store.sessions(athlete=athlete.id)
    listed = listed[(listed["state"] != "live") & (listed["duration_s"] >= 300)][:_MOST_COURSES]
    rows = listed[["session", "title", "sport", "start"]].itertuples(index=False)
    return {f"{title or sport} {start:%d %b %Y %H:%M}": session
            for session, title, sport, start in rows}  # fmt: skip


def course_in(store: Store, session: str) -> Course:
    """Return the ground of a stored session.

    Raises
    ------
    UnknownSessionError
        If it is not stored.
    ValueError
        If it has no altitude or no way.
    """
    samples = store.samples(session, columns=_GROUND).dropna(axis="columns", how="all")
    return course_of(Recording(samples), session)


def course_of_file(name: str, content: bytes) -> Course:
    """Return the ground of a recorded file, such as a GPX of the course.

    Raises
    ------
    TwinError
        If it cannot be read.
    ValueError
        If it has no altitude or no way.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        return course_of(read(path), Path(name).name)


def usual_plans(twin: AthleteTwin, athlete: Athlete) -> tuple[str, str]:
    """Return two plans that suit an athlete: steady, and intervals; empty without a workload."""
    if twin.state.input in (InputKind.NONE, InputKind.CADENCE):
        return "", ""
    planner = Planner(twin.response, 0.0, athlete.max_hr)
    easy, hard = (
        level_words(twin.state.input, planner.level_for(share * athlete.max_hr))
        for share in (_EASY, _HARD)
    )
    return f"40:00 {easy}", f"10:00 {easy}, 4x(4:00 {hard}, 3:00 {easy}), 2:00 rest"


def level_words(kind: InputKind, level: float) -> str:
    """Return a workload as a target of a plan.

    >>> level_words(InputKind.POWER, 211.7), level_words(InputKind.RUNNING, 1000 / 260)
    ('212 W', '4:20/km')
    """
    if kind in (InputKind.POWER, InputKind.CYCLING):
        return f"{level:.0f} W"
    if kind is InputKind.RUNNING and level > 0.5:
        minutes, seconds = divmod(round(1000 / level), 60)
        return f"{minutes}:{seconds:02d}/km"
    return f"{level * 3.6:.1f} km/h"
