"""What every test may ask for."""

import asyncio
import contextlib
import faulthandler
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

PROJECT = Path(__file__).parents[1]
HANGS_S = 180  # after its timeout a test has so long to fail and to tidy up
SCREEN = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the screen: while a test runs, what is printed is captured."""
    config.stash[SCREEN] = os.dup(2)


def _end_if_it_hangs(item: pytest.Item) -> None:
    """Let this process tell where it stands and end, should the test outlive its own timeout.

    A timeout is an exception: what waits with no end, or catches everything, outlives it.
    """
    marker = item.get_closest_marker("timeout")
    limit = marker.args[0] if marker else float(item.config.getini("timeout"))
    faulthandler.dump_traceback_later(limit + HANGS_S, exit=True, file=item.config.stash[SCREEN])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Watch the test."""
    _end_if_it_hangs(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Watch its end anew: pytest takes the watch away when a test fails."""
    _end_if_it_hangs(item)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Real recordings beside the project, where somebody put them."""
    folder = PROJECT.parent / "shared" / "data"
    if not (folder / "MANIFEST.csv").is_file():
        pytest.skip(f"no real recordings at {folder}")
    return folder


class ManualClock:
    """A clock that runs ahead: a sleep is over at once, and the clock shows that it was slept."""

    def __init__(self) -> None:
        self.slept_s = 0.0
        self._now = np.datetime64("2026-10-01T10:00:00", "ns")

    def now(self) -> np.datetime64:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.slept_s += seconds
        self._now += np.timedelta64(round(seconds * 1e9), "ns")
        await asyncio.sleep(0)


@pytest.fixture
def manual_clock() -> ManualClock:
    """Time that passes without anybody waiting."""
    return ManualClock()


class RedisServer:
    """A real Redis on a free port of this machine, keeping nothing on disk.

    Parameters
    ----------
    program : str
        Path of ``redis-server``.
    folder : Path
        Where it runs.
    """

    def __init__(self, program: str, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}"
        self._command = [
            program, "--port", str(self.port), "--bind", "127.0.0.1",
            "--save", "", "--appendonly", "no", "--dir", str(folder),
        ]  # fmt: skip
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not self._answers():
            assert time.monotonic() < deadline, "redis-server did not start"
            assert self._process.poll() is None, "redis-server ended"

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def freeze(self) -> None:
        """Stop it from answering while its connections stay open."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once; what it held is gone."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(timeout=20)


@pytest.fixture(scope="session")
def start_redis() -> Callable[[Path], contextlib.AbstractContextManager[RedisServer]]:
    """Return what runs a Redis in a folder for the length of a ``with`` block.

    Skipped where none is installed, but never with CI=true.
    """
    program = shutil.which("redis-server")
    if program is None:
        message = "no redis-server: on Debian sudo apt-get install redis-server"
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(f"{message} (with CI=true no real part may be missing)")
        pytest.skip(message)

    @contextlib.contextmanager
    def started(folder: Path) -> Iterator[RedisServer]:
        server = RedisServer(program, folder)
        try:
            yield server
        finally:
            server.kill()

    return started


@pytest.fixture
def redis_server(start_redis, tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of this test's own."""
    with start_redis(tmp_path) as server:
        yield server


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Return what mounts a disk of so many megabytes; skipped where that is not allowed."""
    mounted: list[Path] = []

    def mount(megabytes: int) -> Path:
        program = shutil.which("mount")
        if program is None or os.name != "posix" or os.geteuid() != 0:
            pytest.skip("a small disk can only be mounted by root")
        disk = tmp_path / f"small-{len(mounted)}"
        disk.mkdir()
        command = [program, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(disk)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("no right to mount a small disk here")
        mounted.append(disk)
        return disk

    yield mount
    for disk in mounted:
        subprocess.run(["umount", str(disk)], check=True)
