"""Sockets: every tick as one message for all, samples in, and nothing for strangers."""

import asyncio
import contextlib
import json
import time
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClosedError, websocket_connect

from twin.state.squad_frame import HEAD, ROW
from twin.web.broadcast import Broadcast
from twin.web.messages import tick_message
from twin.web.receiving import LARGEST_BODY
from waiting import until_true

KEY = "a key of this test"


async def opened(api, path: str, **headers: str) -> Any:
    url = f"{api.url.replace('http', 'ws', 1)}{path}"
    return await websocket_connect(HTTPRequest(url, headers=headers))


async def until(socket, claim) -> Any:
    """Return the first message that fulfils a claim."""
    async with asyncio.timeout(20):
        while (message := await socket.read_message()) is not None:
            if claim(message):
                return message
    raise AssertionError("the server closed the socket")


def samples(rate: float = 141) -> dict:
    return {"samples": [{"athlete": "Ada", "time": time.time(), "heart_rate": rate}]}


async def test_the_squads_frames_come_as_the_page_draws_them(api):
    socket = await opened(api, "/live")
    await api.post("/api/v1/samples", samples())
    frame = await until(socket, lambda message: len(message) > HEAD.itemsize)
    assert len(frame) == HEAD.itemsize + ROW.itemsize
    assert np.frombuffer(frame, ROW, offset=HEAD.itemsize)["heart_rate"].tolist() == [141]
    socket.close()


async def test_programs_hear_ticks_and_send_samples(api, description):
    socket = await opened(api, "/api/v1/live", **{"X-API-Key": KEY})
    await socket.write_message(json.dumps(samples(152)))
    receipt = json.loads(await until(socket, lambda m: '"receipt"' in m))
    assert (receipt["status"], receipt["stored"]) == (200, 1)
    tick = json.loads(await until(socket, lambda m: '"heart_rate"' in m))
    components = {"components": description["components"]}
    Draft202012Validator({"$ref": "#/components/schemas/Tick"} | components).validate(tick)
    (ada,) = tick["athletes"]
    assert (ada["id"], ada["recording"], ada["values"]["heart_rate"]) == ("ada", True, 152)
    assert "power" not in ada["values"]
    await socket.write_message("{")
    error = json.loads(await until(socket, lambda m: '"error"' in m))
    assert (error["status"], "not JSON" in error["error"]) == (400, True)
    socket.close()


async def test_without_the_key_a_socket_only_listens(api):
    socket = await opened(api, "/api/v1/live")  # no login is asked for here, as on the pages
    await socket.write_message(json.dumps(samples()))
    error = json.loads(await until(socket, lambda m: '"error"' in m))
    assert error["status"] == 401
    assert api.store.sessions().empty
    socket.close()


async def test_a_wrong_key_opens_no_socket(api):
    for path in ("/live", "/api/v1/live"):
        with pytest.raises(HTTPClientError, match="401"):
            await opened(api, path, **{"X-API-Key": "guess"})


async def test_a_message_too_large_ends_the_socket(api):
    socket = await opened(api, "/api/v1/live", **{"X-API-Key": KEY})
    with contextlib.suppress(WebSocketClosedError):  # while it is still sending
        await socket.write_message(" " * (LARGEST_BODY + 1))
    async with asyncio.timeout(20):
        while await socket.read_message() is not None:
            pass
    socket.close()


class Listener:
    def __init__(self) -> None:
        self.heard: list[Any] = []

    def tell(self, message: Any) -> None:
        self.heard.append(message)


async def test_a_message_is_made_once_for_all_and_the_hub_followed_while_somebody_listens(api):
    made = []

    def message(tick) -> str:
        made.append(tick.number)
        return tick_message(tick)

    followers = api.live.hub.ticker._followers
    broadcast, listeners = Broadcast(lambda: api.live, message), [Listener() for _ in range(5)]
    before = len(followers._callbacks)
    for listener in listeners:
        broadcast.join(listener)
    assert len(followers._callbacks) == before + 1
    made.clear()
    await api.post("/api/v1/samples", samples())
    await until_true(lambda: all('"heart_rate"' in one.heard[-1] for one in listeners), 20)
    assert len(set(made)) == len(made)  # not five times
    for listener in listeners:
        broadcast.leave(listener)
    assert len(followers._callbacks) == before
