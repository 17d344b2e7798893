"""Connections to a Redis with its streams: the only home of the redis package."""

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
from twin.errors import BusError

_TICKS, _REQUESTS, _LEASE = "twin:ticks", "twin:requests", "twin:hub"
_FACT, _REPLY, _ALIVE = "twin:fact:", "twin:reply:", "twin:alive:"
_GROUPS, _OWNERS = "twin:groups", "twin:owners"
_GROUP_S = 900  # as long as the stream of a group may hold something
# All or nothing is seen by others: who asks at the same time gets the rest.
_CLAIM = """
local taken = {}
for i = 2, #ARGV do
  local owner = redis.call('HGET', KEYS[1], ARGV[i])
  if owner and owner ~= ARGV[1] and redis.call('EXISTS', KEYS[2] .. owner) == 1 then
    table.insert(taken, ARGV[i]); table.insert(taken, owner)
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[1])
  end
end
return taken
"""
_FACT_S = 3600  # longer than any tick that names a fact is kept
_REQUESTS_KEPT = 1000
_AT_ONCE = 16  # entries read in one go, a few MB of a big squad
_ANSWER_S = 2.0  # a server that answers later is down


class RedisLink:
    """One end's connections to a Redis; implements `twin.bus.link.Link`.

    Parameters
    ----------
    url : str
        Such as ``redis://localhost:6379``.
    group : str
        As which a hub publishes.
    """

    def __init__(self, url: str, group: str = "") -> None:
        self._group = group
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
            steps.xadd(_of(_TICKS, self._group), packet.entry, maxlen=keep, approximate=True)
            *held, _ = steps.execute()
        names = zip(packet.facts, held, strict=True)
        self._held = {name for name, done in names if done}

    def groups(self) -> Sequence[str]:
        """Return the groups of which something was published lately."""
        with self._told():
            since = self._redis.time()[0] - _GROUP_S
            return [name.decode() for name in self._redis.zrangebyscore(_GROUPS, since, "+inf")]

    def read(self, after: Mapping[str, str], *, wait_s: float) -> Sequence[Entry]:
        """Return ticks of each group later than an id, by age; waits for one."""
        return self._read(_TICKS, after, wait_s)

    def newest(self, group: str = "") -> str:
        """Return the id of the newest tick of a group, ``0-0`` where there is none."""
        return self._newest(_of(_TICKS, group))

    def facts(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return the facts that the server holds of these."""
        with self._told():
            found = self._redis.mget([_FACT + name for name in names])
        return {n: content for n, content in zip(names, found, strict=True) if content is not None}

    def hold(self, hub: str, *, for_s: float, instead_of: str = "") -> str:
        """Take or renew the right to publish; returns the hub that has it."""
        lasts_ms, lease = round(1000 * for_s), _of(_LEASE, self._group)
        with self._told():
            if not self._redis.set(lease, hub, nx=True, px=lasts_ms):
                holder = (self._redis.get(lease) or b"").decode() or hub
                if holder not in (hub, instead_of):
                    return holder
            with self._redis.pipeline() as steps:
                steps.set(lease, hub, px=lasts_ms)
                steps.set(_ALIVE + hub, 1, px=lasts_ms)
                steps.zadd(_GROUPS, {self._group: self._redis.time()[0]})
                steps.execute()
            return hub

    def claim(self, hub: str, athletes: Sequence[str]) -> Mapping[str, str]:
        """Keep other living hubs from publishing these; returns which hub has those taken."""
        with self._told():
            taken = self._redis.eval(_CLAIM, 2, _OWNERS, _ALIVE, hub, *athletes)
        words = [word.decode() for word in taken]
        return dict(zip(words[::2], words[1::2], strict=True))

    def bury(self, hub: str) -> None:
        """Take a hub for dead before its lease has run out."""
        with self._told():
            self._redis.delete(_ALIVE + hub)

    def let_go(self, hub: str) -> None:
        """Give the right back if this hub has it, and its athletes."""
        lease = _of(_LEASE, self._group)
        with self._told():
            self._redis.delete(_ALIVE + hub)
            if self._redis.get(lease) == hub.encode():
                self._redis.delete(lease)

    def request(self, body: bytes, *, timeout_s: float, group: str = "") -> bytes | None:
        """Put a request to the hub of a group and wait for the reply; None where none comes."""
        to = uuid.uuid4().hex
        fields = {"body": body, "reply": to}
        with self._told():
            stream = _of(_REQUESTS, group)
            self._redis.xadd(stream, fields, maxlen=_REQUESTS_KEPT, approximate=True)
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
        return self._newest(_of(_REQUESTS, self._group))

    def requests(self, after: str, *, wait_s: float) -> Sequence[Entry]:
        """Return requests later than an id; waits for one."""
        return self._read(_REQUESTS, {self._group: after}, wait_s)

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

    def _read(self, kind: str, after: Mapping[str, str], wait_s: float) -> Sequence[Entry]:
        streams = {_of(kind, group): last for group, last in after.items()}
        with self._told():
            found = self._redis.xread(streams, count=_AT_ONCE, block=round(1000 * wait_s))
            if not found:
                return ()
            seconds, microseconds = self._redis.time()
        now_s = seconds + microseconds / 1e6
        entries = [
            Entry(
                entry_id.decode(),
                {name.decode(): value for name, value in fields.items()},
                max(0.0, now_s - int(entry_id.partition(b"-")[0]) / 1e3),
                stream.decode().removeprefix(kind).removeprefix(":"),
            )
            for stream, those in found
            for entry_id, fields in those
        ]
        return sorted(entries, key=lambda entry: -entry.age_s)


def _of(key: str, group: str) -> str:
    """Return the key of a group; the hub that names none has the plain one."""
    return f"{key}:{group}" if group else key
