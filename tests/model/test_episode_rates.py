"""Faults told apart where the truth is known: drop-outs, spikes and dry straps of simulated sensors."""

from collections import Counter

import numpy as np
import pytest

from simulator.athlete import draw_truth
from simulator.faults import simulate_faulty
from simulator.recording import simulate_recording
from twin.model.episodes import UNEXPECTED, find_episodes
from twin.model.response import fit_response
from twin.model.seconds import seconds_of
from twin.model.trace import trace_sessions
from twin.sensors.episodes import fault_episodes, readings_of
from twin.sensors.faults import LOST_S, Fault

NEAR_S = 15


def runs(mask):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def near(one, others):
    return any(a < one[1] + NEAR_S and b > one[0] - NEAR_S for a, b in others)


def counted(programme, sport, seed):
    truth = draw_truth(seed, 0, sport)
    earlier, _ = simulate_recording(programme, 1800, 1000 + seed, truth=truth)
    traces = trace_sessions([seconds_of(earlier)])
    response = fit_response(traces, traces[0].kind)
    faulty = simulate_faulty(programme, 2400, seed, truth, dry=seed % 2 == 0)
    seconds = seconds_of(faulty.recording)
    (trace,) = trace_sessions([seconds])
    faults = fault_episodes(readings_of(faulty.recording.samples, max_hr=truth.max_hr))
    episodes = find_episodes(trace, response, faults)
    tally = Counter()
    for name, mask in faulty.faults.items():
        mine = [(e.start_s, e.end_s) for e in episodes if e.what == name]
        planted = [r for r in runs(mask) if name != Fault.DROPOUT or r[1] - r[0] > LOST_S]
        tally["planted"] += len(planted)
        tally["found"] += sum(near(r, mine) for r in planted)
        tally["named"] += len(mine)
        tally["right"] += sum(near(e, runs(mask)) for e in mine)
    tally["athlete"] += sum(e.what == UNEXPECTED for e in episodes)
    return tally


@pytest.fixture(scope="module")
def tally():
    # 4 sessions; benchmarks/episodes.py prints each kind over 24
    return sum(
        (
            counted(*case, seed)
            for case in (("intervals", "running"), ("cycling", "cycling"))
            for seed in (1, 2)
        ),
        Counter(),
    )


def test_planted_faults_are_found(tally):
    assert tally["planted"] > 20
    # a spike inside another fault is not named twice
    assert tally["found"] / tally["planted"] >= 0.85


def test_what_is_called_a_fault_is_that_fault(tally):
    assert tally["right"] / tally["named"] >= 0.95


def test_no_fault_is_taken_for_the_athlete(tally):
    assert tally["athlete"] == 0
