"""What straps send, recorded by a hub: RR intervals to the tick, a lying strap told apart."""

import asyncio

import numpy as np
import pytest

from simulator import ble_packets
from twin.hub import Hub
from twin.records import Athlete, Pairing, Reason, SensorState
from twin.schema import ALL_NAMES
from twin.sources.ble import BleSource
from twin.store import EmbeddedStore

HEART_RATE = ALL_NAMES.index("heart_rate")


@pytest.fixture
async def hub(gym, tmp_path):
    """A hub that records two straps, of Ada and of Ben."""
    await gym.enter(2)
    await gym.adapter()
    with EmbeddedStore(tmp_path) as store:
        pairs = [(Pairing(gym.address(p), ""), Athlete(n)) for p, n in enumerate(("Ada", "Ben"))]
        gym.source = BleSource(pairs, ble=gym.ble, frequency_s=0.05)
        hub = Hub([gym.source], store)
        running = asyncio.create_task(hub.run())
        await gym.streaming(0, 1)
        yield hub
        hub.stop()
        await running


def session(hub, athlete):
    return hub.recorder.sessions[athlete].id


async def test_rr_intervals_reach_the_store_to_the_tick_and_no_two_beats_share_an_instant(gym, hub):
    ticks = [(1024 - n, 511 + n) for n in range(20)]  # 1/1024 s
    for rr in ticks:
        await gym.send(0, packet=ble_packets.heart_rate(120, rr))
    await gym.until(lambda: len(hub.rolling.beats(0)) == 40)
    await gym.until(lambda: len(hub.store.rr(session(hub, "ada"))) == 40)  # the disk comes last
    kept = hub.store.rr(session(hub, "ada"))
    assert kept.tolist() == [t * 1000 / 1024 for rr in ticks for t in rr]
    assert kept.index.is_unique
    assert kept.index.is_monotonic_increasing


async def test_a_lying_strap_is_told_in_every_place_and_the_other_is_recorded_as_sent(gym, hub):
    await gym.send(0, 1)
    lies = [b"", b"\x01\x2c", b"\x16\x8d\x00", ble_packets.heart_rate(300, [0, 0])]
    for lie in lies:
        await gym.straps[0].notify(lie)
        await gym.send(1)
    await gym.until(lambda: gym.status(0).packets == gym.status(1).packets == 5)
    await gym.until(lambda: len(hub.rolling.frame(1)) == 5)
    await gym.until(lambda: hub.ticker.last.reason[HEART_RATE, 0] == Reason.OUT_OF_RANGE)
    tick = hub.ticker.last
    assert (gym.status(0).malformed, gym.status(1).malformed) == (3, 0)
    assert tick.reason[HEART_RATE].tolist() == [Reason.OUT_OF_RANGE, Reason.GOOD]
    assert tick.values[HEART_RATE].tolist() == [140, 141]  # the last good one of each
    assert {gym.state(0), gym.state(1)} == {SensorState.STREAM}
    await gym.until(lambda: len(hub.store.samples(session(hub, "ben"))) == 5)
    assert hub.store.samples(session(hub, "ada"))["heart_rate"].tolist() == [140, 300]  # as it came
    assert hub.store.samples(session(hub, "ben"))["heart_rate"].tolist() == [141] * 5
    assert not (hub.store.rr(session(hub, "ada")) == 0).any()


async def test_of_two_straps_on_one_athlete_the_better_speaks_and_both_stay_linked(gym, hub):
    gym.source.pair(Pairing(gym.address(1), ""), Athlete("Ada"))
    for _ in range(3):
        await gym.send(0, packet=ble_packets.heart_rate(140, contact=False))  # dry electrodes
        await gym.send(1, packet=ble_packets.heart_rate(141))
    await gym.until(lambda: gym.status(1).packets == 3)
    await gym.until(lambda: 141 in hub.rolling.frame(0)["heart_rate"].to_numpy())
    rates = hub.rolling.frame(0)["heart_rate"].to_numpy()
    assert rates.tolist() == [140, 141, 141, 141]  # the dry one was first, and then never again
    assert [gym.status(p).values["heart_rate"] for p in (0, 1)] == [140, 141]
    assert {gym.state(0), gym.state(1)} == {SensorState.STREAM}
    ada = session(hub, "ada")
    await gym.until(lambda: len(hub.store.waves(ada, "second_heart_rate")) == 2)  # kept too
    assert hub.store.waves(ada, "second_heart_rate").tolist() == [140, 140]
    gym.straps[1].radio.vanish()
    await gym.until(lambda: gym.state(1) is SensorState.LOST)
    await gym.until(lambda: np.timedelta64(0) < hub.clock.now() - hub.rolling.frame(0).index[-1]
                    .tz_convert(None).to_datetime64() > np.timedelta64(3, "s"))  # fmt: skip
    await gym.send(0, packet=ble_packets.heart_rate(140, contact=False))
    await gym.until(lambda: hub.rolling.frame(0)["heart_rate"].iloc[-1] == 140)
