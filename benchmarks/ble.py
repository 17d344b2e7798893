"""Bluetooth sensors over the virtual air: what is lost, how late it is, what it costs.

    python -m benchmarks.ble [--seconds 60] [--straps 30] [--meters 10] [--ecg] [--json]

The sensors are in one process and their follower in another, over TCP; the client code is the real
one down to bleak's public API. No radio is involved: connection intervals, interference and the
limits of adapters add to this in the field.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, astuple, dataclass, field, fields

import numpy as np
import psutil

from twin.hub.hub import Hub
from twin.pipeline.graph import Graph
from twin.protocols import WallClock
from twin.records import Batch, SensorState
from twin.sources.ble import BleSource
from twin.store import open_store

_NS = 1e-6  # to ms


@dataclass
class Seen:
    """What reached a consumer, and how long after the radio's callback."""

    rows: int = 0
    beats: int = 0
    waves: int = 0
    late_ms: list[float] = field(default_factory=list)

    def take(self, batch: Batch, now_ns: int) -> None:
        self.rows += len(batch)
        self.beats += len(batch.beats)
        self.waves += len(batch.waves)
        self.late_ms += ((now_ns - batch.time.astype(np.int64)) * _NS).tolist()


class AirProcess:
    """The sensors, in a process of their own."""

    def __init__(self, straps: int, meters: int, *, ecg: bool) -> None:
        command = [sys.executable, "-m", "benchmarks.ble", "--air", "--straps", str(straps),
                   "--meters", str(meters), *(["--ecg"] if ecg else [])]  # fmt: skip
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ble = self.said("BLE=").partition("=")[2].strip()

    def said(self, start: str) -> str:
        return next(line for line in self.process.stdout if line.startswith(start))

    def tell(self, command: str) -> int:
        """Return how many measurements were sent by then."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return int(self.said(command).split()[1])


@dataclass(frozen=True)
class Figures:
    """What was found; CPU is a share of one core. [s, ms, Hz, %]"""

    what: str
    connected_s: float
    sent: int
    lost: int
    beats: int
    ecg_hz: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu: float
    sensors_cpu: float


async def measured(
    air: AirProcess, seconds: float, options: argparse.Namespace, *, hub: bool
) -> Figures:
    """Follow the sensors for some seconds; return what was found."""
    clock, seen = WallClock(), Seen()
    sensors = options.straps + options.meters
    source = BleSource(ble=air.ble, takes_all=True, streams=("ecg",) if options.ecg else ())
    with tempfile.TemporaryDirectory() as folder, open_store(folder) as store:
        if hub:
            follower = asyncio.create_task(_hub(source, store, seen, clock))
        else:
            follower = asyncio.create_task(_alone(source, seen, clock))
        began_s = time.perf_counter()
        while sum(s.state is SensorState.STREAM for s in source.sensors) < sensors:
            await asyncio.sleep(0.1)
        connected_s = time.perf_counter() - began_s
        here, there = psutil.Process(), psutil.Process(air.process.pid)
        await asyncio.sleep(2.0)  # the first ECG is there
        seen.late_ms.clear()
        seen.waves = 0
        before, began_s = (_cpu_s(here), _cpu_s(there)), time.perf_counter()
        await asyncio.sleep(seconds)
        passed_s, waves = time.perf_counter() - began_s, seen.waves
        cpu = [100 * (_cpu_s(p) - b) / passed_s for p, b in zip((here, there), before, strict=True)]
        await asyncio.to_thread(air.tell, "pause")
        await asyncio.sleep(3.0)  # what was on its way is there
        sent = await asyncio.to_thread(air.tell, "count")
        received = sum(s.packets for s in source.sensors)
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)
        await asyncio.to_thread(air.tell, "go")
    p50, p95, p99 = np.percentile(seen.late_ms, [50, 95, 99])
    return Figures(
        "hub with store" if hub else "source alone", connected_s, sent, sent - received, seen.beats,
        waves / passed_s / options.straps, float(p50), float(p95), float(p99), *cpu,
    )  # fmt: skip


async def _alone(source: BleSource, seen: Seen, clock: WallClock) -> None:
    async for batch in source.batches(clock):
        seen.take(batch, int(clock.now().astype(np.int64)))


async def _hub(source: BleSource, store: object, seen: Seen, clock: WallClock) -> None:
    hub = Hub([source], store, clock=clock)

    def framed(batch: Batch) -> None:
        hub.rolling.append(batch)
        seen.take(batch, int(clock.now().astype(np.int64)))

    hub.graph = Graph(store=hub._save, rolling=framed, publish=hub.ticker.arrived)  # noqa: SLF001
    await hub.run()


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def serve_air(straps: int, meters: int, *, ecg: bool) -> None:
    """Be the other process."""
    from simulator.ble_serve import serve

    def say(line: str) -> None:
        print(line, flush=True)

    asyncio.run(serve(f"{straps}:cycling", say, port=0, extras=meters, ecg=ecg))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--straps", type=int, default=30)
    parser.add_argument("--meters", type=int, default=10)
    parser.add_argument("--ecg", action="store_true", help="an ECG of every strap too")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--air", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.air:
        serve_air(options.straps, options.meters, ecg=options.ecg)
        return
    found = []
    for hub in (False, True):
        air = AirProcess(options.straps, options.meters, ecg=options.ecg)
        found.append(asyncio.run(measured(air, options.seconds, options, hub=hub)))
        air.process.kill()
    if options.json:
        print(json.dumps([asdict(figures) for figures in found]))
        return
    print(f"{options.straps} straps with RR, {options.meters} meters, {options.seconds:.0f} s each")
    rows = [[f.name for f in fields(Figures)]]
    rows += [[f"{v:.1f}" if isinstance(v, float) else str(v) for v in astuple(f)] for f in found]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


if __name__ == "__main__":
    main()
