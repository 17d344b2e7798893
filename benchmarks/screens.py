"""Live pages: server CPU, bytes and sensor-to-pixel delay, beside Dash and Streamlit.

    python -m benchmarks.screens [--window 20] [--no-peers]

The peers are installed into an environment of their own (build/peers), never beside the product.
Delay: from the sensor's instant to two animation frames after the reading is in the page, so about
30 ms is the floor. CPU: what the server process takes more with one viewer than with none.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser

from benchmarks.viewer import Seen, Viewer, chromium

PEERS = Path("build/peers")
PEER_RELEASES = ("dash==4.4.1", "streamlit==1.67.0")
SCRIPTS = Path(__file__).with_name("peers")
SETTLE_S = 8.0


@dataclass(frozen=True)
class Case:
    """One page of one product."""

    product: str
    view: str
    athletes: int


@dataclass(frozen=True)
class Row:
    """What was measured of a case; CPU in percent of one core."""

    case: Case
    seen: Seen
    idle_percent: float
    viewed_percent: float

    @property
    def cpu(self) -> float:
        return max(0.0, self.viewed_percent - self.idle_percent)


OURS = (
    Case("twin", "squad", 30),
    Case("twin", "squad", 100),
    Case("twin", "athlete", 1),
    Case("twin", "charts", 1),  # the same page, until its charts have the reading too
)
THEIRS = (
    Case("dash", "squad", 30),
    Case("dash", "athlete", 1),
    Case("streamlit", "squad", 30),
    Case("streamlit", "athlete", 1),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command_of(case: Case, port: int, folder: str) -> list[str]:
    """Return what starts the server of a case."""
    if case.product == "twin":
        twin = str(Path(sys.executable).with_name("twin"))
        source = f"simulator:{case.athletes}"
        return [twin, "serve", "--port", str(port), "--data", folder, "--source", source]
    python = str((PEERS / "bin/python").absolute())
    arguments = [case.view, str(case.athletes)]
    if case.product == "dash":
        return [python, str(SCRIPTS / "dash_app.py"), *arguments, str(port)]
    script = str(SCRIPTS / "streamlit_app.py")
    options = [
        f"--server.port={port}",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
    ]
    return [python, "-m", "streamlit", "run", script, *options, "--", *arguments]


@contextmanager
def server(case: Case) -> Iterator[tuple[psutil.Process, str]]:
    """Run the server of a case; give its process and the address of the page."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        path = case.view.replace("charts", "athlete") if case.product == "twin" else ""
        with running(command_of(case, port, folder), port) as (process, url):
            yield process, f"{url}{path}"


@contextmanager
def serving(folder: str) -> Iterator[tuple[psutil.Process, str]]:
    """Run `twin serve` on a folder without sources; give its process and address."""
    port = free_port()
    twin = str(Path(sys.executable).with_name("twin"))
    command = [twin, "serve", "--port", str(port), "--data", folder]
    with running(command, port) as found:
        yield found


@contextmanager
def running(
    command: list[str], port: int, **environment: str
) -> Iterator[tuple[psutil.Process, str]]:
    """Run a server while the block lasts; give its process and address."""
    process = subprocess.Popen(
        command, cwd=Path.cwd(), env=os.environ | {"TZ": "UTC"} | environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, process)
        yield psutil.Process(process.pid), f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(f"{' '.join(map(str, process.args))} does not answer")


def cpu_s(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    return sum(p.cpu_times().user + p.cpu_times().system for p in family)


def measured(case: Case, browser: Browser, window_s: float) -> Row:
    """Measure one case: first nobody looks, then one viewer does."""
    kind = case.view if case.product == "twin" else "peer"
    with server(case) as (process, url):
        time.sleep(SETTLE_S)
        before = cpu_s(process)
        time.sleep(window_s)
        idle = (cpu_s(process) - before) / window_s
        viewer = Viewer(browser, url, kind, SETTLE_S)
        before, began = cpu_s(process), time.monotonic()
        seen = viewer.watch(window_s)
        viewed = (cpu_s(process) - before) / (time.monotonic() - began)
        viewer.close()
    return Row(case, seen, 100 * idle, 100 * viewed)


def peers_installed() -> bool:
    """Install the peers once; say so where that cannot be done."""
    if (PEERS / "done").is_file():
        return True
    print(f"installing {' and '.join(PEER_RELEASES)} into {PEERS}", file=sys.stderr)
    pip = [str(PEERS / "bin/python"), "-m", "pip", "install", "-qq", *PEER_RELEASES]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
        subprocess.run(pip, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"the peers cannot be installed, so they are left out: {error}", file=sys.stderr)
        return False
    (PEERS / "done").touch()
    return True


def show(row: Row) -> None:
    case, seen = row.case, row.seen
    view = case.view if case.athletes == 1 else f"{case.view} {case.athletes}"
    print(
        f"{case.product:<10} {view:<11} {seen.delay_ms(50):>6.0f} {seen.delay_ms(95):>6.0f} "
        f"{100 * seen.delivered:>6.0f} {seen.frames / max(1, seen.updates):>8.1f} "
        f"{seen.bytes_per_update:>9.0f} {row.cpu:>6.2f} {row.idle_percent:>6.2f}",
        flush=True,
    )


def main() -> None:
    options = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__)[0])
    options.add_argument("--window", type=float, default=20.0, help="seconds measured of each")
    options.add_argument("--no-peers", action="store_true", help="only our own pages")
    chosen = options.parse_args()
    cases = OURS if chosen.no_peers or not peers_installed() else (*OURS, *THEIRS)
    print("                           p50    p95  deliv.   frames     bytes  CPU %  CPU %")
    print("product    page             ms     ms       % /update   /update viewer nobody")
    with chromium() as browser:
        for case in cases:
            show(measured(case, browser, chosen.window))


if __name__ == "__main__":
    main()
