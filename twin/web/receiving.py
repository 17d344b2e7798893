"""`POST /api/v1/samples` and `/api/v1/owntracks`: bodies in, receipts out."""

import asyncio
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tornado.web import stream_request_body

from twin.errors import StoreError, TooBusyError
from twin.sources.http import HttpSource, Receipt
from twin.sources.http_json import BodyError, parse_json, parse_owntracks
from twin.sources.http_lines import parse_lines
from twin.sources.http_rows import Parsed
from twin.web.answer import Answer
from twin.web.asking import Asking

LARGEST_BODY = 4_000_000  # [B]; ten hours of one phone, or half a minute of a squad of a thousand
PATIENCE_S = 10.0  # for the store; then the sender had better try again
MOST_REASONS = 100
_BUSY_S, _STORE_S = 1, 5  # when to come back


@stream_request_body
class Receiving(Asking):
    """Takes a body piece by piece, so that one too large is refused before it is here."""

    def prepare(self) -> None:
        """Refuse what need not be read."""
        self._pieces: list[bytes] = []
        self._size = 0
        self._user = self.need_key()
        if int(self.request.headers.get("Content-Length") or 0) > LARGEST_BODY:
            raise _too_large()
        self._source = self.desk.need_source()

    def data_received(self, chunk: bytes) -> None:
        """Take one piece; a body sent without its length is refused here."""
        self._size += len(chunk)
        if self._size <= LARGEST_BODY:
            self._pieces.append(chunk)
        elif self._pieces:
            self._pieces.clear()
            self.send_error(413, exc_info=(Answer, _too_large(), None))

    def body(self) -> bytes:
        """Return the whole body, unpacked."""
        body = b"".join(self._pieces)
        self._pieces.clear()
        coding = self.request.headers.get("Content-Encoding", "identity").lower()
        if coding == "identity":
            return body
        if coding != "gzip":
            raise Answer(415, f"Content-Encoding {coding!r} is not known; gzip is")
        return _unpacked(body)


class Samples(Receiving):
    """Samples as JSON or line protocol."""

    async def post(self) -> None:
        """Take the rows of a body and say what became of each."""
        body = self.body()
        status, words = await taken(self._source, lambda: self._parsed(body))
        self.set_status(status)
        self.finish(words)

    def _parsed(self, body: bytes) -> Parsed:
        now_ns = time.time_ns()
        if body.lstrip()[:1] in (b"{", b"["):
            return parse_json(body, now_ns=now_ns)
        precision = self.get_query_argument("precision", "ns")
        return parse_lines(body, now_ns=now_ns, precision=precision)


class OwnTracks(Receiving):
    """Positions from the phone app OwnTracks in its HTTP mode."""

    async def post(self) -> None:
        """Take a position; the app expects a list, of friends, which is empty."""
        body, now_ns = self.body(), time.time_ns()
        await taken(self._source, lambda: parse_owntracks(body, self._user, now_ns=now_ns))
        self.set_header("Content-Type", "application/json")
        self.finish("[]")


async def taken(source: HttpSource, parse: Callable[[], Parsed]) -> tuple[int, dict[str, Any]]:
    """Read a body and store its rows; return the status, and what the sender is told.

    Raises
    ------
    Answer
        If it cannot be read, or its rows are not on disk.
    """
    try:
        parsed = parse()
    except BodyError as error:
        raise Answer(400, str(error)) from error
    receipt = await confirmed(source, parsed) if parsed.rows else Receipt()
    return status_of(parsed), as_json(parsed, receipt)


async def confirmed(source: HttpSource, parsed: Parsed) -> Receipt:
    """Hand rows over and wait until they are on disk.

    Raises
    ------
    Answer
        If they are not, with the status and when to come back.
    """
    try:
        answer = asyncio.wrap_future(source.offer(parsed.rows))
        async with asyncio.timeout(PATIENCE_S):
            return await answer
    except TooBusyError as error:
        raise Answer(429, str(error), again_s=_BUSY_S) from error
    except StoreError as error:
        words = f"nothing is being stored: {error}; send it again"
        raise Answer(503, words, again_s=_STORE_S) from error
    except TimeoutError as error:
        words = f"not stored within {PATIENCE_S:g} s; send it again, nothing is kept twice"
        raise Answer(503, words, again_s=_STORE_S) from error


def status_of(parsed: Parsed) -> int:
    """Return 200 if all rows could be used, 207 if some, 422 if none.

    >>> status_of(Parsed())
    200
    """
    if not parsed.refused:
        return 200
    return 207 if parsed.rows else 422


def as_json(parsed: Parsed, receipt: Receipt) -> dict[str, Any]:
    """Return what a sender is told; of many refusals the first ones."""
    return asdict(receipt) | {
        "refused": len(parsed.refused),
        "reasons": [asdict(refusal) for refusal in parsed.refused[:MOST_REASONS]],
        "ignored": list(parsed.ignored[:MOST_REASONS]),
    }


def _too_large() -> Answer:
    return Answer(413, f"a body may have {LARGEST_BODY} bytes; send several smaller ones")


def _unpacked(body: bytes) -> bytes:
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        whole = unpack.decompress(body, LARGEST_BODY)
    except zlib.error as error:
        raise Answer(400, f"not gzip: {error}") from error
    if unpack.unconsumed_tail:
        raise Answer(413, f"a body may have {LARGEST_BODY} bytes when unpacked")
    if not unpack.eof:
        raise Answer(400, "not gzip: it ends too early")
    return whole
