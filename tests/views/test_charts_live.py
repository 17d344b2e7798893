"""Live charts: one shared source, nothing sent back, zones and limit named, units on axes."""

import json

import pytest
from bokeh.models import BoxAnnotation, ColumnDataSource, LinearAxis, ScaleBar, Span

from twin.records import Athlete
from twin.state.pitch import Pitch
from twin.views import charts, track
from twin.views.athlete_spec import zone_words
from twin.views.theme import DARK, LIGHT

COLUMNS = ("time", "time0", "heart_rate", "heart_rate0", "speed", "x", "y", "x0", "y0", "colour")
BOUNDS = [95.0, 114.0, 133.0, 152.0, 171.0]


@pytest.fixture
def source():
    return ColumnDataSource({name: [0] for name in COLUMNS}, syncable=False)


def heart(source, limit=None):
    return charts.heart_rate_chart(
        source, charts.Zones(BOUNDS, limit), time=charts.shared_time(window_min=5), surface=LIGHT
    )


def test_every_zone_is_a_band_and_its_bound_is_named(source):
    plot = heart(source)
    bands = plot.select(type=BoxAnnotation)
    assert sorted(band.bottom for band in bands if band.name) == BOUNDS
    axis = next(axis for axis in plot.select(type=LinearAxis) if axis.name == "zones")
    assert axis.major_label_overrides[152.0] == "Z4 152"


def test_the_line_not_to_cross_is_drawn_and_named_and_hides_a_bound_too_near(source):
    plot = heart(source, limit=173.0)
    (line,) = [span for span in plot.select(type=Span) if span.name == "limit"]
    assert (line.location, line.line_color) == (173.0, LIGHT.alarm)
    axis = next(axis for axis in plot.select(type=LinearAxis) if axis.name == "zones")
    assert axis.major_label_overrides[173.0] == "limit 173"
    assert 171.0 not in axis.major_label_overrides


def test_no_limit_draws_no_line(source):
    assert not [span for span in heart(source).select(type=Span) if span.name == "limit"]


def test_nothing_that_follows_the_readings_is_sent_back(source):
    time = charts.shared_time(window_min=5)
    plots = [charts.chart("speed", source, time=time, surface=LIGHT), heart(source),
             track.track_map(track.empty_sources(source), surface=LIGHT)]  # fmt: skip
    for plot in plots:
        assert not plot.syncable
        assert not plot.x_range.syncable
        assert not plot.y_range.syncable


def test_charts_share_their_time_and_follow_its_end(source):
    time = charts.shared_time(window_min=5)
    one = charts.chart("power", source, time=time, surface=LIGHT)
    other = charts.chart("speed", source, time=time, surface=LIGHT)
    assert one.x_range is other.x_range
    assert (time.follow, time.follow_interval) == ("end", 300_000)


def test_speed_is_pace_on_foot_with_faster_upwards_and_km_per_hour_elsewhere(source):
    time = charts.shared_time()
    run = charts.chart("speed", source, time=time, surface=LIGHT, sport="running")
    assert (run.yaxis.axis_label, run.y_range.flipped) == ("Pace [min/km]", True)
    cycling = charts.chart("speed", source, time=time, surface=LIGHT, sport="cycling")
    assert (cycling.yaxis.axis_label, cycling.y_range.flipped) == ("Speed [km/h]", False)


def test_the_map_has_equal_scales_a_scale_bar_and_north(source):
    plot = track.track_map(track.empty_sources(source), surface=DARK)
    assert plot.match_aspect
    assert plot.select_one({"type": ScaleBar}).unit == "m"
    assert "N" in plot.select_one({"name": "north"}).text


def test_a_pitch_is_105_by_68_m_where_it_lies(source):
    plot = track.track_map(track.empty_sources(source), surface=LIGHT)
    track.add_pitch(plot, Pitch(10.0, 20.0, 0.0), LIGHT)
    lines = plot.select_one({"name": "pitch"}).data_source.data
    assert (min(lines["xs"][0]), max(lines["xs"][0])) == (10 - 52.5, 10 + 52.5)
    assert (min(lines["ys"][0]), max(lines["ys"][0])) == (20 - 34, 20 + 34)


def test_the_script_that_repaints_knows_both_palettes():
    colours = json.loads(charts.paint_with_scheme(dark=False).args["colours"])
    assert colours["dark"]["zones"] == list(DARK.zones)
    assert colours["light"]["card"] == LIGHT.card


def test_zone_words_leave_no_beat_out():
    words = zone_words(Athlete("Ada", max_hr=188))  # bounds 94, 112.8, 131.6, 150.4, 169.2
    assert words == ["94–112 bpm", "113–131 bpm", "132–150 bpm", "151–169 bpm", "≥ 170 bpm"]
