"""FIT, TCX and GPX that we write: alike when read back, accepted by readers of other people."""

import fitfast
import gpxpy
import numpy as np
import pandas as pd
import pytest
from garmin_fit_sdk import Decoder, Stream
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from simulator.recording import simulate_recording
from twin.files import left_out, read, write
from twin.files.beats import beat_series
from twin.records import Lap, Recording

# Half a step of each format, in the units of the schema: what its specification can hold.
FIT_STEPS = {
    "heart_rate": 1, "power": 1, "cadence": 1 / 64, "speed": 0.001, "distance": 0.01,
    "altitude": 0.2, "latitude": 180 / 2**31, "longitude": 180 / 2**31, "temperature": 1,
    "ground_contact_time": 0.1, "vertical_oscillation": 0.1, "respiration_rate": 0.01,
    "core_temperature": 0.01, "muscle_oxygen": 0.1,
}  # fmt: skip
WHOLE = {"heart_rate": 1, "power": 1, "cadence": 2}  # cadence on foot counts one foot
EXACT_TCX = ("speed", "distance", "altitude", "latitude", "longitude")
EXACT_GPX = (*EXACT_TCX, "temperature", "hdop")

START = pd.Timestamp("2026-10-01T10:00:00Z")
RANGES = {
    "heart_rate": (30, 240), "power": (0, 2500), "cadence": (0, 240), "speed": (0, 40),
    "distance": (0, 400_000), "altitude": (-400, 8800), "latitude": (-90, 90),
    "longitude": (-179.9, 179.9), "temperature": (-40, 60), "ground_contact_time": (60, 900),
    "vertical_oscillation": (0, 250), "respiration_rate": (3, 80), "core_temperature": (34, 42),
    "muscle_oxygen": (0, 100), "hdop": (0, 50), "vo2": (200, 6000),
}  # fmt: skip


@st.composite
def sessions(draw, *, positions=False, shortest_ms=40):
    """A session of any sport: gaps, several samples in a second, values missing anywhere."""
    rows = draw(st.integers(1, 12))
    steps = [step for step in (40, 1000, 1000, 4000, 90_000) if step >= shortest_ms]
    steps_ms = draw(st.lists(st.sampled_from(steps), min_size=rows, max_size=rows))
    index = START + pd.to_timedelta(np.cumsum(steps_ms), unit="ms")
    names = draw(st.sets(st.sampled_from(sorted(RANGES)), min_size=1))
    columns = {
        name: draw(st.lists(st.one_of(st.floats(*RANGES[name]), st.just(np.nan)),
                            min_size=rows, max_size=rows))
        for name in sorted(names | ({"latitude", "longitude"} if positions else set()))
    }  # fmt: skip
    samples = pd.DataFrame(columns, pd.DatetimeIndex(index, name="time").as_unit("ns"), dtype=float)
    samples.iloc[-1, :] = [np.mean(RANGES[name]) for name in samples]  # no channel is all NaN
    if "cadence" in samples:
        samples["cadence"] = samples["cadence"].clip(upper=180)
    sport = draw(st.sampled_from(["running", "cycling", "football", "rowing", "other"]))
    beats = np.array(draw(st.lists(st.integers(300, 2000), max_size=30)), float)
    times = START.tz_localize(None).to_datetime64() + np.cumsum(beats).astype("timedelta64[ms]")
    end = index[-1].to_pydatetime()
    laps = (Lap(1, START.to_pydatetime(), end, "steady & easy"), Lap(2, end, end))
    return Recording(samples, sport, beat_series(times, beats), laps[: draw(st.integers(1, 2))])


ANY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def assert_alike(after: Recording, before: pd.DataFrame, steps: dict[str, float]) -> None:
    for name in before.columns.intersection(list(steps)):
        expected = before[name].to_numpy()
        found = after.samples[name].to_numpy() if name in after.samples else expected * np.nan
        # Half a step, and the rounding of one floating-point operation.
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=steps[name] * 0.5000001)


@ANY
@given(before=sessions(shortest_ms=1000))
def test_any_session_comes_back_from_fit_to_its_resolution(tmp_path, before):
    write(before, tmp_path / "a.fit")
    if not len(before.samples.columns.intersection(list(FIT_STEPS))):
        return  # nothing that the format holds
    after = read(tmp_path / "a.fit")
    assert (after.samples.index == before.samples.index.floor("s")).all()
    assert_alike(after, before.samples, FIT_STEPS)
    assert after.rr.to_list() == before.rr.to_list()
    assert after.sport == before.sport
    assert [(lap.start.replace(microsecond=0), lap.end.replace(microsecond=0)) for lap in before.laps
            ] == [(lap.start, lap.end) for lap in after.laps]  # fmt: skip
    assert after.warnings == ()


def test_samples_within_a_second_come_back_from_fit_which_counts_whole_ones(tmp_path):
    index = pd.date_range(START, periods=50, freq="40ms", name="time", unit="ns")
    before = Recording(pd.DataFrame({"power": np.arange(200.0, 250)}, index), "cycling")
    write(before, tmp_path / "a.fit")
    after = read(tmp_path / "a.fit")
    pd.testing.assert_frame_equal(after.samples, before.samples, check_exact=True, check_freq=False)
    assert "48 samples of the same whole second as another" in after.warnings[0]


@ANY
@given(before=sessions())
def test_any_session_comes_back_from_tcx(tmp_path, before):
    held = before.samples.columns.intersection([*EXACT_TCX, *WHOLE])
    paired = before.samples.columns.intersection(["latitude", "longitude"])
    write(before, tmp_path / "a.tcx")
    if not len(held) or len(held) == len(paired) == 1:
        return  # nothing that the format holds
    after = read(tmp_path / "a.tcx")
    assert (after.samples.index == before.samples.index).all()
    both = before.samples[paired].dropna() if len(paired) == 2 else before.samples.iloc[:0]
    expected = before.samples[held].copy()
    expected.loc[~expected.index.isin(both.index), paired] = np.nan
    assert_alike(after, expected, {**dict.fromkeys(EXACT_TCX, 0), **WHOLE})
    assert after.laps == before.laps
    assert after.warnings == ()


@ANY
@given(before=sessions(positions=True))
def test_any_session_comes_back_from_gpx(tmp_path, before):
    write(before, tmp_path / "a.gpx")
    after = read(tmp_path / "a.gpx")
    expected = before.samples.dropna(subset=["latitude", "longitude"])
    assert (after.samples.index == expected.index).all()
    assert_alike(after, expected, {**dict.fromkeys(EXACT_GPX, 0), **WHOLE})
    assert after.sport == before.sport
    assert after.warnings == ()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    recording, _ = simulate_recording("intervals", 600, seed=3)
    end = recording.end
    middle = recording.start + (end - recording.start) / 2
    laps = (Lap(1, recording.start, middle, "up"), Lap(2, middle, end))
    run = Recording(recording.samples, "running", recording.rr, laps, "Some <Watch> & Co")
    folder = tmp_path_factory.mktemp("run")
    for suffix in ("fit", "tcx", "gpx"):
        write(run, folder / f"run.{suffix}")
    return run, folder


def test_the_owner_of_fit_decodes_what_we_write_without_an_error(run):
    before, folder = run
    assert Decoder(Stream.from_file(str(folder / "run.fit"))).check_integrity()
    messages, errors = Decoder(Stream.from_file(str(folder / "run.fit"))).read()
    assert errors == []
    records = messages["record_mesgs"]
    rates = np.round(before.samples["heart_rate"])
    assert [r.get("heart_rate") for r in records] == [None if v != v else v for v in rates]
    assert records[0]["timestamp"] == before.start.replace(microsecond=0)
    beats = [t for m in messages["hrv_mesgs"] for t in m["time"] if t is not None]
    assert np.round(np.array(beats) * 1000).tolist() == before.rr.round().to_list()
    assert [lap["total_elapsed_time"] for lap in messages["lap_mesgs"]] == [
        round((lap.end - lap.start).total_seconds(), 3) for lap in before.laps
    ]
    (session,) = messages["session_mesgs"]
    assert (session["sport"], session["num_laps"]) == ("running", 2)
    assert messages["file_id_mesgs"][0]["type"] == "activity"


def test_another_fit_decoder_gives_the_same(run):
    before, folder = run
    columns = fitfast.records((folder / "run.fit").read_bytes())
    assert len(columns["timestamp"]) == len(before.samples)
    np.testing.assert_allclose(
        columns["position_lat"], before.samples["latitude"], atol=180 / 2**31
    )


def test_gpxpy_reads_the_gpx_that_we_write(run):
    before, folder = run
    parsed = gpxpy.parse((folder / "run.gpx").read_text())
    points = [point for s in parsed.tracks[0].segments for point in s.points]
    assert [p.latitude for p in points] == before.samples["latitude"].to_list()
    assert [p.elevation for p in points] == before.samples["altitude"].to_list()
    assert [p.time.isoformat() for p in points] == [t.isoformat() for t in before.samples.index]
    rates = [int(e.text) for p in points for e in p.extensions[-1] if e.tag.endswith("}hr")]
    assert rates == before.samples["heart_rate"].dropna().round().to_list()


def test_the_tcx_that_we_write_has_the_order_of_its_schema(run):
    # ActivityLap_t and Trackpoint_t of TrainingCenterDatabasev2.xsd are sequences.
    _, folder = run
    root = etree.fromstring((folder / "run.tcx").read_bytes())
    orders = {
        "Lap": ["TotalTimeSeconds", "DistanceMeters", "Calories", "Intensity", "TriggerMethod",
                "Track", "Notes"],
        "Trackpoint": ["Time", "Position", "AltitudeMeters", "DistanceMeters", "HeartRateBpm",
                       "Cadence", "Extensions"],
    }  # fmt: skip
    for name, order in orders.items():
        for element in root.iter(f"{{*}}{name}"):
            tags = [etree.QName(child).localname for child in element]
            assert tags == sorted(tags, key=order.index)
            assert set(order[:1]) <= set(tags)


@pytest.mark.parametrize("suffix", ["fit", "tcx", "gpx"])
def test_a_run_keeps_its_device_and_its_cadence(run, suffix):
    before, folder = run
    after = read(folder / f"run.{suffix}")
    assert after.device == before.device
    step = {"fit": 1 / 128}.get(suffix, 1)
    np.testing.assert_allclose(
        after.samples["cadence"], before.samples["cadence"], atol=step, equal_nan=True
    )


def test_what_a_format_has_no_place_for_is_told(run):
    before, _ = run
    assert left_out(before, "run.parquet") == []
    assert left_out(before, "run.fit") == ["hdop"]
    assert f"{len(before.rr)} RR intervals" in left_out(before, "run.tcx")
    assert left_out(before, "run.gpx")[-2:] == [f"{len(before.rr)} RR intervals", "2 laps"]


@pytest.mark.parametrize("suffix", ["fit", "tcx", "gpx"])
def test_beats_alone_are_refused_by_formats_of_samples(tmp_path, run, suffix):
    before, _ = run
    alone = Recording(before.samples.iloc[:0][[]], rr=before.rr)
    with pytest.raises(ValueError, match=r"CSV|positions"):
        write(alone, tmp_path / f"beats.{suffix}")


def test_a_fit_of_1980_is_refused(tmp_path):
    index = pd.date_range("1980-01-01", periods=2, freq="s", tz="UTC", name="time")
    with pytest.raises(ValueError, match="from 1990"):
        write(Recording(pd.DataFrame({"power": [1.0, 2]}, index)), tmp_path / "old.fit")


@pytest.mark.parametrize("name", ["fit/multisport_fenix2_6h50.fit", "rr/run_ipbike_46min_rr.fit"])
def test_a_device_file_written_again_as_fit_is_the_same(recordings, tmp_path, name):
    before = read(recordings / name)
    write(before, tmp_path / "again.fit")
    after = read(tmp_path / "again.fit")
    pd.testing.assert_frame_equal(after.samples, before.samples, check_exact=True)
    assert after.rr.equals(before.rr)
    assert [(a.start, a.end) for a in after.laps] == [(b.start, b.end) for b in before.laps]
