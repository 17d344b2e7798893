"""From received batches to clean channels and live features."""

from twin.pipeline.bests import BEST_S, PEAKS_S, Best, bests
from twin.pipeline.stored import Summary, cleaned, derive, summary
from twin.pipeline.way import way_m
from twin.pipeline.windows import WindowSettings

__all__ = [
    "BEST_S",
    "PEAKS_S",
    "Best",
    "Summary",
    "WindowSettings",
    "bests",
    "cleaned",
    "derive",
    "summary",
    "way_m",
]
