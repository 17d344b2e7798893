"""What is doubted live and what is listed afterwards are the same faults, found by the same code."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from simulator.athlete import draw_truth
from simulator.faults import simulate_faulty
from twin.files import read
from twin.pipeline import derive
from twin.records import Athlete, Recording
from twin.records.time_grid import grid_seconds
from twin.rules import memory as memories
from twin.rules.evaluation import MOST_DOUBT
from twin.rules.moment import Moment
from twin.rules.remembering import doubt, remember
from twin.schema import ALL_NAMES
from twin.sensors.episodes import fault_episodes, readings_of
from twin.sensors.faults import FAULTS, Fault

_SETTLES_S = 6  # after a jump, live readings are held back for five seconds
_REAL = (
    "history_tracker/2013-06-25-174514.TCX.gz", "tcx/swim_openwater_31min.tcx",
    "tcx/row_otw_crewnerd_1h05.tcx.gz",
)  # fmt: skip


def heard_live(recording: Recording, max_hr: float) -> tuple[np.ndarray, np.ndarray]:
    """Return what the rules took the sensor for in each second, and whether they doubted it."""
    rows = derive(recording.samples, Athlete("Ada", sport="running", max_hr=max_hr))
    # Hours of silence are minutes here, as in the stored session.
    second = np.maximum.accumulate(grid_seconds(pd.DatetimeIndex(rows.index))).astype(int)
    table = np.full((second[-1] + 1, len(ALL_NAMES)), np.nan)
    for at, row in zip(second, rows[list(ALL_NAMES)].to_numpy(np.float64), strict=True):
        table[at] = np.where(np.isnan(row), table[at], row)
    memory, nothing = memories.start([max_hr]), np.array([np.nan])
    signals, doubted = np.zeros(len(table), int), np.zeros(len(table), bool)
    came = np.isin(np.arange(len(table)), second)
    for at, values in enumerate(table):
        moment = Moment(np.ones(1, bool), at, came[at : at + 1], values[:, None],
                        None, None, nothing, nothing, nothing)  # fmt: skip
        remember(memory, moment)
        signals[at] = memory.fault[0]
        doubted[at] = memory.bad[0, 0] & 1 or doubt(memory)[0, 0] > MOST_DOUBT
    return signals, doubted


def recorded(recordings) -> Iterator[tuple[Recording, float]]:
    for name in _REAL:
        yield read(recordings / name), 200.0


def simulated() -> Iterator[tuple[Recording, float]]:
    for seed, (programme, sport) in enumerate((("intervals", "running"), ("cycling", "cycling"))):
        truth = draw_truth(seed, 0, sport)
        yield simulate_faulty(programme, 2400, seed, truth, dry=seed == 0).recording, truth.max_hr


@pytest.mark.parametrize("where", ["simulator", "recordings"])
def test_live_and_stored_agree(where, request):
    """Live may doubt more: a jump that stays; afterwards more: what only the rest could tell."""
    seconds = dict.fromkeys(("both", "listed alone", "doubted alone"), 0)
    episodes = other_name = 0
    source = (
        simulated() if where == "simulator" else recorded(request.getfixturevalue("recordings"))
    )
    for recording, max_hr in source:
        signals, doubted = heard_live(recording, max_hr)
        listed = np.zeros(len(signals) + _SETTLES_S, bool)
        for episode in fault_episodes(readings_of(recording.samples, max_hr=max_hr)):
            listed[episode.start_s : episode.end_s + _SETTLES_S] = True
            told = slice(episode.told_s, episode.end_s)
            if episode.fault is Fault.SPIKE or episode.told_s >= episode.end_s:
                continue  # live, readings that jump are refused at once
            seconds["both"] += int(doubted[told].sum())
            seconds["listed alone"] += int((~doubted[told]).sum())
            episodes += 1
            other_name += FAULTS.index(episode.fault) + 1 not in signals[told]
        jumped = signals == FAULTS.index(Fault.SPIKE) + 1
        seconds["doubted alone"] += int(((signals > 0) & ~jumped & ~listed[: len(signals)]).sum())
    assert episodes >= 3
    assert other_name <= 0.1 * episodes
    # live, steps wider than a jump are refused, and restless readings a little less restless
    assert seconds["listed alone"] <= 0.1 * seconds["both"], seconds
    assert seconds["doubted alone"] <= 10, seconds
