"""The one live process: sources, pipeline and store wired together, and how to follow it."""

from twin.hub.hub import Hub
from twin.hub.live import LocalLive, as_recording, build_hub
from twin.hub.remote import RemoteLive
from twin.hub.starting import live, start_hub

__all__ = ["Hub", "LocalLive", "RemoteLive", "as_recording", "build_hub", "live", "start_hub"]
