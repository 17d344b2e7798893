"""The athlete page sends one model one row a tick, and shows only what is measured."""

import json
from dataclasses import replace

import numpy as np
import pytest
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from twin.records import Lap, utc
from twin.state.athlete import AthleteState
from twin.state.wire import WIRE_ORDER
from twin.views.athlete import AthletePage
from twin.views.athlete_bar import AthleteBar
from twin.views.athlete_laps import laps_html


@pytest.fixture
def live(played):
    live = played(seconds=90)
    live.position = 60
    return live


def page_of(live, **params):
    return AthletePage(AthleteState(live, athlete=live.squad[0].id, **params))


def wire_of(page) -> ColumnDataSource:
    (wire,) = page._values.tags
    return wire


async def test_the_history_of_the_window_is_there_from_the_start(live):
    assert len(wire_of(page_of(live, window=1)).data["row"]) == 60


async def test_an_address_of_nobody_names_who_is_there(live):
    page = AthletePage(AthleteState(live, athlete="<b>nobody"))
    page.show(live.tick())
    (told,) = page.__panel__()
    assert "&lt;b&gt;nobody" in told.object
    assert live.squad[0].name in told.object
    page.state.athlete = live.squad[0].name.upper()
    page.show(live.tick())
    assert wire_of(page).data["row"]


def test_of_two_athletes_of_one_name_each_can_be_chosen(live):
    first, second, *rest = live.squad
    tick = replace(live.tick(), squad=(first, replace(second, name=first.name), *rest))
    bar = AthleteBar(AthleteState(live, athlete=second.id), tick)
    assert bar._who.value == second.id
    assert [label for label, id_ in bar._who.options.items() if id_ in (first.id, second.id)] == [
        f"{first.name} ({first.id})", f"{first.name} ({second.id})",
    ]  # fmt: skip


async def test_a_tick_adds_one_row_to_one_source_and_changes_nothing_else(live):
    page = page_of(live)
    rows = len(wire_of(page).data["row"])
    changed = []
    for name in ("_bar", "_laps"):
        view = getattr(page, name).__panel__()
        view.param.watch(lambda event: changed.append(event.name), list(view.param))
    live.position = 61
    page.show(live.tick())
    assert len(wire_of(page).data["row"]) == rows + 1
    assert changed == []


async def test_old_rows_make_room_for_new_ones(live):
    page = page_of(live, window=1)
    for live.position in range(61, 91):
        page.show(live.tick())
    assert len(wire_of(page).data["row"]) == page.state.capacity == 66


async def test_only_the_charts_of_what_is_measured_are_there(live):
    page = page_of(live)
    drawn = {plot.name for plot in page.__panel__().get_root().select({"type": figure})}
    assert drawn == page.state.measured(live.tick()) & {
        "heart_rate", "speed", "power", "cadence", "altitude"} | {"map"}  # fmt: skip


async def test_a_sensor_that_joins_gets_its_chart(live):
    tick = live.tick()
    power = live.frames[0].pop("power")
    page = page_of(live)
    assert "power" not in page._measured
    live.frames[0]["power"] = power
    page.show(live.tick())
    assert "power" in page._measured
    assert np.isfinite(tick.values).any()


async def test_a_wider_window_brings_its_history(live):
    live.position = 90
    page = page_of(live, window=1)
    page.state.window = 5
    assert len(wire_of(page).data["row"]) == 90
    assert page._time.follow_interval == 300_000
    assert json.loads(wire_of(page).tags[0])["rollover"] == 330


async def test_the_script_gets_the_order_of_the_rows(live):
    spec = json.loads(wire_of(page_of(live)).tags[0])
    assert tuple(spec["order"]) == WIRE_ORDER
    assert len(spec["zone_seconds"]) == len(spec["zone_words"]) == 5


async def test_a_mark_of_another_viewer_appears_in_the_laps(live):
    page = page_of(live)
    assert "No lap" in page._laps.__panel__().object
    begin = utc(live.tick().time)
    live.marked[live.squad[0].id] = (Lap(1, begin, label="hill <b>"),)
    live.position = 61
    page.show(live.tick())
    assert "1 hill &lt;b&gt;" in page._laps.__panel__().object


def test_a_lap_without_samples_shows_no_numbers(live):
    begin = utc(live.tick().time)
    words = laps_html([Lap(1, begin, begin)], live.frames[0][:0], sport="running")
    assert words.count("<td>–</td>") == 4
