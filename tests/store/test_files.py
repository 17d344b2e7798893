"""Sealed files and files of sessions: every read is what it was before, to the last bit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from twin.errors import StoreError
from twin.records import Athlete, Batch, Beats, SessionState, Waves
from twin.store.compaction import Compactor, compact
from twin.store.database import Database

TEN = np.datetime64("2026-10-01T10:00:00", "ns")
NAN_WITH_PAYLOAD = np.array([0x7FF8000000000ABC], np.uint64).view(np.float64)[0]


def record(store, ids, seconds, first=0):
    """Record a squad: channels come and go, instants repeat, some NaN carry bits."""
    index = np.arange(len(ids), dtype=np.int32)
    for number in range(first, first + seconds):
        time = np.full(len(ids), TEN + np.timedelta64(number // 2 * 2 - number % 3, "s"))
        values = index + 100.0 + number
        channels = {"heart_rate": values}
        if number % 5 == 0:
            channels["power"] = np.where(index % 2, NAN_WITH_PAYLOAD, -0.0)
        batch = Batch.of(index, time, beats=Beats(index, time, values), **channels)
        store.append(replace(batch, waves=ecg(index, time)), ids)


def ecg(index, time):
    """Return fifty values of an ECG for each athlete, and two of another signal."""
    who, when = np.repeat(index, 52), np.repeat(time, 52) + np.tile(np.arange(52), len(index))
    signal = np.tile(np.r_[np.zeros(50), [1, 1]], len(index)).astype(np.uint8)
    return Waves(who, when, signal, np.sin(np.arange(len(who)) + who))


def everything(store, ids):
    """Return all that can be read of some sessions, as bytes."""
    found = []
    for session in ids:
        for columns in (None, ["power"], ["cadence", "heart_rate"]):
            frame = store.samples(session, columns=columns)
            found.append((list(frame), frame.index.asi8.tobytes(), frame.to_numpy().tobytes()))
        part = store.samples(session, start="2026-10-01T10:00:07Z", end="2026-10-01T10:00:21Z")
        rr = store.rr(session)
        found += [part.to_csv(), rr.index.asi8.tobytes(), rr.to_numpy().tobytes()]
        for signal in ("ecg", "acceleration_x"):
            wave = store.waves(session, signal)
            found += [len(wave), wave.index.asi8.tobytes(), wave.to_numpy().tobytes()]
        found.append(store.session(session))
    return found


def files(store, home):
    return sorted(file.name for file in (store.folder / home).glob("*"))


@pytest.fixture
def squad(store, begin):
    return [begin(store, name, squad_session="team") for name in ("Ada", "Bea", "Cem")]


def log_rows(store):
    with store._database.reading() as connection:
        return connection.execute("SELECT count(*) FROM log").fetchone()[0]


def test_what_is_read_stays_the_same_while_it_is_sealed_merged_and_goes_on(store, squad):
    record(store, squad, 40)
    before = everything(store, squad)
    store.compact()
    assert log_rows(store) == 0
    assert len(files(store, "segments")) == 3  # samples, RR intervals and fast signals
    assert everything(store, squad) == before
    record(store, squad, 15, first=40)  # beside the files, the log
    store.compact()
    record(store, squad, 15, first=55)
    before = everything(store, squad)
    store.end_session(squad[0])
    store.compact()
    assert len(files(store, "sessions")) == 3
    assert everything(store, squad[1:]) == before[len(before) // 3 :]
    for session in squad[1:]:
        store.end_session(session)
    ended = everything(store, squad)
    store.compact(grace_s=0.0)
    store.compact(grace_s=0.0)
    assert everything(store, squad) == ended
    assert files(store, "segments") == []
    assert len(files(store, "sessions")) == 9


def test_a_session_with_a_whole_file_takes_late_rows_too(store, squad):
    record(store, squad, 10)
    store.end_session(squad[0])
    store.compact()
    record(store, squad, 10, first=3)
    before = everything(store, squad)
    store.compact()
    assert everything(store, squad) == before
    assert store.session(squad[0]).samples == 20


def test_an_imported_recording_ends_as_one_file(store, recording_of):
    recording = recording_of(25_000)
    session = store.add_recording(recording, Athlete("Ada"), content="hash")
    store.compact(grace_s=0.0)
    store.compact(grace_s=0.0)
    (file,) = files(store, "sessions")
    assert file.startswith(session.id)
    assert log_rows(store) == 0
    table = pd.read_parquet(store.folder / "sessions" / file).set_index("time")
    pd.testing.assert_series_equal(
        table["heart_rate"], recording.samples["heart_rate"], check_freq=False
    )
    pd.testing.assert_frame_equal(store.samples(session.id), recording.samples, check_freq=False)


def test_a_reader_with_an_old_list_of_files_takes_a_new_one(store, squad, monkeypatch):
    from twin.store import reading

    record(store, squad, 10)
    store.compact()
    before = everything(store, squad)
    for session in squad:
        store.end_session(session)
    read, raced = reading.read_part, []

    def read_late(*arguments):
        if not raced:
            raced.append(True)
            while compact(store._database, grace_s=0.0):
                pass
            compact(store._database, grace_s=0.0)
        return read(*arguments)

    monkeypatch.setattr(reading, "read_part", read_late)
    frame = store.samples(squad[0])
    assert raced
    assert files(store, "segments") == []
    assert frame.to_numpy().tobytes() == before[0][2]


def test_a_file_that_is_missing_is_told_by_its_name(store, squad):
    record(store, squad, 10)
    store.compact()
    for file in (store.folder / "segments").iterdir():
        file.unlink()
    with pytest.raises(StoreError, match=r"segments/.*samples.parquet is missing"):
        store.samples(squad[0])


def test_what_is_asked_for_only_is_read_of_a_deleted_session_nothing(store, squad):
    record(store, squad, 30)
    store.compact()
    record(store, squad, 30, first=30)
    for session in squad:
        store.end_session(session, state=SessionState.INTERRUPTED)
    store.compact()
    before = everything(store, squad[1:])
    store.delete_session(squad[0])
    assert everything(store, squad[1:]) == before
    assert not [name for name in files(store, "sessions") if "-ada." in name]


def test_what_a_crash_left_unlisted_is_removed_when_a_hub_begins(store, squad):
    record(store, squad, 3)
    stray = store.folder / "segments" / "1-2.aaaa.samples.parquet"
    stray.parent.mkdir()
    stray.touch()
    database = Database(store.folder)
    compactor = Compactor(store.folder, every_s=0.0)
    while compactor.step(database):
        pass
    database.close()
    assert not stray.exists()
    assert len(files(store, "segments")) == 3
    assert compactor.status() is None


def test_the_database_stays_small_however_long_the_session(store, squad):
    sizes = []
    for first in range(0, 1200, 200):
        record(store, squad, 200, first=first)
        store.compact()
        sizes.append((store.folder / "twin.db").stat().st_size)
    assert sizes[-1] <= 1.1 * sizes[1]


def lines_to(store, sink, *, parcels=None):
    """Take what an outbox has, or some bodies of it; return its lines of rows."""
    outbox, lines = store.outbox(sink), []
    while (parcels is None or parcels > 0) and (parcel := outbox.next()) is not None:
        outbox.taken(parcel)
        lines += [
            line for line in parcel.body.split(b"\n") if line[:8] in (b"samples,", b"rr,athle")
        ]
        parcels = None if parcels is None else parcels - 1
    return lines


def test_a_server_gets_the_same_lines_from_the_log_and_from_files(store, squad):
    record(store, squad, 40)
    expected = sorted(lines_to(store, "log"))
    assert len(expected) == 2 * 40 * 3
    half = lines_to(store, "half", parcels=2)
    assert 0 < len(half) < len(expected)
    store.compact()
    assert sorted(lines_to(store, "segments")) == expected
    for session in squad[:2]:
        store.end_session(session)
    store.compact(grace_s=0.0)
    assert store.outbox("half").backlog().rows >= len(expected) - len(half)
    assert sorted(half + lines_to(store, "half")) == expected
    assert sorted(lines_to(store, "sessions")) == expected
    assert store.outbox("sessions").backlog().rows == 0
    record(store, squad, 1, first=40)
    assert len(lines_to(store, "half")) == 2 * 3
    store.compact()
    store.delete_session(squad[0])
    assert len(lines_to(store, "new")) == 2 * 41 * 2


def test_a_long_history_goes_to_a_server_in_bodies_it_takes(store, squad, monkeypatch):
    from twin.store import filed

    monkeypatch.setattr(filed, "_ROWS_AT_ONCE", 25)
    record(store, squad, 40)
    expected = sorted(lines_to(store, "log"))
    store.compact()
    assert sorted(lines_to(store, "files")) == expected


def test_rows_that_moved_to_a_file_of_their_own_are_not_taken_again_from_a_shared_one(store, squad):
    record(store, squad, 10)
    store.end_session(squad[0])
    store.compact()  # the segment stays for the other two
    record(store, squad, 5, first=10)  # late for the first
    store.end_session(squad[1])
    before = everything(store, squad)
    store.compact()
    assert everything(store, squad) == before


def test_a_session_reopened_after_it_had_its_file_is_whole_when_it_ends_again(store, squad):
    record(store, squad, 20)
    for session in squad:
        store.end_session(session)
    store.compact(grace_s=0)
    assert store.reopen_session(squad[0]).state is SessionState.LIVE
    record(store, squad[:1], 10, first=20)
    before = everything(store, squad)[: len(everything(store, squad[:1])) - 1]
    assert store.end_session(squad[0]).samples == 30
    store.compact(grace_s=0)
    assert everything(store, squad)[: len(before)] == before
    assert len(files(store, "sessions")) == 3 * 3  # rows, beats and waves of each session
