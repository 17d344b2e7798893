"""A dashboard as users start it, and Chromium to look at it."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    WebSocket,
    sync_playwright,
)

import twin
from twin.records import Athlete, Recording

PROJECT = Path(__file__).parents[2]
TWIN = str(Path(sys.executable).with_name("twin"))
START_S = 90  # a loaded machine imports for long; a healthy one is there in 5 s
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-background-networking", "--disable-component-update", "--disable-gpu",
    "--disable-quic", "--disable-sync", "--no-first-run",
)  # fmt: skip
# Bokeh cannot show these in a headless browser without a graphics card; they say nothing of ours.
NOT_OURS = re.compile(r"WebGL|GPU stall|GroupMarkerNotSet")


@pytest.fixture(scope="session")
def until() -> Callable[..., Any]:
    """Return what asks again and again until a claim holds, and fails in the end."""
    return _until


def _until(
    claim: Callable[[], Any], what: str, within_s: float = 60, *, page: Page | None = None
) -> Any:
    """Return the first true value of `claim`; fail with `what` after `within_s` seconds.

    With `page`, what happens on it is heard meanwhile.
    """
    deadline = time.monotonic() + within_s
    while not (value := claim()):
        if time.monotonic() > deadline:
            pytest.fail(f"after {within_s} s: {what}")
        if page is None:
            threading.Event().wait(0.05)
        else:
            page.wait_for_timeout(50)
    return value


def twin_environment() -> dict[str, str]:
    """Return the environment without settings of ours, so that only the command line counts."""
    ours = {"SIMULATION_MODE", "DATA_FREQUENCY", "THRESHOLDS", "DATA_DIR", "MAP_TILES", "DEBUG",
            "BLE", "API_KEY", "COOKIE_SECRET", "DASHBOARD_PASSWORD", "REDIS_URL", "WEBHOOK_URL",
            "WEBHOOK_SECRET"}  # fmt: skip
    kept = {k: v for k, v in os.environ.items() if k not in ours and not k.startswith("INFLUXDB")}
    return kept | {"PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="session")
def twin_json() -> Callable[..., Any]:
    """Return what runs a `twin` command and reads its JSON."""
    return _twin_json


def _twin_json(*arguments: str | Path, folder: Path) -> Any:
    """Return what a `twin` command prints as JSON, run as a process of its own."""
    command = [TWIN, *map(str, arguments), "--json"]
    done = subprocess.run(
        command, cwd=folder, env=twin_environment(), capture_output=True, text=True, timeout=START_S
    )
    assert done.stdout.strip(), f"{command}: {done.stderr}"
    return json.loads(done.stdout)


class Dashboard:
    """`twin serve` as a process; its address is read from what it prints.

    Parameters
    ----------
    folder : Path
        Working directory; the data goes to ``data`` in it.
    *sources : str
        As after ``--source``.
    program : sequence of str
        What is started instead of `twin`.
    environment : mapping
        Settings beside.
    port : int
        Where it serves; 0 = any that is free.
    """

    def __init__(
        self, folder: Path, *sources: str, program: Sequence[str] = (TWIN,),
        environment: Mapping[str, str] = MappingProxyType({}), port: int = 0,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.data = folder / "data"
        options = [option for source in sources for option in ("--source", source)]
        command = [*program, "serve", "--port", str(port), "--data", str(self.data), *options]
        self._log = folder / f"serve-{time.monotonic_ns()}.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                command, cwd=folder, env=twin_environment() | dict(environment), text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        self._lines: Queue[str] = Queue()
        self.printed: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.url = self._address()

    def _read(self) -> None:
        with self._process.stdout as printed:
            for line in printed:
                self._lines.put(line)

    def _address(self) -> str:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(Empty):
                self.printed.append(self._lines.get(timeout=0.2))
                if found := re.search(r"http://[^\s/]+", self.printed[-1]):
                    return found[0].replace("localhost", "127.0.0.1")
        self.end(signal.SIGKILL)
        pytest.fail(f"twin serve gave no address: {self.printed} {self.log}")

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def pid(self) -> int:
        return self._process.pid

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it by a signal and return its exit status; the second time it is only asked."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            status = self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=10)
            raise
        finally:
            self._reader.join(timeout=10)
        return status


@pytest.fixture(scope="session")
def serving() -> Callable[..., contextlib.AbstractContextManager[Dashboard]]:
    """Return what starts `twin serve` for the length of a ``with`` block."""
    return _serving


@contextlib.contextmanager
def _serving(folder: Path, *sources: str, **options: Any) -> Iterator[Dashboard]:
    """Serve while the block runs; whatever happens in it, the process ends."""
    dashboard = Dashboard(folder, *sources, **options)
    try:
        yield dashboard
    finally:
        dashboard.end()


@pytest.fixture(scope="session")
def store_a_ride() -> Callable[[Path], str]:
    """Return what keeps a made-up ride in a store and gives its session."""

    def keep(folder: Path) -> str:
        with twin.open_store(folder) as store:
            rider = store.add_athlete(Athlete("Ada Example", sport="cycling"))
            return store.add_recording(_ride(), rider, content="made up").id

    return keep


def _ride() -> Recording:
    """Return ten minutes of a ride, made up."""
    times = pd.date_range("2026-10-01 08:00:00", periods=600, freq="s", tz="UTC", name="time")
    at = np.arange(600)
    samples = pd.DataFrame(
        {
            "heart_rate": np.round(140 + 25 * np.sin(at / 60)),
            "power": np.round(220 + 80 * np.sin(at / 60 + 0.5)),
            "speed": 9 + np.sin(at / 40),
            "altitude": 200 + 15 * np.sin(at / 90),
            "latitude": 48.1 + 0.01 * np.sin(at / 95),
            "longitude": 11.5 + 0.01 * np.cos(at / 95),
        },
        index=times,
    )
    return Recording(samples, sport="cycling")


@dataclass
class Watch:
    """What a page did behind the user's back."""

    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    messages: int = 0  # frames received over WebSockets

    def attach(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("websocket", self._websocket)
        page.on("response", lambda r: self.failed.append(r.url) if r.status >= 400 else None)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left before it came
            self.failed.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not NOT_OURS.search(message.text):
            self.errors.append(message.text)

    def _websocket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda _: setattr(self, "messages", self.messages + 1))

    def _request(self, request: Request) -> None:
        if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", request.url):
            self.outside.append(request.url)

    def nothing(self) -> bool:
        assert not self.outside, f"asked the internet: {self.outside}"
        assert not self.failed, f"requests that failed: {self.failed}"
        assert not self.errors, f"errors in the console: {self.errors}"
        return True


def chromium_path(own: str) -> str:
    """Return where Chromium is: of the system, or as fetched by Playwright."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found or Path(own).is_file():
        return found or own
    message = (
        "no Chromium: on Debian sudo apt-get install chromium, elsewhere "
        ".venv/bin/playwright install chromium"
    )
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"{message} (with CI=true no real part may be missing)")
    pytest.skip(message)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as the tests of one module share it.

    One per module, not per run: while it lives, its loop keeps asynchronous tests from running.
    """
    with sync_playwright() as playwright:
        path = chromium_path(playwright.chromium.executable_path)
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address as a new viewer and watches what the page does."""
    with contextlib.ExitStack() as stack:

        def open_page(url: str, width: int = 1280, height: int = 800, **options: Any) -> Page:
            size = {"width": width, "height": height}
            context = browser.new_context(viewport=size, **options)
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(60_000)
            page.watch = Watch()
            page.watch.attach(page)
            page.goto(url)
            return page

        yield open_page


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where pictures go for people to look at; not kept in version control."""
    folder = PROJECT / "artefacts"
    folder.mkdir(exist_ok=True)
    return folder
