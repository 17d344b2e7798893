"""What the handlers of one server share: whom they follow, and where samples go."""

from collections.abc import Callable
from dataclasses import dataclass

from twin.protocols import Live
from twin.settings import Settings
from twin.sources.http import HttpSource
from twin.web.answer import Answer


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

    def need_source(self) -> HttpSource:
        """Return where samples go.

        Raises
        ------
        Answer
            If the live process takes none over HTTP.
        """
        for source in getattr(self.live(), "sources", ()):
            if isinstance(source, HttpSource):
                return source
        raise Answer(503, "no samples are taken here: start twin serve with --source http")
