"""The one live process: sources, pipeline and store wired together, and how to follow it."""

from twin.hub.hub import Hub
from twin.hub.live import LocalLive, as_recording, build_hub, live

__all__ = ["Hub", "LocalLive", "as_recording", "build_hub", "live"]
