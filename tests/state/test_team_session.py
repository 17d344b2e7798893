"""A team's session: ways by band, sprints, ground covered, pitch; positions made by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import panel as pn
import pytest

from simulator.recording import simulate_recording
from twin.errors import TwinError
from twin.records import Athlete, Batch, Recording, Session
from twin.schema import MEASURED_NAMES
from twin.state.review import ReviewState
from twin.state.team_session import has_team, team_of
from twin.store import EmbeddedStore
from twin.views.review_team import TeamView, band_names, definition, players_table
from twin.views.team_charts import heat_chart, hull_chart
from twin.views.theme import LIGHT

START = pd.Timestamp("2026-10-01T10:00:00", tz="UTC")
DEGREE_M = 111_195.0  # of latitude, and of longitude at the equator [m]


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        yield store


def recorded(store, samples: dict[str, pd.DataFrame]):
    """Keep sessions of several athletes as a hub does: one squad."""
    for name, table in samples.items():
        athlete = store.add_athlete(Athlete(name, sport="football"))
        session = store.start_session(
            Session(
                f"s-{athlete.id}", athlete.id, "football", START.to_pydatetime(), squad_session="q"
            )
        )
        time = table.index.tz_convert(None).to_numpy("datetime64[ns]")
        channels = {c: table[c].to_numpy(float) for c in table if c in MEASURED_NAMES}
        store.append(Batch.of(np.zeros(len(table), np.int32), time, **channels), [session.id])
        store.end_session(session.id)
    return "q"


def at(east_m, north_m, rate_hz: float) -> pd.DataFrame:
    index = START + pd.to_timedelta(np.arange(len(east_m)) / rate_hz, unit="s")
    place = {"latitude": np.asarray(north_m) / DEGREE_M, "longitude": np.asarray(east_m) / DEGREE_M}
    return pd.DataFrame(place, index=pd.DatetimeIndex(index, name="time"))


def test_a_sprint_and_its_way_are_found_in_positions_ten_times_a_second(store):
    speed = np.r_[np.full(300, 1.0), np.linspace(1, 8, 30), np.full(50, 8.0), np.linspace(8, 1, 30),
                  np.full(300, 1.0)]  # fmt: skip
    east = np.cumsum(speed) / 10
    squad = recorded(
        store, {"Ada": at(east, np.zeros(len(east)), 10), "Bo": at(east * 0, east * 0 + 9, 10)}
    )
    team = team_of(store, squad)
    ada, bo = team.players
    # By hand: 5 s at 8 m/s and the ends of the ramps above 7 m/s; 7 m/s in 3 s are 2.3 m/s2.
    assert ada.sprints == 1
    assert ada.bands_m[4] == pytest.approx(40 + 2 * 0.43 * 7.5, abs=2)
    assert ada.bands_m.sum() == pytest.approx(east[-1], rel=0.02)
    assert ada.accelerations == 0
    assert ada.top_speed == pytest.approx(8, abs=0.1)
    assert bo.bands_m.sum() == pytest.approx(0, abs=1)


def test_once_a_second_accelerations_cannot_be_told(store):
    table = at(np.arange(60) * 3.0, np.zeros(60), 1).assign(speed=3.0)
    squad = recorded(store, {"Ada": table})
    (ada,) = team_of(store, squad).players
    assert ada.accelerations is None
    assert ada.bands_m[1] == pytest.approx(180)  # 60 samples of 3 m/s: band 2 to 4 m/s
    assert "cannot be told" in definition([ada])
    assert list(players_table([ada])["Accelerations"]) == ["–"]
    assert len(band_names()) == 5
    namesake = replace(ada, athlete=replace(ada.athlete, id="ada-2"))
    assert list(players_table([ada, namesake])["Athlete"]) == ["Ada (ada)", "Ada (ada-2)"]


def test_the_ground_of_a_square_is_its_area(store):
    corners = {"A": (0, 0), "B": (20, 0), "C": (20, 20), "D": (0, 20)}
    squad = recorded(
        store, {n: at(np.full(20, x), np.full(20, y), 1) for n, (x, y) in corners.items()}
    )
    team = team_of(store, squad)
    np.testing.assert_allclose(team.hull_m2, 400, rtol=0.01)
    assert team.heat.seconds.sum() == 80
    assert hull_chart(team, LIGHT).yaxis.axis_label == "Ground covered [m²]"
    heat_chart(team, LIGHT)


def test_a_simulated_match_lies_on_its_pitch_and_the_page_shows_it(store):
    samples = {
        f"P{seed}": simulate_recording("football", 180, seed)[0].samples for seed in range(4)
    }
    squad = recorded(store, samples)
    state = ReviewState(store, squad=squad)
    assert has_team(store, store.session("s-p0"))
    view = TeamView(state, LIGHT)
    assert len(view.__panel__().select(pn.pane.Bokeh)) == 2, "heat map and ground"


def test_no_positions_nobody_and_a_single_session(store):
    index = pd.date_range(START, periods=5, freq="1s", name="time")
    squad = recorded(store, {"Ada": pd.DataFrame({"heart_rate": 150.0}, index=index)})
    team = team_of(store, squad)
    assert team.heat is None
    assert not has_team(store, store.session("s-ada"))
    with pytest.raises(TwinError):
        team_of(store, "nobody")
    alone = Recording(pd.DataFrame({"heart_rate": [150.0]}, index=index[:1]), "running", path="a")
    kept = store.add_recording(replace(alone), store.add_athlete(Athlete("Bo")), content="a")
    assert not has_team(store, store.session(kept.id))


MATCH = Path(__file__).parents[3] / "shared/data/team/match/metrica_epts_tracking_excerpt.txt"


@pytest.mark.skipif(not MATCH.is_file(), reason="the recorded match is not here")
def test_speeds_in_a_recorded_match_are_those_its_provider_gives(store):
    frames = [line.split(":") for line in MATCH.read_text().splitlines() if line.strip()]
    players = np.array(
        [[[float(v) for v in one.split(",")] for one in f[1].split(";")] for f in frames]
    )
    index = START + pd.to_timedelta([int(f[0]) / 25 for f in frames], unit="s")  # 25 a second
    east, north, theirs = players[..., 0] * 105, players[..., 1] * 68, players[..., 3]
    seen = [p for p in range(players.shape[1]) if not np.isnan(theirs[:, p]).any()]
    samples = {
        f"P{p:02d}": at(east[:, p], north[:, p], 25).set_axis(pd.DatetimeIndex(index)) for p in seen
    }
    team = team_of(store, recorded(store, samples))
    assert len(team.players) == len(seen) >= 15
    for player, p in zip(team.players, seen, strict=True):
        assert player.rate_hz == pytest.approx(25)
        ours = player.bands_m.sum() / len(frames) * 25
        assert ours == pytest.approx(np.mean(theirs[:, p]), abs=0.5), player.athlete.name
