"""The state of an athlete's page sends every reading once, short, and silence as silence."""

import json
from dataclasses import replace

import numpy as np
import pytest

from twin.errors import UnknownAthleteError
from twin.schema import INSIGHTS
from twin.state.athlete import AthleteState
from twin.state.wire import TOLD_ORDER, WIRE_ORDER

TIME, RATE, LAG = (WIRE_ORDER.index(name) for name in ("time", "heart_rate", "lag_s"))


def test_the_rows_of_the_window_end_at_the_newest_reading(played):
    live = played(seconds=120)
    state = AthleteState(live, athlete=live.squad[0].id, window=1)
    rows = state.seed(live.tick())
    assert len(rows) == 61, "a minute at 1 Hz, both ends"
    assert [row[TIME] for row in rows] == list(np.arange(-60.0, 1.0))
    rates = live.frames[0]["heart_rate"].to_numpy()[-61:]
    assert [row[RATE] for row in rows] == [None if np.isnan(r) else round(r) for r in rates]


def test_each_tick_brings_its_reading_once(played):
    live = played(seconds=60)
    live.position = 50
    state = AthleteState(live, athlete=live.squad[1].id)
    state.seed(live.tick())
    seen = []
    for live.position in range(51, 61):
        seen += [row[TIME] for row in state.news(live.tick())]
    assert seen == list(np.arange(1.0, 11.0))


def test_ticks_left_out_lose_no_reading(played):
    live = played(seconds=60)
    live.position = 40
    state = AthleteState(live)
    state.seed(live.tick())
    live.position = 60
    assert [row[TIME] for row in state.news(live.tick())] == list(np.arange(1.0, 21.0))


def test_silence_is_one_row_without_values(played):
    live = played(seconds=30)
    state = AthleteState(live)
    state.seed(live.tick())
    (row,) = state.news(live.silent(3.0))
    assert row[TIME] == 3.0
    assert all(value is None for value in row[1:LAG])


def test_values_grow_old_when_the_only_source_falls_silent(played):
    """The hub knows no newer instant then, but how long it has waited."""
    live = played(seconds=30)
    state = AthleteState(live)
    state.seed(live.tick())
    (row,) = state.news(live.silent(9.0, others_speak=False))
    assert row[TIME] == 9.0


def test_another_source_years_ahead_makes_no_value_old(played):
    live = played(seconds=30)
    live.position = 29
    state = AthleteState(live)
    state.seed(live.tick())
    live.position = 30
    tick = live.tick()
    (row,) = state.news(replace(tick, time=tick.time + np.timedelta64(365, "D")))
    assert (row[TIME], row[LAG]) == (1.0, 0)


def test_a_silence_hides_no_later_reading(played):
    live = played(seconds=30)
    live.position = 29
    state = AthleteState(live)
    state.seed(live.tick())
    state.news(live.silent(5.0))
    live.position = 30
    assert state.news(live.tick())[0][TIME] == 1.0


def test_a_row_is_short_on_the_wire(played):
    live = played(seconds=300)
    state = AthleteState(live, window=5)
    lengths = [len(json.dumps(row, separators=(",", ":"))) for row in state.seed(live.tick())]
    # 400 bytes for the page, of which head, model and names of the message take about 190.
    assert max(lengths) <= 120


def test_an_athlete_without_power_has_no_power_chart_and_one_without_position_no_map(played):
    live = played(seconds=30, sport="running")
    tick = live.tick()
    state = AthleteState(live)
    assert {"heart_rate", "speed", "x"} <= state.measured(tick)
    tick.values[:] = np.nan
    assert state.measured(tick) == frozenset()


def test_nobody_of_that_name_is_told_with_the_names_there_are(played):
    live = played(seconds=5)
    with pytest.raises(UnknownAthleteError, match=live.squad[0].name):
        AthleteState(live, athlete="nobody").who(live.tick())


def test_an_id_and_a_name_mean_the_same_athlete(played):
    live = played(seconds=5)
    ada = live.squad[1]
    for word in (ada.id, ada.name):
        assert AthleteState(live, athlete=word).who(live.tick()) == ada


def test_footballers_get_their_pitch_and_runners_none(played):
    game = played(athletes=8, seconds=60, sport="football")
    state = AthleteState(game)
    state.seed(game.tick())
    assert state.pitch(game.tick()) is not None
    run = played(seconds=60, sport="running")
    state = AthleteState(run)
    state.seed(run.tick())
    assert state.pitch(run.tick()) is None


def test_the_newest_row_carries_the_forecast_and_its_band(played):
    live = played(seconds=30)
    state = AthleteState(live)
    looked_ahead = replace(
        live.tick(),
        horizons_s=(30, 60, 120, 300),
        forecast=np.array([[140.4, 99], [150.6, 99], [np.nan, 99], [170.0, 99]]),
        half_width=np.array([[3.2, 1], [5.0, 1], [np.nan, 1], [9.0, 1]]),
    )
    row = dict(zip(WIRE_ORDER, state.seed(looked_ahead)[-1], strict=True))
    ahead = [row[f"{what}_{s}"] for s in (30, 60, 120) for what in ("ahead", "band")]
    assert ahead == [140, 3, 151, 5, None, None]


def test_without_a_twin_nothing_is_forecast(played):
    live = played(seconds=30)
    row = AthleteState(live).seed(live.tick())[-1]
    assert row[WIRE_ORDER.index("ahead_30") :] == [None] * 9


def told_tick(live):
    """A tick on which the twin tells everything."""
    insights = np.arange(len(INSIGHTS) * 2, dtype=float).reshape(-1, 2) / 3
    return replace(
        live.tick(), insights=insights, time_to_limit_s=np.array([np.inf, 42.0]),
        calibrated=np.array([7, 0], np.int32),
    )  # fmt: skip


def test_what_the_twin_tells_beside_goes_out_every_five_seconds(played):
    live = played(seconds=40)
    live.position = 30
    state = AthleteState(live)
    first = state.seed(told_tick(live))[-1]
    told = dict(zip(TOLD_ORDER, first[-1], strict=True))
    line = [channel.name for channel in INSIGHTS].index("alpha1")
    assert told["alpha1"] == round(line * 2 / 3, 2)
    assert (told["limit_in"], told["sessions"]) == (-1, 7)  # a limit out of reach
    sent = []
    for live.position in range(31, 41):
        sent += [row[-1] is not None for row in state.news(told_tick(live))]
    assert sent == [False] * 4 + [True] + [False] * 4 + [True]
    assert (first[-3], first[-2]) == (0, 1)  # expected heart rate and its band, every second


def test_with_all_that_the_twin_tells_a_row_is_still_short(played):
    live = played(seconds=40)
    row = AthleteState(live).seed(told_tick(live))[-1]
    # 400 bytes for the page, of which head, model and names of the message take about 190.
    assert len(json.dumps(row, separators=(",", ":"))) <= 210
