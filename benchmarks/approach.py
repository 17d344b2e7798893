"""How good "line ahead" is: how early, how often for nothing, beside a rule of a fixed distance.

    python -m benchmarks.approach [--seeds 5000:5024] [--max-hr 190 FILE...]

Without files: an hour each of simulated athletes of four sports. The figures of the rule were chosen
on seeds below 3000 and on a month of one runner; take others. With files: recordings of athletes
whose maximum is given. Twins know the population only. The peer warns a fixed distance below the
line, as watches do.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

import twin
from simulator.recording import simulate_recording
from simulator.squad import known_athlete
from twin.errors import UnreadableFileError
from twin.hub.lab import CROSSING, PROMISE_S, Trial, Verdict, try_rules
from twin.records import Athlete, Floats
from twin.rules.rule import Basis, Rule
from twin.rules.score import Episodes, Score, leads, score
from twin.rules.seeds import COMMON
from twin.rules.step import Change

SPORTS = ("running", "cycling", "football", "intervals")
LINES = (0.80, 0.85, 0.90, 0.96)
AHEAD = next(rule for rule in COMMON if rule.id == "line-ahead")
NEAR = Rule(
    id="near", name="Within 5 bpm", basis=Basis.LINE, limit=97, hysteresis=5, cool_down_s=60
)
SET_S = 300.0  # a crossing so long after the one before opens a new set
CROSSED = replace(CROSSING, limit=100, basis=Basis.LINE)


def simulated(first: int, end: int) -> list[Trial]:
    """Return an hour of one athlete for each seed."""
    made = []
    for seed in range(first, end):
        recording, truth = simulate_recording(SPORTS[seed % len(SPORTS)], 3600, seed=seed)
        made.append(Trial(f"{seed}", known_athlete(seed % 100, truth), recording.samples))
    return made


def recorded(paths: list[Path], max_hr: float) -> list[Trial]:
    """Return recordings with a heart rate."""
    found = []
    for path in paths:
        try:
            samples = twin.read(path).samples
        except UnreadableFileError as error:
            print(f"left out: {error}")
            continue
        if "heart_rate" in samples:
            found.append(Trial(path.name, Athlete("Athlete", max_hr=max_hr), samples))
    return found


def with_line(trials: list[Trial], share: float) -> list[Trial]:
    """Return the trials with a line at this share of the maximum."""
    return [
        replace(t, athlete=replace(t.athlete, heart_rate_limit=share * t.athlete.max_hr))
        for t in trials
    ]


def instants(verdict: Verdict, session: str, change: Change) -> Floats:
    """Return when a rule changed in a session. [s]"""
    return np.array([m.time.timestamp() for m in verdict.moments
                     if m.session == session and m.change == change.value])  # fmt: skip


def judged(
    verdict: Verdict, crossed: Verdict, trials: list[Trial]
) -> tuple[Score, Floats, np.ndarray]:
    """Return the score of any rule as an approach, the lead of every crossing, and which open a set."""
    sessions, early, first = [], [], []
    for trial in trials:
        raised = instants(verdict, trial.session, Change.RAISED)
        ended = instants(verdict, trial.session, Change.CLEARED)
        ended = np.append(ended, np.full(len(raised) - len(ended), np.inf))
        lines = instants(crossed, trial.session, Change.RAISED) - CROSSED.hold_s
        told = Episodes(raised, ended)
        hours = verdict.score.hours / len(trials)
        sessions.append((hours, told, 0, lines))
        early.append(leads(told, lines, PROMISE_S))
        first.append(np.diff(lines, prepend=-np.inf) >= SET_S)
    return score(sessions, PROMISE_S), np.concatenate(early), np.concatenate(first)


def main() -> None:
    """Print one row for each line and rule."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="5000:5024")
    parser.add_argument("--max-hr", type=float, default=190)
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    if given.files:
        trials = recorded(given.files, given.max_hr)
    else:
        trials = simulated(*(int(n) for n in given.seeds.split(":")))
    print("line  rule        crossings  median lead  60 s or more  first of sets  their lead"
          "  false per h  alerts per h")  # fmt: skip
    for share in LINES:
        lined = with_line(trials, share)
        *rules, crossed = try_rules([AHEAD, NEAR, CROSSED], lined)
        for verdict in rules:
            told, early, first = judged(verdict, crossed, lined)
            minute = np.mean(early >= 60) if len(early) else np.nan
            opening = np.median(early[first]) if first.any() else np.nan
            print(f"{share:4.2f}  {verdict.rule.id:10s}  {told.crossings:9d}  {told.lead_s:9.0f} s"
                  f"  {minute:12.0%}  {first.sum():12d}  {opening:9.0f} s"
                  f"  {told.false_per_hour:11.2f}  {told.per_hour:12.2f}", flush=True)  # fmt: skip
    print(f"over {told.hours:.1f} h of {len(trials)} sessions")


if __name__ == "__main__":
    main()
