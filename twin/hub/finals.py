"""The figures of a session as screens show them live, taken when it ends."""

from typing import Any

import numpy as np

from twin.pipeline import windows
from twin.pipeline.graph import Graph
from twin.schema import ALL_NAMES, ZONE_COUNT

SHOWN = ("elapsed", "session_distance", "ascent", "banister_trimp", "edwards_trimp",
         *(f"time_in_zone_{zone}" for zone in range(1, ZONE_COUNT + 1)))  # fmt: skip


def final_figures(graph: Graph, index: int) -> dict[str, float]:
    """Return the live figures of an athlete by name, NaN where nothing was measured.

    Parameters
    ----------
    graph : Graph
        Of the hub, before its sums begin anew.
    index : int
        Place of the athlete in the squad.

    Returns
    -------
    dict
        Channels of `SHOWN`, ``mean_CHANNEL`` and ``best_CHANNEL_SECONDS`` of the channels that are
        averaged.
    """
    latest: Any = graph.features.latest
    found = {name: float(latest[ALL_NAMES.index(name), index]) for name in SHOWN}
    means = windows.session_means(graph.windows)[:, index]
    found |= {f"mean_{c}": float(m) for c, m in zip(windows.AVERAGED, means, strict=True)}
    highest: Any = np.asarray(windows.bests(graph.windows))[:, :, index]
    for span, row in zip(graph.windows.settings.windows_s, highest, strict=True):
        found |= {f"best_{c}_{span}": float(b) for c, b in zip(windows.AVERAGED, row, strict=True)}
    return found
