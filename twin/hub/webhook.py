"""Alerts to a webhook: signed, sent in order, tried again until they are taken."""

import hashlib
import hmac
import http.client
import json
import logging
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

from twin.errors import SettingsError, StoreError
from twin.records import Alert, SourceStatus
from twin.settings import Settings
from twin.store.letters import Letters

logger = logging.getLogger(__name__)

_POLL_S = 0.5
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0
_ANSWER_S = 10.0
_TRY_AGAIN = {408, 425, 429}  # these refusals pass; other 4xx are for ever


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: on one, a POST goes on as a GET, and the letter in it is lost."""

    def redirect_request(self, *_: object) -> None:
        """Leave it an error."""


_opener = urllib.request.build_opener(_Staying)


def letter_of(event: str, alert: Alert, name: str) -> str:
    """Return what is sent of an alert, as JSON; `event` is "raised", "escalated" or "ended"."""
    return json.dumps(
        {
            "event": event,
            "id": alert.id,
            "rule": alert.kind,
            "athlete": alert.athlete,
            "name": name,
            "priority": alert.priority.name.lower(),
            "text": alert.text,
            "time": alert.time.isoformat(),
        },
        ensure_ascii=False,
    )


def signature(secret: str, timestamp: str, body: str) -> str:
    """Return what proves that a body is ours and when it was sent: HMAC-SHA256, hexadecimal.

    >>> signature("key", "1790000000", "{}")[:15]
    'sha256=099d3398'
    """
    words = f"{timestamp}.{body}".encode()
    return f"sha256={hmac.new(secret.encode(), words, hashlib.sha256).hexdigest()}"


class Webhook:
    """Sends letters to an address; never drops one, never holds up recording.

    Parameters
    ----------
    letters : Letters
        What is to be sent.
    url, secret : str
        Where to, and the key that signs. Each request carries ``X-Twin-Timestamp`` (s since 1970),
        ``X-Twin-Signature`` and ``X-Twin-Delivery``, the same number when it is tried again.
    clock : callable, optional
        Gives seconds since 1970.
    """

    def __init__(
        self, letters: Letters, url: str, secret: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._letters = letters
        self._url = url
        self._secret = secret
        self._clock = clock
        self._attempts = 0
        self._status: SourceStatus | None = None
        self._name = f"webhook {urlsplit(url).hostname}"
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhook", daemon=True)

    def status(self) -> SourceStatus | None:
        """Return that letters wait, and why; None while all is well."""
        return self._status

    def step(self) -> float:
        """Send one letter; return how long to wait before the next. [s]"""
        try:
            letter = self._letters.next()
            if letter is None:
                self._status, self._attempts = None, 0
                return _POLL_S
            number, body = letter
            trouble = self._post(number, body)
            if trouble is None:
                self._letters.taken(number)
                self._status, self._attempts = None, 0
                return 0.0
            return self._wait(trouble)
        except StoreError as error:
            return self._wait(str(error))

    def _post(self, number: int, body: str) -> str | None:
        """Send a letter; None when it was taken or will never be, else why not."""
        timestamp = f"{self._clock():.0f}"
        request = urllib.request.Request(
            self._url,
            data=body.encode(),
            headers={
                "Content-Type": "application/json",
                "X-Twin-Delivery": str(number),
                "X-Twin-Signature": signature(self._secret, timestamp, body),
                "X-Twin-Timestamp": timestamp,
            },
        )
        try:
            with _opener.open(request, timeout=_ANSWER_S):
                return None
        except urllib.error.HTTPError as error:
            if 400 <= error.code < 500 and error.code not in _TRY_AGAIN:
                logger.error("%s refuses an alert for good: %d", self._name, error.code)
                self._letters.refuse(number, f"HTTP {error.code}")
                return None
            moved = error.headers.get("Location")
            return f"HTTP {error.code}" + (f", moved to {moved}" if moved else "")
        except (OSError, ValueError, http.client.HTTPException) as error:
            return str(getattr(error, "reason", error))

    def _wait(self, why: str) -> float:
        """Note why nothing goes out; each time wait longer."""
        longest = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0**self._attempts)
        self._attempts = min(self._attempts + 1, 16)
        self._status = SourceStatus(self._name, "waiting", f"{why}; alerts wait on this disk")
        return longest * random.uniform(0.5, 1.0)  # so that many do not come back at once

    def start(self) -> None:
        """Begin to send, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is left goes with the next start."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(_ANSWER_S + 1)

    def _run(self) -> None:
        while not self._ending.wait(self.step()):
            pass


def webhooks(letters: Letters, settings: Settings) -> list[Webhook]:
    """Return who sends the letters: nobody without a ``WEBHOOK_URL``.

    Raises
    ------
    SettingsError
        If there is no key to sign with.
    """
    if not settings.webhook_url:
        return []
    if not settings.webhook_secret:
        raise SettingsError(
            "WEBHOOK_URL is set but WEBHOOK_SECRET is empty: nothing could be signed"
        )
    return [Webhook(letters, settings.webhook_url, settings.webhook_secret)]
