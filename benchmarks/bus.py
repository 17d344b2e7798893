"""The live bus over a real Redis: hub and three followers, each a process of its own.

    python -m benchmarks.bus [--athletes 1000] [--seconds 30] [--followers 3]

The hub runs simulated athletes, pipeline and store as `twin hub` does. Latency is from the hub's
tick to the follower's packed frame of the squad page, its rolling frames filled, on the clock that all
processes of a machine share. CPU is per process, in per cent of a core, without the start.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from twin.hub import RemoteLive, live, start_hub
from twin.protocols import Live
from twin.records import Tick
from twin.settings import Settings
from twin.state.squad import trend_of
from twin.state.squad_frame import squad_frame

_WARM_UP_S = 5.0


def told_by(running: Live, seconds: float) -> dict[str, int]:
    """Return when each tick with rows was told, by its time."""
    told: dict[str, int] = {}

    def note(tick: Tick) -> None:
        if len(tick.rows):
            squad_frame(tick)
            told[str(tick.time)] = time.time_ns()

    end = running.subscribe(note)
    threading.Event().wait(seconds)
    end()
    return told


def run_role(role: str, folder: str, url: str, athletes: int, interval_s: float) -> None:
    """Be the hub or a follower; measures when a line comes in, prints, ends with its input."""
    settings = Settings(data_dir=Path(folder), redis_url=url, data_frequency=interval_s)
    running = (
        start_hub([f"simulator:{athletes}"], settings) if role == "hub" else live(settings=settings)
    )
    print("ready", flush=True)
    seconds = float(sys.stdin.readline())
    process = psutil.Process()
    begun, wall = sum(process.cpu_times()[:2]), time.monotonic()
    told = told_by(running, seconds)
    cpu = (sum(process.cpu_times()[:2]) - begun) / (time.monotonic() - wall) * 100
    print(json.dumps({"told": told, "cpu": cpu, "mb": process.memory_info().rss / 1e6}), flush=True)
    if isinstance(running, RemoteLive) and sys.stdin.readline().startswith("trend"):
        begun = time.perf_counter()
        trend_of(running, running.tick())
        print(time.perf_counter() - begun, flush=True)
    sys.stdin.read()
    running.stop()


class Role:
    """A process of this module."""

    def __init__(self, role: str, *arguments: object) -> None:
        command = [sys.executable, "-m", "benchmarks.bus", "--role", role]
        self.process = subprocess.Popen(
            [*command, *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def line(self) -> str:
        return self.process.stdout.readline() if self.process.stdout else ""

    def say(self, words: object) -> None:
        if self.process.stdin:
            self.process.stdin.write(f"{words}\n")
            self.process.stdin.flush()

    def end(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(timeout=60)


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table; times in ms, CPU in per cent of a core."""

    ticks: int
    missed: int
    p50: float
    p95: float
    p99: float
    hub_cpu: float
    redis_cpu: float
    follower_cpu: float
    redis_mb: float
    trend: float


def measure(athletes: int, interval_s: float, seconds: float, followers: int) -> Measured:
    """Run one case."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(shutil.which("redis-server")), "--port", str(port), "--save", ""]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen([*command, "--dir", folder], stdout=subprocess.DEVNULL) as redis,
    ):
        arguments = (folder, f"redis://127.0.0.1:{port}", athletes, interval_s)
        hub = Role("hub", *arguments)
        hub.line()
        others = [Role("follower", *arguments) for _ in range(followers)]
        for other in others:
            other.line()
        threading.Event().wait(_WARM_UP_S)
        server = psutil.Process(redis.pid)
        begun = sum(server.cpu_times()[:2])
        for role in (hub, *others):
            role.say(seconds)
        answers = [json.loads(role.line()) for role in (hub, *others)]
        redis_cpu = (sum(server.cpu_times()[:2]) - begun) / seconds * 100
        redis_mb = server.memory_info().rss / 1e6
        others[0].say("trend")
        trend_s = float(others[0].line())
        for role in (*others, hub):
            role.end()
        redis.kill()
    sent = answers[0]["told"]
    common = sorted(sent)[2:-2]  # the roles do not begin and end in the same instant
    delays = [(a["told"][t] - sent[t]) / 1e6 for a in answers[1:] for t in common if t in a["told"]]
    return Measured(
        len(common),
        len(common) * followers - len(delays),
        *(float(np.percentile(delays, share)) for share in (50, 95, 99)),
        answers[0]["cpu"],
        redis_cpu,
        float(np.mean([a["cpu"] for a in answers[1:]])),
        redis_mb,
        trend_s * 1e3,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--athletes", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--followers", type=int, default=3)
    parser.add_argument("--role", nargs=5, help=argparse.SUPPRESS, metavar="ROLE")
    options = parser.parse_args()
    if options.role:
        role, folder, url, athletes, interval_s = options.role
        run_role(role, folder, url, int(athletes), float(interval_s))
        return
    if shutil.which("redis-server") is None:
        sys.exit("no redis-server here; on Debian: sudo apt-get install redis-server")
    print(
        f"{'athletes':>8}{'rate':>7}{'ticks':>7}{'missed':>8}{'p50 ms':>8}{'p95':>7}{'p99':>7}"
        f"{'CPU hub':>9}{'redis':>7}{'follower':>10}{'redis MB':>10}{'5-min trend ms':>16}"
    )
    for interval_s in (1.0, 0.1):
        m = measure(options.athletes, interval_s, options.seconds, options.followers)
        print(
            f"{options.athletes:8}{1 / interval_s:5.0f}Hz{m.ticks:7}{m.missed:8}{m.p50:8.1f}"
            f"{m.p95:7.1f}{m.p99:7.1f}{m.hub_cpu:9.0f}{m.redis_cpu:7.1f}{m.follower_cpu:10.1f}"
            f"{m.redis_mb:10.0f}{m.trend:16.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
