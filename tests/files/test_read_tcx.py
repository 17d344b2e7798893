"""A TCX written by hand (conftest); expected values are those written."""

import pytest

from twin.errors import UnreadableFileError
from twin.files import read


def test_points_give_their_channels_with_extensions_of_any_prefix(tcx, put):
    recording = read(put("run.tcx", tcx))
    assert recording.sport == "running"
    assert recording.samples.iloc[0].to_dict() == {
        "heart_rate": 140, "power": 250, "cadence": 170, "speed": 3.5, "distance": 0,
        "altitude": 560, "latitude": 46.5, "longitude": 7.25,
    }  # fmt: skip
    assert recording.device == "Watch One"
    assert recording.warnings == ()


def test_averages_of_a_lap_are_no_samples(tcx, put):
    assert read(put("run.tcx", tcx)).samples["heart_rate"].tolist() == [140, 142, 120]


def test_times_with_a_zone_and_without_are_utc(tcx, put):
    times = read(put("run.tcx", tcx)).samples.index
    assert [str(time)[11:] for time in times] == [
        "10:00:00+00:00", "10:00:01+00:00", "10:05:00+00:00",
    ]  # fmt: skip


def test_laps_are_those_of_the_file(tcx, put):
    laps = read(put("run.tcx", tcx)).laps
    assert [(lap.number, (lap.end - lap.start).total_seconds()) for lap in laps] == [(1, 2), (2, 1)]


def test_a_lap_marked_in_another_zone_than_the_samples_is_left_out(tcx, put):
    moved = tcx.replace('Lap StartTime="2026-10-01T10:05:00Z"', 'Lap StartTime="2026-10-01T02:05"')
    assert len(read(put("run.tcx", moved)).laps) == 1


def test_several_activities_become_one_recording(tcx, put):
    ride = tcx[tcx.index("<Activity ") : tcx.index("</Activities>")]
    ride = ride.replace("Running", "Biking").replace("T10:", "T11:").replace("T12:", "T13:")
    recording = read(put("both.tcx", tcx.replace("</Activities>", ride + "</Activities>")))
    assert recording.sport == "multisport"
    assert recording.samples["cadence"].dropna().tolist() == [170, 85]  # strides double on foot
    assert [lap.label for lap in recording.laps] == ["running", "running", "cycling", "cycling"]


@pytest.mark.parametrize("lead", ["\n\n   ", "\ufeff"])
def test_blanks_and_marks_before_the_declaration_do_no_harm(tcx, put, lead):
    assert len(read(put("run.tcx", lead + tcx)).samples) == 3


def test_illegal_characters_are_stepped_over_and_told(tcx, put):
    recording = read(put("run.tcx", tcx.replace("<Id>", "<Notes>a \x0b b</Notes><Id>")))
    assert len(recording.samples) == 3
    assert "the XML is damaged" in recording.warnings[0]


def test_a_cut_file_gives_the_points_before_the_cut(tcx, put):
    recording = read(put("run.tcx", tcx[: tcx.index('<Lap StartTime="2026-10-01T10:05')]))
    assert recording.samples["heart_rate"].tolist() == [140, 142]
    assert "the XML is damaged" in recording.warnings[0]


def test_values_that_are_no_numbers_are_missing_and_told(tcx, put):
    recording = read(put("run.tcx", tcx.replace("<Value>142<", "<Value>n/a<")))
    assert recording.samples["heart_rate"].isna().tolist() == [False, True, False]
    assert recording.warnings == ("1 values that are no numbers left out",)


def test_a_cadence_of_minus_one_is_missing(tcx, put):
    recording = read(put("row.tcx", tcx.replace(">85<", ">-1<")))
    assert "cadence" not in recording.samples


def test_a_single_point_is_a_recording(tcx, put):
    first = tcx[: tcx.index("<Trackpoint><Time>2026-10-01T12")]
    text = first + "</Track></Lap></Activity></Activities></TrainingCenterDatabase>"
    assert read(put("one.tcx", text)).duration_s == 0


def test_a_file_without_points_is_refused(put):
    with pytest.raises(UnreadableFileError, match="0 track points"):
        read(put("empty.tcx", "<TrainingCenterDatabase></TrainingCenterDatabase>"))
