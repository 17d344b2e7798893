"""From received batches to clean channels and live features."""

from twin.pipeline.stored import Best, Summary, derive, summary
from twin.pipeline.way import way_m
from twin.pipeline.windows import WindowSettings

__all__ = ["Best", "Summary", "WindowSettings", "derive", "summary", "way_m"]
