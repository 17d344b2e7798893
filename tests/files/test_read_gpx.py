"""A GPX written by hand (conftest); expected values are those written."""

import numpy as np
import pytest

from twin.errors import UnreadableFileError
from twin.files import read


def test_points_give_their_channels_with_extensions_of_any_prefix(gpx, put):
    recording = read(put("ride.gpx", gpx))
    assert recording.sport == "cycling"
    assert recording.samples.iloc[0].to_dict() == {
        "heart_rate": 131, "power": 210, "cadence": 88, "altitude": 560.5, "latitude": 46.5,
        "longitude": 7.25, "temperature": 17,
    }  # fmt: skip
    assert recording.device == "Watch Two"


def test_segments_are_parted_by_a_gap_and_missing_values_are_nan(gpx, put):
    samples = read(put("ride.gpx", gpx)).samples
    assert np.diff(samples.index.asi8 / 1e9).tolist() == [1, 599]
    assert samples["altitude"].isna().tolist() == [False, False, True]
    assert samples["heart_rate"].isna().tolist() == [False, True, True]


def test_speed_of_version_1_0_is_read(gpx, put):
    old = gpx.replace("<time>2026-10-01T10:00:01Z</time>", "<time>2026-10-01T10:00:01Z</time>"
                      "<speed>9.5</speed><hdop>1.2</hdop>")  # fmt: skip
    samples = read(put("ride.gpx", old)).samples
    assert samples["speed"].tolist()[1] == 9.5
    assert samples["hdop"].tolist()[1] == 1.2


def test_a_clock_that_steps_back_is_put_in_order_and_told(gpx, put):
    recording = read(put("ride.gpx", gpx.replace("10:10:00Z", "09:59:00Z")))
    assert recording.samples["latitude"].tolist() == [46.7, 46.5, 46.6]
    assert "stepped back 1 time" in recording.warnings[0]


def test_points_without_a_time_are_left_out_and_told(gpx, put):
    recording = read(put("ride.gpx", gpx.replace("<time>2026-10-01T10:10:00Z</time>", "")))
    assert len(recording.samples) == 2
    assert recording.warnings == ("1 sample without a readable time left out",)


def test_a_prefix_never_declared_does_no_harm(gpx, put):
    recording = read(put("ride.gpx", gpx.replace(' xmlns:q="urn:any"', "")))
    assert recording.samples["heart_rate"].tolist()[0] == 131
    assert recording.warnings == ()


def test_a_planned_route_is_refused_as_such(put):
    text = '<gpx><rte><rtept lat="46" lon="7"/><rtept lat="46" lon="8"/></rte></gpx>'
    with pytest.raises(UnreadableFileError, match="planned route of 2 points without times"):
        read(put("route.gpx", text))


def test_an_empty_track_is_refused(put):
    with pytest.raises(UnreadableFileError, match="0 track points"):
        read(put("none.gpx", "<gpx><trk><trkseg></trkseg></trk></gpx>"))
