"""Who may ask: the API key in a request's headers. Pure."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Access(Enum):
    """What a key opens."""

    OPEN = "open"
    MISSING = "missing"
    WRONG = "wrong"
    CLOSED = "closed"  # no key is set, so none can be right


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request says of its sender; `user` is empty where it does not say."""

    key: str = ""
    user: str = ""


def caller_of(headers: Mapping[str, str]) -> Caller:
    """Return key and user of a request.

    A key comes as ``Authorization: Bearer KEY`` (InfluxDB's clients say ``Token``), as
    ``X-API-Key: KEY`` or as the password of HTTP Basic, which is what OwnTracks has.

    Examples
    --------
    >>> caller_of({"Authorization": "Bearer secret", "X-Limit-U": "Ada"})
    Caller(key='secret', user='Ada')
    >>> caller_of({"Authorization": "Basic QWRhOnNlY3JldA=="})
    Caller(key='secret', user='Ada')
    """
    kind, _, rest = headers.get("Authorization", "").partition(" ")
    said = headers.get("X-Limit-U", "")
    if kind.lower() == "basic":
        user, _, key = _decoded(rest).partition(":")
        return Caller(key, said or user)
    bearer = rest.strip() if kind.lower() in ("bearer", "token") else ""
    return Caller(headers.get("X-API-Key", "") or bearer, said)


def access(key: str, right: str) -> Access:
    """Return what a key opens; the time it takes does not tell how much of it is right.

    Examples
    --------
    >>> access("", "secret").name, access("guess", "secret").name, access("any", "").name
    ('MISSING', 'WRONG', 'CLOSED')
    """
    if not right:
        return Access.CLOSED
    if not key:
        return Access.MISSING
    same = hmac.compare_digest(key.encode(errors="replace"), right.encode())
    return Access.OPEN if same else Access.WRONG


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
