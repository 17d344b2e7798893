"""Repair of stored sessions: found beside the others, applied everywhere, taken back to the bit."""

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from simulator.recording import simulate_recording
from twin.archive import (
    apply_repairs,
    find_faults,
    stale_sessions,
    summaries,
    summarise,
    undo_repairs,
)
from twin.cli import main
from twin.files import read
from twin.records import Athlete, Recording
from twin.store import EmbeddedStore

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ADA = Athlete("Ada")
RUN, _ = simulate_recording("running", 900, seed=4)


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path / "data") as opened:
        opened.add_athlete(ADA)
        yield opened


def kept(store, samples, name, rr=RUN.rr[:0]):
    return store.add_recording(Recording(samples, "running", rr, path=name), ADA, content=name).id


def strap(offset_s):
    """The same heart on a watch without satellites, 1 bpm noisier, its clock behind."""
    noise = np.random.default_rng(1).normal(0, 1, len(RUN.samples)).round()
    samples = RUN.samples[["heart_rate"]].add(noise, axis=0)
    samples.index = samples.index - pd.Timedelta(seconds=offset_s)
    return samples


def kinds(proposals):
    return [p.fault for p in proposals if p.fault in ("clock", "double")]


def test_a_clock_that_is_wrong_is_put_right_and_then_the_session_is_a_double(store):
    run, watch = kept(store, RUN.samples, "run"), kept(store, strap(3600), "watch")
    assert kinds(find_faults(store, run, now=NOW)) == [], "satellites know the time"
    (offset,) = [p for p in find_faults(store, watch, now=NOW) if p.fault == "clock"]
    assert offset.edit.value == 3600
    apply_repairs(store, watch, [offset], author="Eva")
    assert store.session(watch).start == store.session(run).start
    (double,) = [p for p in find_faults(store, watch, now=NOW) if p.fault == "double"]
    apply_repairs(store, watch, [double], author="Eva")
    assert list(summaries(store)["session"]) == [run], "nothing counts twice"
    assert find_faults(store, watch, now=NOW) == []
    assert undo_repairs(store, watch) == 2
    assert len(summaries(store)) == 2


def test_what_was_mended_is_not_found_again_and_figures_follow(store):
    samples = RUN.samples.copy()
    samples.iloc[500:503, samples.columns.get_loc("heart_rate")] = 231.0
    session = kept(store, samples, "run")
    list(summarise(store))
    proposals = find_faults(store, session, now=NOW)
    assert any(p.before == 231 for p in proposals)
    apply_repairs(store, session, proposals, author="Eva")
    assert find_faults(store, session, now=NOW) == []
    assert stale_sessions(store) == [session]
    assert store.samples(session)["heart_rate"].max() < 200
    undo_repairs(store, session)
    pd.testing.assert_frame_equal(store.samples(session), samples, check_freq=False)


def test_two_different_sessions_of_a_day_are_neither_doubles_nor_off(store):
    other, _ = simulate_recording("running", 900, seed=40, start="2026-10-01T16:00:00")
    sessions = kept(store, RUN.samples, "one"), kept(store, other.samples, "two")
    assert [kinds(find_faults(store, session, now=NOW)) for session in sessions] == [[], []]


def test_two_runs_one_after_the_other_with_satellites_have_right_clocks(store):
    later = RUN.samples[300:].copy()
    later.index = later.index + pd.Timedelta("2h")  # as alike as can be, yet elsewhere in time
    sessions = kept(store, RUN.samples, "one"), kept(store, later, "two")
    assert [kinds(find_faults(store, session, now=NOW)) for session in sessions] == [[], []]


def test_beats_alone_hold_no_faults(store):
    session = kept(store, RUN.samples[:0], "beats", RUN.rr)
    assert find_faults(store, session, now=NOW) == []


def test_the_command_finds_applies_lists_and_takes_back(store, tmp_path):
    samples = RUN.samples.copy()
    samples.iloc[500:503, samples.columns.get_loc("heart_rate")] = 231.0
    session = kept(store, samples, "run")

    def twin(*arguments):
        done = CliRunner().invoke(
            main, ["repair", *arguments, "--data", str(tmp_path / "data"), "--json"]
        )
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)[0]

    found = twin()["find"]
    (spike,) = [row for row in found if row["before"] == 231]
    assert spike["samples"] == 3
    assert spike["start"] == "2026-10-01T10:08:20Z"
    (applied,) = twin(session, "--apply", "--only", str(spike["number"]), "--by", "Eva")["apply"]
    assert applied["after"] == spike["after"]
    for flags, highest in ((), applied["after"]), (["--raw"], 231):
        file = tmp_path / "run.csv"
        CliRunner().invoke(main, ["export", session, "-o", str(file), *flags,
                                  "--data", str(tmp_path / "data")])  # fmt: skip
        assert read(file).samples["heart_rate"].iloc[500:503].max() == pytest.approx(highest, abs=1)
    (standing,) = twin(session, "--list")["list"]
    assert (standing["author"], standing["undone"]) == ("Eva", None)
    (undone,) = twin(session, "--undo")["undo"]
    assert undone["undone"] is not None
    pd.testing.assert_frame_equal(store.samples(session), samples, check_freq=False)
    samples.iloc[100:130:10, samples.columns.get_loc("speed")] = np.nan
    gaps = kept(store, samples, "gaps")
    folder = ["--data", str(tmp_path / "data")]
    short = CliRunner().invoke(main, ["repair", gaps, *folder]).output
    assert "3 values in 3 places (speed)" in short
    assert short.count("short gap") == 1
    everything = CliRunner().invoke(main, ["repair", gaps, "--all", *folder]).output
    assert everything.count("speed missing") == 3
    assert len(twin(gaps, "--apply")["apply"]) < 3, "what changes no figure is left alone"
    numbers = [row["number"] for row in twin(gaps)["find"] if not row["matters"]]
    chosen = f"{numbers[0]}-{numbers[-1]}"
    assert len(twin(gaps, "--apply", "--only", chosen)["apply"]) == len(numbers)
    wrong = CliRunner().invoke(
        main, ["repair", session, "--apply", "--only", "99", "--data", str(tmp_path / "data")]
    )
    assert wrong.exit_code == 2
    assert "no number 99" in wrong.output
