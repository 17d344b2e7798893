"""Samples over HTTP: what is sent is stored, and what is refused is said."""

import asyncio
import base64
import gzip
import time
from datetime import UTC, datetime

import pytest

from twin.settings import Settings
from twin.sources.http import HttpSource
from twin.web.receiving import LARGEST_BODY
from waiting import until_true

SAMPLES = "/api/v1/samples"


def samples(count: int = 3, athlete: str = "Ada") -> list[dict]:
    now = time.time()
    return [{"athlete": athlete, "time": now - s, "heart_rate": 140 + s} for s in range(count)]


def lines(rows: list[dict]) -> bytes:
    return "\n".join(
        f"samples,athlete={r['athlete']} heart_rate={r['heart_rate']} {int(r['time'] * 1000)}"
        for r in rows
    ).encode()


def stored(api, athlete: str = "ada") -> list[float]:
    rates = [
        rate
        for session in api.store.sessions(athlete=athlete)["session"]
        for rate in api.store.samples(session)["heart_rate"]
    ]
    return sorted(rates)


async def test_what_is_answered_is_stored(api):
    code, answer = await api.post(SAMPLES, {"samples": samples()})
    assert (code, answer["stored"], answer["refused"]) == (200, 3, 0)
    assert stored(api) == [140, 141, 142]
    await until_true(
        lambda: (tick := api.live.tick()).squad and tick.value(0, "heart_rate") == 140, 20
    )


async def test_lines_are_stored_too_also_when_packed(api):
    body = gzip.compress(lines(samples()))
    code, answer = await api.post(f"{SAMPLES}?precision=ms", body, Content_Encoding="gzip")
    assert (code, answer["stored"]) == (200, 3)
    assert stored(api) == [140, 141, 142]


async def test_a_batch_sent_again_is_answered_and_adds_nothing(api):
    body = samples()
    assert (await api.post(SAMPLES, body))[1]["stored"] == 3
    code, answer = await api.post(SAMPLES, body)
    assert (code, answer["stored"], answer["duplicates"]) == (200, 0, 3)
    assert len(stored(api)) == 3


async def test_good_rows_are_kept_and_bad_ones_named(api):
    good, bad = samples(2), [{"athlete": "Ada", "time": "yesterday", "heart_rate": 1}] * 150
    code, answer = await api.post(SAMPLES, [*good, *bad])
    assert (code, answer["stored"], answer["refused"]) == (207, 2, 150)
    assert answer["reasons"][0]["row"] == 2
    assert "ISO 8601" in answer["reasons"][0]["reason"]
    assert len(answer["reasons"]) == 100
    code, answer = await api.post(SAMPLES, bad)
    assert (code, answer["stored"]) == (422, 0)


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b'{"samples": 3}', 400, "expected"),
        (b"[{", 400, "not JSON"),
        (b"\xff", 400, "not UTF-8"),
        (b"", 200, ""),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_with_words(api, body, code, words):
    found, answer = await api.post(SAMPLES, body)
    assert found == code
    assert words in answer.get("error", "")


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"X_API_Key": ""}, 401), ({"X_API_Key": "guess"}, 401),
     ({"X_API_Key": "", "Authorization": "Basic Og=="}, 401)],
)  # fmt: skip
async def test_without_the_right_key_nothing_is_taken(api, headers, code):
    for path in (SAMPLES, "/api/v1/owntracks"):
        response = await api.fetch(path, samples(), **headers)
        assert response.code == code
        assert "Basic" in response.headers["WWW-Authenticate"]
        assert b"key" in response.body
    assert api.store.sessions().empty


class TestWithoutAKey:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings()

    async def test_the_api_is_closed(self, api):
        code, answer = await api.post(SAMPLES, samples())
        assert (code, answer["error"]) == (
            403, "closed: no API_KEY is set here; set one and start again",
        )  # fmt: skip


class TestWithRoomForThree:
    @pytest.fixture
    def make_source(self):
        class Held(HttpSource):
            """Takes nothing out of its queue, as when the hub cannot keep up."""

            def _next_requests(self):
                return []

        return lambda store: Held(room_rows=3)

    async def test_senders_are_told_when_to_come_back(self, api):
        async with asyncio.timeout(20):
            first = asyncio.create_task(api.fetch(SAMPLES, samples(3)))
            source = api.live.sources[0]
            await until_true(lambda: source.waiting_rows >= 3)
            response = await api.fetch(SAMPLES, samples(1))
            assert (response.code, response.headers["Retry-After"]) == (429, "1")
            assert b"3 rows wait" in response.body
            first.cancel()

    async def test_a_sender_does_not_wait_for_ever(self, api, monkeypatch):
        monkeypatch.setattr("twin.web.receiving.PATIENCE_S", 0.05)
        response = await api.fetch(SAMPLES, samples(1))
        assert (response.code, response.headers["Retry-After"]) == (503, "5")
        assert b"send it again" in response.body


class TestWithoutTheSource:
    @pytest.fixture
    def make_source(self):
        class Silent:
            name, athletes = "silent", ()

            async def batches(self, clock):
                await asyncio.Event().wait()
                yield

        return lambda store: Silent()

    async def test_a_live_process_that_takes_nothing_says_so(self, api):
        code, answer = await api.post(SAMPLES, samples())
        assert code == 503
        assert "--source http" in answer["error"]


async def test_a_body_too_large_is_refused(api):
    code, answer = await api.post(SAMPLES, b" " * (LARGEST_BODY + 1))
    assert (code, "several smaller ones" in answer["error"]) == (413, True)
    bomb = gzip.compress(b" " * (10 * LARGEST_BODY))
    code, answer = await api.post(SAMPLES, bomb, Content_Encoding="gzip")
    assert (code, "when unpacked" in answer["error"]) == (413, True)
    assert len(bomb) < LARGEST_BODY / 100


async def test_a_body_without_a_length_is_cut_off_at_the_limit(api, caplog):
    """Spoken by hand: a client that never stops sending and never says how much is to come."""
    caplog.set_level("WARNING", "tornado.access")
    host, port = api.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {SAMPLES} HTTP/1.1\r\nHost: x\r\nX-API-Key: a key of this test\r\n"
    writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
    sent = 0

    async def send_for_ever() -> None:
        nonlocal sent
        while True:
            writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            await writer.drain()
            sent += 0x10000

    async with asyncio.timeout(30):
        with pytest.raises(ConnectionError):
            await send_for_ever()
    assert sent < 20 * LARGEST_BODY
    await until_true(lambda: f"413 POST {SAMPLES}" in caplog.text, within_s=10)


@pytest.mark.parametrize(
    ("body", "coding", "code"),
    [(b"[]", "br", 415), (b"[]", "gzip", 400), (gzip.compress(b"[]")[:-9], "gzip", 400)],
    ids=["unknown", "not packed", "cut off"],
)
async def test_a_coding_that_cannot_be_undone_is_refused(api, body, coding, code):
    assert (await api.post(SAMPLES, body, Content_Encoding=coding))[0] == code


async def test_a_phone_with_owntracks_is_an_athlete(api):
    now = int(time.time())
    message = {"_type": "location", "lat": 48.1, "lon": 11.5, "tst": now, "tid": "AD"}
    basic = base64.b64encode(b"Ada:a key of this test").decode()
    headers = {"X_API_Key": "", "Authorization": f"Basic {basic}"}
    for _ in range(2):  # the app sends again what it got no answer to
        assert await api.post("/api/v1/owntracks", message, **headers) == (200, [])
    assert await api.post("/api/v1/owntracks", {"_type": "lwt"}, **headers) == (200, [])
    (session,) = api.store.sessions(athlete="ada")["session"]
    samples = api.store.samples(session)
    assert samples.index.tolist() == [datetime.fromtimestamp(now, UTC)]
    assert samples["latitude"].tolist() == [48.1]
    code, answer = await api.post("/api/v1/owntracks", {"_type": "encrypted"}, **headers)
    assert (code, "encryption" in answer["error"]) == (400, True)


async def test_other_methods_and_paths_are_refused(api):
    assert (await api.fetch(SAMPLES)).code == 405
    assert (await api.fetch("/api/v1/nothing")).code == 404
