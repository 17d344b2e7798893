"""A hub that others follow: its ticks go out on the bus, their commands come in."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from twin.bus import RedisBus
from twin.errors import BusError, BusTakenError
from twin.hub.hub import Hub
from twin.hub.live import LocalLive
from twin.protocols import Bus
from twin.records import Marks

logger = logging.getLogger(__name__)

_COMMANDS = frozenset(
    {
        "acknowledge", "change_rule", "control", "end_session", "forget_sensor", "lead", "mark_lap",
        "mark_period", "mute", "pair_sensor", "start_session", "update_athlete",
    }
)  # fmt: skip


class PublishedLive(LocalLive):
    """Follows a hub of this process and lets others follow it over a bus.

    Parameters
    ----------
    make_hub : callable
        Builds the hub; called on the hub's own thread.
    bus : Bus
        Closed by `stop`.
    """

    def __init__(self, make_hub: Callable[[], Hub], bus: Bus) -> None:
        self._bus = bus

        def make_published() -> Hub:
            hub = make_hub()
            # Followed before its first tick: who hears that one has missed nothing.
            hub.ticker.follow(lambda tick: bus.publish(tick, _marks_of(hub)))
            return hub

        super().__init__(make_published)
        bus.serve(self.carry_out)

    def stop(self) -> None:
        """End the sessions in order, stop the hub, and close the bus."""
        super().stop()
        self._bus.close()

    def carry_out(self, command: str, arguments: Mapping[str, Any]) -> None:
        """Carry out a command of a follower; what comes of it is told at once.

        Raises
        ------
        ValueError
            If there is no such command; else what the command itself raises.
        """
        if command not in _COMMANDS:
            raise ValueError(f"{command!r} is no command; there is {', '.join(sorted(_COMMANDS))}")
        getattr(self, command)(**arguments)
        self._loop.call_soon_threadsafe(self.hub.ticker.request)


def _marks_of(hub: Hub) -> Marks:
    return Marks(hub.recorder.laps, hub.recorder.periods, hub.leader.led.actions)


def claimed_bus(url: str, group: str = "") -> RedisBus:
    """Return the bus of a hub, once no other hub publishes there as this group.

    Raises
    ------
    BusTakenError
        If another hub does. A Redis that is down raises nothing: recording must go on without it,
        and followers find the hub when it is back.
    """
    bus = RedisBus(url, group=group)
    try:
        bus.claim()
    except BusTakenError:
        bus.close()
        raise
    except BusError as error:
        logger.warning("recording goes on, but nobody can follow: %s", error)
    return bus
