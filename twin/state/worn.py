"""Which sensors each athlete wears and how they stand, as the squad page tells it."""

import json
import math
from collections.abc import Sequence
from functools import lru_cache

from twin.records import SensorStatus, Tick


@lru_cache(maxsize=2)
def worn_in(tick: Tick) -> str:
    """Return `worn` of the sensors of a tick; the viewers of one process share it."""
    return worn(tick.sensors)


def worn(sensors: Sequence[SensorStatus]) -> str:
    """Return the sensors by athlete id as JSON; changes only when a screen would look different.

    Each is ``{kind, state, battery, loss}``; battery and loss are whole per cent, None = not known.

    Examples
    --------
    >>> worn([SensorStatus("F0:1", kind="power", athlete="ada", battery=85.0)])
    '{"ada": [{"kind": "power", "state": "search", "battery": 85, "loss": null}]}'
    """
    by_athlete: dict[str, list[dict[str, object]]] = {}
    for sensor in sensors:
        if sensor.athlete:
            by_athlete.setdefault(sensor.athlete, []).append(
                {
                    "kind": sensor.kind,
                    "state": sensor.state.value,
                    "battery": whole_or_none(sensor.battery),
                    "loss": whole_or_none(100 * sensor.loss),
                }
            )
    return json.dumps(by_athlete)


def whole_or_none(value: float) -> int | None:
    """Return a number as it is shown; None where it is not known."""
    return None if math.isnan(value) else round(value)
