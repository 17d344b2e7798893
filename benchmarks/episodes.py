"""Faults of heart-rate sensors told from physiology: precision, recall, and rates on recordings.

    python -m benchmarks.episodes [--seeds 500:512] [--plant] [FILE...]

Without files: simulated athletes with planted faults, whose seconds are known, seen by a twin that
was calibrated on two earlier sessions; the detectors were adjusted on seeds below 12. With files:
how often each fault is found per hour, live and afterwards, or with --plant how many faults planted in
them are. A folder of one sport is one athlete, judged by earlier sessions; others by the population's answer.
"""

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.fit_population import recordings_of
from simulator.athlete import draw_truth
from simulator.faults import plant, simulate_faulty
from simulator.recording import simulate_recording
from twin.model.episodes import UNEXPECTED, Episode, find_episodes
from twin.model.response import Response, common_response, fit_response
from twin.model.seconds import seconds_of
from twin.model.trace import trace_sessions
from twin.records import Recording
from twin.sensors import memory
from twin.sensors.episodes import fault_episodes, readings_of
from twin.sensors.episodes import stretches as runs
from twin.sensors.faults import FAULTS, LOST_S, Fault
from twin.sensors.watch import advance

DURATION_S = 2700
LEAST_OF_ONE, LEAST_S = 8, 2400  # recordings that make an athlete; seconds worth planting in
PROGRAMMES = (("intervals", "running"), ("cycling", "cycling"))
DEFAULT_MAX_HR = 200.0
SLACK_S = 15  # an episode counts as hit if it begins or ends this near


def episodes_in(
    recording: Recording, response: Response | None, max_hr: float
) -> tuple[Episode, ...]:
    """Return what the twin finds in one session."""
    (trace,) = trace_sessions([seconds_of(recording)])
    response = response or common_response(trace.kind)
    faults = fault_episodes(readings_of(recording.samples, max_hr=max_hr))
    return find_episodes(trace, response, faults)


def stretches(mask: np.ndarray) -> list[tuple[int, int]]:
    """Return start and end of every run of a mask; runs less than SLACK_S apart are one."""
    joined: list[tuple[int, int]] = []
    for first, stop in runs(mask):
        if joined and first - joined[-1][1] < SLACK_S:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((first, stop))
    return joined


def judge(
    faults: dict[str, np.ndarray], episodes: tuple[Episode, ...], tally: Counter[tuple[str, str]]
) -> None:
    """Count planted faults that were found as what they are, and episodes that are one."""
    for name, mask in faults.items():
        mine = [(e.start_s, e.end_s) for e in episodes if e.what == name]
        planted = [(a, b) for a, b in stretches(mask) if name != "drop-out" or b - a > LOST_S]
        for start, end in planted:
            hit = any(a < end + SLACK_S and b > start - SLACK_S for a, b in mine)
            tally[name, "found" if hit else "missed"] += 1
        for start, end in mine:
            true = any(a < end + SLACK_S and b > start - SLACK_S for a, b in planted)
            tally[name, "true" if true else "false"] += 1
    wrong = np.any(list(faults.values()), axis=0)
    for episode in episodes:
        if episode.what == UNEXPECTED:
            fault = wrong[episode.start_s : episode.end_s].mean() > 0.3
            tally["unexpected", "false" if fault else "true"] += 1


def simulated(seeds: range) -> Counter[tuple[str, str]]:
    """Return the tally over seeds and sports."""
    tally: Counter[tuple[str, str]] = Counter()
    for seed in seeds:
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
            judge(faulty.faults, episodes_in(faulty.recording, response, truth.max_hr), tally)
    return tally


def show_found(tally: Counter[tuple[str, str]]) -> None:
    """Print how many planted faults were found, and how many were right when named."""
    print(f"{'fault':14s} planted  recall  found  precision")
    for what in (*Fault, UNEXPECTED):
        found, missed = tally[what, "found"], tally[what, "missed"]
        true, false = tally[what, "true"], tally[what, "false"]
        recall = found / (found + missed) if found + missed else np.nan
        precision = true / (true + false) if true + false else np.nan
        print(f"{what:14s} {found + missed:7d}  {recall:6.2f}  {true + false:5d}  {precision:9.2f}")


def recorded(paths: list[Path]) -> list[tuple[Recording, Response | None]]:
    """Return recordings, each with the answer fitted on the three to 15 earlier ones of its folder."""
    found: list[tuple[Recording, Response | None]] = []
    folders: dict[Path, list[Recording]] = {}
    for recording in recordings_of(paths):
        if "heart_rate" in recording.samples:
            folders.setdefault(Path(recording.path).parent, []).append(recording)
    for recordings in folders.values():
        recordings.sort(key=lambda r: r.samples.index[0])
        one_athlete = len(recordings) > LEAST_OF_ONE and len({r.sport for r in recordings}) == 1
        traces = [trace_sessions([seconds_of(r)])[0] for r in recordings] if one_athlete else []
        for place, recording in enumerate(recordings):
            earlier = traces[max(0, place - 15) : place]
            known = fit_response(earlier, traces[place].kind) if len(earlier) >= 3 else None
            found.append((recording, known))
    return found


def each_second(recording: Recording) -> Recording:
    """Return a recording with a row for every second; values are held for 5 s."""
    seconds = recording.samples.groupby(recording.samples.index.floor("s")).first()
    return replace(recording, samples=seconds.asfreq("s").ffill(limit=5))


def planted_in(sound: Recording, seed: int) -> tuple[Recording, dict[str, np.ndarray]]:
    """Return a recording with faults of every kind but a dry start, and the seconds of each."""
    random = np.random.default_rng(seed)
    true = sound.samples["heart_rate"].to_numpy(np.float64)
    rate = true.copy()
    cadence = sound.samples["cadence"].to_numpy(np.float64) if "cadence" in sound.samples else None
    faults = plant(rate, cadence, DEFAULT_MAX_HR, random)
    for name, longest_s in (("drop-out", 50), ("spike", 3)):
        faults[name] = np.zeros(len(rate), bool)
        for start in random.integers(300, len(rate) - 120, 2):
            if np.any([m[start - 60 : start + 120].any() for m in faults.values()]):
                continue
            where = slice(start, start + int(random.integers(longest_s // 3, longest_s)))
            rate[where] = np.nan if name == "drop-out" else rate[where] + 45
            faults[name][where] = ~np.isnan(true[where])
    return replace(sound, samples=sound.samples.assign(heart_rate=rate)), faults


def planted(found: list[tuple[Recording, Response | None]]) -> Counter[tuple[str, str]]:
    """Return the tally over recordings; what is named in the sound recording too is no error."""
    tally: Counter[tuple[str, str]] = Counter()
    for seed, (recording, known) in enumerate(found):
        sound = each_second(recording)
        if len(sound.samples) < LEAST_S:
            continue
        faulty, faults = planted_in(sound, seed)
        before = {(e.what, e.start_s) for e in episodes_in(sound, known, DEFAULT_MAX_HR)}
        episodes = episodes_in(faulty, known, DEFAULT_MAX_HR)
        judge(faults, tuple(e for e in episodes if (e.what, e.start_s) not in before), tally)
    return tally


def rates(found: list[tuple[Recording, Response | None]]) -> None:
    """Print how often each fault is found per hour."""
    hours, counts, seconds, live = 0.0, Counter[str](), Counter[str](), Counter[str]()
    for recording, known in found:
        hours += len(seconds_of(recording)) / 3600
        for episode in episodes_in(recording, known, DEFAULT_MAX_HR):
            counts[episode.what] += 1
            seconds[episode.what] += episode.end_s - episode.start_s
        _, told = advance(memory.start(1), readings_of(recording.samples, max_hr=DEFAULT_MAX_HR))
        for code, fault in enumerate(FAULTS, 1):
            live[fault] += len(runs(told.codes[:, 0] == code))
    print(
        f"{hours:.1f} h, {sum(k is not None for _, k in found)} of {len(found)} by earlier sessions"
    )
    for what in (*Fault, UNEXPECTED):
        share = seconds[what] / hours / 36
        print(
            f"{what:14s} {counts[what] / hours:6.2f} per hour  {share:6.2f} % of the time  "
            f"{live[what] / hours:6.2f} per hour live"
        )


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="500:512")
    parser.add_argument("--plant", action="store_true")
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    if not given.files:
        show_found(simulated(range(*(int(n) for n in given.seeds.split(":")))))
    elif given.plant:
        show_found(planted(recorded(given.files)))
    else:
        rates(recorded(given.files))


if __name__ == "__main__":
    main()
