"""What the browser must know to read wire rows: order, zones, colours, clock; as JSON."""

import itertools
import json

import numpy as np

from twin.physiology.zones import bounds_of
from twin.records import Athlete, Reason, Tick
from twin.schema import STALE_AFTER_S
from twin.state.athlete import AthleteState
from twin.state.wire import FAN_S, TOLD_ORDER, WIRE_ORDER
from twin.views.charts import PACED
from twin.views.theme import Surface, local

GAP_S = 5.0  # a longer silence breaks a line
_SLOWEST_PACE_S = {"running": 600.0, "walking": 1500.0}  # slower is drawn as standing
_REASONS = {Reason.GOOD: "", Reason.NOT_MEASURED: "not measured", Reason.STALE: "late"}


def live_spec(state: AthleteState, tick: Tick, surface: Surface) -> str:
    """Return the description of an athlete's wire rows, as the script of the page reads it."""
    who = state.who(tick)
    wall = local(np.array([state.base]))[0]
    limit = who.heart_rate_limit
    return json.dumps(
        {
            "order": WIRE_ORDER,
            "fan_s": FAN_S,
            "told_order": TOLD_ORDER,
            "base_ms": int(wall.astype("datetime64[ms]").astype(np.int64)),
            "gap_ms": GAP_S * 1000,
            "stale_s": STALE_AFTER_S,
            "rollover": state.capacity,
            "max_hr": who.max_hr,
            "limit": None if np.isnan(limit) else limit,
            "on_foot": who.sport in PACED,
            "slowest_pace_s": _SLOWEST_PACE_S.get(who.sport, 0.0),
            "reasons": [_REASONS.get(reason, reason.name.lower().replace("_", " "))
                        for reason in Reason],
            "zone_words": zone_words(who),
            "zone_seconds": state.zone_seconds(tick),
            "zone_colours": surface.zones,
            "blank_colour": surface.stale,
        }
    )  # fmt: skip


def zone_words(athlete: Athlete) -> list[str]:
    """Return the heart rates of each zone in words.

    >>> zone_words(Athlete("Ada", max_hr=190))[0], zone_words(Athlete("Ada", max_hr=190))[4]
    ('95–113 bpm', '≥ 171 bpm')
    """
    low = np.ceil(bounds_of(athlete)).astype(int)
    words = [f"{a}–{b - 1} bpm" for a, b in itertools.pairwise(low)]
    return [*words, f"≥ {low[-1]} bpm"]
