"""`twin serve` asked over HTTP and WebSocket, as phones, gateways and curl do. No browser."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

import twin

PROJECT = Path(__file__).parents[2]
KEY = "the key of this test"
PASSWORD = "a long password"

pytestmark = pytest.mark.timeout(300)


@contextlib.contextmanager
def serving_with(serving, folder: Path, *sources: str, **settings: str) -> Iterator:
    lines = [f"{name}={value}" for name, value in settings.items()]
    (folder / ".env").write_text("\n".join(lines))
    with serving(folder, *sources) as dashboard:
        yield dashboard


def ask(url: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    request = urllib.request.Request(url, data=body, headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def sample(athlete: str, time_s: float, rate: float = 140.0) -> dict:
    return {"athlete": athlete, "time": time_s, "heart_rate": rate}


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory, serving):
    folder = tmp_path_factory.mktemp("api")
    settings = {"API_KEY": KEY, "DASHBOARD_PASSWORD": PASSWORD}
    with serving_with(serving, folder, "http", "simulator:3", **settings) as dashboard:
        yield dashboard


def logged_in(url: str) -> str:
    """Log in as the form of the login page does, and return the cookie."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=60)
    form = urllib.parse.urlencode({"username": "Coach", "password": PASSWORD})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login", form, headers)
    response = connection.getresponse()
    cookies = response.headers.get_all("Set-Cookie") or []
    connection.close()
    return "; ".join(cookie.split(";")[0] for cookie in cookies)


async def hears(url: str, path: str, **headers: str) -> str | bytes:
    """Return the first message of a socket."""
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    request = HTTPRequest(f"{url.replace('http', 'ws', 1)}{path}", headers=sent)
    socket = await websocket_connect(request)
    try:
        return await socket.read_message()
    finally:
        socket.close()


@pytest.mark.parametrize("path", ["/live", "/api/v1/live"])
async def test_a_socket_asks_for_the_login_of_the_pages_or_the_key(dashboard, path):
    for headers in ({}, {"Cookie": "user=forged"}, {"X-API-Key": "guess"}):
        with pytest.raises(HTTPClientError, match="401"):
            await hears(dashboard.url, path, **headers)
    assert await hears(dashboard.url, path, Cookie=logged_in(dashboard.url))
    assert await hears(dashboard.url, path, X_API_Key=KEY)


async def test_a_socket_of_another_site_is_refused(dashboard):
    """A page of somebody else, open in a browser that is logged in here."""
    with pytest.raises(HTTPClientError, match="403"):
        await hears(dashboard.url, "/live", Cookie=logged_in(dashboard.url), Origin="http://x.org")


def test_every_page_and_route_asks_for_the_login(dashboard):
    for page in ("squad", "athlete", "review"):
        code, html = ask(f"{dashboard.url}/{page}")
        assert (code, b'type="password"' in html) == (200, True)  # led to the login page
        assert b"http://" not in html
        assert b"https://" not in html
        code, html = ask(f"{dashboard.url}/{page}", Cookie=logged_in(dashboard.url))
        assert (code, b'type="password"' in html) == (200, False)
    assert ask(f"{dashboard.url}/api/v1/status")[0] == 401
    assert ask(f"{dashboard.url}/api/v1/status", Cookie=logged_in(dashboard.url))[0] == 200
    assert ask(f"{dashboard.url}/api/v1/samples", b"[]", Cookie=logged_in(dashboard.url))[0] == 401


def test_every_route_of_ours_refuses_a_stranger(dashboard):
    """Also those that are added later: all but the description of the API."""
    from twin.settings import Settings
    from twin.web import routes

    paths = [path.replace("\\", "") for path, *_ in routes(lambda: None, Settings())]
    assert len(paths) >= 6
    for path in paths:
        codes = {ask(dashboard.url + path)[0], ask(dashboard.url + path, b"[]")[0]}
        open_to_all = path == "/api/v1/openapi.yaml"
        assert codes <= ({200, 405} if open_to_all else {401, 405}), path
        assert open_to_all or 401 in codes, path


def test_a_hundred_megabytes_are_refused_without_taking_room(dashboard):
    """Sent by hand, because clients give up as soon as they are refused."""
    process = psutil.Process(dashboard.pid)
    ask(f"{dashboard.url}/api/v1/samples", b"[]", X_API_Key=KEY)
    before = process.memory_info().rss
    connection = HTTPConnection(dashboard.url.removeprefix("http://"), timeout=60)
    piece, sent = b" " * 1_000_000, 0
    connection.putrequest("POST", "/api/v1/samples")
    connection.putheader("X-API-Key", KEY)
    connection.putheader("Content-Length", str(100 * len(piece)))
    connection.endheaders()
    with contextlib.suppress(ConnectionError):
        for _ in range(100):
            connection.send(piece)
            sent += len(piece)
    connection.close()
    assert sent < 50_000_000
    assert process.memory_info().rss - before < 20_000_000
    headers = {"X_API_Key": KEY, "Content_Length": "100000000"}
    assert ask(f"{dashboard.url}/api/v1/samples", b" ", **headers)[0] == 413


def test_the_curl_lines_of_the_page_work(dashboard):
    """The lines of `docs/http.md`, run by a shell as they stand there, but for port and key."""
    if shutil.which("curl") is None:
        pytest.skip("no curl: on Debian sudo apt-get install curl")
    page = (PROJECT / "docs/http.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("curl")]
    assert len(lines) >= 5
    answers = []
    for line in lines:
        here = line.replace("http://localhost:5006", dashboard.url)
        done = subprocess.run(
            ["sh", "-c", f"{here} --silent --show-error --fail-with-body"],
            env=os.environ | {"API_KEY": KEY}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        answers.append(done.stdout)
    assert json.loads(answers[0])["stored"] == 2
    assert json.loads(answers[1])["stored"] == 1
    assert answers[4] == "[]"
    status = json.loads(answers[2])
    assert {"http", "simulator:3"} <= {source["name"] for source in status["sources"]}


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path, serving):
    """Four senders; the server is killed while they send, and started again; they send again."""
    acknowledged: list[set[float]] = [set() for _ in range(4)]
    began = float(int(time.time()) - 1000)  # a fraction would be rounded, on both sides, to µs
    enough = threading.Event()

    def send(sender: int, url: str) -> None:
        for second in range(1000):
            rows = [sample(f"Athlete {sender}", began + second)]
            try:
                code, _ = ask(f"{url}/api/v1/samples", json.dumps(rows).encode(), X_API_Key=KEY)
            except OSError:
                return
            if code == 200:
                acknowledged[sender].add(round(began + second, 6))
            if len(acknowledged[sender]) > 25:
                enough.set()

    with serving_with(serving, tmp_path, "http", API_KEY=KEY) as dashboard:
        senders = [threading.Thread(target=send, args=(n, dashboard.url)) for n in range(4)]
        for sender in senders:
            sender.start()
        assert enough.wait(60)
        dashboard.end(signal.SIGKILL)
        for sender in senders:
            sender.join()
    with serving_with(serving, tmp_path, "http", API_KEY=KEY) as dashboard:
        for n in range(4):  # all once more, known and unknown
            rows = [sample(f"Athlete {n}", began + second) for second in range(60)]
            code, answer = ask(
                f"{dashboard.url}/api/v1/samples", json.dumps(rows).encode(), X_API_Key=KEY
            )
            assert code == 200
            assert json.loads(answer)["duplicates"] >= len(acknowledged[n])
    with twin.open_store(tmp_path / "data") as store:
        for n, known in enumerate(acknowledged):
            stored = [
                instant.timestamp()
                for session in store.sessions(athlete=f"athlete-{n}")["session"]
                for instant in store.samples(session).index
            ]
            assert known <= {round(instant, 6) for instant in stored}
            assert len(stored) == len(set(stored)) >= 60  # nothing twice
