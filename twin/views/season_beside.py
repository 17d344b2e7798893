"""What a season's page does beside the screen: look at all sessions together, make missing figures."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import panel as pn

from twin.model.season_trends import Recalled
from twin.state.season import SeasonState, progress_words
from twin.views.later import page, soon

# Sessions; then each time twice as many are there: a redraw takes as long for all.
_FIRST_SHOWN = 30


class Beside:
    """Work for one page, begun when it is drawn and told as it is done.

    Parameters
    ----------
    state : SeasonState
        Takes what is found.
    """

    def __init__(self, state: SeasonState) -> None:
        self._state = state
        self._doc = page()
        self._leave: Callable[[], None] = lambda: None
        self._shown_at = _FIRST_SHOWN
        if self.on_a_page:
            # A closure, not globals of the served script: those are cleared before this is called.
            pn.state.on_session_destroyed(lambda context, beside=self: beside.end())

    @property
    def on_a_page(self) -> bool:
        """Whether somebody looks: not so in a test or a script."""
        return self._doc is not None

    def begin(self) -> None:
        """Look at the sessions of the athlete now shown, and have made what they lack."""
        if not self.on_a_page:
            self._state.take(self._state.recall())
            return
        self.end()
        self._look_back()
        athlete, self._shown_at = self._state.athlete, _FIRST_SHOWN
        self._leave = self._state.catch_up(
            lambda done, total: self._soon(lambda: self._show(athlete, done, total))
        )

    def end(self) -> None:
        """Be told no more."""
        self._leave()
        self._leave = lambda: None

    def _look_back(self) -> None:
        athlete = self._state.athlete

        def work() -> None:
            found = self._state.recall()
            self._soon(lambda: self._take(athlete, found))

        Thread(target=work, name="season", daemon=True).start()

    def _soon(self, change: Callable[[], Any]) -> None:
        soon(change, self._doc)

    def _take(self, athlete: str, found: Recalled | None) -> None:
        if athlete == self._state.athlete:
            self._state.take(found)

    def _show(self, athlete: str, done: int, total: int) -> None:
        """Tell how far it is; show what has been made at the end, and the newest, made first, before."""
        if athlete != self._state.athlete:
            return
        if done < total:
            self._state.progress = progress_words(done, total)
            if done >= self._shown_at:
                self._shown_at = 2 * done
                self._state.read()
            return
        self._state.progress = ""
        self._state.read()
        self._look_back()
