"""A tick as a message for sockets. Pure."""

import json
from typing import Any

import numpy as np

from twin.records import Tick, utc
from twin.schema import ALL_NAMES, CHANNELS


def tick_message(tick: Tick) -> str:
    """Return a tick as JSON: of every athlete the values that are live now.

    Parameters
    ----------
    tick : Tick
        The squad now. Values that are old or not trusted at all are left out; `quality` is given
        where a value is trusted in part.

    Returns
    -------
    str
        ``{"type": "tick", "number", "time", "store", "athletes": [{"id", "name", "recording",
        "values", "quality"}]}``, in the units of `twin.schema`.
    """
    trusted = tick.quality > 0
    athletes = [
        {"id": athlete.id, "name": athlete.name, "recording": athlete.id in tick.sessions}
        | _values(tick, index, np.flatnonzero(trusted[:, index]).tolist())
        for index, athlete in enumerate(tick.squad)
    ]
    content = {
        "type": "tick",
        "number": tick.number,
        "time": utc(tick.time).isoformat().replace("+00:00", "Z"),
        "store": tick.store_state,
        "athletes": athletes,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _values(tick: Tick, athlete: int, channels: list[int]) -> dict[str, Any]:
    values, quality = {}, {}
    for channel in channels:
        name, value = ALL_NAMES[channel], float(tick.values[channel, athlete])
        if np.isnan(value):
            continue
        values[name] = round(value, CHANNELS[name].decimals + 2)
        share = float(tick.quality[channel, athlete])
        if share < 1:
            quality[name] = round(share, 2)
    return {"values": values} | ({"quality": quality} if quality else {})
