"""WebSockets: `/live` for the squad page, `/api/v1/live` in and out for programs."""

import asyncio
import json
import time
from typing import Any

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from twin.sources.http_json import parse_json
from twin.web.answer import Answer
from twin.web.asking import Asking
from twin.web.broadcast import Broadcast, Message
from twin.web.desk import Desk
from twin.web.receiving import LARGEST_BODY, taken


class LiveSocket(Asking, WebSocketHandler):
    """Hears every tick; while its line is slow, only the newest. Says nothing."""

    def initialize(self, desk: Desk, broadcast: Broadcast | None = None) -> None:
        """Take what all handlers share, and what to listen to."""
        super().initialize(desk)
        self._broadcast = broadcast
        self._writing: asyncio.Future[None] | None = None

    async def prepare(self) -> None:
        """Refuse who may not see the pages, before the socket opens."""
        self.need_reader()

    @property
    def max_message_size(self) -> int:
        """Larger messages end the connection before they are here. [B]"""
        return LARGEST_BODY

    def open(self, *path: str) -> None:
        """Listen."""
        self.set_nodelay(True)
        if self._broadcast is not None:
            self._broadcast.join(self)

    def on_close(self) -> None:
        """Listen no more."""
        if self._broadcast is not None:
            self._broadcast.leave(self)

    def on_message(self, message: Message) -> Any:
        """Ignore what is said."""

    def tell(self, message: Message) -> None:
        """Send a message, unless the one before is still on its way."""
        if self._writing is None or self._writing.done():
            try:
                sent = self.write_message(message, binary=isinstance(message, bytes))
            except WebSocketClosedError:
                return
            self._writing = asyncio.ensure_future(sent)
            self._writing.add_done_callback(lambda done: done.cancelled() or done.exception())


class ProgramSocket(LiveSocket):
    """Hears every tick as JSON; takes samples as `POST /api/v1/samples` does, if it has the key."""

    async def on_message(self, message: Message) -> None:
        """Take samples and answer with the receipt; one message after the other."""
        try:
            answer = {"type": "receipt"} | await self._taken(message)
        except Answer as refused:
            answer = {"type": "error", "status": refused.status_code, "error": refused.words}
            if refused.again_s is not None:
                answer["again_s"] = refused.again_s
        try:
            await self.write_message(json.dumps(answer, ensure_ascii=False))
        except WebSocketClosedError:
            return

    async def _taken(self, message: Message) -> dict[str, Any]:
        self.need_key()
        source = self.desk.need_source()
        body = message if isinstance(message, bytes) else message.encode(errors="replace")
        status, receipt = await taken(source, lambda: parse_json(body, now_ns=time.time_ns()))
        return {"status": status} | receipt
