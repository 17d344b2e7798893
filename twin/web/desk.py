"""What the handlers of one server share: whom they follow, and where samples go."""

from collections.abc import Callable
from dataclasses import dataclass

from twin.protocols import Live
from twin.settings import Settings
from twin.sources.http import HttpSource


@dataclass(frozen=True, slots=True)
class Desk:
    """What handlers need to know.

    Parameters
    ----------
    live : callable
        Gives whom to follow, once there is somebody.
    settings : Settings
        With the key that opens the API.
    """

    live: Callable[[], Live]
    settings: Settings

    @property
    def source(self) -> HttpSource | None:
        """Where samples go; None where the live process takes none over HTTP."""
        sources = getattr(self.live(), "sources", ())
        return next((source for source in sources if isinstance(source, HttpSource)), None)
