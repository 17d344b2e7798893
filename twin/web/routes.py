"""Every route of the API, for any Tornado server."""

from collections.abc import Callable
from typing import Any

from twin.protocols import Live
from twin.settings import Settings
from twin.web.desk import Desk
from twin.web.receiving import OwnTracks, Samples


def routes(live: Callable[[], Live], settings: Settings) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return what a server is given as its extra patterns.

    Parameters
    ----------
    live : callable
        Gives whom to follow; called with each request.
    settings : Settings
        ``API_KEY`` opens the API.
    """
    desk = {"desk": Desk(live, settings)}
    return [
        (r"/api/v1/samples", Samples, desk),
        (r"/api/v1/owntracks", OwnTracks, desk),
    ]
