"""Redis Streams as the bus: the only home of the redis package.

Nothing in Redis is durable or missed: the store comes first, and who was away refills from it.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from twin.bus import requests
from twin.bus.codec import Packet
from twin.bus.link import Entry
from twin.bus.publisher import Publisher, hub_name
from twin.bus.reader import Reader
from twin.errors import BusError
from twin.protocols import Listener
from twin.records import Marks, Tick

_TICKS, _REQUESTS, _LEASE = "twin:ticks", "twin:requests", "twin:hub"
_FACT, _REPLY = "twin:fact:", "twin:reply:"
_FACT_S = 3600  # longer than any tick that names a fact is kept
_REQUESTS_KEPT = 1000
_AT_ONCE = 16  # entries read in one go, a few MB of a big squad
_ANSWER_S = 2.0  # a server that answers later is down
_SILENT_AFTER_S = 3.0


class RedisLink:
    """One end's connections to a Redis; implements `twin.bus.link.Link`.

    Parameters
    ----------
    url : str
        Such as ``redis://localhost:6379``.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        self._where = f"{parts.hostname}{port}" if parts.hostname else parts.path
        self._held: set[str] = set()
        # The client's own default retries for 3.9 s before it says that the server is down.
        self._redis: Any = redis.Redis.from_url(
            url, protocol=2, retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=_ANSWER_S, socket_timeout=_ANSWER_S,
        )  # fmt: skip

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (redis.RedisError, OSError) as error:
            self._held.clear()
            words = str(error) or type(error).__name__
            raise BusError(f"Redis at {self._where} does not answer: {words}") from error

    def add(self, packet: Packet, *, keep: int) -> None:
        """Add a tick; a fact is sent once, and again where the server has lost it."""
        with self._told(), self._redis.pipeline() as steps:
            for name, content in packet.facts.items():
                if name in self._held:
                    steps.expire(_FACT + name, _FACT_S)
                else:
                    steps.set(_FACT + name, content, ex=_FACT_S)
            steps.xadd(_TICKS, packet.entry, maxlen=keep, approximate=True)
            *held, _ = steps.execute()
        names = zip(packet.facts, held, strict=True)
        self._held = {name for name, done in names if done}

    def read(self, after: str, *, wait_s: float) -> Sequence[Entry]:
        """Return ticks later than an id, the oldest first; waits for one."""
        return self._read(_TICKS, after, wait_s)

    def newest(self) -> str:
        """Return the id of the newest tick, ``0-0`` where there is none."""
        return self._newest(_TICKS)

    def facts(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return the facts that the server holds of these."""
        with self._told():
            found = self._redis.mget([_FACT + name for name in names])
        return {n: content for n, content in zip(names, found, strict=True) if content is not None}

    def hold(self, hub: str, *, for_s: float, instead_of: str = "") -> str:
        """Take or renew the right to publish; returns the hub that has it."""
        lasts_ms = round(1000 * for_s)
        with self._told():
            if self._redis.set(_LEASE, hub, nx=True, px=lasts_ms):
                return hub
            holder = (self._redis.get(_LEASE) or b"").decode() or hub
            if holder in (hub, instead_of):
                self._redis.set(_LEASE, hub, px=lasts_ms)
                return hub
            return holder

    def let_go(self, hub: str) -> None:
        """Give the right back if this hub has it."""
        with self._told():
            if self._redis.get(_LEASE) == hub.encode():
                self._redis.delete(_LEASE)

    def request(self, body: bytes, *, timeout_s: float) -> bytes | None:
        """Put a request and wait for the reply; None where none comes."""
        to = uuid.uuid4().hex
        fields = {"body": body, "reply": to}
        with self._told():
            self._redis.xadd(_REQUESTS, fields, maxlen=_REQUESTS_KEPT, approximate=True)
            waited_s = 0.0
            while waited_s < timeout_s:  # in steps, so that a server that dies is noticed
                step_s = min(_ANSWER_S / 2, timeout_s - waited_s)
                answer = self._redis.blpop([_REPLY + to], timeout=step_s)
                if answer:
                    reply: bytes = answer[1]
                    return reply
                waited_s += step_s
        return None

    def newest_request(self) -> str:
        """Return the id of the newest request, ``0-0`` where there is none."""
        return self._newest(_REQUESTS)

    def requests(self, after: str, *, wait_s: float) -> Sequence[Entry]:
        """Return requests later than an id; waits for one."""
        return self._read(_REQUESTS, after, wait_s)

    def reply(self, to: str, body: bytes) -> None:
        """Answer a request."""
        with self._told(), self._redis.pipeline() as steps:
            steps.rpush(_REPLY + to, body)
            steps.expire(_REPLY + to, round(2 * requests.TIMEOUT_S))
            steps.execute()

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()

    def _newest(self, stream: str) -> str:
        with self._told():
            found = self._redis.xrevrange(stream, count=1)
        newest: str = found[0][0].decode() if found else "0-0"
        return newest

    def _read(self, stream: str, after: str, wait_s: float) -> Sequence[Entry]:
        with self._told():
            found = self._redis.xread({stream: after}, count=_AT_ONCE, block=round(1000 * wait_s))
            if not found:
                return ()
            seconds, microseconds = self._redis.time()
        now_s = seconds + microseconds / 1e6
        return [
            Entry(
                entry_id.decode(),
                {name.decode(): value for name, value in fields.items()},
                max(0.0, now_s - int(entry_id.partition(b"-")[0]) / 1e3),
            )
            for entry_id, fields in found[0][1]
        ]


class RedisBus:
    """Carries ticks and commands through Redis; implements `twin.protocols.Bus`.

    Parameters
    ----------
    url : str
        Such as ``redis://localhost:6379``.
    silent_after_s : float
        This long without a word, a hub is down. [s]
    timeout_s : float
        How long a command waits for its answer. [s]
    """

    def __init__(
        self,
        url: str,
        *,
        silent_after_s: float = _SILENT_AFTER_S,
        timeout_s: float = requests.TIMEOUT_S,
    ) -> None:
        self._url = url
        self._silent_after_s = silent_after_s
        self._timeout_s = timeout_s
        self._link = RedisLink(url)
        self._publisher: Publisher | None = None
        self._server: requests.Server | None = None
        self._readers: list[Reader] = []

    def claim(self) -> None:
        """Become the one hub that publishes here.

        Raises
        ------
        BusTakenError
            If another one does.
        BusError
            If Redis is down; `publish` tries again with every tick.
        """
        self._publishing().claim()

    def publish(self, tick: Tick, marks: Marks) -> None:
        """Send a tick to all followers; returns at once, whatever state Redis is in."""
        self._publishing().publish(tick, marks)

    def serve(self, carry_out: requests.CarryOut) -> None:
        """Let followers have commands carried out, on a thread of the bus."""
        self._server = requests.Server(self._link, carry_out, timeout_s=self._timeout_s)

    def subscribe(self, listener: Listener) -> Any:
        """Tell a listener everything; returns the function that ends it."""
        reader = Reader(RedisLink(self._url), listener, silent_after_s=self._silent_after_s)
        self._readers.append(reader)
        return reader.close

    def ask(self, command: str, arguments: Mapping[str, Any]) -> None:
        """Have the hub carry out a command; raises what the hub raised."""
        requests.ask(self._link, command, arguments, timeout_s=self._timeout_s)

    def close(self) -> None:
        """End the threads and connections of this end."""
        for part in (self._server, self._publisher, *self._readers):
            if part is not None:
                part.close()
        self._link.close()

    def _publishing(self) -> Publisher:
        if self._publisher is None:
            self._publisher = Publisher(self._link, hub_name())
        return self._publisher
