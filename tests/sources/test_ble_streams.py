"""ECG and acceleration over the virtual air: from the strap into the store and the rolling frames."""

import asyncio

import numpy as np
import pytest

from simulator.ble_polar import ECG, ECG_HZ, acceleration_frame, ecg_frame
from twin.hub import Hub
from twin.records import Athlete, Pairing, SensorState
from twin.sources.ble import BleSource
from twin.store import EmbeddedStore

FRAMES, SAMPLES = 4, 10  # short ones: they are sent as fast as it goes


@pytest.fixture
async def recorded(gym, tmp_path):
    """A hub that records what a strap streams; the strap's wearer is athlete 0."""
    await gym.enter(1, streams=True)
    await gym.adapter()
    with EmbeddedStore(tmp_path) as store:
        pairing = Pairing(gym.address(0), "", streams=("ecg", "acceleration"))
        gym.source = BleSource([(pairing, Athlete("Ada"))], ble=gym.ble, frequency_s=0.05)
        hub = Hub([gym.source], store)
        running = asyncio.create_task(hub.run())
        yield gym, hub
        hub.stop()
        await running


async def test_ecg_and_acceleration_reach_store_and_rolling_frames_as_they_were_sent(recorded):
    gym, hub = recorded
    await gym.streaming(0)
    polar = gym.straps[0].polar
    assert len(polar.wanted) == 2
    sent = np.arange(FRAMES * SAMPLES) * 3 - 400
    for number, part in enumerate(np.split(sent, FRAMES)):
        await polar.send(ecg_frame(1e9 + number * SAMPLES / ECG_HZ, part.tolist()))
        await gym.send(0)
    await polar.send(acceleration_frame(1e9, [(1, 2, 3), (-4, 5, 1000)]))
    await gym.send(0)
    await gym.until(lambda: len(hub.rolling.waves(0, "acceleration_z")) == 2)
    live = hub.rolling.waves(0, "ecg")
    assert live.tolist() == sent.tolist()
    steps_ns = np.diff(live.index.as_unit("ns").asi8[SAMPLES:])
    assert steps_ns.mean() == pytest.approx(1e9 / ECG_HZ, rel=1e-6)
    session = hub.recorder.sessions["ada"].id
    await gym.until(lambda: len(hub.store.waves(session, "acceleration_x")) == 2)
    kept = hub.store.waves(session)
    assert kept.tolist() == sent.tolist()
    assert kept.index.equals(live.index)
    assert hub.store.waves(session, "acceleration_x").tolist() == [1, -4]
    (status,) = gym.source.sensors
    assert (status.can_stream, status.malformed) == (True, 0)
    assert status.rates["ecg"] == pytest.approx(ECG_HZ, rel=1e-4)
    await gym.until(lambda: len(hub.store.samples(session)) == FRAMES + 1)
    assert hub.store.samples(session)["heart_rate"].tolist() == [140] * (FRAMES + 1)


async def test_a_new_wish_is_followed_over_a_new_link_and_a_cut_packet_is_counted(gym):
    await gym.enter(1, streams=True)
    await gym.adapter()
    gym.follow([0])
    await gym.streaming(0)
    assert not gym.straps[0].polar.wanted
    assert gym.status(0).can_stream
    gym.source.pair(Pairing(gym.address(0), "", streams=("ecg",)), Athlete("Athlete 0"))
    await gym.until(lambda: gym.straps[0].polar.wanted == {ECG})
    await gym.streaming(0)
    assert gym.status(0).epoch == 2
    await gym.straps[0].polar.send(ecg_frame(1e9, [1, 2, 3])[:-1])
    await gym.straps[0].polar.send(ecg_frame(1e9, [1, 2, 3]))
    await gym.until(lambda: sum(len(b.waves) for b in gym.batches) == 3)
    assert gym.status(0).malformed == 1


async def test_a_strap_without_an_ecg_says_so_and_sends_its_heart_rate(gym):
    await gym.enter(1)
    await gym.adapter()
    gym.follow([0])
    await gym.streaming(0)
    gym.source.pair(Pairing(gym.address(0), "", streams=("ecg",)), Athlete("Athlete 0"))
    await gym.until(lambda: gym.status(0).epoch == 2)
    await gym.until(lambda: gym.state(0) is SensorState.STREAM)
    assert gym.status(0).detail == "it offers no ecg"
    await gym.send(0)
    await gym.until(lambda: gym.rates() == [140])
