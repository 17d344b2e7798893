"""The embedded store keeps what it is given and gives back what it kept."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from twin.errors import StoreError, UnknownAthleteError, UnknownSessionError
from twin.records import Athlete, Batch, Beats, Lap, Note, Period, Recording, Session, SessionState
from twin.store import EmbeddedStore, open_store

BEGAN = datetime(2026, 10, 1, 10, tzinfo=UTC)
TEN = np.datetime64("2026-10-01T10:00:00", "ns")


def ride(seconds=5, *, rr=(), start="2026-09-13T09:00:00Z", **fields):
    index = pd.date_range(start, periods=seconds, freq="s", name="time")
    samples = pd.DataFrame({"heart_rate": np.arange(seconds) + 100.0, "power": np.nan}, index)
    beats = pd.Series(list(rr), index[: len(rr)] + pd.Timedelta("0.25s"), dtype=float)
    return Recording(samples, "cycling", rr=beats, path="rides/tour.fit", **fields)


def test_appended_samples_come_back_by_time_with_their_units(store, begin, second):
    session = begin(store)
    for number in (0, 2, 1):
        store.append(second(number), [session])
    frame = store.samples(session)
    assert frame["heart_rate"].to_list() == [100, 101, 102]
    assert frame.attrs["units"] == {"heart_rate": "bpm"}
    assert str(frame.index.tz) == "UTC"
    assert frame.index.name == "time"


def test_numbers_of_appends_grow_and_an_append_of_nothing_has_none(store, begin, second):
    session = begin(store)
    numbers = [store.append(second(number), [session]) for number in range(3)]
    assert numbers == sorted(set(numbers))
    assert store.append(Batch.of([], []), [session]) == 0
    assert store.append(second(5), [""]) == 0
    assert store.session(session).samples == 3


def test_duplicates_are_kept_as_they_came(store, begin):
    session = begin(store)
    for value in (3.0, 1.0):
        store.append(Batch.of([0, 0], [TEN, TEN], power=[value, value + 1]), [session])
    assert store.samples(session)["power"].to_list() == [3, 4, 1, 2]


def test_every_athlete_of_a_squad_gets_its_own_rows_and_the_rest_is_not_kept(store, begin, second):
    ids = [begin(store, f"Athlete {n}") for n in range(30)]
    recorded = [session if n % 3 else "" for n, session in enumerate(ids)]
    for number in range(4):
        store.append(second(number, 30), recorded)
    for index, session in enumerate(ids):
        expected = [100 + index + number for number in range(4)] if index % 3 else []
        frame = store.samples(session)
        assert frame.get("heart_rate", pd.Series(dtype=float)).to_list() == expected
        assert store.session(session).samples == len(expected)


def test_a_channel_only_others_have_is_left_out_unless_asked_for(store, begin):
    ada, bea = begin(store, "Ada"), begin(store, "Bea")
    store.append(Batch.of([0, 1], [TEN, TEN], heart_rate=[1, 2], power=[np.nan, 9]), [ada, bea])
    assert list(store.samples(ada).columns) == ["heart_rate"]
    assert list(store.samples(bea).columns) == ["heart_rate", "power"]
    asked = store.samples(ada, columns=["power", "cadence"])
    assert list(asked.columns) == ["power", "cadence"]
    assert asked.isna().all(axis=None)


def test_channels_that_come_and_go_are_nan_in_between(store, begin):
    session = begin(store)
    for number, channels in enumerate(({"power": [1]}, {"cadence": [80]}, {"power": [3]})):
        store.append(Batch.of([0], [TEN + np.timedelta64(number, "s")], **channels), [session])
    frame = store.samples(session)
    np.testing.assert_array_equal(frame["power"], [1, np.nan, 3])
    np.testing.assert_array_equal(frame["cadence"], [np.nan, 80, np.nan])


@pytest.mark.parametrize("start", ["2026-10-01T10:00:02Z", BEGAN + timedelta(seconds=2)])
def test_a_stretch_of_time_includes_both_its_ends(store, begin, second, start):
    session = begin(store)
    for number in range(9):
        store.append(second(number), [session])
    frame = store.samples(session, start=start, end="2026-10-01T10:00:04")
    assert frame["heart_rate"].to_list() == [102, 103, 104]
    assert store.samples(session, start="2027-01-01").empty


def test_beats_come_back_unrounded_and_without_samples(store, begin):
    session = begin(store)
    beats = Beats(np.zeros(2, np.int32), TEN + np.array([5, 3]), np.array([812.3456789, 799.0]))
    store.append(Batch.of([], [], beats=beats), [session])
    rr = store.rr(session)
    assert rr.to_list() == [799.0, 812.3456789]
    assert rr.index.asi8.tolist() == [int(TEN.astype(int)) + 3, int(TEN.astype(int)) + 5]
    assert store.samples(session).empty
    assert store.rr(begin(store, "Bea")).empty


def test_a_session_without_samples_is_empty_and_ends_where_it_began(store, begin):
    session = begin(store)
    assert store.samples(session).empty
    ended = store.end_session(session)
    assert (ended.start, ended.end, ended.samples) == (BEGAN, BEGAN, 0)


def test_a_session_ends_at_its_last_sample_and_begins_at_its_first(store, begin, second):
    session = begin(store)
    for number in (3, 9, 4):
        store.append(second(number), [session])
    live = store.session(session)
    assert (live.end, live.state, live.samples) == (None, SessionState.LIVE, 3)
    ended = store.end_session(session)
    assert ended == store.session(session)
    assert ended.start == BEGAN + timedelta(seconds=3)
    assert ended.end == BEGAN + timedelta(seconds=9)
    assert ended.state is SessionState.ENDED


def test_rows_that_arrive_after_the_end_are_kept_and_counted(store, begin, second):
    session = begin(store)
    store.append(second(0), [session])
    store.end_session(session)
    store.append(second(7), [session])
    assert len(store.samples(session)) == 2
    assert store.session(session).end == BEGAN + timedelta(seconds=7)
    assert store.session(session).samples == 2


def test_an_id_that_is_taken_becomes_one_of_its_own(store):
    ada = store.add_athlete(Athlete("Ada"))
    ids = [store.start_session(Session("x", ada.id, "running", BEGAN)).id for _ in range(3)]
    assert ids == ["x", "x-2", "x-3"]


def test_the_table_of_sessions_tells_of_live_and_ended_ones_newest_first(store, begin, second):
    old = store.add_recording(ride(61), Athlete("Bea"), content="1").id
    live = begin(store, title="Hills", source="simulator", squad_session="team")
    for number in range(3):
        store.append(second(number), [live])
    table = store.sessions()
    assert table["session"].to_list() == [live, old]
    assert table["athlete"].to_list() == ["Ada", "Bea"]
    assert table["duration_s"].to_list() == [2, 60]
    assert table["samples"].to_list() == [3, 61]
    assert table["state"].to_list() == ["live", "ended"]
    assert table["source"].to_list() == ["simulator", "file:tour.fit"]
    assert table["title"].to_list() == ["Hills", ""]
    assert table["end"][0] == pd.Timestamp("2026-10-01T10:00:02Z")


def test_sessions_can_be_narrowed_to_an_athlete_and_a_time(store):
    for day in (1, 2, 3):
        store.add_recording(ride(start=f"2026-09-0{day}T09:00Z"), Athlete("Ada"), content=f"{day}")
    store.add_recording(ride(start="2026-09-02T10:00Z"), Athlete("Bea"), content="bea")
    assert len(store.sessions(athlete="ada")) == len(store.sessions(athlete="Ada")) == 3
    assert len(store.sessions(since="2026-09-02")) == 3
    assert len(store.sessions(since="2026-09-02", until="2026-09-03", athlete="Ada")) == 1


def test_an_empty_store_has_tables_without_rows(store):
    assert store.athletes() == ()
    table = store.sessions()
    assert table.empty
    assert str(table["start"].dtype) == "datetime64[ns, UTC]"


def test_unknown_ids_are_told(store, begin, second):
    begin(store)
    for ask in (store.session, store.samples, store.rr, store.laps, store.notes,
                store.delete_session, store.end_session):  # fmt: skip
        with pytest.raises(UnknownSessionError, match="'nobody'"):
            ask("nobody")
    with pytest.raises(UnknownSessionError):
        store.append(second(0), ["nobody"])
    with pytest.raises(UnknownAthleteError, match="known: Ada"):
        store.sessions(athlete="nobody")
    with pytest.raises(UnknownAthleteError):
        store.start_session(Session("", "nobody", "running", BEGAN))
    with pytest.raises(ValueError, match="'hr' is not a channel"):
        store.samples(store.sessions()["session"][0], columns=["hr"])


def test_a_batch_with_more_athletes_than_sessions_is_an_error(store, begin, second):
    with pytest.raises(ValueError, match="athlete 2, sessions has 1 entries"):
        store.append(second(0, 3), [begin(store)])


def test_a_renamed_athlete_keeps_the_sessions(store, begin, second):
    session = begin(store)
    store.append(second(0), [session])
    (ada,) = store.athletes()
    store.add_athlete(replace(ada, name="Ada Lovelace", max_hr=188))
    assert store.sessions(athlete="Ada Lovelace")["session"].to_list() == [session]
    assert store.sessions(athlete=ada.id)["athlete"].to_list() == ["Ada Lovelace"]


def test_an_athlete_comes_back_as_kept(store):
    ada = Athlete(
        "Ada", sport="rowing", sex="female", max_hr=188.5, threshold_hr=171.5, birth_year=1990
    )
    assert repr(store.add_athlete(ada)) == repr(store.athletes()[0])  # repr, because NaN != NaN


def test_a_name_of_several_athletes_is_not_guessed(store):
    for id_ in ("ada-1", "ada-2"):
        store.add_athlete(Athlete("Ada", id=id_))
    with pytest.raises(UnknownAthleteError, match="ada-1, ada-2"):
        store.sessions(athlete="Ada")
    assert store.sessions(athlete="ada-2").empty


def test_a_recording_is_kept_whole_and_only_once(store):
    laps = (Lap(1, BEGAN, BEGAN + timedelta(seconds=3), "easy"), Lap(2, BEGAN))
    recording = ride(25_000, rr=[800.5, 790.25], laps=laps)
    session = store.add_recording(recording, Athlete("Ada"), content="hash")
    again = store.add_recording(recording, Athlete("Bea"), content="hash")
    assert again == session
    assert len(store.sessions()) == 1
    kept = store.samples(session.id)
    pd.testing.assert_frame_equal(kept, recording.samples[["heart_rate"]], check_freq=False)
    pd.testing.assert_series_equal(
        store.rr(session.id), recording.rr, check_names=False, check_freq=False
    )
    assert store.laps(session.id) == laps
    assert (session.samples, session.state, session.sport) == (25_000, "ended", "cycling")
    assert (session.start, session.end) == (recording.start, recording.end)
    assert len(store.samples(session.id, start=recording.end)) == 1


def test_an_import_leaves_a_known_athlete_as_it_is(store):
    store.add_athlete(Athlete("Ada", max_hr=170))
    store.add_recording(ride(), Athlete("Ada"), content="hash")
    assert [a.max_hr for a in store.athletes()] == [170]


def test_a_recording_of_one_sample_is_kept_and_of_none_refused(store):
    assert store.add_recording(ride(1), Athlete("Ada"), content="one").samples == 1
    with pytest.raises(ValueError, match="no sample"):
        store.add_recording(ride(0), Athlete("Ada"), content="none")
    assert len(store.sessions()) == 1


def test_a_recording_of_beats_alone_is_kept(store):
    beats = ride(3, rr=[800.0, 810.0, 790.0]).rr
    samples = pd.DataFrame(index=pd.DatetimeIndex([], tz="UTC", name="time"))
    session = store.add_recording(Recording(samples, rr=beats), Athlete("Ada"), content="rr")
    assert store.rr(session.id).to_list() == [800, 810, 790]
    assert store.samples(session.id).empty
    assert (session.samples, (session.end - session.start).total_seconds()) == (0, 2)


def test_laps_periods_and_notes_come_back(store, begin):
    session = begin(store, squad_session="team")
    laps = (Lap(1, BEGAN, BEGAN + timedelta(microseconds=1), "ÄÖ"), Lap(2, BEGAN))
    store.set_laps(session, laps[:1])
    store.set_laps(session, laps)
    assert store.laps(session) == laps
    periods = (Period("warm-up", BEGAN, BEGAN + timedelta(minutes=9)), Period("game", BEGAN))
    store.set_periods("team", periods)
    assert store.periods("team") == periods
    assert store.periods("others") == ()
    late, early = Note(BEGAN, "good", "coach"), Note(BEGAN - timedelta(hours=1), "tired")
    store.add_note(session, late)
    store.add_note(session, early)
    assert store.notes(session) == (early, late)


def test_what_is_kept_is_there_after_closing_and_opening(tmp_path, begin, second):
    with EmbeddedStore(tmp_path) as store:
        session = begin(store)
        store.append(second(0), [session])
        store.end_session(session)
    with EmbeddedStore(tmp_path) as store:
        assert store.samples(session)["heart_rate"].to_list() == [100]


def test_a_closed_store_says_so(tmp_path):
    store = EmbeddedStore(tmp_path)
    store.close()
    for ask in (store.sessions, store.athletes, lambda: store.add_athlete(Athlete("Ada"))):
        with pytest.raises(StoreError, match="is closed"):
            ask()
    store.close()


def test_readers_in_other_threads_see_whole_seconds_while_one_writes(store, begin, second):
    ids = [begin(store, f"Athlete {n}") for n in range(4)]
    done, seen, errors = threading.Event(), [], []

    def read(session):
        while not done.is_set():
            values = store.samples(session).get("heart_rate", pd.Series(dtype=float)).to_numpy()
            errors.extend(np.flatnonzero(np.diff(values) != 1))
            seen.append(len(values))

    readers = [threading.Thread(target=read, args=(session,)) for session in ids[:3]]
    for reader in readers:
        reader.start()
    for number in range(150):
        store.append(second(number, 4), ids)
    done.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert len(store.samples(ids[0])) == 150
    assert len(seen) > 3


def test_a_store_is_opened_by_its_folder_or_by_the_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "home"))
    for where in (None, tmp_path / "home", str(tmp_path / "home")):
        with open_store(where) as store:
            assert store.folder == tmp_path / "home"


@pytest.mark.parametrize("where", ["redis://localhost", "influx+ftp://localhost"])
def test_an_address_of_another_kind_is_refused(where):
    with pytest.raises(StoreError, match="is no address of a store"):
        open_store(where)


def test_a_file_in_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="file"):
        EmbeddedStore(tmp_path / "file")


def test_a_damaged_file_is_told(tmp_path):
    (tmp_path / "twin.db").write_bytes(b"no database" * 999)
    with pytest.raises(StoreError, match="not a database"):
        EmbeddedStore(tmp_path)


def test_what_is_kept_together_is_kept_whole_and_a_part_that_fails_is_undone_alone(
    store, recording_of
):
    ada = store.add_athlete(Athlete("Ada"))
    with store.together():
        store.add_recording(recording_of(3), ada, content="a")
        with pytest.raises(ValueError, match="no sample"):
            store.add_recording(Recording(recording_of(0).samples), ada, content="none")
        store.add_recording(recording_of(4), ada, content="b")
        assert store.sessions().empty  # not before it is on disk
    assert sorted(store.sessions()["samples"]) == [3, 4]
    with suppress(KeyboardInterrupt), store.together():
        store.add_recording(recording_of(5), ada, content="c")
        raise KeyboardInterrupt
    assert len(store.sessions()) == 2
