"""Many viewers of the squad page of one process: server CPU, what arrives, and how late.

    python -m benchmarks.viewers [--viewers 50] [--athletes 30] [--window 20] [--hz 1 10]

One viewer is Chromium, which tells the delay from the sensor to the pixel; the others speak the
page's protocol without drawing, in a process of their own. CPU is that of the server, of one core.
"""

import argparse
import asyncio
import json
import multiprocessing
import re
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import psutil
from tornado.websocket import WebSocketClientConnection, websocket_connect

from benchmarks.screens import cpu_s, free_port, running
from benchmarks.viewer import Seen, Viewer, chromium
from twin.state.squad_frame import HEAD, ROW

SETTLE_S = 8.0
BOARD = r'"id":"(p\d+)","attributes":\{"name":"SquadBoard"'


@contextmanager
def serving(athletes: int, hz: float) -> Iterator[tuple[psutil.Process, str]]:
    port = free_port()
    twin = str(Path(sys.executable).with_name("twin"))
    with tempfile.TemporaryDirectory() as folder:
        command = [twin, "serve", "--port", str(port), "--data", folder,
                   "--source", f"simulator:{athletes}"]  # fmt: skip
        with running(command, port, DATA_FREQUENCY=str(1 / hz)) as (process, url):
            yield process, url.rstrip("/")


@dataclass(frozen=True)
class Arrived:
    """What the viewers without a browser got, each entry one frame of one of them."""

    delays_ms: np.ndarray
    per_viewer: np.ndarray


async def look(
    url: str, frame_bytes: int, arrivals: list[tuple[float, float]], *, shared: bool
) -> None:
    """Open the squad page as a browser does, and note sensor's instant and arrival of each frame."""
    html = await asyncio.to_thread(lambda: urlopen(f"{url}/squad", timeout=60).read().decode())
    token = re.search(r'"token":\s*"([^"]+)"', html)[1]
    ws = url.replace("http", "ws")
    socket = await websocket_connect(f"{ws}/squad/ws", subprotocols=["bokeh", token])
    await heard(socket, '"ACK"')
    await say(socket, "PULL-DOC-REQ", {})
    board = (await heard(socket, BOARD))[1]
    await say(socket, "PATCH-DOC", event("document_ready"))
    lines = [socket]
    if shared:
        lines.append(await websocket_connect(f"{ws}/live"))
        told = {"type": "map", "entries": [["command", "socket"], ["alive", True]]}
        await say(
            socket, "PATCH-DOC", event("data_event", ["model", {"id": board}], ["data", told])
        )
    await asyncio.gather(*(note(line, frame_bytes, arrivals) for line in lines))


async def say(socket: WebSocketClientConnection, kind: str, content: dict) -> None:
    for part in ({"msgid": "1", "msgtype": kind}, {}, content):
        await socket.write_message(json.dumps(part))


def event(name: str, *entries: list) -> dict:
    values = {"type": "map", "entries": list(entries)}
    data = {"type": "event", "name": name, "values": values}
    return {"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": data}]}


async def heard(socket: WebSocketClientConnection, pattern: str) -> re.Match[str]:
    """Return where a pattern is in the first message that holds it."""
    while (part := await socket.read_message()) is not None:
        if isinstance(part, str) and (found := re.search(pattern, part)):
            return found
    raise ConnectionError(f"the server closed before it sent {pattern}")


async def note(
    socket: WebSocketClientConnection, frame_bytes: int, arrivals: list[tuple[float, float]]
) -> None:
    while (part := await socket.read_message()) is not None:
        if isinstance(part, bytes) and len(part) == frame_bytes:
            arrivals.append((struct.unpack_from("<d", part)[0], 1000 * time.time()))


def crowd(
    url: str, viewers: int, shared: bool, frame_bytes: int, window_s: float, ready, answer
) -> None:
    """Be so many viewers; runs in a process of its own."""

    async def run() -> None:
        seen: list[list[tuple[float, float]]] = [[] for _ in range(viewers)]
        tasks = []
        for arrivals in seen:
            tasks.append(asyncio.create_task(look(url, frame_bytes, arrivals, shared=shared)))
            await asyncio.sleep(0.1)
        await asyncio.sleep(SETTLE_S)
        ready.set()
        for arrivals in seen:
            arrivals.clear()
        await asyncio.sleep(window_s)
        got = [list(arrivals) for arrivals in seen]
        for task in tasks:
            if task.done() and task.exception() is not None:
                print(f"a viewer left: {task.exception()!r}", file=sys.stderr)
            task.cancel()
        answer.put(got)

    asyncio.run(run())


def measure(viewers: int, athletes: int, hz: float, window_s: float, *, shared: bool) -> None:
    frame_bytes = HEAD.itemsize + ROW.itemsize * athletes
    ready, answer = multiprocessing.Event(), multiprocessing.Queue()
    with serving(athletes, hz) as (server, url), chromium() as browser:
        viewer = Viewer(browser, f"{url}/squad", "squad", SETTLE_S)
        arguments = (url, viewers - 1, shared, frame_bytes, window_s + 3, ready, answer)
        others = multiprocessing.Process(target=crowd, args=arguments)
        others.start()
        ready.wait(120)
        before, began = cpu_s(server), time.monotonic()
        seen = viewer.watch(window_s)
        percent = 100 * (cpu_s(server) - before) / (time.monotonic() - began)
        got = answer.get(timeout=60)
        others.join()
        memory_mb = server.memory_info().rss / 1e6
    show(viewers, athletes, hz, window_s, percent, seen, got, memory_mb)


def show(
    viewers: int, athletes: int, hz: float, window_s: float, percent: float, seen: Seen,
    got: list[list[tuple[float, float]]], memory_mb: float,
) -> None:  # fmt: skip
    delays = np.array([came - sent for one in got for sent, came in one])
    expected = hz * (window_s + 3)
    counts = np.array([len({sent for sent, _ in one}) for one in got]) / expected
    p50, p95 = np.percentile(delays, [50, 95]) if len(delays) else (np.nan, np.nan)
    print(
        f"{viewers} viewers, {athletes} athletes, {hz:g} Hz: server {percent:.1f} % of a core, "
        f"{memory_mb:.0f} MB; sensor to pixel {seen.delay_ms(50):.0f}/{seen.delay_ms(95):.0f} ms, "
        f"{100 * seen.updates / (hz * window_s):.0f} % seen; without a browser "
        f"{p50:.0f}/{p95:.0f} ms, {100 * counts.mean():.1f} % (least {100 * counts.min():.0f} %)",
        flush=True,
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--viewers", type=int, default=50)
    options.add_argument("--athletes", type=int, default=30)
    options.add_argument("--window", type=float, default=20.0, help="seconds measured of each")
    options.add_argument("--hz", type=float, nargs="+", default=[1.0, 10.0])
    options.add_argument("--own-lines", action="store_true", help="without the shared socket")
    chosen = options.parse_args()
    for hz in chosen.hz:
        shared = not chosen.own_lines
        measure(chosen.viewers, chosen.athletes, hz, chosen.window, shared=shared)


if __name__ == "__main__":
    main()
