"""Faults of heart-rate sensors told from physiology: precision, recall, and rates on recordings.

    python -m benchmarks.signals [FILE...]

Without files: simulated athletes with planted faults, whose seconds are known, seen by a twin that
was calibrated on two earlier sessions. With files: how often each signal is found per hour.
"""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

import twin
from simulator.athlete import draw_truth
from simulator.faults import Faulty, simulate_faulty
from simulator.recording import simulate_recording
from twin.errors import UnreadableFileError
from twin.model.response import Response, common_response, fit_response
from twin.model.seconds import HOLD_S, seconds_of
from twin.model.signals import Episode, Signal, find_episodes
from twin.model.trace import trace_sessions
from twin.records import Recording

SEEDS, DURATION_S = 12, 2700
PROGRAMMES = (("intervals", "running"), ("cycling", "cycling"))
DEFAULT_MAX_HR = 200.0
SLACK_S = 15  # an episode counts as hit if it begins or ends this near


def episodes_in(
    recording: Recording, response: Response | None, max_hr: float
) -> tuple[Episode, ...]:
    """Return what the twin finds in one session."""
    seconds = seconds_of(recording)
    (trace,) = trace_sessions([seconds])
    response = response or common_response(trace.kind)
    return find_episodes(trace, seconds.input, response, max_hr=max_hr)


def stretches(mask: np.ndarray) -> list[tuple[int, int]]:
    """Return start and end of every run of a mask; runs less than SLACK_S apart are one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    joined: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if joined and start - joined[-1][1] < SLACK_S:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def judge(faulty: Faulty, episodes: tuple[Episode, ...], tally: Counter[tuple[str, str]]) -> None:
    """Count planted faults that were found as what they are, and episodes that are one."""
    for name, mask in faulty.faults.items():
        mine = [(e.start_s, e.end_s) for e in episodes if e.signal == name]
        planted = [(a, b) for a, b in stretches(mask) if name != "drop-out" or b - a > HOLD_S]
        for start, end in planted:
            hit = any(a < end + SLACK_S and b > start - SLACK_S for a, b in mine)
            tally[name, "found" if hit else "missed"] += 1
        for start, end in mine:
            true = any(a < end + SLACK_S and b > start - SLACK_S for a, b in planted)
            tally[name, "true" if true else "false"] += 1
    wrong = np.any(list(faulty.faults.values()), axis=0)
    for episode in episodes:
        if episode.signal is Signal.UNEXPECTED:
            fault = wrong[episode.start_s : episode.end_s].mean() > 0.3
            tally["unexpected", "false" if fault else "true"] += 1


def simulated() -> Counter[tuple[str, str]]:
    """Return the tally over seeds and sports."""
    tally: Counter[tuple[str, str]] = Counter()
    for seed in range(SEEDS):
        for programme, sport in PROGRAMMES:
            truth = draw_truth(seed, seed % 2, sport)
            earlier = [
                simulate_recording(
                    programme, DURATION_S, 1000 + 10 * seed + day,
                    truth=replace(truth, day_offset_bpm=4.0 * day),
                    start=f"2026-10-0{day + 1}T10:00:00",
                )[0]
                for day in range(2)
            ]  # fmt: skip
            traces = trace_sessions([seconds_of(r) for r in earlier])
            response = fit_response(traces, traces[0].kind)
            faulty = simulate_faulty(programme, DURATION_S, seed, truth, dry=seed % 3 == 0)
            judge(faulty, episodes_in(faulty.recording, response, truth.max_hr), tally)
    return tally


def main() -> None:
    """Print one table."""
    if len(sys.argv) == 1:
        tally = simulated()
        print(f"{'signal':14s} planted  recall  found  precision")
        for signal in Signal:
            found, missed = tally[signal, "found"], tally[signal, "missed"]
            true, false = tally[signal, "true"], tally[signal, "false"]
            recall = found / (found + missed) if found + missed else np.nan
            precision = true / (true + false) if true + false else np.nan
            print(
                f"{signal:14s} {found + missed:7d}  {recall:6.2f}  {true + false:5d}  {precision:9.2f}"
            )
        return
    hours, counts, seconds = 0.0, Counter[str](), Counter[str]()
    for path in sys.argv[1:]:
        try:
            recording = twin.read(Path(path))
        except UnreadableFileError as error:
            print(f"left out: {error}", file=sys.stderr)
            continue
        if "heart_rate" not in recording.samples:
            continue
        hours += len(seconds_of(recording)) / 3600
        for episode in episodes_in(recording, None, DEFAULT_MAX_HR):
            counts[episode.signal] += 1
            seconds[episode.signal] += episode.end_s - episode.start_s
    print(f"{hours:.1f} h")
    for signal in Signal:
        share = seconds[signal] / hours / 36
        print(f"{signal:14s} {counts[signal] / hours:6.2f} per hour  {share:6.2f} % of the time")


if __name__ == "__main__":
    main()
