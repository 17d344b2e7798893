"""Hub, Redis and followers as processes of their own: any one may die or freeze.

What is expected of a follower is what the store holds: every second, none twice.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from twin.store import EmbeddedStore
from waiting import until

pytestmark = [pytest.mark.redis, pytest.mark.timeout(300)]

SQUAD = int(os.environ.get("TWIN_FAULTS_SQUAD", "3"))
# Of more than a hundred athletes up to ten minutes begin where the memory of the bus does.
WINDOW_S = 600 if SQUAD <= 100 else 900
FOLLOWER = str(Path(__file__).with_name("follow_and_tell.py"))
_HUB = f"""
import sys, threading
from twin.hub import start_hub
from twin.settings import Settings
hub = start_hub(["simulator:{SQUAD}"], Settings(data_dir=sys.argv[1], redis_url=sys.argv[2]))
print("ready", flush=True)
threading.Event().wait()
"""


class Process:
    """A Python process that says ``ready`` when it is asked the first time."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ready = False

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ask(self, athlete: str = "", window_s: float = WINDOW_S) -> dict:
        if not self.ready:
            assert self.process.stdout.readline() == "ready\n"
            self.ready = True
        self.process.stdin.write(f"{athlete} {window_s}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def state(self) -> str:
        return next(iter(self.ask()["sources"].values()), [""])[0]

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.communicate(timeout=20)


class Stage:
    """Everything that runs, on one data folder."""

    def __init__(self, folder: Path, redis: Any) -> None:
        self.redis = redis
        self.store = EmbeddedStore(folder)
        self.processes: list[Process] = []
        self.arguments = (str(folder), redis.url)
        self.hub = self.start("-c", _HUB)
        self.follower = self.start(FOLLOWER)

    def start(self, *command: str) -> "Process":
        self.processes.append(Process(*command, *self.arguments))
        return self.processes[-1]

    def stored(self) -> dict[str, float]:
        """What the store holds of one athlete, over all sessions."""
        known = [athlete for athlete in self.store.athletes() if athlete.name == "Ada"]
        names = self.store.sessions(athlete="Ada")["session"] if known else []
        frames = [self.store.samples(name, columns=["heart_rate"]) for name in names]
        if not frames:
            return {}
        frame = pd.concat(frames).sort_index()
        return dict(
            zip(
                frame.index.strftime("%H:%M:%S.%f"),
                frame["heart_rate"].fillna(-1).tolist(),
                strict=True,
            )
        )

    def grows(self, seconds: int) -> None:
        """Wait until the store holds this many more seconds."""
        before = len(self.stored())
        until(lambda: len(self.stored()) >= before + seconds, f"{seconds} s more in the store")

    def holds_all(self, *followers: Process) -> None:
        """Every follower has every second that the store holds now, with its value."""
        expected = self.stored()
        last = max(expected)
        for follower in followers:
            until(lambda f=follower: last in f.ask("Ada")["rows"], "the newest second")
            rows = follower.ask("Ada")["rows"]
            assert [time for time in expected if time not in rows] == []
            different = {
                time: (rate, rows[time])
                for time, rate in expected.items()
                if rows[time] not in (rate, -1)  # cleaning may have taken a value out
            }
            assert different == {}

    def close(self) -> None:
        for process in self.processes:
            process.kill()
        self.store.close()


@pytest.fixture(scope="module")
def stage(start_redis, tmp_path_factory) -> Iterator[Stage]:
    """A Redis, a hub and a follower; each test leaves them as well as it found them."""
    folder = tmp_path_factory.mktemp("stage")
    with start_redis(folder) as server:
        stage = Stage(folder / "data", server)
        try:
            yield stage
        finally:
            stage.close()


def test_a_follower_that_was_frozen_has_every_second(stage):
    stage.grows(1)
    stage.follower.send(signal.SIGSTOP)
    stage.grows(3)
    stage.follower.send(signal.SIGCONT)
    stage.holds_all(stage.follower)


def test_a_follower_that_comes_late_has_every_second_as_the_others_have_it(stage):
    stage.grows(2)
    late = stage.start(FOLLOWER)
    stage.holds_all(late, stage.follower)
    one, other = late.ask("Ada")["rows"], stage.follower.ask("Ada")["rows"]
    common = one.keys() & other.keys()
    assert len(common) >= 2
    assert {time: one[time] for time in common} == {time: other[time] for time in common}
    late.kill()


def test_a_dashboard_that_is_killed_disturbs_nobody_and_comes_back_with_every_second(stage):
    first, second = stage.start(FOLLOWER), stage.start(FOLLOWER)
    stage.grows(1)
    stage.holds_all(stage.follower, first, second)
    second.kill()
    stage.grows(3)  # the hub goes on
    stage.holds_all(stage.follower, first)  # and so do the others
    again = stage.start(FOLLOWER)
    stage.holds_all(stage.follower, first, again)
    first.kill()
    again.kill()


def test_through_a_restart_of_redis_nothing_is_missing_and_the_outage_is_told(stage):
    follower = stage.follower
    stage.grows(1)
    stage.redis.kill()
    until(lambda: follower.state() == "silent", "the outage is told")
    ((_, why),) = follower.ask()["sources"].values()
    assert "Redis at 127.0.0.1" in why
    stage.grows(2)  # recording goes on
    stage.redis.start()
    until(lambda: follower.state() == "live", "the hub is heard again")
    stage.holds_all(stage.follower)


def test_a_hub_that_is_killed_is_told_and_its_successor_followed(stage):
    follower = stage.follower
    stage.grows(1)
    stage.hub.kill()
    until(lambda: follower.state() == "silent", "the silence is told")
    assert "hub is down" in str(follower.ask()["sources"])
    before = follower.ask("Ada")["rows"]
    stage.hub = stage.start("-c", _HUB)
    until(lambda: follower.state() == "live", "the new hub is heard")
    stage.grows(2)
    stage.holds_all(stage.follower)
    assert before.keys() <= follower.ask("Ada")["rows"].keys()
