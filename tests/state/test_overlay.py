"""Sessions laid over each other: their axes, figures and words."""

import numpy as np
import pandas as pd
import panel as pn
import pytest
from bokeh.models import HoverTool

from twin.errors import TwinError, UnknownSessionError
from twin.records import Athlete, Recording
from twin.state.overlay import MOST, overlay_of
from twin.state.review import ReviewState, completed
from twin.store import EmbeddedStore
from twin.views.overlay import OverlayView, figures_table, legend_html
from twin.views.overlay_charts import overlay_charts
from twin.views.picks import PickTable
from twin.views.review_list import SessionList
from twin.views.theme import LIGHT

START = pd.Timestamp("2026-10-01T10:00:00", tz="UTC")


def run(day: int, speed: float, seconds: int = 600, **channels: float) -> Recording:
    index = pd.date_range(START + pd.Timedelta(days=day), periods=seconds, freq="1s", name="time")
    return Recording(
        pd.DataFrame({"speed": speed, **channels}, index=index), "running", path=f"{day}"
    )


@pytest.fixture
def state(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        yield ReviewState(store)


def keep(state, *recordings):
    ada = state.store.add_athlete(Athlete("Ada"))
    return [state.store.add_recording(r, ada, content=r.path).id for r in recordings]


def test_each_session_lies_on_its_own_time_and_way(state):
    names = keep(state, run(0, 3.0, heart_rate=150), run(1, 4.0, seconds=300))
    first, second = overlay_of(state.store, names)
    assert first.elapsed_s[-1] == 599
    assert second.distance_m[-1] == pytest.approx(1200)  # 300 s at 4 m/s, by hand
    assert "heart_rate" not in second.channels
    table = figures_table([first, second])
    assert list(table["/km"]) == ["5:33", "4:10"]
    assert list(table["bpm"]) == ["150", "–"]
    plots = {p.name: p for p in overlay_charts([first, second], LIGHT, by_distance=True)}
    assert set(plots) == {"heart_rate", "speed"}
    assert plots["speed"].x_range.end == pytest.approx(1.8)
    assert plots["speed"].xaxis.axis_label == "Distance [km]"


def test_the_way_is_the_device_s_own_and_speed_that_of_moving(state):
    # 300 s at 3 m/s by speed, 4 m/s by the device's distance, then 300 s standing.
    recording = run(0, 3.0)
    recording.samples["distance"] = np.minimum(np.arange(600.0), 299) * 4 + 50
    recording.samples.loc[recording.samples.index[300:], "speed"] = 0.0
    (laid,) = overlay_of(state.store, keep(state, recording))
    assert laid.distance_m[[0, 100, -1]].tolist() == [0, 400, 1196]
    assert laid.figures.mean_speed == pytest.approx(4)
    (nothing_told,) = overlay_of(state.store, keep(state, run(1, 3.0, distance=0.0)))
    assert nothing_told.distance_m[-1] == pytest.approx(1800), (
        "of speed, where the distance stays 0"
    )


def test_a_spike_of_altitude_is_drawn_no_more_than_on_the_session_s_own_page(state):
    recording = run(0, 3.0, altitude=500.0)
    recording.samples.loc[recording.samples.index[300], "altitude"] = 900.0  # nobody jumps 400 m
    names = keep(state, recording)
    (laid,) = overlay_of(state.store, names)
    assert np.nanmax(laid.channels["altitude"]) == 500
    assert laid.figures.ascent_m == 0
    state.session = names[0]
    opened = completed(state.open())
    state.keep(opened)
    (again,) = overlay_of(state.store, names)  # from what the page kept
    assert opened.samples["altitude"].max() == 500
    assert all(np.array_equal(laid.channels[name], again.channels[name]) for name in laid.channels)


def test_two_athletes_of_one_name_are_told_apart(state):
    names = [
        state.store.add_recording(
            run(day, 3.0),
            state.store.add_athlete(Athlete("Ada", id=f"ada-{day}")),
            content=f"{day}",
        ).id
        for day in (1, 2)
    ]
    (bo,) = [state.store.add_recording(run(3, 3.0), Athlete("Bo"), content="bo").id]
    shown = figures_table(overlay_of(state.store, [*names, bo]))["Session"]
    assert [name.split(",")[0] for name in shown] == ["Ada (ada-1)", "Ada (ada-2)", "Bo"]


def test_lines_and_their_legend_follow_the_scheme(state):
    laid = overlay_of(state.store, keep(state, run(0, 4.0), run(1, 3.0)))
    (plot,) = overlay_charts(laid, LIGHT, by_distance=False)
    assert [line.glyph.tags for line in plot.renderers] == [["primary"], ["zone4"]]
    words = legend_html(laid, LIGHT)
    assert "var(--twin-primary)" in words
    assert "var(--twin-zone-4)" in words


def test_pace_under_the_pointer_is_minutes_and_seconds(state):
    (plot,) = overlay_charts(
        overlay_of(state.store, keep(state, run(0, 4.0))), LIGHT, by_distance=False
    )
    (hover,) = plot.select({"type": HoverTool})
    assert hover.tooltips[0][1] == "@value{custom} min/km"
    assert "padStart(2" in hover.formatters["@value"].code


def test_sessions_that_are_gone_empty_or_too_many(state):
    (name, empty) = keep(state, run(0, 3.0), run(1, np.nan))
    with pytest.raises(UnknownSessionError):
        overlay_of(state.store, [name, "gone"])
    with pytest.raises(TwinError):
        overlay_of(state.store, [])
    (without_way,) = overlay_of(state.store, [empty])
    assert np.isnan(without_way.distance_m).all()
    overlay_charts([without_way], LIGHT, by_distance=True)
    more = keep(state, *(run(day, 3.0, seconds=2) for day in range(2, 12)))
    assert len(overlay_of(state.store, more)) == MOST


def test_what_the_address_names_wrongly_is_told_beside_the_others(state):
    (name,) = keep(state, run(0, 3.0))
    state.together = f"gone<b>,{name},,{name}"
    view = OverlayView(state, LIGHT).__panel__()
    assert len(view.select(PickTable)[0].rows) == 1
    (alert,) = view.select(pn.pane.Alert)
    assert "gone&lt;b&gt;" in alert.object
    state.together = "gone"
    (alert,) = OverlayView(state, LIGHT).__panel__().select(pn.pane.Alert)
    assert "is stored" in alert.object


def test_the_address_holds_the_choice_and_rows_lead_to_each_session(state):
    names = keep(state, run(0, 3.0), run(1, 4.0))
    chosen = SessionList(state)
    chosen._table._handle_msg({"together": names})
    assert set(state.together.split(",")) == set(names)
    view = OverlayView(state, LIGHT)
    view._by.value = "distance"
    assert state.by == "distance"
    (table,) = view.__panel__().select(PickTable)
    table._handle_msg({"row": 0})
    assert state.session in names
    state.leave()
    assert (state.session, bool(state.together)) == ("", True), "back to the overlay"
    state.leave()
    assert not state.together
