"""What waits in the outbox: everything once, in order, moved on only when it was taken."""

import re
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from twin.errors import StoreError
from twin.records import Athlete, Batch, Beats, Recording
from twin.store import EmbeddedStore
from twin.store.delivery import deliver
from twin.store.sender import Sender
from twin.store.server import RefusedError, UnavailableError

TEN = np.datetime64("2026-10-01T10:00:00", "ns")


class MemoryServer:
    """A server in memory: keeps lines, refuses those with a word in them, can be away."""

    name = "memory"

    def __init__(self, poison=r"(?!)", largest=10**9):
        self.lines, self.bodies, self.away = [], 0, False
        self.poison, self.largest = re.compile(poison.encode()), largest

    def write(self, body):
        self.bodies += 1
        if self.away:
            raise UnavailableError("memory does not answer")
        if len(body) > self.largest:
            raise RefusedError(413, "too large")
        lines = body.split(b"\n")
        for line in lines:
            if found := self.poison.search(line):
                raise RefusedError(400, f"cannot take {found[0].decode()}")
        self.lines += [line.decode() for line in lines]

    def close(self): ...

    def of(self, measurement):
        return [line for line in self.lines if line.startswith(f"{measurement},")]


def drain(store, server, sink="memory"):
    """Send until nothing is left; return how many steps it took."""
    sender = Sender(store.outbox(sink), server, chance=lambda: 1.0)
    steps = 1
    while sender.step() == 0.0:
        steps += 1
        assert steps < 1000
    return steps


def test_every_sample_beat_and_session_is_sent_once(store, begin, second):
    server, sessions = MemoryServer(), [begin(store, "Ada"), begin(store, "Bea")]
    for number in range(25):
        beats = Beats(np.array([1]), np.array([TEN + number]), np.array([800.0 + number]))
        batch = second(number, 2)
        store.append(Batch(batch.athlete, batch.time, batch.values, beats=beats), sessions)
    drain(store, server)
    assert len(server.of("samples")) == len(set(server.of("samples"))) == 50
    assert len(server.of("rr")) == 25
    assert (
        server.of("rr")[3]
        == f"rr,athlete=bea,repeat=0,session={sessions[1]} rr_ms=803 1790848800000000003"
    )
    assert len(server.of("sessions")) == 2
    before = server.bodies
    drain(store, server)
    assert server.bodies == before


def test_ten_appends_at_most_go_in_one_body(store, begin, second):
    session, server = begin(store), MemoryServer()
    for number in range(25):
        store.append(second(number), [session])
    # 10 + 10 + 5 appends, the catalogue, and the step that finds nothing
    assert drain(store, server) == 5
    assert server.bodies == 4


def test_a_recording_from_a_file_goes_the_same_way(store, recording_of):
    server = MemoryServer()
    store.add_recording(recording_of(25_000), Athlete("Ada"), content="x")
    drain(store, server)
    assert len(set(server.of("samples"))) == 25_000
    assert 'state="ended"' in server.of("sessions")[0]
    assert "samples=25000," in server.of("sessions")[0]


def test_a_recording_of_beats_alone_is_sent(store):
    index = pd.date_range("2026-09-13T09:00:00Z", periods=5, freq="s")
    recording = Recording(pd.DataFrame(index=index[:0]), rr=pd.Series(np.full(5, 800.0), index))
    server = MemoryServer()
    store.add_recording(recording, Athlete("Ada"), content="x")
    drain(store, server)
    assert len(server.of("rr")) == 5
    assert server.of("samples") == []


def test_an_empty_store_and_rows_of_nothing_send_no_sample(store, begin, second):
    server = MemoryServer()
    drain(store, server)
    assert server.bodies == 0
    store.append(second(0, power=np.array([np.nan])), [begin(store)])
    drain(store, server)
    assert server.of("samples") == []
    assert store.outbox("memory").backlog().rows == 0


def test_nothing_moves_while_the_server_is_away_and_nothing_is_lost(store, begin, second):
    session, server = begin(store), MemoryServer()
    sender = Sender(store.outbox("memory"), server, chance=lambda: 1.0)
    server.away = True
    store.append(second(0), [session])
    waits = [sender.step() for _ in range(8)]
    assert waits == [0.5, 1, 2, 4, 8, 15, 15, 15]
    assert sender.status().state == "waiting"
    assert (
        "memory does not answer; 1 rows wait on this disk, none is lost" in sender.status().detail
    )
    backlog = store.outbox("memory").backlog()
    assert (backlog.rows, backlog.sessions, backlog.trouble) == (1, 1, "memory does not answer")
    server.away = False
    assert sender.step() == 0.0
    assert sender.status().state == "live"
    drain(store, server)
    assert len(server.of("samples")) == 1
    assert store.outbox("memory").backlog().trouble == ""


def test_waiting_is_shortened_by_chance_so_that_senders_do_not_come_back_together(store, begin):
    begin(store)
    server = MemoryServer()
    server.away = True
    waits = [Sender(store.outbox("m"), server, chance=lambda c=c: c).step() for c in (0.0, 0.5)]
    assert waits == [0.25, 0.375]


def test_the_cursor_survives_the_process(tmp_path, begin, second):
    server = MemoryServer()
    with EmbeddedStore(tmp_path) as store:
        session = begin(store)
        store.append(second(0), [session])
        drain(store, server)
    with EmbeddedStore(tmp_path) as store:
        assert drain(store, server) == 1
        assert len(server.of("samples")) == 1


def test_another_server_gets_everything_from_the_beginning(store, begin, second):
    store.append(second(0), [begin(store)])
    first, other = MemoryServer(), MemoryServer()
    drain(store, first, "first")
    drain(store, other, "other")
    assert first.lines == other.lines


def test_sending_all_again_writes_the_same_lines(store, begin, second):
    server = MemoryServer()
    store.append(second(0), [begin(store)])
    drain(store, server)
    once = list(server.lines)
    store.outbox("memory").rewind()
    drain(store, server)
    assert server.lines == once * 2


def test_deleting_a_session_before_it_was_sent_sends_the_others_only(store, begin, second):
    server, sessions = MemoryServer(), [begin(store, "Ada"), begin(store, "Bea")]
    for number in range(5):
        store.append(second(number, 2), sessions)
    for session in sessions:
        store.end_session(session)
    store.delete_session(sessions[0])
    drain(store, server)
    assert {line.split(",")[1] for line in server.of("samples")} == {"athlete=bea"}
    store.delete_session(sessions[1])
    drain(store, server)
    assert 'state="deleted"' in server.of("sessions")[-1]


def test_deleting_what_was_sent_does_not_confuse_the_cursor(store, begin, second):
    server, first = MemoryServer(), begin(store, "Ada")
    store.append(second(0), [first])
    drain(store, server)
    store.end_session(first)
    store.delete_session(first)
    again = begin(store, "Bea")
    store.append(second(1), [again])
    drain(store, server)
    assert len(server.of("samples")) == 2
    assert store.outbox("memory").backlog().rows == 0


def test_a_new_name_of_an_athlete_is_sent_with_all_sessions(store, begin, second):
    server, session = MemoryServer(), begin(store)
    drain(store, server)
    store.add_athlete(Athlete("Ada Lovelace", id="ada"))
    store.add_athlete(Athlete("Ada Lovelace", id="ada", max_hr=180))  # nothing the server shows
    drain(store, server)
    entries = server.of("sessions")
    assert len(entries) == 2
    assert 'athlete_name="Ada Lovelace"' in entries[1]
    assert session in entries[1]


def body_of(lines, bad=()):
    return b"\n".join(
        b"samples,athlete=a f=%d%s %d" % (n, b"POISON" if n in bad else b"", n)
        for n in range(lines)
    )


@pytest.mark.parametrize("bad", [(0,), (9_999,), (17, 5_000, 5_001), (1, 2, 3)])
def test_bad_lines_are_found_and_their_neighbours_written(bad):
    server = MemoryServer("POISON")
    dead = deliver(server, body_of(10_000, bad))
    assert sum(letter.lines for letter in dead) == len(bad)
    lines = b"\n".join(letter.body for letter in dead).split(b"\n")
    assert set(lines) == {b"samples,athlete=a f=%dPOISON %d" % (n, n) for n in bad}
    assert len(set(server.lines)) == 10_000 - len(bad)
    assert server.bodies < 150


def test_a_field_of_another_kind_is_set_aside_as_one_with_few_requests():
    server = MemoryServer("power=")
    other = [b"samples,athlete=b hr=%d %d" % (n, n) for n in range(500)]
    mixed = [b"samples,athlete=a hr=1,power=%d %d" % (n, n) for n in range(500)]
    woven = [line for pair in zip(mixed, other, strict=True) for line in pair]
    dead = deliver(server, b"\n".join(woven))
    assert [letter.lines for letter in dead] == [500]
    assert len(set(server.lines)) == 500
    assert server.bodies < 40


def test_a_body_that_is_too_large_is_only_divided():
    server = MemoryServer(largest=1000)
    assert deliver(server, body_of(500)) == ()
    assert len(set(server.lines)) == 500


def test_an_outage_while_dividing_sets_nothing_aside():
    server = MemoryServer("POISON")
    server.write(b"a b=1 1")

    def write(body, own=server.write):
        server.away = server.bodies > 4
        own(body)

    server.write = write
    with pytest.raises(UnavailableError):
        deliver(server, body_of(100, (50,)))


def test_dead_letters_are_kept_with_the_words_of_the_server_and_can_go_again(store, begin, second):
    session, server = begin(store), MemoryServer("power=")
    store.append(second(0), [session])
    store.append(second(1, heart_rate=[100.0], power=[250.0]), [session])
    drain(store, server)
    outbox = store.outbox("memory")
    ((number, letter),) = outbox.dead_letters()
    assert (letter.lines, letter.status, letter.reason) == (1, 400, "cannot take power=")
    assert outbox.backlog().dead_lines == 1
    assert len(server.of("samples")) == 1
    outbox.retried(number, deliver(MemoryServer(), letter.body))
    assert outbox.backlog().dead_lines == 0


def test_a_deleted_session_leaves_the_dead_letters_too(store, begin, second):
    sessions = [begin(store, "Ada"), begin(store, "Bea")]
    for number in range(4):
        store.append(second(number, 2, power=np.array([201.0, 202.0])), sessions)
    drain(store, MemoryServer("power="))
    for session in sessions:
        store.end_session(session)
    store.delete_session(sessions[0])
    ((_, letter),) = store.outbox("memory").dead_letters()
    assert letter.lines == letter.body.count(b"athlete=bea") == 4
    assert b"athlete=ada" not in letter.body
    store.delete_session(sessions[1])
    assert store.outbox("memory").dead_letters() == ()


def test_a_disk_that_refuses_stops_the_sending_and_not_the_process(store, begin, second):
    server = MemoryServer()
    store.append(second(0), [begin(store)])
    sender = Sender(store.outbox("memory"), server, chance=lambda: 1.0)
    store.close()
    assert sender.step() == 0.5
    assert "is closed" in sender.status().detail


def test_a_thread_sends_until_it_is_stopped_and_sends_the_rest_then(store, begin, second):
    session, server = begin(store), MemoryServer()
    sender = Sender(store.outbox("memory"), server)
    sender.start()
    for number in range(30):
        store.append(second(number), [session])
    store.end_session(session)
    sender.stop()
    assert len(set(server.of("samples"))) == 30
    assert 'state="ended"' in server.of("sessions")[-1]
    with pytest.raises(StoreError):
        raise UnavailableError("an error of ours")


def test_live_sessions_say_when_they_began(store, begin):
    server = MemoryServer()
    begin(store, "Ada")
    drain(store, server)
    began = int(datetime(2026, 10, 1, 10, tzinfo=UTC).timestamp()) * 10**9
    assert server.of("sessions")[0].endswith(f" {began}")
    assert 'state="live"' in server.of("sessions")[0]
