"""Sensors followed over a virtual air, by the real client code: faults are states, gaps are gaps."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from simulator import ble_packets
from simulator.ble_sensor import VirtualSensor
from twin.protocols import Source
from twin.records import Athlete, Pairing, SensorState


async def test_what_straps_send_becomes_batches_with_unrounded_beats(gym):
    await gym.enter(2)
    await gym.adapter()
    gym.follow([0, 1])
    assert isinstance(gym.source, Source)
    await gym.streaming(0, 1)
    await gym.send(0, 1, times=5)
    await gym.until(lambda: len(gym.rates(0)) == len(gym.rates(1)) == 5)
    assert (gym.rates(0), gym.rates(1)) == ([140] * 5, [141] * 5)
    assert all(b.time.astype(np.int64)[0] % 1000 == 0 for b in gym.batches if len(b))  # datetime
    beats = [b.beats for b in gym.batches if len(b.beats)]
    assert {rr for b in beats for rr in b.rr_ms} == {750.9765625, 976.5625}  # 769, 1000 / 1024 s
    for athlete in (0, 1):
        times = np.concatenate([b.time[b.athlete == athlete] for b in beats])
        assert len(times) == 10
        assert (np.diff(times) > np.timedelta64(0)).all()
    status = gym.status(0)
    assert (status.battery, status.kind, status.name, status.epoch) == (
        90, "heart rate", "Strap 0", 1
    )  # fmt: skip


async def test_time_goes_on_when_nobody_sends(gym):
    await gym.adapter()
    gym.follow()
    await gym.until(lambda: len(gym.batches) >= 3)
    assert all(a.now < b.now for a, b in pairwise(gym.batches))
    assert all(len(b) == 0 for b in gym.batches)


async def test_a_strap_that_vanishes_is_lost_then_streams_in_a_new_epoch_and_nobody_else_notices(
    gym,
):
    await gym.enter(2)
    await gym.adapter()
    gym.follow([0, 1])
    await gym.streaming(0, 1)
    await gym.send(0, 1, times=2)
    gym.straps[0].radio.vanish()
    while gym.state(0) is not SensorState.LOST:
        await gym.send(1)
    told = gym.source.status()
    assert (told.state, told.detail) == ("waiting", "1 of 2 sensors: Strap 0 lost")
    before = len(gym.rates(0))
    await gym.send(0, 1, times=5)
    assert len(gym.rates(0)) == before  # a gap is a gap
    gym.straps[0].radio.appear()
    while gym.state(0) is not SensorState.STREAM:
        await gym.send(1)
    await gym.send(0, 1, times=2)
    await gym.until(lambda: len(gym.rates(0)) == before + 2)
    assert (gym.source.status().state, gym.source.status().detail) == ("live", "2 sensors")
    assert (gym.status(0).epoch, gym.status(1).epoch) == (2, 1)


async def test_a_strap_that_lies_is_counted_and_nobody_else_suffers(gym):
    await gym.enter(2)
    await gym.adapter()
    gym.follow([0, 1])
    await gym.streaming(0, 1)
    await gym.send(0, packet=ble_packets.heart_rate(300, [0, 800]))
    for cut in (b"", b"\x01\x2c", b"\x10", b"\x16\x8d\x00"):
        await gym.straps[0].notify(cut)
    await gym.send(0, 1)
    await gym.until(lambda: gym.status(0).packets == 6 and gym.rates(1))
    assert (gym.status(0).malformed, gym.status(1).malformed) == (4, 0)
    assert gym.rates(0) == [300, 140]  # out of range is told by the pipeline, not hidden here
    beats = [rr for b in gym.batches for a, rr in zip(b.beats.athlete, b.beats.rr_ms, strict=True)
             if a == 0]  # fmt: skip
    assert beats == [781.25, 750.9765625, 976.5625]  # the RR interval of 0 is none
    assert gym.state(0) is SensorState.STREAM


async def test_a_strap_without_skin_contact_says_so(gym):
    await gym.enter(1)
    await gym.adapter()
    gym.follow([0])
    await gym.streaming(0)
    await gym.send(0, packet=ble_packets.heart_rate(0, contact=False))
    await gym.until(lambda: gym.status(0).packets == 1)
    assert gym.status(0).contact is False
    assert gym.rates() == []


async def test_a_battery_that_runs_down_is_followed(gym):
    await gym.enter(1)
    await gym.adapter()
    gym.follow([0])
    await gym.streaming(0)
    assert gym.status(0).battery == 90
    await gym.straps[0].discharge(15)
    await gym.until(lambda: gym.status(0).battery == 15)


async def test_a_silent_strap_is_connected_anew(gym):
    await gym.enter(1)
    await gym.adapter()
    gym.follow([0])
    await gym.streaming(0)
    await gym.until(lambda: gym.status(0).epoch == 2)
    await gym.streaming(0)
    await gym.send(0)
    await gym.until(lambda: gym.rates() == [140])


async def test_a_full_adapter_is_a_state_until_a_link_is_free(gym):
    await gym.enter(3)
    await gym.adapter(max_links=2)
    gym.follow([0, 1, 2])

    def states():
        return sorted(gym.state(place).value for place in range(3))

    async def all_send():
        while True:
            await gym.send(0, 1, 2)

    sending = asyncio.create_task(all_send())
    await gym.until(lambda: states() == ["adapter full", "stream", "stream"])
    gym.source.forget(next(s.address for s in gym.source.sensors if s.state is SensorState.STREAM))
    await gym.until(lambda: [s.state for s in gym.source.sensors if s.athlete]
                    == [SensorState.STREAM] * 2)  # fmt: skip
    sending.cancel()


async def test_a_second_adapter_takes_what_the_first_cannot(gym):
    await gym.enter(4)
    await gym.adapter(max_links=2)
    await gym.adapter(max_links=2)
    gym.follow([0, 1, 2, 3])
    sending = asyncio.create_task(gym.send(0, 1, 2, 3, times=300))
    await gym.until(lambda: all(gym.state(p) is SensorState.STREAM for p in range(4)))
    assert {len(r.le_connections) for r in gym.air.radios() if r.name == "adapter"} == {2}
    assert len({status.adapter for status in gym.source.sensors}) == 2
    sending.cancel()


async def test_without_an_adapter_sensors_say_so_and_stream_once_there_is_one(gym):
    await gym.enter(1)
    await gym.adapter()
    gym.unplug()
    gym.follow([0])
    await gym.until(lambda: gym.state(0) is SensorState.NO_ADAPTER)
    assert "Connect call failed" in gym.status(0).detail
    assert gym.source.status().state == "silent"
    await gym.adapter(port=gym.ports[0])
    await gym.streaming(0)


async def test_an_adapter_that_is_unplugged_and_comes_back_goes_on(gym):
    await gym.enter(2)
    await gym.adapter()
    gym.follow([0, 1])
    await gym.streaming(0, 1)
    gym.unplug()
    await gym.until(lambda: {gym.state(0), gym.state(1)} == {SensorState.NO_ADAPTER})
    await gym.adapter(port=gym.ports[0])
    await gym.streaming(0, 1)
    await gym.send(0, 1)
    await gym.until(lambda: gym.rates(0) and gym.rates(1))


async def test_40_polar_straps_are_followed_without_a_connection_and_their_loss_is_known(gym):
    await gym.enter(40, names=[f"Polar {p}" for p in range(40)], polar=_polar(0), interval_ms=50)
    await gym.adapter()
    gym.follow(takes_all=True, listens=True)
    await gym.until(lambda: len(gym.source.athletes) == 40, within_s=20)
    gym.air.advertising_loss = 0.6  # a frame is advertised twice: about 36 % are never heard
    frames = 20
    for frame in range(1, frames + 1):
        for strap in gym.straps:
            strap.advertise(_polar(frame))
        await asyncio.sleep(0.1)
    found = gym.source.sensors
    lost = [1 - (status.packets - 1) / frames for status in found]  # in truth
    assert 0.1 < np.mean(lost) < 0.9
    assert np.mean([status.loss for status in found]) == pytest.approx(
        np.mean(lost), abs=0.08
    )  # the last lost frames are not known yet
    assert {status.state for status in found} == {SensorState.LISTEN}
    assert {status.values["heart_rate"] for status in found} == {141}
    assert not any(strap.is_linked for strap in gym.straps)


async def test_a_polar_strap_whose_rr_is_wanted_and_one_that_is_silent_on_air_are_connected(gym):
    await gym.enter(1)
    for place in (1, 2):
        strap = VirtualSensor(gym.air, "strap", "Polar", gym.address(place), interval_ms=30)
        await strap.start(_polar(1))
        gym.straps.append(strap)
    await gym.adapter()
    gym.follow([0, 1, 2], listens=True, rr=1)
    await gym.until(lambda: gym.straps[0].is_linked and gym.straps[1].is_linked)
    await gym.until(lambda: gym.state(2) is SensorState.LISTEN)
    assert not gym.straps[2].is_linked


def _polar(counter):
    return ble_packets.POLAR_COMPANY, ble_packets.polar_advertisement(141, counter)


async def test_a_sensor_may_be_paired_and_forgotten_while_live(gym):
    await gym.enter(2)
    await gym.adapter()
    gym.follow([0])
    await gym.streaming(0)
    await gym.until(lambda: gym.address(1) in {s.address for s in gym.source.sensors})
    assert (gym.status(1).athlete, gym.status(1).detail) == ("", "belongs to nobody")
    gym.source.pair(Pairing(gym.address(1), "ben"), Athlete("Ben"))
    await gym.streaming(1)
    await gym.send(1)
    await gym.until(lambda: gym.rates(1) == [141])
    assert [a.name for a in gym.source.athletes] == ["Athlete 0", "Ben"]
    gym.source.forget(gym.address(1))
    await gym.until(lambda: not gym.straps[1].is_linked)


async def test_sensors_of_one_name_are_of_one_athlete_unless_they_are_of_one_kind(gym):
    await gym.enter(2, names=["Ada", "Ada"])
    pod = VirtualSensor(gym.air, "pod", "Ada", "F0:00:00:02:00:00", interval_ms=30)
    await pod.start()
    await gym.adapter()
    gym.follow(takes_all=True)
    await gym.until(lambda: len([s for s in gym.source.sensors if s.athlete]) == 3)
    assert len(gym.source.athletes) == 2
    assert gym.source.athletes[0].name.startswith("Ada")


async def test_a_source_that_ends_lets_go_of_everything(gym):
    await gym.enter(2)
    await gym.adapter()
    before = asyncio.all_tasks()
    gym.follow([0, 1])
    await gym.streaming(0, 1)
    await gym.leave()
    await gym.until(lambda: not any(strap.is_linked for strap in gym.straps))
    await gym.until(lambda: asyncio.all_tasks() == before)


@pytest.mark.parametrize("steps", range(5))
async def test_a_cancel_in_the_moment_in_which_something_comes_is_not_lost(gym, steps):
    await gym.adapter()
    gym.follow()
    await gym.until(lambda: gym.batches)
    gym.source._arrived.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    gym._follower.cancel()
    await asyncio.wait([gym._follower], timeout=5)
    assert gym._follower.done()
