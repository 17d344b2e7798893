"""GoldenCheetah, Polar and PWX files written by hand; expected values are those written."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from twin.errors import UnreadableFileError
from twin.files import read

GOLDENCHEETAH: dict[str, Any] = {
    "RIDE": {
        "STARTTIME": "2026/10/01 10:00:00 UTC ",
        "RECINTSECS": 1,
        "DEVICETYPE": "Computer One ",
        "TAGS": {"Sport": "Bike ", "Athlete": "Ada "},
        "INTERVALS": [{"NAME": "effort ", "START": 1, "STOP": 3}],
        "SAMPLES": [
            {"SECS": 0, "HR": 140, "WATTS": 210, "CAD": 88, "KPH": 36.0, "KM": 0.0, "ALT": 560.5,
             "LAT": 46.5, "LON": 7.25, "TEMP": 17, "SMO2": 61},
            {"SECS": 1, "HR": 141, "WATTS": 0, "CAD": 0, "KPH": 18.0, "KM": 0.01, "ALT": 561,
             "LAT": 0, "LON": 0, "TEMP": -255, "SMO2": 0},
            {"SECS": 3, "HR": 0, "WATTS": 220, "CAD": 90, "KPH": 36.0, "KM": 0.015, "ALT": 561},
        ],
        "XDATA": [
            {"NAME": "HRV", "UNITS": ["msecs"], "VALUES": ["R-R"],
             "SAMPLES": [{"SECS": 0.43, "KM": 0, "VALUES": [430.0]}, {"SECS": 0.85, "VALUE": 420.0},
                         {"SECS": 0.9, "VALUES": [-1.0]}]},
            {"NAME": "SPEED", "SAMPLES": [{"SECS": 1, "VALUES": [999.0]}]},
        ],
    }
}  # fmt: skip


def exercise(**fields: object) -> dict[str, Any]:
    """Return a run of two seconds on a clock two hours ahead of UTC."""
    times = ["2026-10-01T12:00:00.000", "2026-10-01T12:00:01.000", "2026-10-01T12:00:02.000"]
    return {
        "startTime": times[0],
        "stopTime": times[2],
        "timezoneOffset": 120,
        "sport": "TRAIL_RUNNING",
        "samples": {
            "heartRate": [{"dateTime": t, "value": 140 + n} for n, t in enumerate(times)],
            "speed": [{"dateTime": t, "value": 12.6} for t in times],
            "distance": [{"dateTime": t, "value": 3.5 * n} for n, t in enumerate(times)],
            "cadence": [{"dateTime": times[0], "value": 85}],
            "recordedRoute": [
                {"dateTime": times[0], "latitude": 46.5, "longitude": 7.25, "altitude": 560.0}
            ],
            "rr": [{"duration": "PT0.430S"}, {"duration": "PT0.425S"}, {"duration": "lost"}],
        },
    } | fields


POLAR: dict[str, Any] = {"exportVersion": "1.6", "exercises": [exercise()]}

PWX = """<?xml version="1.0"?><pwx xmlns="http://www.peaksware.com/PWX/1/0" version="1.0"><workout>
<athlete><name>Ada</name></athlete><sportType>Run</sportType>
<device><make>Maker</make><model>Two</model></device><time>2026-10-01T10:00:00Z</time>
<summarydata><beginning>0</beginning><duration>2</duration><hr max="150" min="90" avg="99"/></summarydata>
<segment><name>hard</name><summarydata><beginning>1</beginning><duration>1</duration></summarydata></segment>
<sample><timeoffset>0</timeoffset><hr>140</hr><spd>3.5</spd><pwr>250</pwr><cad>85</cad><dist>0</dist>
<lat>46.5</lat><lon>7.25</lon><alt>560</alt><temp>17</temp></sample>
<sample><timeoffset>1</timeoffset><hr>142</hr></sample>
<sample><timeoffset>2.5</timeoffset><hr>144</hr></sample></workout></pwx>"""


def clock(recording):
    return [time.strftime("%H:%M:%S.%f")[:10] for time in recording.samples.index]


def test_goldencheetah_gives_channels_in_our_units_intervals_and_beats(put):
    ride = read(put("ride.json", json.dumps(GOLDENCHEETAH)))
    assert ride.sport == "cycling"
    assert ride.device == "Computer One"
    assert clock(ride) == ["10:00:00.0", "10:00:01.0", "10:00:03.0"]
    assert ride.samples.iloc[0].to_dict() == {
        "heart_rate": 140, "power": 210, "cadence": 88, "speed": 10, "distance": 0,
        "altitude": 560.5, "latitude": 46.5, "longitude": 7.25, "temperature": 17,
        "muscle_oxygen": 61,
    }  # fmt: skip
    (lap,) = ride.laps
    assert (lap.label, (lap.end - lap.start).total_seconds()) == ("effort", 2)
    assert ride.rr.to_list() == [430, 420]


def test_what_goldencheetah_writes_for_not_measured_is_missing_and_a_power_of_0_is_not(put):
    samples = read(put("ride.json", json.dumps(GOLDENCHEETAH))).samples
    missing = samples.isna().loc[samples.index[1]]
    assert set(missing.index[missing]) == {"temperature", "muscle_oxygen", "latitude", "longitude"}
    assert samples["power"].to_list() == [210, 0, 220]
    assert samples["distance"].to_list() == [0, 10, 15]
    assert samples["heart_rate"].isna().to_list() == [False, False, True]


def test_polar_gives_channels_on_utc_with_steps_route_and_beats(put):
    run = read(put("training-session-1.json", json.dumps(POLAR)))
    assert run.sport == "running"
    assert clock(run) == ["10:00:00.0", "10:00:01.0", "10:00:02.0"]
    assert run.samples.iloc[0].to_dict() == pytest.approx(
        {"heart_rate": 140, "cadence": 170, "speed": 3.5, "distance": 0,
         "altitude": 560, "latitude": 46.5, "longitude": 7.25}
    )  # fmt: skip
    assert run.rr.to_list() == [430, 425]
    assert str(run.rr.index[1])[11:23] == "10:00:00.855"
    assert run.laps == ()
    assert "time zone" in run.warnings[0]


def test_several_exercises_of_polar_become_one_recording_with_a_lap_each(put):
    later = json.loads(json.dumps(exercise(sport="CYCLING")).replace("T12:00", "T12:30"))
    run = read(put("training-session-1.json", json.dumps({"exercises": [exercise(), later]})))
    assert run.sport == "multisport"
    assert len(run.samples) == 6
    assert [lap.label for lap in run.laps] == ["running", "cycling"]
    assert run.laps[1].start.isoformat() == "2026-10-01T10:30:00+00:00"


def test_pwx_gives_samples_segments_and_device_and_no_averages(put):
    run = read(put("run.pwx", PWX))
    assert (run.sport, run.device, run.warnings) == ("running", "Maker Two", ())
    assert run.samples.iloc[0].to_dict() == {
        "heart_rate": 140, "power": 250, "cadence": 170, "speed": 3.5, "distance": 0,
        "altitude": 560, "latitude": 46.5, "longitude": 7.25, "temperature": 17,
    }  # fmt: skip
    assert run.samples["heart_rate"].to_list() == [140, 142, 144]
    assert clock(run) == ["10:00:00.0", "10:00:01.0", "10:00:02.5"]
    (lap,) = run.laps
    assert (lap.label, lap.start.second, lap.end.second) == ("hard", 1, 2)


def test_a_pwx_without_a_zone_is_taken_as_utc_and_says_so(put):
    run = read(put("run.pwx", PWX.replace("10:00:00Z", "10:00:00")))
    assert clock(run)[0] == "10:00:00.0"
    assert "no time zone" in run.warnings[0]


@pytest.mark.parametrize("junk", ["nan", "inf", "1e300", "-1e12", "x", ""])
def test_numbers_of_a_pwx_that_cannot_be_true_do_no_harm(put, junk):
    for place in ("<timeoffset>1<", "<beginning>1<", "<duration>1<", "<hr>142<"):
        name = place.partition(">")[0]
        run = read(put("run.pwx", PWX.replace(place, f"{name}>{junk}<")))
        assert run.samples["heart_rate"].iloc[0] == 140


def variants(document: Any, junk: Any) -> Iterator[Any]:
    """Yield the document with each of its values in turn replaced."""
    places: list[tuple[Any, ...]] = [()]
    while places:
        place = places.pop()
        here = document
        for step in place:
            here = here[step]
        keys = (
            here if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        )
        places += [(*place, key) for key in keys]
        if place:
            changed = copy.deepcopy(document)
            inner = changed
            for step in place[:-1]:
                inner = inner[step]
            inner[place[-1]] = junk
            yield changed


@pytest.mark.parametrize("junk", [None, "x", 5, -1e300, True, [], {}, [5], {"VALUES": {}}])
@pytest.mark.parametrize("document", [GOLDENCHEETAH, POLAR], ids=["goldencheetah", "polar"])
def test_whatever_stands_in_place_of_a_value_a_recording_or_a_clear_refusal_comes(
    put, document, junk
):
    good, refusals = 0, []
    for changed in variants(document, junk):
        try:
            good += not read(put("x.json", json.dumps(changed))).samples.empty
        except UnreadableFileError as refusal:
            refusals.append(str(refusal))
    assert good > 20  # one bad value costs little
    assert not [told for told in refusals if "leaves nothing readable" in told]


def test_an_activity_without_a_start_or_samples_says_what_is_missing(put):
    started = copy.deepcopy(GOLDENCHEETAH)
    started["RIDE"]["STARTTIME"] = "yesterday"
    with pytest.raises(
        UnreadableFileError, match="STARTTIME is 'yesterday', expected such as 2026"
    ):
        read(put("a.json", json.dumps(started)))
    with pytest.raises(UnreadableFileError, match="0 samples, none with a value"):
        read(put("b.json", '{"RIDE": {"STARTTIME": "2026/10/01 10:00:00 UTC", "SAMPLES": []}}'))
    with pytest.raises(UnreadableFileError, match="1 exercises, none with samples"):
        read(put("c.json", '{"exercises": [{"sport": "RUNNING"}]}'))
    with pytest.raises(UnreadableFileError, match="no workout with a start and samples"):
        read(put("d.pwx", "<pwx><workout><time>2026-10-01T10:00:00Z</time></workout></pwx>"))
