"""Planted changes in simulated histories: how many are found, and how much is told in vain.

    python -m benchmarks.anomalies [--athletes 10] [--seed 100] [--draws 4]

Each athlete has 45 sessions of 40 min. Planted after 30: form 8 bpm higher for a week (5 sessions);
another sensor (4 bpm more, noise of 1.6 bpm in place of 0.4); power recorded with a mass a fifth too
high. Found = told for one of the sessions concerned. In vain = told in the same histories without a
change. Each history is judged with the form of the day scattered by 3, 5, 8 and 11 bpm, drawn several
times: 3 bpm is what one steady athlete shows, 10 to 11 what athletes and days together do. The seeds
are others than those it was tuned with (0-7).
"""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from simulator.history import Change, simulate_history
from twin.model.history import FEWEST, What, anomalies
from twin.model.work_profile import WorkProfile, work_profile
from twin.pipeline import derive
from twin.records import Athlete, Floats

SESSIONS = 45
SPORTS = ("running", "cycling")
CHANGES = {
    "form": Change(30, 34, form_bpm=8.0),
    "sensor": Change(30, 44, bias_bpm=4.0, noise_bpm=1.6),
    "mass": Change(30, 44, power_scale=1.2),
}
FITTING = {
    "form": (What.HIGH, What.SHIFT_UP),
    "sensor": (What.SENSOR,),
    "mass": (What.SCALE,),
}
_EVERY_DAYS = 31 / 24


SCATTERS_BPM = (3.0, 5.0, 8.0, 11.0)


@dataclass(frozen=True)
class Row:
    """One history under one scatter: which changes were found after how many sessions; told in vain."""

    scatter_bpm: float
    found: dict[str, int | None]
    vain: int


def profiles(sport: str, seed: int, change: Change | None = None) -> list[WorkProfile | None]:
    """Return the profiles of a history of equal days, or of the sessions that a change concerns."""
    who = Athlete("x", sport=sport)
    only = range(SESSIONS) if change is None else range(change.first, change.last + 1)
    history = simulate_history(
        sport, SESSIONS, seed, change=change or Change(), only=only, day_sd_bpm=0.0
    )
    return [work_profile(derive(r.samples, who), sport) for r in history]


def scattered(history: list[WorkProfile | None], days: Floats) -> list[WorkProfile | None]:
    """Return a history with the form of each day, which adds to heart rate at any work. [bpm]"""
    return [
        None if known is None else replace(
            known, cells=tuple((level, minute, rate + day, weight)
                               for level, minute, rate, weight in known.cells))
        for known, day in zip(history, days.tolist(), strict=True)
    ]  # fmt: skip


def measure(case: tuple[str, int, int]) -> list[Row]:
    """Return what is found of every change planted in one history, under each scatter and draw."""
    sport, seed, draws = case
    clean = profiles(sport, seed)
    planted = {name: list(clean) for name in CHANGES}
    for name, change in CHANGES.items():
        planted[name][change.first : change.last + 1] = profiles(sport, seed, change)
    rows = []
    for scatter, draw in product(SCATTERS_BPM, range(draws)):
        random = np.random.default_rng((seed, draw, int(scatter), SPORTS.index(sport)))
        days = random.normal(0.0, scatter, SESSIONS)
        found = {name: _found(scattered(planted[name], days), name) for name in CHANGES}
        rows.append(Row(scatter, found, sum(1 for _ in _told(scattered(clean, days)))))
    return rows


def _found(history: list[WorkProfile | None], name: str) -> int | None:
    """Return after how many sessions a change was told; None if never."""
    change = CHANGES[name]
    told = [
        place - change.first
        for place, what in _told(history)
        if change.first <= place <= change.last and what in FITTING[name]
    ]
    return min(told) + 1 if told else None


def _told(history: list[WorkProfile | None]) -> Iterator[tuple[int, What]]:
    ids = [str(place) for place in range(len(history))]
    days = [place * _EVERY_DAYS for place in range(len(history))]
    return ((int(a.session), a.what) for a in anomalies(ids, days, history))


def main() -> None:
    """Print recall, sessions until it is told, and what is told in vain, by scatter."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--athletes", type=int, default=10)
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--draws", type=int, default=4)
    chosen = parser.parse_args()
    cases = [
        (sport, chosen.seed + number, chosen.draws)
        for number in range(chosen.athletes)
        for sport in SPORTS
    ]
    with ProcessPoolExecutor() as pool:
        rows = [row for found in pool.map(measure, cases) for row in found]
    print("scatter " + "".join(f"{name:>16}" for name in CHANGES) + "   in vain of 20 sessions")
    for scatter in SCATTERS_BPM:
        own = [row for row in rows if row.scatter_bpm == scatter]
        cells = "".join(f"{_cell([row.found[name] for row in own]):>16}" for name in CHANGES)
        vain = 20 * sum(row.vain for row in own) / (len(own) * (SESSIONS - FEWEST))
        print(f"{scatter:3.0f} bpm {cells}   {vain:.2f}")


def _cell(after: list[int | None]) -> str:
    """Return the share found, and the session at which half of these were told."""
    told = sorted(place for place in after if place is not None)
    return f"{100 * len(told) / len(after):.0f} %, at {told[len(told) // 2] if told else '-'}"


if __name__ == "__main__":
    main()
