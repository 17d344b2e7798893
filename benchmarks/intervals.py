"""Intervals found in sessions whose plan is known: recall and precision of single repeats.

    python -m benchmarks.intervals [--seeds 100:112] [RECORDING...]

Simulated riders and runners follow plans of repeats as well as they can, or ride as they like; seen are
power, speed, or heart rate alone. The finder was adjusted on seeds below 100. A repeat counts as found if it and
what was found share more than half of the time of both. With recordings, laps are the truth where two or more are
15 % above the laps around them, or have a pause around them; the others are told without a truth.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import twin
from simulator.athlete import draw_truth
from simulator.recording import simulate_recording
from simulator.workout import Part, Workout, free_ride, ramp, steady
from twin.errors import UnreadableFileError
from twin.model.seconds import seconds_of
from twin.physiology.heart_rate_kinetics import demand_of_heart
from twin.physiology.intervals import find_intervals
from twin.records import Floats, Recording
from twin.records.time_grid import grid_seconds
from twin.state.review_bests import output_of

Spans = list[tuple[int, int]]
SETS = (
    (8, 60, 60, 1.15, 0.5), (5, 180, 120, 1.06, 0.55), (4, 240, 150, 1.04, 0.45), (12, 30, 30, 1.2, 0.5),
    (2, 1200, 180, 0.95, 0.5), (6, 120, 90, 1.1, 0.6), (3, 600, 120, 1.0, 0.6), (10, 20, 100, 1.3, 0.5),
)  # fmt: skip
PYRAMID = (60, 120, 180, 240, 180, 120, 60)
SHARED = 0.5
LEAST_LAP_S, ABOVE = 15, 1.15


def planned(place: int) -> tuple[Workout, Spans]:
    """Return a plan of repeats, and their seconds."""
    sets = SETS[place % len(SETS)] if place % (len(SETS) + 1) < len(SETS) else None
    lasts, rest_s, hard, easy = (
        ([sets[1]] * sets[0], *sets[2:]) if sets else (list(PYRAMID), 90, 1.06, 0.55)
    )
    parts = [Part("rest", 30, 0, 0), Part("warm-up", 480, 0.45, 0.75)]
    spans: Spans = []
    at = 510
    for hard_s in lasts:
        parts += [Part("hard", hard_s, hard, hard), Part("easy", rest_s, easy, easy)]
        spans.append((at, at + hard_s))
        at += hard_s + rest_s
    return Workout("repeats", (*parts, Part("cool-down", 300, 0.55, 0.4))), spans


def simulated(seeds: range) -> Iterator[tuple[str, dict[str, Floats], Spans]]:
    """Yield kind of session, what is seen of it, and its repeats."""
    for seed in seeds:
        for sport, channel in (("cycling", "power"), ("running", "speed")):
            truth = draw_truth(seed, seed % 2, sport)
            plans: list[tuple[str, Workout, Spans]] = [("repeats", *planned(seed))]
            plans.append(("none", (steady, free_ride)[sport == "cycling"](seed, 0), []))
            plans += [("none", ramp(), [])] * (seed % 4 == 0)
            for kind, plan, spans in plans:
                recording, _ = simulate_recording(
                    sport, len(plan.intensity()), seed, truth=truth, workout=plan
                )
                second = seconds_of(recording).input
                seen = {channel: getattr(second, channel)}
                seen["heart rate alone"] = demand_of_heart(second.heart_rate)
                yield kind, seen, spans


def judged(found: Spans, true: Spans) -> Counter[str]:
    """Count repeats found and missed, and what was found that is none."""
    hits = sum(any(_share(one, other) > SHARED for other in found) for one in true)
    right = sum(any(_share(one, other) > SHARED for other in true) for one in found)
    return Counter(found=hits, missed=len(true) - hits, right=right, wrong=len(found) - right)


def _share(one: tuple[int, int], other: tuple[int, int]) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared / (max(one[1], other[1]) - min(one[0], other[0]))


def laps_above(recording: Recording, output: Floats) -> Spans:
    """Return the laps that are repeats, by the seconds of the output; fewer than two are none."""
    index = pd.DatetimeIndex(recording.samples.index)
    second = np.append(grid_seconds(index), len(output)).astype(int)
    spans: Spans = []
    for lap in recording.laps:
        if lap.end is not None and recording.sport != "multisport":
            begin, end = second[
                index.searchsorted([pd.Timestamp(lap.start), pd.Timestamp(lap.end)])
            ]
            if end - begin >= LEAST_LAP_S:
                spans.append((int(begin), int(end)))
    means = [float(output[begin:end].mean()) for begin, end in spans]

    def above(place: int, other: int) -> bool:
        if not 0 <= other < len(spans):
            return True
        near = min(abs(spans[place][0] - spans[other][1]), abs(spans[other][0] - spans[place][1]))
        return near > LEAST_LAP_S or means[place] >= ABOVE * means[other]

    repeats = [s for n, s in enumerate(spans) if above(n, n - 1) and above(n, n + 1)]
    return repeats if len(repeats) > 1 else []


def recorded(paths: list[Path]) -> None:
    """Print what is found in recordings, beside their laps."""
    for path in paths:
        try:
            recording = twin.read(path)
        except UnreadableFileError as error:
            print(f"left out: {error}")
            continue
        _, output = output_of(recording.samples, recording.sport)
        true, found = laps_above(recording, output), works_in(output)
        tally = judged(found, true)
        if true or found:
            print(
                f"{path.name[:40]:42s}{len(true):3d} laps, {len(found):3d} found, {tally['found']:3d} both"
            )


def works_in(output: Floats) -> Spans:
    """Return the stretches of work that are found."""
    return [(e.begin_s, e.end_s) for e in find_intervals(output) if e.works]


def show(tallies: dict[str, Counter[str]]) -> None:
    """Print recall and precision."""
    print(f"{'seen':24s} repeats  recall  found  precision")
    for name, tally in tallies.items():
        true, found = tally["found"] + tally["missed"], tally["right"] + tally["wrong"]
        recall = tally["found"] / true if true else np.nan
        precision = tally["right"] / found if found else np.nan
        print(f"{name:24s} {true:7d}  {recall:6.2f}  {found:5d}  {precision:9.2f}")


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="100:118")
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    if given.files:
        recorded(given.files)
        return
    tallies: dict[str, Counter[str]] = {}
    for kind, seen, spans in simulated(range(*(int(n) for n in given.seeds.split(":")))):
        for name, output in seen.items():
            tally = judged(works_in(output), spans)
            for row in (name, f"{name}, without any"[:24]) if kind == "none" else (name,):
                tallies.setdefault(row, Counter()).update(tally)
    show(tallies)


if __name__ == "__main__":
    main()
