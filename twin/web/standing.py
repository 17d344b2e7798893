"""`GET /api/v1/status` and the description of the API."""

from importlib.resources import files
from typing import Any

from twin.records import Tick
from twin.web.asking import Asking


class Standing(Asking):
    """How the live process stands."""

    def get(self) -> None:
        """Answer with store, sources and squad."""
        self.need_reader()
        self.finish(status_json(self.desk.live().tick()))


class Description(Asking):
    """The OpenAPI file of this API; open, so that clients can be made from it."""

    def get(self) -> None:
        """Answer with the file."""
        self.set_header("Content-Type", "application/yaml")
        self.finish(files("twin.web").joinpath("openapi.yaml").read_bytes())


def status_json(tick: Tick | None) -> dict[str, Any]:
    """Return what a program asks first: is it recording, who sends, who is followed.

    >>> status_json(None)
    {'store': 'idle', 'athletes': 0, 'recording': 0, 'sources': []}
    """
    if tick is None:
        return {"store": "idle", "athletes": 0, "recording": 0, "sources": []}
    return {
        "store": tick.store_state,
        "athletes": len(tick.squad),
        "recording": len(tick.sessions),
        "sources": [
            {"name": source.name, "state": source.state, "detail": source.detail}
            for source in tick.sources
        ],
    }
