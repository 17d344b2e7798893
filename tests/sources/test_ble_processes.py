"""Sensors in one process, their followers in others, over TCP: each may die and come back."""

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from functools import partial

import pytest

from twin.protocols import WallClock
from twin.records import Athlete, SensorState
from twin.sources.ble import BleSource
from twin.sources.ble_link import LinkTiming
from twin.store import open_store
from twin.store.pairings import Pairings
from waiting import until, until_true

TWIN = (sys.executable, "-m", "twin")
SQUAD = "3:running"  # a strap and a pod each
QUICK = LinkTiming(connect_s=3.0, silence_s=3.0, first_pause_s=0.05, longest_pause_s=0.3)
came = partial(until_true, within_s=15.0)


class AirProcess:
    """`twin simulate --ble` in a process of its own."""

    def __init__(self, port=0):
        self._process = subprocess.Popen(
            [*TWIN, "simulate", "--ble", "--squad", SQUAD, "--port", str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.said(r"virtual sensors of 3 athletes")
        self.ble = self.said(r"BLE=(.*)")[1]
        self.port = int(self.ble.rpartition(":")[2])

    def said(self, pattern):
        """Read on to a line of this pattern."""
        for line in self._process.stdout:
            found = re.search(pattern, line)
            if found:
                return found
        raise AssertionError(f"it ended without saying {pattern}")

    def tell(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self.said(line.split()[0])

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


@pytest.fixture
def air():
    processes = [AirProcess()]
    yield processes
    for process in processes:
        with contextlib.suppress(OSError):
            process.kill()


def environment(air):
    return {**os.environ, "BLE": air.ble, "PYTHONUNBUFFERED": "1"}


async def test_a_simulator_that_is_killed_and_started_again_is_followed_on(air):
    source = BleSource(ble=air[0].ble, takes_all=True, timing=QUICK)
    rows = []

    async def follow():
        async for batch in source.batches(WallClock()):
            rows.append(batch)

    def all_are(state):
        return len(source.sensors) == 6 and {s.state for s in source.sensors} == {state}

    following = asyncio.create_task(follow())
    await came(partial(all_are, SensorState.STREAM))
    await came(lambda: all(s.packets for s in source.sensors))
    air[0].kill()
    await came(partial(all_are, SensorState.NO_ADAPTER))
    rows.clear()
    air.append(await asyncio.to_thread(AirProcess, air[0].port))
    await came(partial(all_are, SensorState.STREAM))
    await came(lambda: sum(len(batch) for batch in rows) >= 6)
    assert {s.epoch for s in source.sensors} == {2}
    assert [a.name for a in source.athletes] == sorted({"Ada", "Ben", "Chiara"}, key=[
        a.name for a in source.athletes
    ].index)  # fmt: skip
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


def checked(air, folder, *options):
    done = subprocess.run(
        [*TWIN, "ble", "check", "--seconds", "3", "--data", folder, "--json", *options],
        env=environment(air), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)


def test_scan_pair_check_and_a_strap_that_is_away(air, tmp_path):
    command = partial(
        subprocess.run, env=environment(air[0]), capture_output=True, text=True, check=True
    )
    scan = [*TWIN, "ble", "scan", "--seconds", "0.5", "--data", tmp_path, "--json"]
    found = {(s["name"], s["kind"]): s["address"] for s in json.loads(command(scan).stdout)}
    assert len(found) == 6
    with Pairings(tmp_path) as pairings:
        pairings.pair(found["Ben", "heart rate"], Athlete("Ben"))
    address = found["Ada", "heart rate"]
    pair = [*TWIN, "ble", "pair", address, "Ada", "--data", tmp_path]
    assert f"{address} belongs to Ada" in command(pair).stdout
    air[0].tell("vanish Ben")
    status, sensors = checked(air[0], tmp_path)
    assert status == 1
    assert {s["athlete"]: s["state"] for s in sensors} == {"ada": "stream", "ben": "search"}
    assert sensors[0]["values"]["heart_rate"] > 60


def test_a_follower_that_is_killed_gives_its_straps_back_and_the_next_start_records(air, tmp_path):
    hub = [*TWIN, "hub", "--source", "ble:all", "--data", str(tmp_path)]

    def states():
        with open_store(tmp_path) as store:
            return sorted(store.sessions()["state"])

    def run_until(wanted):
        process = subprocess.Popen(hub, env=environment(air[0]), stdout=subprocess.DEVNULL)
        until(lambda: states() == wanted or process.poll() is not None)
        assert process.poll() is None
        return process

    first = run_until(["live"] * 3)
    first.kill()
    first.wait()
    second = run_until(["interrupted"] * 3 + ["live"] * 3)
    second.send_signal(signal.SIGINT)
    assert second.wait(20) == 0
    assert states() == ["ended"] * 3 + ["interrupted"] * 3
