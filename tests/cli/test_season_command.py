"""`twin season` tells where an athlete stands, for people and for programs."""

import json

import pytest
from click.testing import CliRunner

from simulator.recording import simulate_recording
from twin.archive import summarise
from twin.cli import main
from twin.records import Athlete
from twin.store import EmbeddedStore


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("season")
    with EmbeddedStore(folder) as store:
        recording, _ = simulate_recording("running", 400, seed=2)
        store.add_recording(recording, Athlete("Ada"), content="1")
        list(summarise(store))
    return folder


def run(*arguments):
    done = CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)
    return done.exit_code, done.output


def test_programs_get_standing_and_weeks(folder):
    status, output = run("season", "Ada", "--data", folder, "--json")
    told = json.loads(output)
    assert status == 0
    assert (told["athlete"], told["sessions"], told["without_figures"]) == ("Ada", 1, 0)
    assert told["weeks"][0]["week"] == "2026-09-28"  # the Monday before 1 October
    assert told["weeks"][0]["load"] > 0
    assert told["unusual"] == []


def test_people_get_lines_and_a_stranger_one_that_names_the_known(folder):
    _, output = run("season", "ada", "--data", folder)
    assert "week of 2026-09-28" in output
    status, output = run("season", "Bo", "--data", folder)
    assert status == 1
    assert "known: Ada" in output
