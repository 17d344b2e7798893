"""What samples were derived to is kept to the last bit, of the newest sessions, and goes with them."""

import numpy as np
import pandas as pd
import pytest

from twin.records import Athlete, Recording
from twin.schema import ALL_NAMES
from twin.store import EmbeddedStore
from twin.store.derived import MOST, pack

INDEX = pd.date_range("2026-10-01T10:00", periods=3, freq="s", tz="UTC", name="time")


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        yield store


def derived(rate: float) -> pd.DataFrame:
    found = pd.DataFrame(np.nan, index=INDEX, columns=list(ALL_NAMES))
    found["heart_rate"] = [rate, np.nan, np.nextafter(rate, 200)]
    return found


def kept_session(store, number: int) -> str:
    ada = store.add_athlete(Athlete("Ada"))
    start = INDEX + pd.Timedelta(hours=number)
    recording = Recording(pd.DataFrame({"heart_rate": 150.0}, index=start), sport="running")
    return store.add_recording(recording, ada, content=str(number)).id


def test_samples_come_back_to_the_last_bit_for_their_version_alone(store):
    session = kept_session(store, 0)
    store.derived().keep(session, "one", pack(derived(150.1)))
    pd.testing.assert_frame_equal(
        store.derived().of(session, "one"), derived(150.1), check_freq=False, check_exact=True
    )
    assert store.derived().of(session, "two") is None
    assert store.derived().of("nothing", "one") is None


def test_the_oldest_of_very_many_go(store):
    sessions = [kept_session(store, number) for number in range(MOST + 2)]
    for session in sessions:
        store.derived().keep(session, "one", pack(derived(150.0)))
    found = [session for session in sessions if store.derived().of(session, "one") is not None]
    assert found == sessions[2:]


def test_a_deleted_session_takes_its_derived_samples_along(store):
    session = kept_session(store, 0)
    store.derived().keep(session, "one", pack(derived(150.0)))
    store.delete_session(session)
    with store._database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM derived").fetchone() == (0,)
