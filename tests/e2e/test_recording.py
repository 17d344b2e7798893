"""What `twin serve` keeps: a replay as it was read, and nothing lost by a kill. No browser."""

import contextlib
import re
import signal
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pandas as pd
import pytest

import twin
from tests.e2e.conftest import Dashboard

pytestmark = pytest.mark.timeout(400)

SPEEDS = (1, 20, 60)


def real_ride() -> Path | None:
    """Return a minute of a real athlete, in a package whose own code is not used, if it is there."""
    try:
        carried = files("sweat") or []
    except PackageNotFoundError:
        return None
    return next(Path(f.locate()) for f in carried if f.name == "6471559601_ACTIVITY.fit")


def made_up_ride(folder: Path) -> Path:
    """Half a minute with a gap in heart rate, a pause, and values that need all their digits."""
    times = pd.date_range("2026-10-01 08:00:00", periods=30, freq="s", tz="UTC", name="time")
    draw = np.random.default_rng(7)
    ride = pd.DataFrame(
        {
            "heart_rate": draw.integers(110, 170, 30).astype(float),
            "power": draw.integers(0, 400, 30).astype(float),
            "altitude": 120 + draw.normal(0, 1, 30).cumsum() / 7,
            "latitude": 48.1 + np.arange(30) * 3.1e-5,
            "longitude": 11.5 + np.arange(30) * 4.7e-5,
        },
        index=times,
    )
    ride.loc[times[5:10], "heart_rate"] = np.nan
    path = folder / "ride.csv"
    ride.drop(times[15:23]).to_csv(path, date_format="%Y-%m-%dT%H:%M:%S.%fZ")
    return path


def ended(store) -> str:
    """Return the id of a session that has ended, empty where there is none yet."""
    sessions = store.sessions()
    return next(iter(sessions.loc[sessions["state"] == "ended", "session"]), "")


@pytest.fixture(scope="module")
def replays(tmp_path_factory, serving) -> Iterator[dict[tuple[str, int], tuple[Path, Dashboard]]]:
    """Each ride at each speed, by name and speed: its file and who plays it, all at the same time."""
    rides = {"real": real_ride(), "made up": made_up_ride(tmp_path_factory.mktemp("rides"))}
    with contextlib.ExitStack() as stack:
        yield {
            (name, speed): (
                file,
                stack.enter_context(
                    serving(tmp_path_factory.mktemp("replay"), f"replay:{file}@{speed}")
                ),
            )
            for name, file in rides.items()
            if file is not None
            for speed in SPEEDS
        }


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("ride", ["real", "made up"])
def test_what_a_replay_stores_is_what_was_read_at_any_speed(ride, speed, replays, until):
    if (ride, speed) not in replays:
        pytest.skip("no real recording: pip install --no-deps sweat==0.25.0 (make test does)")
    file, running = replays[ride, speed]
    read = twin.read(file)
    with twin.open_store(running.data) as store:
        session = until(lambda: ended(store), f"{speed}x did not end", within_s=240)
        stored = store.samples(session)
        pd.testing.assert_frame_equal(
            stored, read.samples, check_freq=False, check_like=True, check_exact=True
        )
        pd.testing.assert_series_equal(
            store.rr(session), read.rr, check_freq=False, check_names=False, check_exact=True
        )


def test_a_kill_loses_no_second_that_was_stored(tmp_path, serving, until, twin_json):
    """Seen from another process, so on disk: it must be there when the first was killed."""
    with serving(tmp_path, "simulator:3") as running:
        with twin.open_store(running.data) as store:
            until(lambda: len(store.sessions()) == 3, "three sessions")
            names = sorted(store.sessions()["session"])
            until(lambda: min(len(store.samples(n)) for n in names) >= 8, "eight seconds of each")
            seen = {name: store.samples(name) for name in names}
            assert set(store.sessions()["state"]) == {"live"}
        assert running.end(signal.SIGKILL) == -signal.SIGKILL

    listed = twin_json("sessions", "--data", tmp_path / "data", folder=tmp_path)
    assert sorted(entry["session"] for entry in listed) == names
    assert {entry["state"] for entry in listed} == {"interrupted"}
    with twin.open_store(tmp_path / "data") as store:
        for name in names:
            kept = store.samples(name)
            pd.testing.assert_frame_equal(kept.loc[: seen[name].index[-1], seen[name].columns],
                                          seen[name], check_freq=False, check_exact=True)  # fmt: skip
            steps_s = kept.index.to_series().diff().dt.total_seconds().dropna()
            assert steps_s.max() < 2.5, "seconds are missing"


def test_the_next_start_shows_the_session_as_interrupted(tmp_path, serving, until, twin_json):
    with serving(tmp_path, "simulator:2") as running:
        with twin.open_store(running.data) as store:
            until(lambda: len(store.sessions()) == 2, "two sessions")
        running.end(signal.SIGKILL)
    with serving(tmp_path, "simulator:2"):
        listed = until(
            lambda: (
                len(rows := twin_json("sessions", "--data", tmp_path / "data", folder=tmp_path))
                == 4
                and rows
            ),
            "two more sessions",
        )
    assert sorted(entry["state"] for entry in listed) == ["interrupted"] * 2 + ["live"] * 2


def test_another_process_reads_live(tmp_path, serving, until, twin_json):
    with serving(tmp_path, "simulator:2") as running:
        first = until(
            lambda: twin_json("sessions", "--data", running.data, folder=tmp_path), "sessions"
        )
        assert {entry["state"] for entry in first} == {"live"}
        with twin.open_store(running.data) as store:
            session = first[0]["session"]
            count = len(store.samples(session))
            until(lambda: len(store.samples(session)) > count, "more samples than before")
            assert store.samples(session, columns=["heart_rate"]).index.tz is not None


def test_ctrl_c_ends_the_sessions_and_says_so(tmp_path, serving, until, twin_json):
    with serving(tmp_path, "simulator:2") as running:
        with twin.open_store(running.data) as store:
            until(lambda: len(store.sessions()) == 2, "two sessions")
        assert running.end(signal.SIGINT) == 0
    assert not re.search(r"Traceback|ERROR", running.log), running.log
    listed = twin_json("sessions", "--data", tmp_path / "data", folder=tmp_path)
    assert {entry["state"] for entry in listed} == {"ended"}


def test_a_container_can_ask_whether_it_is_well(tmp_path, serving):
    """The address stands in the health check of the image."""
    with (
        serving(tmp_path, "simulator:1") as running,
        urlopen(f"{running.url}/liveness", timeout=60) as answer,
    ):
        assert answer.read()
