"""What the real InfluxDB gives back is what the embedded store holds."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from twin.errors import StoreError, UnknownAthleteError, UnknownSessionError
from twin.files import read
from twin.records import Athlete, Batch, Beats, Recording
from twin.store import open_store
from twin.store.sender import Sender

pytestmark = pytest.mark.influx
TEN = np.datetime64("2026-10-01T10:00:00", "ns")


@pytest.fixture
def remote(gateway, bucket, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    address = f"influx+{gateway.url}/?bucket={bucket}&token={gateway.faults.token}"
    with open_store(address) as store:
        yield store


def send(store, server):
    sender = Sender(store.outbox(server.sink), server)
    while sender.step() == 0.0:
        pass
    assert sender.status().state == "live", sender.status()


def record(store, sessions, seconds=30):
    """Record values with all their digits, some of them missing, and beats."""
    chance = np.random.default_rng(5)
    index = np.arange(len(sessions), dtype=np.int32)
    for number in range(seconds):
        time = np.full(len(sessions), TEN + np.timedelta64(number, "s") + np.timedelta64(7, "ns"))
        values = chance.normal(150, 30, (3, len(sessions)))
        values[1:][chance.random((2, len(sessions))) < 0.3] = np.nan
        beats = Beats(
            index, time + np.timedelta64(number, "ms"), chance.normal(800, 50, len(index))
        )
        store.append(
            Batch.of(index, time, heart_rate=values[0], power=values[1], speed=values[2], beats=beats),
            sessions,
        )  # fmt: skip


def test_samples_beats_and_catalogue_are_the_same_to_the_last_bit(store, begin, server, remote):
    sessions = [begin(store, name, title='the "long" run') for name in ("Ada", "Jürgen O'Neil")]
    record(store, sessions)
    for session in sessions:
        store.end_session(session)
    send(store, server)
    for session in sessions:
        pd.testing.assert_frame_equal(
            remote.samples(session), store.samples(session), check_exact=True, check_freq=False
        )
        pd.testing.assert_series_equal(
            remote.rr(session), store.rr(session), check_exact=True, check_freq=False
        )
        assert remote.samples(session).attrs == store.samples(session).attrs
        assert remote.session(session) == store.session(session)
    ours = store.sessions().sort_values("session", ignore_index=True)
    theirs = remote.sessions().sort_values("session", ignore_index=True)
    pd.testing.assert_frame_equal(theirs, ours, check_dtype=False)
    assert [a.name for a in remote.athletes()] == ["Ada", "Jürgen O'Neil"]


def test_columns_and_stretches_of_time_are_those_of_the_embedded_store(
    store, begin, server, remote
):
    session = begin(store)
    record(store, [session])
    store.end_session(session)
    send(store, server)
    asked = {
        "start": "2026-10-01T10:00:05",
        "end": "2026-10-01T10:00:10",
        "columns": ["power", "vo2"],
    }
    found = remote.samples(session, **asked)
    pd.testing.assert_frame_equal(found, store.samples(session, **asked).dropna(how="all"))
    assert list(found.columns) == ["power", "vo2"]
    with pytest.raises(ValueError, match="is not a channel"):
        remote.samples(session, columns=["hart_rate"])


def test_a_session_being_recorded_is_listed_with_its_samples_so_far(store, begin, server, remote):
    session = begin(store)
    record(store, [session], 12)
    send(store, server)
    (row,) = remote.sessions(athlete="Ada").itertuples()
    assert (row.session, row.state, row.samples) == (session, "live", 12)
    assert row.end == store.sessions().loc[0, "end"]
    assert len(remote.samples(session)) == 12
    assert remote.session(session).end is None


def test_sessions_are_chosen_by_athlete_and_day(store, server, remote):
    for day, name in ((1, "Ada"), (2, "Ada"), (3, "Bea")):
        athlete = store.add_athlete(Athlete(name))
        start = pd.Timestamp(f"2026-10-0{day}T10:00:00Z")
        index = pd.date_range(start, periods=3, freq="s", name="time")
        recording = Recording(pd.DataFrame({"power": [1.0, 2, 3]}, index), "cycling")
        store.add_recording(recording, athlete, content=f"{day}")
    send(store, server)
    assert remote.sessions()["athlete"].to_list() == ["Bea", "Ada", "Ada"]
    assert len(remote.sessions(athlete="ada", since="2026-10-02")) == 1
    assert len(remote.sessions(until="2026-10-03")) == 2
    with pytest.raises(UnknownAthleteError):
        remote.sessions(athlete="Zoe")


def test_an_empty_bucket_and_an_unknown_session_are_told(remote):
    assert remote.sessions().empty
    assert remote.athletes() == ()
    with pytest.raises(UnknownSessionError):
        remote.samples("nothing")


def test_a_single_sample_and_a_session_without_any_come_back(store, begin, server, remote):
    one, none = begin(store, "Ada"), begin(store, "Bea")
    record(store, [one], 1)
    for session in (one, none):
        store.end_session(session)
    send(store, server)
    assert len(remote.samples(one)) == len(remote.rr(one)) == 1
    assert remote.samples(none).empty
    assert remote.rr(none).empty


def test_a_deleted_session_is_no_longer_listed(store, begin, server, remote):
    session = begin(store)
    record(store, [session], 3)
    store.end_session(session)
    send(store, server)
    store.delete_session(session)
    send(store, server)
    assert remote.sessions().empty
    again = begin(store)
    assert again == session
    send(store, server)
    assert remote.sessions()["session"].to_list() == [again]


def test_rows_of_one_instant_as_files_have_them_all_come_back_in_their_order(store, server, remote):
    index = pd.to_datetime([0, 1, 1, 1, 2, 2, 3], unit="s", utc=True, origin="2026-09-13")
    values = [1.0, 20, 3, 2, 9, 8, 5]
    samples = pd.DataFrame({"power": values}, index.rename("time"))
    beats = pd.Series(np.array(values) * 100, index)
    recording = Recording(samples, "cycling", beats)
    session = store.add_recording(recording, Athlete("Ada"), content="x").id
    send(store, server)
    assert remote.samples(session)["power"].to_list() == values
    assert remote.samples(session).index.equals(index)
    assert remote.rr(session).to_list() == beats.to_list()
    store.outbox(server.sink).rewind()
    send(store, server)
    assert remote.samples(session)["power"].to_list() == values


def test_sending_all_again_changes_nothing(store, begin, server, remote):
    session = begin(store)
    record(store, [session])
    store.end_session(session)
    send(store, server)
    before = remote.samples(session)
    store.outbox(server.sink).rewind()
    send(store, server)
    pd.testing.assert_frame_equal(remote.samples(session), before)
    assert len(remote.sessions()) == 1


def test_three_poison_rows_among_ten_thousand_are_set_aside_and_no_other(
    store, begin, server, gateway, bucket
):
    """Somebody wrote `vo2` as a whole number before, so rows with it are refused."""
    gateway.influxd.ask(
        "POST", f"/write?db={bucket}", b"samples,athlete=x,session=x vo2=1i 1790848800000000000"
    )
    session = begin(store)
    for number in range(10):
        time = TEN + np.arange(1000) * np.timedelta64(1, "ms") + np.timedelta64(number, "s")
        vo2 = np.full(1000, np.nan)
        vo2[[3]] = 3000.0 if number in (0, 4, 9) else np.nan
        heart_rate = np.arange(1000) + 1000.0 * number
        store.append(Batch.of(np.zeros(1000), time, heart_rate=heart_rate, vo2=vo2), [session])
    send(store, server)
    outbox = store.outbox(server.sink)
    letters = [letter for _, letter in outbox.dead_letters()]
    assert sum(letter.lines for letter in letters) == outbox.backlog().dead_lines == 3
    assert b"\n".join(letter.body for letter in letters).count(b"vo2=3000") == 3
    assert "field type conflict" in letters[0].reason
    assert gateway.influxd.count("samples", "heart_rate", bucket) == 9_997
    assert gateway.writes < 150


def test_a_field_of_another_kind_on_the_server_is_set_aside_as_one(
    store, begin, server, gateway, bucket
):
    gateway.influxd.ask(
        "POST", f"/write?db={bucket}", b"samples,athlete=x,session=x power=1i 1790848800000000000"
    )
    sessions = [begin(store, name) for name in ("Ada", "Bea", "Cem")]
    for number in range(10):
        time = np.full(3, TEN + np.timedelta64(number, "s"))
        power = np.array([200.0, np.nan, np.nan])  # only Ada has a power meter
        store.append(Batch.of([0, 1, 2], time, heart_rate=[1.0, 2, 3], power=power), sessions)
    send(store, server)
    assert [letter.lines for _, letter in store.outbox(server.sink).dead_letters()] == [10]
    assert gateway.influxd.count("samples", "heart_rate", bucket) == 20
    assert gateway.writes < 30


def test_a_body_over_the_limit_of_the_server_is_divided(store, begin, server, gateway, bucket):
    gateway.faults.largest = 2_000
    session = begin(store)
    record(store, [session], 100)
    send(store, server)
    assert gateway.influxd.count("samples", "heart_rate", bucket) == 100
    assert store.outbox(server.sink).backlog().dead_lines == 0


def test_an_address_takes_what_it_leaves_out_from_the_settings_of_the_same_server(
    gateway, bucket, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INFLUXDB_URL", gateway.url)
    monkeypatch.setenv("INFLUXDB_TOKEN", gateway.faults.token)
    monkeypatch.setenv("INFLUXDB_BUCKET", bucket)
    with open_store(f"influx+{gateway.url}") as store:
        assert store.sessions().empty
    monkeypatch.setenv("INFLUXDB_URL", "http://elsewhere:8086")
    other = open_store(f"influx+{gateway.url}/?bucket={bucket}")
    with other, pytest.raises(StoreError, match="the token is not accepted"):
        other.sessions()


def test_a_token_is_never_shown(gateway, bucket):
    with pytest.raises(StoreError) as told:
        open_store(f"influx+{gateway.url}/?buckett={bucket}&token=very-secret")
    assert "very-secret" not in str(told.value)


def test_the_queries_of_the_page_for_grafana_answer(store, begin, server, gateway, bucket):
    page = (Path(__file__).parents[2] / "docs/influxdb.md").read_text(encoding="utf-8")
    queries = re.findall(r"^```sql\n(.*?)\n```", page, re.MULTILINE | re.DOTALL)
    session = begin(store)
    for number in range(120):
        time = np.array([TEN + np.timedelta64(number, "s")])
        store.append(Batch.of([0], time, heart_rate=[150.0], power=[310.0]), [session])
    store.end_session(session)
    send(store, server)
    bounds = f"time >= {TEN.astype(int)} AND time < {TEN.astype(int) + 600 * 10**9}"
    answers = []
    for query in queries:
        asked = query.replace("$timeFilter", bounds).replace("$__interval", "10s")
        (series,) = gateway.influxd.query(asked, bucket)
        answers.append(series["values"])
    rate, minutes, table = answers
    assert [row[1] for row in rate] == [150] * 12
    assert [row[1] for row in minutes] == [2]  # 120 readings of a second above 300 W
    assert table[0][1:] == ["Ada", "running", "", 119, 120, "ended"]


@pytest.mark.parametrize(
    "name",
    ["strava_android_undefined_local_msg.fit", "ride_edge500_3h31.fit", "2013-06-30-070511.TCX.gz"],
)
def test_real_recordings_with_repeated_instants_come_back_whole(
    store, server, remote, recordings, name
):
    found = next(recordings.rglob(name), None)
    if found is None:
        pytest.skip(f"no {name} among the recordings")
    whole = read(found)
    twice = np.sort(np.append(np.arange(len(whole.samples)), [0, 7, 7]))  # as live rows may be
    recording = replace(whole, samples=whole.samples.iloc[twice])
    session = store.add_recording(recording, Athlete("Ada"), content=name).id
    send(store, server)
    pd.testing.assert_frame_equal(
        remote.samples(session), store.samples(session), check_exact=True, check_freq=False
    )
