"""The pages' views in a notebook, where nothing is served: over the kernel's own line."""

import asyncio
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import panel as pn
from panel.viewable import Viewer

from twin.protocols import Live
from twin.records import Tick
from twin.state import Follower, SquadState
from twin.state.athlete import AthleteState
from twin.views import theme
from twin.views.athlete import AthletePage
from twin.views.component import Component
from twin.views.squad import SquadBoard

_PATIENCE_S = 150.0  # a tab in the background speaks once a minute
_SQUAD_HEIGHT = 640  # px; the output of a cell has no height of its own


class LiveView(Viewer):
    """The squad, or one athlete, live in the output of a cell.

    Each time it is shown a view is built anew, which rests when no browser looks at it.

    Parameters
    ----------
    live : Live
        Follows the hub.
    athlete : str
        Id or name; empty: the squad.
    window_min : int
        Length of an athlete's charts, 1 to 90. [min]
    dark : bool
        In the colours of the dark scheme.

    Raises
    ------
    UnknownAthleteError
        If nobody in the squad is called that.
    """

    def __init__(
        self, live: Live, athlete: str = "", *, window_min: int = 10, dark: bool = False
    ) -> None:
        super().__init__()
        self._live, self._athlete = live, athlete
        self._window_min, self._dark = window_min, dark
        if athlete and (tick := live.tick()) is not None:
            self._state().who(tick)

    def __panel__(self) -> pn.Column:
        """Return a new view, which follows the hub."""
        if self._athlete:
            page = AthletePage(self._state(), dark=self._dark, commands=False)
            return _Screen(self._live, page, page.show, dark=self._dark)
        squad = SquadState(self._live)
        board = SquadBoard(squad, alone=False, height=_SQUAD_HEIGHT, sizing_mode="stretch_width")
        return _Screen(self._live, board, squad.show, dark=self._dark)

    def _state(self) -> AthleteState:
        return AthleteState(self._live, athlete=self._athlete, window=self._window_min)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        load()
        return super()._repr_mimebundle_(include, exclude)


class _Screen(pn.Column):
    """A view in one output, shown every tick as long as a browser looks at it."""

    def __init__(self, live: Live, view: Any, show: Callable[[Tick], None], *, dark: bool) -> None:
        colours = f":host{{{theme.css(dark=dark)}color:{theme.surface(dark=dark).text}}}"
        looked_at = Lifeline()
        super().__init__(
            view, looked_at, design=pn.theme.Native, margin=0, sizing_mode="stretch_width",
            stylesheets=[colours],
        )  # fmt: skip

        def show_here(tick: Tick) -> None:
            if looked_at:
                show(tick)
                pn.io.push_notebook(self)

        soon = asyncio.get_running_loop().call_soon_threadsafe
        self._follower = Follower(live, show_here, soon)

    def _cleanup(self, root: Any = None) -> None:
        self._follower.close()
        super()._cleanup(root)


class Lifeline(Component):
    """Is true while a browser says that it is there.

    JupyterLab tells the kernel nothing when an output is cleared or its tab closed; a view that
    went on would cost the kernel as much as one that is seen.

    Parameters
    ----------
    seconds : callable
        A clock that never goes back. [s]
    """

    _esm = """
export function render({model}) {
  const timer = setInterval(() => model.send_msg({here: true}), 5000)
  model.on("remove", () => clearInterval(timer))
  return document.createElement("span")
}"""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        super().__init__(width=1, height=1, margin=0)
        self._seconds = seconds
        self._heard_at = seconds()

    def __bool__(self) -> bool:
        return self._seconds() - self._heard_at < _PATIENCE_S

    def _handle_msg(self, data: Any) -> None:
        self._heard_at = self._seconds()


@cache
def load() -> None:
    """Load what the views need into the notebook, once; nothing comes from the internet."""
    pn.extension(inline=True)
