"""Leading by more than one hand, within one second, and of athletes who have sent nothing yet."""

import asyncio

import numpy as np
import pytest

from fed import Fed
from twin.hub import Hub
from twin.records import Batch
from twin.store import EmbeddedStore
from waiting import until_true


def at(second: int) -> np.datetime64:
    return np.datetime64("2026-09-30T10:00:00", "ns") + np.timedelta64(second, "s")


@pytest.fixture(params=[True, False], ids=["kept", "in memory"])
async def led(tmp_path, virtual_clock, request):
    """A hub that keeps its actions or not, and what sends it a second and waits for the store."""
    with EmbeddedStore(tmp_path) as store:
        source = Fed("Ada", "Bo")
        coaching = store.coaching() if request.param else None
        hub = Hub([source], store, clock=virtual_clock, coaching=coaching)
        task = asyncio.create_task(hub.run())

        async def send(second: int, *athletes: int) -> None:
            times = [at(second)] * len(athletes)
            source.queue.put(Batch.of(athletes, times, heart_rate=[140.0] * len(athletes)))
            await until_true(lambda: hub.ticker.last and hub.ticker.last.time == at(second))
            await hub.leader._marking.writing.ask(len, "")

        yield hub, send
        hub.stop()
        await task


def kinds(hub: Hub) -> list[str]:
    return [action.kind.value for action in hub.leader.led.actions]


async def test_an_undo_pressed_by_two_at_once_takes_back_one_action(led):
    hub, send = led
    await send(0, 0, 1)
    await hub.leader.lead("start", athletes=["ada", "bo"])
    for second in (1, 2, 3):
        await send(second, 0, 1)
        await hub.leader.lead("lap", athletes=["ada"])
    last = hub.leader.led.actions[-1].id
    undo = [hub.leader.lead("undo", id=last) for _ in range(2)]
    first, second = await asyncio.gather(*undo, return_exceptions=True)
    assert first is None
    assert "something else was done" in str(second)
    assert kinds(hub) == ["start", "lap", "lap"]
    assert len(hub.recorder.laps["ada"]) == 3


async def test_a_start_pressed_by_two_at_once_is_one_start(led):
    hub, send = led
    await send(0, 0, 1)
    starts = [hub.leader.lead("start", athletes=["ada", "bo"]) for _ in range(2)]
    first, second = await asyncio.gather(*starts, return_exceptions=True)
    assert first is None
    assert "runs already" in str(second)
    assert kinds(hub) == ["start"]


@pytest.mark.parametrize("over", ["out", "end"])
async def test_who_was_awaited_when_all_were_taken_out_is_recorded_after_the_undo(led, over):
    hub, send = led
    await send(0, 0)  # Bo's strap is not on yet
    await hub.leader.lead(over, athletes=["ada", "bo"])
    await hub.leader.lead("undo", id=hub.leader.led.actions[-1].id)
    await send(1, 0, 1)
    assert set(hub.recorder.sessions) == {"ada", "bo"}


async def test_who_was_out_before_stays_out_after_the_undo(led):
    hub, send = led
    await send(0, 0, 1)
    await hub.leader.lead("out", athletes=["bo"])
    await hub.leader.lead("out", athletes=["ada", "bo"])
    await hub.leader.lead("undo", id=hub.leader.led.actions[-1].id)
    await send(1, 0, 1)
    assert set(hub.recorder.sessions) == {"ada"}


async def test_a_drill_goes_on_when_the_last_ones_out_are_taken_in_again_by_undo(led):
    hub, send = led
    await send(0, 0, 1)
    await hub.leader.lead("period", text="Rondo")
    await send(1, 0, 1)
    await hub.leader.lead("out", athletes=["ada", "bo"])
    await hub.leader.lead("undo", id=hub.leader.led.actions[-1].id)
    assert [(period.name, period.end) for period in hub.recorder.periods] == [("Rondo", None)]


async def test_an_end_in_the_second_a_drill_began_is_taken_back_alone(led):
    hub, send = led
    await send(0, 0, 1)
    await hub.leader.lead("start", athletes=["ada", "bo"])
    await send(1, 0, 1)
    await hub.leader.lead("period", text="Rondo")
    await send(2, 0, 1)
    await hub.leader.lead("period", text="Game")
    await hub.leader.lead("end")
    await hub.leader.lead("undo", id=hub.leader.led.actions[-1].id)
    told = [(period.name, period.end is None) for period in hub.recorder.periods]
    assert told == [("Rondo", False), ("Game", True)]


async def test_a_drill_before_anybody_is_recorded_is_refused_in_words(led):
    hub, _ = led
    with pytest.raises(ValueError, match="nobody is recorded yet"):
        await hub.leader.mark_period("Rondo")
    assert hub.recorder.periods == ()
