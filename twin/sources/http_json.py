"""Samples as JSON, and OwnTracks' messages from phones. Pure: bytes in, rows out."""

import json
from collections.abc import Mapping
from typing import Any

from twin.sources.http_rows import (
    Parsed,
    Row,
    RowError,
    make_row,
    parsed,
    seconds_to_ns,
    text_to_ns,
)

_ABOUT = ("athlete", "time", "sport")  # of a row; everything else is a reading
_KMH = 3.6
_VAGUE_M = 100  # a position less certain comes from a radio mast, not from satellites


class BodyError(ValueError):
    """Nothing of a body can be read; says what was expected."""


def parse_json(body: bytes, *, now_ns: int) -> Parsed:
    """Return the rows of ``{"samples": [{"athlete": ..., "time": ..., "heart_rate": ...}, ...]}``.

    Parameters
    ----------
    body : bytes
        UTF-8. The list may also stand alone. ``time`` is ISO 8601 with an offset, or seconds since
        1970; ``rr_ms`` a list of RR intervals, the last of which ends at ``time``.
    now_ns : int
        Our clock. [ns since 1970]

    Raises
    ------
    BodyError
        If it is no such thing.

    Examples
    --------
    >>> body = b'[{"athlete": "Ada", "time": 1790848800, "heart_rate": 141}, {"athlete": "Bo"}]'
    >>> result = parse_json(body, now_ns=1790848801 * 10**9)
    >>> result.rows[0].values, result.refused[0].reason
    ({'heart_rate': 141.0}, 'time is missing: ISO 8601 or seconds since 1970')
    """
    content = _read(body)
    samples = content.get("samples") if isinstance(content, dict) else content
    if not isinstance(samples, list):
        raise BodyError('expected {"samples": [{"athlete": ..., "time": ..., "heart_rate": ...}]}')
    return parsed(enumerate(samples), lambda item: _row(item, now_ns))


def _row(item: Any, now_ns: int) -> tuple[Row, list[str]]:
    if not isinstance(item, dict):
        raise RowError(f"expected an object with athlete, time and readings, got {item!r}")
    readings = {name: value for name, value in item.items() if name not in _ABOUT}
    sport = item.get("sport") or ""
    return make_row(item.get("athlete"), _time(item), readings, sport=sport, now_ns=now_ns)


def _time(item: Mapping[str, Any]) -> int:
    time = item.get("time")
    if time is None:
        raise RowError("time is missing: ISO 8601 or seconds since 1970")
    return text_to_ns(time) if isinstance(time, str) else seconds_to_ns(time)


def parse_owntracks(body: bytes, user: str, *, now_ns: int) -> Parsed:
    """Return the position in a message of the OwnTracks app, no row if it is of another kind [1]_.

    Parameters
    ----------
    body : bytes
        One message as JSON; empty when a friend was deleted.
    user : str
        Who the app says it is; else the topic of the message says it, else its tracker id.
    now_ns : int
        Our clock. [ns since 1970]

    Raises
    ------
    BodyError
        If it is no message of OwnTracks, or an encrypted one.

    Notes
    -----
    A position less certain than 100 m, which no satellite gave, is left out with the reason. Speed
    comes in whole km/h; a negative one is not known.

    References
    ----------
    .. [1] OwnTracks Booklet, JSON: https://owntracks.org/booklet/tech/json/

    Examples
    --------
    >>> body = b'{"_type": "location", "lat": 48.1, "lon": 11.5, "tst": 1790848800, "vel": 18}'
    >>> parse_owntracks(body, "Ada", now_ns=1790848801 * 10**9).rows[0].values
    {'latitude': 48.1, 'longitude': 11.5, 'speed': 5.0}
    """
    if not body.strip():
        return Parsed()
    message = _read(body)
    if not isinstance(message, dict) or not isinstance(message.get("_type"), str):
        raise BodyError('expected a message of OwnTracks: {"_type": "location", "lat": ..., ...}')
    if message["_type"] == "encrypted":
        raise BodyError("encrypted messages cannot be read: use https and switch encryption off")
    positions = [message] if message["_type"] == "location" else []
    return parsed(enumerate(positions), lambda position: _position(position, user, now_ns))


def _position(message: Mapping[str, Any], user: str, now_ns: int) -> tuple[Row, list[str]]:
    for name in ("lat", "lon", "tst"):
        if message.get(name) is None:
            raise RowError(f"{name} is missing")
    accuracy_m = message.get("acc")
    if isinstance(accuracy_m, int | float) and accuracy_m > _VAGUE_M:
        raise RowError(f"position is uncertain by {accuracy_m:g} m, at most {_VAGUE_M} m is of use")
    readings = {"latitude": message["lat"], "longitude": message["lon"]}
    if message.get("alt") is not None:
        readings["altitude"] = message["alt"]
    speed = message.get("vel")
    if isinstance(speed, int | float) and not isinstance(speed, bool) and speed >= 0:
        readings["speed"] = speed / _KMH
    who = user or _user_of(message.get("topic")) or message.get("tid")
    return make_row(who, seconds_to_ns(message["tst"]), readings, now_ns=now_ns)


def _user_of(topic: Any) -> str:
    """Return the user in ``owntracks/USER/DEVICE``."""
    parts = topic.split("/") if isinstance(topic, str) else []
    return parts[1] if len(parts) > 1 else ""


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BodyError(f"not JSON: {error}") from None
