"""Pages that open and close give everything back. No browser: the protocol of one, spoken here."""

import asyncio
import json
import math
import re
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

import twin

# A page that is not live says nothing after it is drawn.
PAGES = {
    "alerts": "OK",
    "lead": "PATCH-DOC",
    "squad": "PATCH-DOC",
    "athlete": "PATCH-DOC",
    "sessions": "OK",
    "review": "OK",
    "season": "OK",
    "setup": "OK",
}
SESSIONS = 12
AT_ONCE = 5
ALLOWED = 20  # objects that may stay for every page closed
READY = {
    "events": [
        {
            "kind": "MessageSent",
            "msg_type": "bokeh_event",
            "msg_data": {
                "type": "event",
                "name": "document_ready",
                "values": {"type": "map", "entries": []},
            },
        }
    ]
}

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory, serving, store_a_ride):
    script = str(Path(__file__).with_name("serve_counted.py"))
    folder = tmp_path_factory.mktemp("memory")
    session = store_a_ride(folder / "data")
    with serving(folder, "simulator:6", program=(sys.executable, script)) as dashboard:
        dashboard.paths = {"sessions": "review", "review": f"review?session={session}"}
        yield dashboard


async def look_in(url: str, path: str, last: str) -> None:
    """Open a page as a browser does, stay until the `last` kind of message comes, and leave."""
    html = await fetched(f"{url}/{path}")
    token = re.search(r'"token":\s*"([^"]+)"', html)[1]
    request = HTTPRequest(
        f"{url.replace('http', 'ws')}/{path.partition('?')[0]}/ws",
        connect_timeout=60,
        request_timeout=60,
    )
    socket = await websocket_connect(request, subprotocols=["bokeh", token])
    try:
        await message(socket, "ACK")
        await tell(socket, "PULL-DOC-REQ", {})
        await message(socket, "PULL-DOC-REPLY")
        await tell(socket, "PATCH-DOC", READY)
        await message(socket, last)
    finally:
        socket.close()
        # What was under way keeps the client from hearing that the server has closed too.
        async with asyncio.timeout(10):
            while await socket.read_message() is not None:
                pass


async def fetched(url: str) -> str:
    """Return what stands at an address, its connection closed."""

    def read() -> str:
        with urlopen(url, timeout=60) as answer:
            return answer.read().decode()

    return await asyncio.to_thread(read)


async def tell(socket, kind: str, content: dict) -> None:
    for part in ({"msgid": "1", "msgtype": kind}, {}, content):
        await socket.write_message(json.dumps(part))


async def message(socket, kind: str) -> None:
    """Read until the header of a message of this kind."""
    async with asyncio.timeout(60):
        while True:
            part = await socket.read_message()
            assert part is not None, f"the server closed before {kind}"
            if isinstance(part, str) and f'"{kind}"' in part[:200]:
                return


async def churn(dashboard, page: str, sessions: int) -> None:
    path, last = dashboard.paths.get(page, page), PAGES[page]
    for _ in range(sessions // AT_ONCE):
        await asyncio.gather(*(look_in(dashboard.url, path, last) for _ in range(AT_ONCE)))


async def counted(url: str) -> dict[str, int]:
    """Return what lives in the server."""
    return json.loads(await fetched(f"{url}/counts"))


async def settled(url: str, at_most: float = math.inf) -> dict[str, int]:
    """Return what lives in the server when sessions that were left are dropped and nothing changes.

    With `at_most`, wait until no more objects than that are there; what stays for a minute leaks.
    """
    deadline = time.monotonic() + 60
    before = await counted(url)
    while True:
        await asyncio.sleep(1.5)
        now = await counted(url)
        still = now["documents"] <= 2 and abs(now["objects"] - before["objects"]) < 200
        if (still and now["objects"] <= at_most) or time.monotonic() > deadline:
            return now
        before = now


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_that_closes_gives_everything_back(page, dashboard):
    await churn(dashboard, page, 2 * AT_ONCE)  # what is made once and kept
    for _ in range(2):  # a leak grows each time; what the hub makes once meanwhile, only once
        before = await settled(dashboard.url)
        await churn(dashboard, page, SESSIONS)
        after = await settled(dashboard.url, before["objects"] + ALLOWED * SESSIONS)
        growth = (after["objects"] - before["objects"]) / SESSIONS
        if growth < ALLOWED:
            break
    assert after["documents"] <= 2
    assert growth < ALLOWED, f"{growth:.1f} objects stay for every page closed: {before} {after}"


async def stored(data: Path, hours: float) -> None:
    """Wait until the longest session is this long."""
    with twin.open_store(data) as store:
        async with asyncio.timeout(600):
            while store.sessions()["duration_s"].max() < hours * 3600:
                await asyncio.sleep(1)


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_an_hour_of_thirty_athletes_while_200_pages_open_and_close(tmp_path, serving, capsys):
    """An hour at 60x: ``pytest -m slow tests/e2e/test_sessions_memory.py``.

    It begins when the rolling frames (125 min) are full and as many pages have come and gone:
    what is taken until then is taken once.
    """
    script = str(Path(__file__).with_name("serve_counted.py"))
    pages = 200
    with serving(tmp_path, "simulator:30@60", program=(sys.executable, script)) as dashboard:
        dashboard.paths, process = {}, psutil.Process(dashboard.pid)
        readings = []
        for hours in (2.2, 3.2):
            for page in ("squad", "athlete"):
                await churn(dashboard, page, pages // 2)
            await stored(dashboard.data, hours)
            allowed = readings[0][0] + ALLOWED * pages if readings else math.inf
            now = await settled(dashboard.url, allowed)
            readings.append((now["objects"], now["documents"], process.memory_info().rss / 1e6))
    (objects_before, _, mb_before), (objects_after, documents, mb_after) = readings
    growth = (objects_after - objects_before) / pages
    with capsys.disabled():
        print(f"\n{pages} pages in an hour: {growth:.1f} objects a page, {documents} documents, "
              f"{mb_before:.0f} -> {mb_after:.0f} MB")  # fmt: skip
    assert documents <= 2
    assert growth < ALLOWED
    assert mb_after < mb_before + 10
