"""Where samples come from: recordings played as live; the simulator is found by name."""

from twin.sources.registry import open_sources
from twin.sources.replay import Replay

__all__ = ["Replay", "open_sources"]
