"""What the squad page shows of a workout that is led: the step, its end, what each athlete is told."""

import json
from datetime import timedelta

from twin.model.target import Cue
from twin.protocols import Live
from twin.records import Tick, utc
from twin.state.leading import Leading, place_of

LETTERS = {Cue.NOTHING: ".", Cue.ON: "o", Cue.FASTER: "f", Cue.SLOWER: "s"}


class SquadTarget:
    """Follows a led workout for one page; its words change when a step or somebody's cue does.

    Parameters
    ----------
    live : Live
        Follows the hub.
    """

    def __init__(self, live: Live) -> None:
        self._live = live
        self._leading = Leading(live)

    def told(self, tick: Tick) -> str:
        """Return ``step``, ``ends`` and ``cues``, a letter of `LETTERS` each; {} without a workout."""
        led = self._live.led()
        if not led.runs or led.pause:
            return "{}"
        now = utc(tick.time)
        place = place_of(led, led.elapsed_s(now))
        if place is None or place.leg is None:
            return "{}"
        ends = now + timedelta(seconds=place.left_s)
        return json.dumps({
            "step": place.leg.step.words, "ends": ends.isoformat(timespec="seconds"),
            "cues": "".join(LETTERS[cue] for cue in self._leading.cues(tick, led)),
        }, ensure_ascii=False)  # fmt: skip
