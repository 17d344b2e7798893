"""Every route of the API, for any Tornado server."""

from collections.abc import Callable
from typing import Any

from twin.protocols import Live
from twin.settings import Settings
from twin.state.squad_frame import squad_frame
from twin.web.broadcast import Broadcast
from twin.web.desk import Desk
from twin.web.messages import tick_message
from twin.web.receiving import OwnTracks, Samples
from twin.web.sockets import LiveSocket, ProgramSocket
from twin.web.standing import Description, Standing


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
        (r"/live", LiveSocket, desk | {"broadcast": Broadcast(live, squad_frame)}),
        (r"/api/v1/live", ProgramSocket, desk | {"broadcast": Broadcast(live, tick_message)}),
        (r"/api/v1/openapi\.yaml", Description, desk),
        (r"/api/v1/owntracks", OwnTracks, desk),
        (r"/api/v1/samples", Samples, desk),
        (r"/api/v1/status", Standing, desk),
    ]
