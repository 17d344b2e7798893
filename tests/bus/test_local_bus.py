"""The bus inside one process keeps the promises of `twin.protocols.Bus`."""

import pytest

from twin.bus import LocalBus
from twin.errors import UnknownAthleteError


def test_a_listener_hears_the_past_first_then_what_comes_once_each(tick, marks, ear):
    bus = LocalBus()
    for number in range(3):
        bus.publish(tick(number), marks)
    end = bus.subscribe(ear)
    bus.publish(tick(3), marks)
    end()
    bus.publish(tick(4), marks)
    assert [(one.tick.number, one.past) for one in ear.news] == [
        (0, True), (1, True), (2, False), (3, False),
    ]  # fmt: skip


def test_what_the_hub_raises_reaches_the_one_who_asked():
    bus = LocalBus()
    with pytest.raises(TimeoutError, match="no hub"):
        bus.ask("mark_lap", {"athlete": "Zoe"})

    def refuse(command, arguments):
        raise UnknownAthleteError(f"{command}: no athlete {arguments['athlete']!r}")

    bus.serve(refuse)
    with pytest.raises(UnknownAthleteError, match="mark_lap: no athlete 'Zoe'"):
        bus.ask("mark_lap", {"athlete": "Zoe"})
    bus.close()
