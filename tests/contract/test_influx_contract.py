"""What every InfluxDB must do for us: ``make contract INFLUXDB_URL=http://host:port ...``.

Without that, the contract is held with Debian's server behind the test gateway. It leaves some
hundred points in the bucket, under names that no session of yours has: use one made for it.
"""

import time
from datetime import UTC, datetime
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import pytest

from twin.errors import StoreError
from twin.records import Athlete, Batch, Beats, Session
from twin.store import EmbeddedStore, open_store
from twin.store.delivery import deliver
from twin.store.influx import Address, InfluxServer
from twin.store.sender import Sender
from twin.store.server import UnavailableError

pytestmark = pytest.mark.influx


@pytest.fixture
def now_s():
    """A second of this run alone, within every retention time."""
    return int(time.time()) - 600


@pytest.fixture
def history(tmp_path, now_s):
    """A store with a session of two minutes, some values missing."""
    chance = np.random.default_rng(now_s)
    with EmbeddedStore(tmp_path / "store") as store:
        athlete = store.add_athlete(Athlete("Contract O'Neil", id=f"contract-{now_s}-ü"))
        began = datetime.fromtimestamp(now_s, UTC)
        session = store.start_session(
            Session("", athlete.id, "running", began, title='a "b" \\')
        ).id
        for number in range(120):
            at = np.array([np.datetime64((now_s + number) * 10**9 + 7, "ns")])
            values = chance.normal(150, 40, 3)
            values[1:][chance.random(2) < 0.3] = np.nan
            beats = Beats(np.array([0], np.int32), at, chance.normal(800, 40, 1))
            store.append(
                Batch.of([0], at, heart_rate=values[:1], power=values[1:2], speed=values[2:], beats=beats),
                [session],
            )  # fmt: skip
        store.end_session(session)
        yield store, session


def send(store, server):
    sender = Sender(store.outbox(server.sink), server)
    while sender.step() == 0.0:
        pass
    assert sender.status().state == "live", sender.status()


def read(address):
    words = urlencode({"bucket": address.bucket, "token": address.token or "-"})
    return open_store(f"influx+{address.url}/?{words}")


def test_what_is_sent_comes_back_to_the_last_bit_also_when_sent_twice(
    history, contract_server, contract_address
):
    store, session = history
    with read(contract_address) as remote:
        for _ in range(2):
            send(store, contract_server)
            pd.testing.assert_frame_equal(
                remote.samples(session), store.samples(session), check_exact=True, check_freq=False
            )
            pd.testing.assert_series_equal(
                remote.rr(session), store.rr(session), check_exact=True, check_freq=False
            )
            assert remote.session(session) == store.session(session)
            store.outbox(contract_server.sink).rewind()
    assert store.outbox(contract_server.sink).backlog().dead_lines == 0


def test_a_malformed_line_is_found_and_its_neighbours_are_written(
    contract_server, contract_address, now_s
):
    run = f"contract_malformed_{now_s}"
    lines = [f"{run},athlete=a value={n} {(now_s + n) * 10**9}".encode() for n in range(50)]
    dead = deliver(
        contract_server, b"\n".join([*lines[:20], f"{run} value=".encode(), *lines[20:]])
    )
    assert [letter.body for letter in dead] == [f"{run} value=".encode()]
    assert written(contract_server, run, now_s) == 50


def test_a_field_of_another_kind_is_set_aside_and_the_rest_is_written(contract_server, now_s):
    run = f"contract_kind_{now_s}"
    contract_server.write(f"{run},athlete=a other=1i {now_s * 10**9}".encode())
    good = [f"{run},athlete=a value={n} {(now_s + n) * 10**9}" for n in range(50)]
    bad = [f"{run},athlete=b value={n},other={n}.5 {(now_s + n) * 10**9}" for n in range(50)]
    dead = deliver(contract_server, "\n".join(good + bad).encode())
    assert sum(letter.lines for letter in dead) == 50
    assert written(contract_server, run, now_s) == 50


def written(server, measurement, now_s):
    bounds = f"time >= {now_s * 10**9} AND time <= {(now_s + 600) * 10**9}"
    (row,) = server.rows(f'SELECT count("value") AS "n" FROM "{measurement}" WHERE {bounds}')
    return row["n"]


def test_a_wrong_token_is_an_outage_and_no_refusal(contract_address, now_s):
    if not contract_address.token:
        pytest.skip("the server asks for no token")
    address = contract_address
    stranger = InfluxServer(Address(address.url, address.bucket, "wrong", address.org))
    with pytest.raises(UnavailableError):
        stranger.write(f"contract value=1 {now_s * 10**9}".encode())
    with pytest.raises(StoreError):
        stranger.rows('SELECT "value" FROM "contract" WHERE time > 0 AND time < 1')
    stranger.close()
