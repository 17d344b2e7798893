"""`twin rules` as users type it."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import twin
from twin.cli import main
from twin.records import Athlete, Recording


@pytest.fixture
def folder(tmp_path):
    """A store with one session: four minutes easy, a minute at 190 bpm, four minutes easy."""
    beats = np.interp(np.arange(540), [0, 230, 240, 300, 310, 540], [140, 140, 190, 190, 140, 140])
    beats = np.round(beats) + np.arange(540) // 5 % 2
    times = pd.date_range("2026-10-01 10:00", periods=540, freq="s", tz="UTC", name="time")
    with twin.open_store(tmp_path) as store:
        ada = Athlete("Ada", max_hr=200, heart_rate_limit=180)
        store.add_recording(Recording(pd.DataFrame({"heart_rate": beats}, times)), ada, content="1")
    return tmp_path


def run(*arguments: object):
    return CliRunner().invoke(main, ["rules", *map(str, arguments)])


def test_the_rules_of_a_new_store_are_listed(folder):
    listed = json.loads(run("list", "--data", folder, "--json").output)
    assert {"line", "line-ahead", "sensor-lost"} <= {rule["id"] for rule in listed}
    assert "Heart rate above the line for 5 s" in run("list", "--data", folder).output


def test_a_rule_and_a_changed_one_are_tried_side_by_side(folder):
    done = run("backtest", "line", "--with", "limit=120", "--data", folder, "--json")
    plain, changed = json.loads(done.output)
    assert (plain["alerts"], changed["alerts"]) == (1, 0)  # 120 % of 180 bpm is never reached
    assert plain["per_hour"] == pytest.approx(3600 / 539, rel=0.01)
    raised = next(m for m in plain["moments"] if m["change"] == "raised")
    # Above 180 bpm 8.x s into the rise of 5 bpm/s from second 230 on, then held for 5 s.
    assert raised["time"] in ("2026-10-01T10:04:03Z", "2026-10-01T10:04:04Z")


def test_a_file_is_tried_without_a_store_of_its_own(folder, tmp_path):
    exported = tmp_path / "ride.csv"
    session = twin.open_store(folder).sessions()["session"][0]
    CliRunner().invoke(
        main, ["export", session, "--format", "csv", "-o", str(exported), "--data", str(folder)]
    )
    done = run("backtest", "line", "--file", exported, "--line", 180, "--moments", "--data", folder)
    assert "raised: Athlete: heart rate 190 bpm, above 180 bpm" in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "no rule 'nonsense'; there is"),
        (["line", "--with", "limit"], "expected FIELD=VALUE"),
        (["line", "--with", "limit=900"], "within 1 to 300 %"),
    ],
)
def test_what_makes_no_sense_is_told_in_words(folder, arguments, words):
    done = run("backtest", *arguments, "--data", folder)
    assert done.exit_code != 0
    assert words in done.output
