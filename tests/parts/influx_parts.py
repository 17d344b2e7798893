"""A real InfluxDB on free ports, and a gateway before it that speaks today's write path.

Debian's InfluxDB 1.6.7 knows only the v1 write path. The gateway maps ``/api/v2/write`` to
``/write``, checks the token, and makes the faults that tests ask for. The precision must be mapped:
1.6.7 takes ``precision=us`` for nanoseconds and says nothing.
"""

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from twin.store.influx import Address, InfluxServer

_numbers = count()
TOKEN = "secret-of-the-tests"
PRECISION = {"ns": "n", "us": "u", "ms": "ms", "s": "s"}
START_S = 60  # a loaded machine; alone it takes 0.3 s
CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{home}/meta"
  logging-enabled = false
[data]
  dir = "{home}/data"
  wal-dir = "{home}/wal"
  index-version = "tsi1"
  wal-fsync-delay = "0s"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
[logging]
  level = "error"
[monitor]
  store-enabled = false
"""


def find_influxd() -> str | None:
    """Return where the server is installed."""
    return shutil.which("influxd") or shutil.which("/usr/sbin/influxd")


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


class Influxd:
    """The real server; `kill` is kill -9, `start` brings it back with what it had."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        home.mkdir(parents=True, exist_ok=True)
        self._config = home / "influxdb.conf"
        self._config.write_text(CONFIG.format(home=home, port=self.port, rpc=free_port()))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [find_influxd() or "influxd", "-config", str(self._config)],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        until = time.monotonic() + START_S
        while not self.answers():
            assert self._process.poll() is None, (self.home / "log").read_text()[-2000:]
            assert time.monotonic() < until, "influxd did not answer"
            threading.Event().wait(0.02)

    def answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.ask("GET", "/ping")[0] == 204
        return False

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def query(self, text: str, database: str = "") -> list[dict[str, object]]:
        """Run InfluxQL and return the series."""
        words = urlencode({"q": text, "db": database, "epoch": "ns"})
        status, body = self.ask("POST", f"/query?{words}")
        (result,) = json.loads(body)["results"]
        assert status == 200, body
        assert "error" not in result, result
        return result.get("series", [])

    def count(self, measurement: str, name: str, database: str) -> int:
        """Return how many values of one field are stored."""
        series = self.query(f'SELECT count("{name}") FROM "{measurement}"', database)
        return int(series[0]["values"][0][1]) if series else 0


@dataclass
class Faults:
    """What the gateway does wrong."""

    down: bool = False  # breaks the connection
    lose_answers: int = 0  # so many writes are done and not answered
    answers: deque[int] = field(default_factory=deque)  # statuses for the next writes, not done
    largest: int = 25_000_000  # a bigger body is answered with 413 [B]
    token: str = TOKEN
    slow_s: float = 0.0  # a write is answered so much later [s]


class Gateway:
    """Stands before the server; `writes` counts the bodies that came."""

    def __init__(self, influxd: Influxd) -> None:
        self.faults = Faults()
        self.influxd = influxd
        self.writes = 0
        outer = self

        class Handler(_Handler):
            gateway = outer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body of an answer go out together
    gateway: Gateway

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        self._pass("GET", self.path)

    def do_POST(self) -> None:
        faults, body = self.gateway.faults, self.rfile.read(int(self.headers["Content-Length"]))
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/api/v2/write":
            return self._answer(404, b'{"code":"not found","message":"path not found"}')
        self.gateway.writes += 1
        if faults.answers:
            return self._answer(faults.answers.popleft(), b'{"message":"made by the test"}')
        if len(body) > faults.largest:
            return self._answer(413, b'{"message":"request entity too large"}')
        words = {"db": asked["bucket"], "precision": PRECISION[asked["precision"]]}
        return self._pass("POST", f"/write?{urlencode(words)}", body)

    def _pass(self, method: str, path: str, body: bytes = b"") -> None:
        faults = self.gateway.faults
        if faults.down:
            return self._break()
        if self.headers["Authorization"] != f"Token {faults.token}":
            return self._answer(401, b'{"code":"unauthorized","message":"unauthorized access"}')
        try:
            accept = self.headers["Accept"] or "application/json"
            status, answer = self.gateway.influxd.ask(method, path, body, Accept=accept)
        except (OSError, http.client.HTTPException):
            return self._answer(503, b'{"message":"no server behind the gateway"}')
        if method == "POST" and faults.slow_s:
            threading.Event().wait(faults.slow_s)
        if method == "POST" and faults.lose_answers:
            faults.lose_answers -= 1
            return self._break()
        return self._answer(status, answer)

    def _break(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, body: bytes) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Length", str(0 if status == 204 else len(body)))
            self.end_headers()
            if status != 204:
                self.wfile.write(body)


@contextlib.contextmanager
def running(home: Path) -> Iterator[Gateway]:
    """Give a gateway with a fresh server behind it."""
    influxd = Influxd(home)
    influxd.start()
    gateway = Gateway(influxd)
    try:
        yield gateway
    finally:
        gateway.close()
        influxd.kill()


@pytest.fixture(scope="session")
def influx_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with a real server behind it, for the whole run."""
    if not find_influxd():
        message = "no influxd: on Debian sudo apt-get install influxdb"
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(f"{message} (with CI=true no real part may be missing)")
        pytest.skip(message)
    with running(tmp_path_factory.mktemp("influx")) as gateway:
        yield gateway


@pytest.fixture
def gateway(influx_gateway: Gateway) -> Iterator[Gateway]:
    """The gateway, without faults."""
    influx_gateway.faults = Faults()
    influx_gateway.writes = 0
    yield influx_gateway
    influx_gateway.faults = Faults()


@pytest.fixture
def bucket(gateway: Gateway) -> str:
    """The name of an empty bucket."""
    name = f"bucket{next(_numbers)}"
    gateway.influxd.query(f"CREATE DATABASE {name}")
    return name


@pytest.fixture
def server(gateway: Gateway, bucket: str) -> Iterator[InfluxServer]:
    """Our way to the empty bucket."""
    server = InfluxServer(Address(gateway.url, bucket, TOKEN))
    yield server
    server.close()
