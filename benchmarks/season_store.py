"""A made-up athlete of many sessions, with figures, daily values and plans in a real store."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from twin.archive.figure_text import to_json
from twin.archive.summaries import figure_versions
from twin.model.effort_pattern import EffortPattern
from twin.model.fingerprint import Fingerprint, to_plain
from twin.model.route_shape import POINTS, RouteShape
from twin.model.work_profile import WorkProfile
from twin.pipeline import BEST_S, Best, Summary
from twin.pipeline.windows import AVERAGED
from twin.records import Athlete, DailyValue, PlannedSession, Recording
from twin.store import EmbeddedStore
from twin.store.figures import Figure

TODAY = date(2026, 10, 20)
ATHLETE = Athlete("Ada Example", sport="running", sex="female", max_hr=188, resting_hr=48)
_SPORTS = ("running", "running", "cycling", "running", "cycling", "swimming")
_SPEED = {"running": 3.1, "cycling": 8.2, "swimming": 0.9}


def fill(folder: Path, sessions: int = 3000, *, seed: int = 0) -> str:
    """Keep sessions up to `TODAY`, one a day, and return the athlete's id."""
    random = np.random.default_rng(seed)
    with EmbeddedStore(folder) as store:
        with store.together():
            kept = [_keep(store, random, number, sessions) for number in range(sessions)]
        versions = figure_versions(store, store.sessions())
        with store.together():
            for session, figures in kept:
                body = to_json(figures)
                known_by = json.dumps(to_plain(_fingerprint(random, figures)))
                store.figures().keep(
                    session, Figure(versions[session], body, figures.distance_m, known_by)
                )
        store.diary().keep(ATHLETE.id, _mornings(random, sessions))
        for ahead in range(1, 15, 2):
            planned = PlannedSession(TODAY + timedelta(ahead), "running", "easy", 3600.0)
            store.planned().add(ATHLETE.id, planned)
        store.compact(grace_s=0.0)
    return ATHLETE.id


def _keep(
    store: EmbeddedStore, random: np.random.Generator, number: int, sessions: int
) -> tuple[str, Summary]:
    sport = _SPORTS[int(random.integers(len(_SPORTS)))]
    day = TODAY - timedelta(sessions - 1 - number)
    start = pd.Timestamp(day, tz="UTC") + pd.Timedelta(int(random.integers(6, 19)), "h")
    duration_s = float(np.clip(random.gamma(6, 600), 900, 18_000))
    ends = pd.DatetimeIndex([start, start + pd.Timedelta(duration_s, "s")], name="time")
    recording = Recording(pd.DataFrame({"heart_rate": [120.0, 140.0]}, ends), sport=sport)
    session = store.add_recording(recording, ATHLETE, content=str(number)).id
    return session, _figures(random, sport, duration_s)


def _figures(random: np.random.Generator, sport: str, duration_s: float) -> Summary:
    speed = _SPEED[sport] * float(random.normal(1, 0.08))
    zones = random.dirichlet((4, 5, 2, 1, 0.4)) * duration_s
    critical = 210.0 + 40.0 * float(random.random()) if sport == "cycling" else np.nan
    bests = tuple(_best(random, channel, span, speed, critical, duration_s)
                  for channel in AVERAGED for span in BEST_S)  # fmt: skip
    load = duration_s / 60 * float(random.normal(1.2, 0.25))
    return Summary(
        duration_s, duration_s * 0.97, speed * duration_s, 120.0, 142.0, 176.0, speed, speed * 1.5,
        190.0, 420.0, 85.0, max(load, 5.0), max(load * 1.7, 9.0), tuple(zones), bests,
        weighted_power=0.85 * critical, power_s=duration_s * (1.0 if critical > 0 else np.nan),
    )  # fmt: skip


def _best(
    random: np.random.Generator, channel: str, span: int, speed: float, critical: float, lasts_s: float
) -> Best:  # fmt: skip
    """Return a best of a session; heart rate says of every second one that it was all-out."""
    levels = {
        "current_speed": speed * 1.5 * span**-0.03,
        "heart_rate": 160.0 + 25 * float(random.random()) - 2 * np.log(span),
        "power": critical + 18_000 / max(span, 20),
    }
    return Best(
        channel, span, float(levels.get(channel, np.nan)) if span <= lasts_s else np.nan, 0.0
    )


def _fingerprint(random: np.random.Generator, figures: Summary) -> Fingerprint:
    """Return a profile, one of sixty ways, and in every fourth session one of five workouts."""
    power = figures.mean_speed > 5
    kind, level, width = ("power", 190.0, 20.0) if power else ("running speed", 3.0, 0.25)
    form = float(random.normal(0, 3))
    cells = tuple(
        (level + width * step, 7.5 + 15 * late, 125.0 + 5 * step + 2 * late + form, 4.0)
        for step in range(-2, 3) for late in range(3)
    )  # fmt: skip
    way = int(random.integers(60))
    size, turn = 300 + 60 * way, np.linspace(0, 2 * np.pi, POINTS)
    wobble = 1 + 0.3 * np.sin((2 + way % 5) * turn + way)
    east, north = size * wobble * np.cos(turn), size * wobble * np.sin(turn)
    points = (
        tuple(np.round(line - line[0] + random.normal(0, 4)).tolist()) for line in (east, north)
    )
    length = float(np.hypot(np.diff(east), np.diff(north)).sum() * random.normal(1, 0.01))
    count = 4 + way % 5
    efforts = EffortPattern((60.0 * (1 + way % 5),) * count, (90.0,) * (count - 1), level, 165.0)
    return Fingerprint(
        WorkProfile(kind, cells, float(random.normal(0.9, 0.05)), 0.97, 15.0),
        RouteShape(47.0, 8.0, *points, length),
        efforts if random.random() < 0.25 else None,
    )


def _mornings(random: np.random.Generator, days: int) -> list[DailyValue]:
    slow = np.cumsum(random.normal(0, 0.01, days))
    return [
        DailyValue(TODAY - timedelta(days - 1 - day), name, float(value), "made up")
        for day in range(days)
        for name, value in (
            ("rmssd", np.exp(4.1 + slow[day] + random.normal(0, 0.12))),
            ("resting_heart_rate", 50 - 4 * slow[day] + random.normal(0, 1.5)),
        )
    ]
