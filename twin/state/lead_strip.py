"""What a led session asks of one athlete now, as the athlete's own page tells it."""

import json

import param

from twin.errors import UnknownAthleteError
from twin.records import Tick
from twin.state.athlete import AthleteState
from twin.state.leading import Leading


class LeadStripState(param.Parameterized):
    """The step, the target and the cue of the athlete whose page it is; empty where nothing is led.

    Parameters
    ----------
    athlete : AthleteState
        Whose page it is.
    """

    told = param.String("{}", doc="Step, target and cue as JSON.")

    def __init__(self, athlete: AthleteState, **params: object) -> None:
        super().__init__(**params)
        self._athlete = athlete
        self._leading = Leading(athlete.live)

    def show(self, tick: Tick) -> None:
        """Take a tick over; nothing changes, and nothing is sent, while no workout is led."""
        led = self._athlete.live.led()
        told: dict[str, object] = {}
        if led.runs and led.plan is not None and led.plan.workout:
            whole = self._leading.told(tick, led)
            try:
                who = whole["athletes"][self._athlete.index(tick)]
            except (UnknownAthleteError, IndexError):
                who = None
            if who is not None:
                told = {"who": who, **{name: whole[name] for name in ("place", "state", "unit")}}
        self.told = json.dumps(told, ensure_ascii=False)
