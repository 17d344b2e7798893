"""Sources are found by their description."""

import pandas as pd
import pytest

from twin.errors import SourceError
from twin.protocols import Player
from twin.records import Recording
from twin.settings import Settings
from twin.sources import open_sources


def read(path: str) -> Recording:
    index = pd.DatetimeIndex(["2026-10-01"], tz="UTC", name="time")
    return Recording(pd.DataFrame({"heart_rate": [140.0]}, index), path=path)


def opened(description):
    (source,) = open_sources([description], Settings(), read=read)
    return source


@pytest.mark.parametrize(
    ("description", "name", "speed"),
    [
        ("replay:rides/tour.fit", "replay:tour", 1),
        ("replay:tour.fit@20", "replay:tour", 20),
        ("replay:tour.fit@1.5", "replay:tour", 1.5),
        ("replay:me@home/tour.fit", "replay:tour", 1),
        ("replay:me@home/tour.fit@60", "replay:tour", 60),
        ("replay:C:/rides/tour.fit@2", "replay:tour", 2),
        ("replay:session:20261001T100000-ada@5", "replay:20261001T100000-ada", 5),
    ],
)
def test_a_replay_is_described_by_its_path_and_speed(description, name, speed):
    source = opened(description)
    assert isinstance(source, Player)
    assert (source.name, source.speed) == (name, speed)


def test_the_reader_gets_the_path_as_it_was_given():
    paths = []

    def remember(path):
        paths.append(path)
        return read(path)

    descriptions = ["replay:session:x@5", "replay:a b:c@d.fit@3"]
    open_sources(descriptions, Settings(), read=remember)
    assert paths == ["session:x", "a b:c@d.fit"]


def test_a_file_whose_name_ends_like_a_speed_is_opened(tmp_path):
    file = tmp_path / "lap@20"
    file.touch()
    assert opened(f"replay:{file}").speed == 1


@pytest.mark.parametrize("speed", ["0", "0.5", "61", "nan", "-3"])
def test_a_speed_outside_1_to_60_is_refused(speed):
    with pytest.raises(SourceError, match="expected 1 to 60"):
        opened(f"replay:tour.fit@{speed}")


@pytest.mark.parametrize("description", ["replay", "replay:", "replay:@20"])
def test_a_replay_without_a_file_is_refused(description):
    with pytest.raises(SourceError, match="needs a file"):
        opened(description)


@pytest.mark.parametrize("description", ["", "treadmill:3", "Replay:tour.fit"])
def test_an_unknown_kind_is_refused_with_the_kinds_there_are(description):
    with pytest.raises(SourceError, match=r"replay:PATH.*simulator:ATHLETES"):
        opened(description)


def test_no_description_gives_no_source():
    assert open_sources([], Settings(), read=read) == []
