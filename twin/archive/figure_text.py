"""The figures of a session as JSON, and read again: as a `Summary`, as bests, as fields of a row."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

import numpy as np

from twin.pipeline import BEST_S, Best, Summary
from twin.pipeline.windows import AVERAGED
from twin.store.figures import Figure

_COLUMNS = {name: [f"best_{name}_{window_s}" for window_s in BEST_S] for name in AVERAGED}
SESSIONS_AT_HAND = 5000  # about 8 kB each


def to_json(figures: Summary) -> str:
    """Return figures as JSON, bests as lists by channel; where they begin waits to be asked for."""
    bests = {name: [best for best in figures.bests if best.channel == name] for name in AVERAGED}
    values = {name: [best.value for best in found] for name, found in bests.items()}
    begins = {name: [best.begin_s for best in found] for name, found in bests.items()}
    plain = asdict(replace(figures, bests=())) | {"bests": values, "begins": json.dumps(begins)}
    return json.dumps(plain)


def from_json(body: str) -> Summary:
    """Return figures that `to_json` wrote."""
    fields = json.loads(body)
    bests, zones = bests_of(fields), tuple(fields.pop("time_in_zone_s"))
    del fields["begins"]
    return Summary(**fields | {"time_in_zone_s": zones, "bests": bests})


def bests_of(fields: Mapping[str, Any]) -> tuple[Best, ...]:
    """Return the bests among figures that were read from JSON."""
    begins = json.loads(fields["begins"])
    return tuple(
        Best(name, *one)
        for name, values in fields["bests"].items()
        for one in zip(BEST_S, values, begins[name], strict=True)
    )


def fields_of(kept: Figure | None) -> Mapping[str, Any]:
    """Return figures as the fields of a row; none where nothing is kept."""
    return _row(kept.body) if kept and kept.body else {}


@lru_cache(maxsize=SESSIONS_AT_HAND)
def _row(body: str) -> Mapping[str, Any]:
    """Return figures as the fields of a row; whoever opens a season next finds them read already."""
    fields = json.loads(body)
    zones, bests = fields.pop("time_in_zone_s"), fields.pop("bests")
    if fields.pop("begins", None) is not None:  # else of code from before: to be summed up again
        for name, values in bests.items():
            fields.update(zip(_COLUMNS[name], values, strict=True))
    fields.update((f"zone_{number}_s", seconds) for number, seconds in enumerate(zones, 1))
    return {name: np.nan if value is None else value for name, value in fields.items()}
