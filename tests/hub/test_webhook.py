"""Alerts to a real HTTP server: signed, in order, until they are taken."""

import hashlib
import hmac
import http.server
import json
import threading
from dataclasses import dataclass, field

import pytest

from twin.hub.webhook import Webhook
from twin.store import EmbeddedStore


@dataclass
class Receiver:
    """What came, and what to answer next: a status, or bytes as they are; 200 when nothing is prepared."""

    answers: list[int | bytes] = field(default_factory=list)
    got: list[tuple[dict, bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver():
    state = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.got.append((dict(self.headers), body))
            answer = state.answers.pop(0) if state.answers else 200
            if isinstance(answer, bytes):
                self.wfile.write(answer)
                return
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_port}/alerts"
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture
def letters(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        yield store.coaching().letters


def test_a_letter_is_signed_so_that_the_other_side_can_check_it(letters, receiver):
    letters.put(json.dumps({"text": "Ada: über 180"}, ensure_ascii=False))
    hook = Webhook(letters, receiver.url, "key", clock=lambda: 1_790_000_000.0)
    assert hook.step() == 0.0
    headers, body = receiver.got[0]
    assert json.loads(body) == {"text": "Ada: über 180"}
    words = headers["X-Twin-Timestamp"].encode() + b"." + body  # as the documentation says
    expected = hmac.new(b"key", words, hashlib.sha256).hexdigest()
    assert headers["X-Twin-Signature"] == f"sha256={expected}"
    assert headers["X-Twin-Timestamp"] == "1790000000"
    assert letters.waiting() == 0


def test_while_the_other_side_is_away_letters_wait_in_order_and_that_is_told(letters, receiver):
    for number in range(3):
        letters.put(str(number))
    receiver.answers = [503, 429]
    hook = Webhook(letters, receiver.url, "key")
    assert 0.5 <= hook.step() <= 1.0
    assert hook.status().state == "waiting"
    assert "HTTP 503" in hook.status().detail
    assert 1.0 <= hook.step() <= 2.0
    assert [hook.step() for _ in range(3)] == [0.0, 0.0, 0.0]
    assert [body for _, body in receiver.got] == [b"0", b"0", b"0", b"1", b"2"]
    assert len({headers["X-Twin-Delivery"] for headers, _ in receiver.got[:3]}) == 1
    assert hook.status() is None


def test_an_answer_that_is_no_http_ends_no_thread_and_loses_no_letter(letters, receiver):
    letters.put("kept")
    receiver.answers = [b"SSH-2.0-OpenSSH_9.6\r\n"]
    hook = Webhook(letters, receiver.url, "key")
    assert hook.step() > 0
    assert hook.status().state == "waiting"
    assert hook.step() == 0.0
    assert [body for _, body in receiver.got] == [b"kept", b"kept"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_letter_that_is_sent_elsewhere_was_not_taken(letters, receiver, status):
    letters.put("kept")
    receiver.answers = [status]
    hook = Webhook(letters, receiver.url, "key")
    assert hook.step() > 0
    assert f"HTTP {status}, moved to /elsewhere" in hook.status().detail
    assert letters.waiting() == 1


def test_one_that_is_refused_for_good_does_not_hold_up_the_next(letters, receiver):
    letters.put("bad")
    letters.put("good")
    receiver.answers = [400]
    hook = Webhook(letters, receiver.url, "key")
    assert (hook.step(), hook.step()) == (0.0, 0.0)
    assert letters.waiting() == 0


def test_what_was_not_sent_goes_after_the_next_start(tmp_path, receiver):
    with EmbeddedStore(tmp_path) as store:
        store.coaching().letters.put("kept")
        nowhere = Webhook(store.coaching().letters, "http://127.0.0.1:9/", "key")
        assert nowhere.step() > 0
    with EmbeddedStore(tmp_path) as store:
        Webhook(store.coaching().letters, receiver.url, "key").step()
    assert [body for _, body in receiver.got] == [b"kept"]
