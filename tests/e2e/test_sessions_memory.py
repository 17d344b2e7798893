"""Pages that open and close give everything back. No browser: the protocol of one, spoken here."""

import asyncio
import json
import re
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

PAGES = ("squad", "athlete", "review")
SESSIONS = 50
AT_ONCE = 5
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
def dashboard(tmp_path_factory, serving):
    script = str(Path(__file__).with_name("serve_counted.py"))
    folder = tmp_path_factory.mktemp("memory")
    with serving(folder, "simulator:6", program=(sys.executable, script)) as dashboard:
        yield dashboard


async def look_in(url: str, page: str) -> None:
    """Open a page as a browser does, stay until something moves, and leave."""
    html = await asyncio.to_thread(lambda: urlopen(f"{url}/{page}", timeout=60).read().decode())
    token = re.search(r'"token":\s*"([^"]+)"', html)[1]
    request = HTTPRequest(f"{url.replace('http', 'ws')}/{page}/ws")
    socket = await websocket_connect(request, subprotocols=["bokeh", token])
    try:
        await message(socket, "ACK")
        await tell(socket, "PULL-DOC-REQ", {})
        await message(socket, "PULL-DOC-REPLY")
        await tell(socket, "PATCH-DOC", READY)
        await message(socket, "OK" if page == "review" else "PATCH-DOC")
    finally:
        socket.close()


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


async def churn(url: str, page: str, sessions: int) -> None:
    for _ in range(sessions // AT_ONCE):
        await asyncio.gather(*(look_in(url, page) for _ in range(AT_ONCE)))


async def settled(url: str) -> dict[str, int]:
    """Return what lives in the server when it has dropped the sessions that were left."""
    async with asyncio.timeout(60):
        while True:
            text = await asyncio.to_thread(lambda: urlopen(f"{url}/counts", timeout=60).read())
            counts = json.loads(text)
            if counts["documents"] <= 2:
                return counts
            await asyncio.sleep(0.5)


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_that_closes_gives_everything_back(page, dashboard):
    await churn(dashboard.url, page, 2 * AT_ONCE)  # what is made once and kept
    before = await settled(dashboard.url)
    await churn(dashboard.url, page, SESSIONS)
    after = await settled(dashboard.url)
    growth = (after["objects"] - before["objects"]) / SESSIONS
    assert growth < 20, f"{growth:.1f} objects stay for every page closed: {before} {after}"
