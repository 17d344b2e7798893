"""A thousand athletes at 1 Hz over HTTP, beside a dashboard that is looked at: is anything lost?

    python -m benchmarks.http [--athletes 1000] [--senders 20] [--seconds 60] [--viewers 5]

Each sender is a process that posts one second of its athletes once a second, and sends again what
got no answer. At the end the store is counted: every row sent, once.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

import twin
from benchmarks.screens import cpu_s, free_port, wait_for
from benchmarks.viewers import crowd

KEY = "a key for this benchmark"


@contextmanager
def serving(folder: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    program = str(Path(sys.executable).with_name("twin"))
    process = subprocess.Popen(
        [program, "serve", "--port", str(port), "--data", folder, "--source", "http"],
        env=os.environ | {"API_KEY": KEY}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, process)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(120)


@dataclass
class Sent:
    """What one sender did."""

    rows: int = 0
    again: int = 0
    answers_ms: list[float] = field(default_factory=list)


def post(url: str, rows: list[dict]) -> bool:
    """Tell whether the rows are on disk."""
    request = urllib.request.Request(
        f"{url}/api/v1/samples", json.dumps(rows).encode(), {"X-API-Key": KEY}
    )
    with contextlib.suppress(urllib.error.HTTPError, OSError):
        with urllib.request.urlopen(request, timeout=60) as answer:
            receipt = json.load(answer)
        return receipt["stored"] + receipt["duplicates"] == len(rows)
    return False


def send(url: str, sender: int, athletes: int, seconds: int, begin_s: float, answer) -> None:
    """Post one second of each athlete once a second; runs in a process of its own."""
    sent, start = Sent(), round(begin_s)
    for second in range(seconds):
        time.sleep(max(0.0, begin_s + second + sender / 20 - time.time()))
        rows = [
            {"athlete": f"Athlete {sender}-{number}", "time": start + second,
             "heart_rate": 120 + (number + second) % 60}
            for number in range(athletes)
        ]  # fmt: skip
        began = time.monotonic()
        while not post(url, rows):
            sent.again += 1
            time.sleep(1)
        sent.answers_ms.append(1000 * (time.monotonic() - began))
        sent.rows += athletes
    answer.put(sent)


def stored_rows(folder: str) -> tuple[int, int]:
    """Return how many rows are stored, and how many different ones."""
    rows, different = 0, set()
    with twin.open_store(folder) as store:
        for session, athlete in store.sessions()[["session", "athlete"]].itertuples(index=False):
            instants = store.samples(session).index
            rows += len(instants)
            different |= {(athlete, instant) for instant in instants}
    return rows, len(different)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--athletes", type=int, default=1000)
    options.add_argument("--senders", type=int, default=20)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--viewers", type=int, default=5, help="who look at the squad meanwhile")
    chosen = options.parse_args()
    answer, seen, ready = multiprocessing.Queue(), multiprocessing.Queue(), multiprocessing.Event()
    each = chosen.athletes // chosen.senders
    with tempfile.TemporaryDirectory() as folder:
        with serving(folder) as (process, url):
            frame_bytes = 12 + 24 * each * chosen.senders
            looking = (url, chosen.viewers, True, frame_bytes, chosen.seconds, ready, seen)
            viewers = multiprocessing.Process(target=crowd, args=looking)
            viewers.start()
            server, begin_s = psutil.Process(process.pid), time.time() + 3
            before = cpu_s(server)
            senders = [
                multiprocessing.Process(
                    target=send, args=(url, number, each, chosen.seconds, begin_s, answer)
                )
                for number in range(chosen.senders)
            ]
            for sender in senders:
                sender.start()
            sent = [answer.get(timeout=600) for _ in senders]
            percent = 100 * (cpu_s(server) - before) / (time.time() - begin_s)
            memory_mb = server.memory_info().rss / 1e6
            frames = [len(one) for one in seen.get(timeout=120)]
        show(sent, percent, memory_mb, frames, *stored_rows(folder))


def show(
    sent: list[Sent], percent: float, memory_mb: float, frames: list[int], rows: int, different: int
) -> None:
    p50, p95 = np.percentile([ms for one in sent for ms in one.answers_ms], [50, 95])
    total = sum(one.rows for one in sent)
    print(
        f"{total} rows sent by {len(sent)} processes, {rows} stored, {different} different; "
        f"{total - different} lost; {sum(one.again for one in sent)} requests sent again; on disk "
        f"after {p50:.0f} ms (median), {p95:.0f} ms (p95); server {percent:.0f} % of a core, "
        f"{memory_mb:.0f} MB; {frames} frames seen by the viewers"
    )


if __name__ == "__main__":
    main()
