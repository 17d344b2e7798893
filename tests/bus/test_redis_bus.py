"""The bus over a real Redis: order, outages, commands, and one hub at a time."""

import contextlib
import json
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from twin.bus import RedisBus
from twin.bus.codec import Encoder
from twin.bus.publisher import WAITING, Publisher, hub_name
from twin.bus.redis import RedisLink
from twin.bus.requests import Server
from twin.errors import BusError, BusTakenError, UnknownAthleteError
from twin.records import Marks

pytestmark = pytest.mark.redis


@pytest.fixture
def stack():
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture
def bus(redis_server, stack):
    """Return what connects one more end to the bus."""

    def connect(**options) -> RedisBus:
        end = RedisBus(redis_server.url, **options)
        stack.callback(end.close)
        return end

    return connect


def test_every_follower_hears_the_past_and_the_present_once_in_order(bus, tick, marks, ear):
    hub = bus()
    other = type(ear)()
    for number in range(5):
        hub.publish(tick(number), marks)
    bus().subscribe(other)
    other.until(lambda e: e.numbers() == [0, 1, 2, 3, 4])
    bus().subscribe(ear)
    for number in range(5, 40):
        hub.publish(tick(number), marks)
        other.until(lambda e, n=number: e.numbers()[-1] == n)
    ear.until(lambda e: len(e.news) == 40)
    assert ear.numbers() == other.numbers() == list(range(40))
    # Of the five that stood there before, the newest is the present; one more may have come by then.
    past = [one.past for one in ear.news]
    assert past == [True] * sum(past) + [False] * (40 - sum(past))
    assert 4 <= sum(past) < 40
    assert ear.news[-1].marks == marks
    np.testing.assert_array_equal(ear.news[-1].tick.values, tick(39).values)


def test_a_slow_reader_misses_nothing_and_holds_up_nobody(bus, tick, marks, ear):
    hub, quick = bus(), type(ear)()
    ear.open.clear()
    bus().subscribe(ear)
    bus().subscribe(quick)
    for number in range(100):
        hub.publish(tick(number), marks)
        quick.until(lambda e, n=number: e.numbers() and e.numbers()[-1] == n)
    assert ear.news == []
    ear.open.set()
    ear.until(lambda e: e.numbers() == list(range(100)))


def test_a_redis_that_restarts_is_found_again_by_both_ends(redis_server, bus, tick, marks, ear):
    hub = bus()
    bus().subscribe(ear)
    hub.publish(tick(0), marks)
    ear.until(lambda e: e.numbers() == [0])
    redis_server.kill()
    ear.until(lambda e: e.silences)
    hub.publish(tick(1), marks)  # waits in the hub
    redis_server.start()
    hub.publish(tick(2), marks)
    ear.until(lambda e: e.numbers() == [0, 1, 2])
    assert "127.0.0.1" in ear.silences[0]
    assert "does not answer" in ear.silences[0]


def test_publishing_returns_at_once_while_redis_is_frozen_and_drops_the_oldest(
    redis_server, bus, tick, marks, ear
):
    hub, ticks = bus(), [tick(number) for number in range(3 * WAITING)]
    bus().subscribe(ear)
    hub.publish(ticks[0], marks)
    ear.until(lambda e: e.numbers() == [0])
    redis_server.freeze()
    begun = time.monotonic()
    for one in ticks[1:]:
        hub.publish(one, marks)
    assert time.monotonic() - begun < 0.5  # appending to a queue, on a busy machine
    ear.until(lambda e: e.silences)
    redis_server.thaw()
    ear.until(lambda e: e.numbers()[-1] == len(ticks) - 1)
    assert 0 < hub._publisher.dropped <= 2 * WAITING
    assert ear.numbers() == sorted(set(ear.numbers()))


def test_a_server_that_is_down_is_told_at_once(redis_server, tick):
    redis_server.kill()
    link = RedisLink(redis_server.url)
    begun = time.monotonic()
    with pytest.raises(BusError, match="does not answer"):
        link.newest()
    assert time.monotonic() - begun < 1  # the client's own default tries for 3.9 s
    link.close()


def test_the_password_is_never_in_the_words():
    link = RedisLink("redis://:geheim@127.0.0.1:1/0")
    with pytest.raises(BusError) as raised:
        link.newest()
    assert "geheim" not in str(raised.value)
    assert "127.0.0.1:1" in str(raised.value)
    link.close()


def test_a_hub_that_falls_silent_is_told(bus, tick, marks, ear):
    hub = bus()
    hub.publish(tick(0), marks)
    bus(silent_after_s=0.2).subscribe(ear)
    ear.until(lambda e: e.silences)
    assert ear.numbers() == [0]
    assert "the hub is down" in ear.silences[0]


def test_facts_are_sent_again_where_the_server_lost_them(redis_server, bus, tick, ear):
    hub, same = bus(), Marks()
    hub.publish(tick(0), same)
    bus().subscribe(ear)
    ear.until(lambda e: e.numbers() == [0])
    link = RedisLink(redis_server.url)
    link._redis.flushall()
    newcomer = type(ear)()
    bus().subscribe(newcomer)
    hub.publish(tick(1), same)
    hub.publish(tick(2), same)
    newcomer.until(lambda e: 2 in e.numbers())
    assert len(newcomer.news[-1].tick.squad) == 2
    link.close()


def test_the_stream_keeps_no_more_than_it_is_told_to(redis_server, tick, marks):
    link, packet = RedisLink(redis_server.url), Encoder("h").encode(tick(0, 200, 200), marks)
    for _ in range(50):
        link.add(packet, keep=20)
    assert 20 <= link._redis.xlen("twin:ticks") <= 40  # whole blocks of entries go
    link.close()


# --- commands ---------------------------------------------------------------------------------------


def test_a_command_is_carried_out_with_its_arguments(bus):
    done = []
    hub = bus()
    hub.serve(lambda command, arguments: done.append((command, arguments)))
    wait_until_served(bus(timeout_s=0.5))
    done.clear()
    bus().ask("update_athlete", {"athlete": "Åsa", "max_hr": 188.5, "heart_rate_limit": np.nan})
    ((command, arguments),) = done
    assert command == "update_athlete"
    assert repr(arguments) == "{'athlete': 'Åsa', 'max_hr': 188.5, 'heart_rate_limit': nan}"


def wait_until_served(end: RedisBus) -> None:
    """The hub hears requests from when it began to listen; earlier ones are left undone."""
    for _ in range(20):
        with contextlib.suppress(TimeoutError):
            end.ask("anybody", {})
            return
    pytest.fail("nobody serves")


@pytest.mark.parametrize(
    ("raised", "caught"),
    [
        (UnknownAthleteError("no athlete 'Zoe'"), UnknownAthleteError),
        (ValueError("max_hr (30 bpm) must exceed resting_hr"), ValueError),
        (TimeoutError("too busy"), TimeoutError),
    ],
)
def test_what_the_hub_raises_is_raised_by_the_follower_with_its_words(bus, raised, caught):
    def refuse(command, arguments):
        if command != "anybody":
            raise raised

    bus().serve(refuse)
    wait_until_served(bus(timeout_s=0.5))
    with pytest.raises(caught) as got:
        bus().ask("update_athlete", {})
    assert str(got.value) == str(raised)


def test_without_a_hub_a_command_times_out_and_is_never_carried_out_later(bus):
    done = []
    with pytest.raises(TimeoutError, match="did not answer within"):
        bus(timeout_s=0.3).ask("start_session", {})
    bus().serve(lambda command, arguments: done.append(command))
    wait_until_served(bus(timeout_s=0.5))
    assert "start_session" not in done


def test_a_command_whose_sender_gave_up_is_left_undone(redis_server, stack):
    done, gate, first = [], threading.Event(), threading.Event()

    def slowly(command, arguments):
        done.append(command)
        first.set()
        gate.wait(10)

    link = RedisLink(redis_server.url)
    server = Server(link, slowly, timeout_s=0.3)
    stack.callback(link.close)
    stack.callback(server.close)
    end = RedisBus(redis_server.url, timeout_s=0.5)
    stack.callback(end.close)
    while not first.is_set():
        with pytest.raises(TimeoutError):
            end.ask("first", {})
    with pytest.raises(TimeoutError):
        end.ask("second", {})
    gate.set()
    wait_until_served(end)
    assert "second" not in done


def test_a_command_whose_sender_gave_up_behind_a_slow_one_is_left_undone(redis_server, stack):
    done = []
    link = RedisLink(redis_server.url)
    end = RedisBus(redis_server.url, timeout_s=0.5)

    def carry_out(command, arguments):
        done.append(command)
        if command == "first":  # the two are read together
            for name in ("second", "third"):
                body = json.dumps({"command": name, "arguments": {}})
                link._redis.xadd("twin:requests", {"body": body, "reply": name})
        if command == "second":  # takes longer than anybody waits
            with pytest.raises(TimeoutError):
                end.ask("impatient", {})

    server = Server(link, carry_out, timeout_s=0.3)
    for part in (link, end, server):
        stack.callback(part.close)
    while "first" not in done:
        with contextlib.suppress(TimeoutError):
            end.ask("first", {})
    wait_until_served(end)
    assert "second" in done
    assert "third" not in done


@pytest.mark.parametrize("body", [b"no JSON", b"[]", b'{"arguments": {}}'])
def test_a_request_that_cannot_be_read_is_left_and_the_next_is_carried_out(redis_server, bus, body):
    bus().serve(lambda command, arguments: None)
    wait_until_served(bus(timeout_s=0.5))
    link = RedisLink(redis_server.url)
    assert link.request(body, timeout_s=0.3) is None
    link.close()
    bus(timeout_s=5).ask("anybody", {})


def test_a_command_says_when_redis_is_down(redis_server, bus):
    end = bus()
    redis_server.kill()
    with pytest.raises(BusError, match="does not answer"):
        end.ask("mark_period", {"name": "rondo"})


# --- one hub at a time --------------------------------------------------------------------------------


def test_a_second_hub_is_refused_and_let_in_when_the_first_has_ended(redis_server, bus):
    first = bus()
    first.claim()
    second = RedisLink(redis_server.url)
    other = Publisher(second, hub_name())
    with pytest.raises(BusTakenError, match=r"another hub, process \d+ on .*end it"):
        other.claim(within_s=0)
    first.close()
    other.claim(within_s=0)
    other.close()
    second.close()


def test_a_hub_that_was_killed_leaves_nothing_behind(redis_server, bus, tick, marks, ear):
    script = (
        "import sys; from twin.bus import RedisBus; bus = RedisBus(sys.argv[1]); bus.claim();"
        "print('claimed', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, redis_server.url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as victim:
        assert victim.stdout.readline() == "claimed\n"
        second = bus()
        with pytest.raises(BusTakenError, match=f"process {victim.pid}"):
            second.claim()  # not waited for: of this host, so known to run
        victim.kill()
    second._publishing().claim(within_s=0)  # of this host, so known to be gone


def test_the_hub_that_was_refused_is_not_heard(redis_server, bus, tick, marks, ear):
    bus().claim()
    bus().subscribe(ear)
    refused = bus()
    refused.publish(tick(0), marks)
    end = refused._publisher
    deadline = time.monotonic() + 10
    while not end._trouble:
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
    assert "another hub" in end._trouble
    assert ear.news == []


def test_a_tick_that_was_sent_twice_is_heard_once(redis_server, bus, tick, marks, ear):
    link, encoder = RedisLink(redis_server.url), Encoder("h/1/x")
    for number in (0, 1, 0, 1, 2):
        link.add(encoder.encode(tick(number), marks), keep=100)
    bus().subscribe(ear)
    ear.until(lambda e: e.numbers() == [0, 1, 2])
    link.close()
