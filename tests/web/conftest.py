"""A live process that takes samples over HTTP, and a server in front of it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from twin.hub import Hub, LocalLive
from twin.hub.before import stored_before
from twin.settings import Settings
from twin.sources.http import HttpSource
from twin.store import EmbeddedStore
from twin.web import routes

KEY = "a key of this test"


@dataclass(frozen=True)
class Api:
    """The API on a free port, with a hub and a store behind it."""

    url: str
    store: EmbeddedStore
    live: LocalLive

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        """Return status and JSON of the answer; the key is sent unless another is."""
        response = await self.fetch(path, body, **headers)
        return response.code, json.loads(response.body)

    async def fetch(self, path: str, body: Any = None, **headers: str) -> HTTPResponse:
        sent = {"X-API-Key": KEY} | {name.replace("_", "-"): text for name, text in headers.items()}
        if not isinstance(body, bytes | None):
            body = json.dumps(body).encode()
        return await AsyncHTTPClient(force_instance=True).fetch(
            f"{self.url}{path}", method="GET" if body is None else "POST", body=body,
            headers={name: text for name, text in sent.items() if text}, raise_error=False,
        )  # fmt: skip


@contextlib.asynccontextmanager
async def serving(live: Any, settings: Settings, **options: Any) -> AsyncIterator[str]:
    """Serve the API for the length of an ``async with``; gives its address."""
    listening, port = bind_unused_port()
    server = HTTPServer(Application(routes(lambda: live, settings), **options))
    server.add_socket(listening)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        await server.close_all_connections()


@pytest.fixture(scope="session")
def description() -> dict[str, Any]:
    """The OpenAPI file."""
    return yaml.safe_load(files("twin.web").joinpath("openapi.yaml").read_text("utf-8"))


@pytest.fixture
def settings() -> Settings:
    return Settings(api_key=KEY)


@pytest.fixture
def make_source() -> Callable[[EmbeddedStore], HttpSource]:
    return lambda store: HttpSource(stored_before(store), frequency_s=0.05)


@pytest.fixture
async def api(tmp_path: Path, settings, make_source) -> AsyncIterator[Api]:
    with EmbeddedStore(tmp_path) as store:
        live = await asyncio.to_thread(LocalLive, lambda: Hub([make_source(store)], store))
        try:
            async with serving(live, settings) as url:
                yield Api(url, store, live)
        finally:
            await asyncio.to_thread(live.stop)
