"""The squad on one screen: tiles or table, and a map; one component, one frame a tick."""

from collections.abc import Mapping
from typing import Any, ClassVar

import panel as pn
import param

from twin.state import SquadState
from twin.views.assets import read_assets
from twin.views.board import Board

SOCKET = "twin_squad_socket"  # under which a server notes in `pn.state.cache` that it has one
_PARTS = ("elements.js", "remembered.js", "keys.js", "squad_frame.js", "squad_words.js", "lead_words.js", "battery.js", "squad_worn.js",
          "squad_tile.js", "squad_curve.js", "squad_compare.js", "squad_table.js", "squad_pitch.js", "tiles.js", "squad_map.js",
          "dialog.js", "squad_dialog.js", "squad_order.js", "squad_address.js", "squad_big.js", "squad_keys.js", "squad_paint.js",
          "squad_bar.js", "squad_socket.js", "squad.js")  # fmt: skip


class SquadBoard(Board):
    """Draws a `SquadState` in the browser and brings the coach's commands back.

    The browser unpacks each frame, keeps the trend lines and tails, sorts, filters and remembers
    its own state in the address of the page; the server sends one message a tick.
    """

    alone = param.Boolean(
        default=True,
        doc="Has the page to itself: keeps its state in the address, names lead to other pages.",
    )

    alerts = param.String("{}", doc="The loudest active alert of each athlete, as JSON.")

    frame = param.Bytes(b"", doc="The newest tick, as `twin.state.squad_frame` packs it.")

    period = param.String("{}", doc="The period that runs, as JSON.")

    roster = param.String("[]", doc="Names, limits and zone bounds, as JSON.")

    sensors = param.String("{}", doc="What each athlete wears, as JSON.")

    socket = param.String(
        doc="Where the frames of all viewers come from, as a link from the page; empty = nowhere."
    )

    target = param.String("{}", doc="The step of a led workout and who is told what, as JSON.")

    tiles = param.String(doc="Address of map tiles with {z}, {x}, {y}; empty: none.")

    trend = param.Bytes(b"", doc="The last minutes of every athlete, sent once.")

    _esm = read_assets(*_PARTS)
    _stylesheets: ClassVar[list[str]] = [read_assets("squad.css")]
    _told = frozenset({"alerts", "frame", "period", "roster", "sensors", "target"})

    def __init__(self, state: SquadState, **params: Any) -> None:
        socket = pn.state.cache.get(SOCKET, "")
        super().__init__(state, **{"sizing_mode": "stretch_both", "socket": socket} | params)
        self._rest = state.rest

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        if data.get("command") == "socket":
            self._rest(bool(data.get("alive")))
        else:
            super()._handle_msg(data)
