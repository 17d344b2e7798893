"""The page of stored sessions: the list, or one session with charts, map, laps, zones, notes."""

from html import escape
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from twin.errors import UnknownSessionError
from twin.records import SessionState
from twin.state.review import Reviewed, ReviewState, completed
from twin.state.team_session import has_team
from twin.views import theme
from twin.views.later import after_answer, beside, once_drawn, waiting
from twin.views.overlay import OverlayView
from twin.views.report_button import report_button
from twin.views.review_beats import beats_parts
from twin.views.review_cards import (
    card,
    cards_html,
    pane,
    stacked,
    summary_cards,
    zones_html,
)
from twin.views.review_charts import ReviewCharts
from twin.views.review_lines import lines_of
from twin.views.review_list import SessionList
from twin.views.review_map import ReviewMap
from twin.views.review_rest import rest_card
from twin.views.review_stretch import StretchCard
from twin.views.review_tabs import ReviewTabs
from twin.views.review_team import TeamView
from twin.views.theme import local
from twin.views.warned import warning

_INTERRUPTED = "The recording was cut off; everything up to its last second is here."
_NOTHING_DRAWN = "<p>Nothing to draw: no channel holds more than zeros.</p>"


class ReviewPage(Viewer):
    """The list of sessions, or the one that the address names."""

    def __init__(self, state: ReviewState, *, dark: bool = False, **params: object) -> None:
        super().__init__(**params)
        self.state = state
        self._surface = theme.surface(dark=dark)
        self._layout = pn.Column(sizing_mode="stretch_width", margin=0, styles={"padding": "12px"})
        state.param.watch(self._show, ["session", "squad", "together"])
        self._show()

    def __panel__(self) -> pn.Column:
        """Return the page."""
        return self._layout

    def _show(self, *_: object) -> None:
        self.state.param.update(selection=None, shown=None)
        if not self.state.session:
            self._layout[:] = [self._several()]
            return
        try:
            reviewed = self.state.open()
        except UnknownSessionError as error:
            self._layout[:] = [warning(str(error)), SessionList(self.state)]
            return
        self._view = view = SessionView(self.state, reviewed, self._surface)
        self._layout[:] = [*view.head(), waiting()]
        after_answer(lambda: self._draw(view))

    def _several(self) -> Viewer:
        """Return what is shown of more than one session."""
        if self.state.together:
            return OverlayView(self.state, self._surface)
        if self.state.squad:
            return TeamView(self.state, self._surface)
        return SessionList(self.state)

    def _draw(self, view: "SessionView") -> None:
        """Draw the charts of a session and compute what takes long, if it is still looked at."""
        if view is self._view:
            parts = view.parts()
            once_drawn(lambda: self._attach(view, parts))

    def _attach(self, view: "SessionView", parts: list[Any]) -> None:
        if view is not self._view:
            return
        self._layout[:] = parts
        if not view.reviewed.is_complete:
            beside(lambda: completed(view.reviewed), lambda done: self._finish(done.result()))

    def _finish(self, done: Reviewed) -> None:
        if done.session.id != self.state.session:
            return
        if not self._view.fill(done):
            self._view = SessionView(self.state, done, self._surface)
            self._layout[:] = self._view.parts()
        beside(lambda: self.state.keep(done), lambda kept: kept.result())


class SessionView:
    """One stored session, built once."""

    def __init__(self, state: ReviewState, reviewed: Reviewed, surface: theme.Surface) -> None:
        self.state = state
        self.reviewed = reviewed
        self._surface = surface
        self._cards, self._zones = pane(""), pane("")
        self._head = self._titled()
        if len(reviewed.samples):
            self._figures(reviewed)

    def head(self) -> list[Any]:
        """Return what is there at once: whose session, and its figures."""
        return [self._head, self._cards]

    def fill(self, reviewed: Reviewed) -> bool:
        """Show the session now that it is complete; False where other channels are to be drawn."""
        if tuple(lines_of(reviewed)) != self._charts.channels:
            return False
        self._charts.fill(reviewed)
        self._map.fill(reviewed)
        self._stretch.fill(reviewed)
        self._tabs.fill(reviewed)
        self._figures(reviewed)
        return True

    def _figures(self, reviewed: Reviewed) -> None:
        self._cards.object = cards_html(summary_cards(reviewed))
        self._zones.object = zones_html(reviewed)

    def parts(self) -> list[Any]:
        """Return the page from top to bottom."""
        if not len(self.reviewed.samples):
            rr = self.state.store.rr(self.reviewed.session.id)
            rest = rest_card(self.state, self.reviewed, self._surface)
            parts = (
                card(*beats_parts(rr, self._surface), rest),
                card(_title("Notes"), *self._notes()),
            )
            return [self._head, stacked(*parts)]
        self._charts = ReviewCharts(self.state, self.reviewed, self._surface)
        self._tabs = ReviewTabs(self.state, self.reviewed, self._surface)
        self._map = ReviewMap(self.state, self.reviewed, self._surface)
        self._stretch = StretchCard(self.state, self.reviewed)
        drawn = self._charts if self._charts.channels else pane(_NOTHING_DRAWN)
        left = pn.Column(
            card(drawn), card(self._tabs),
            styles={"flex": "2 1 560px", "min-width": "0", "min-height": "max-content", "gap": "10px"},
            margin=0,
        )  # fmt: skip
        right = pn.Column(
            card(self._stretch),
            card(self._map),
            card(_title("Time in zone"), self._zones),
            card(_title("Notes"), *self._notes()),
            styles={"flex": "1 1 360px", "min-width": "0", "gap": "10px"},
            margin=0,
        )
        body = pn.FlexBox(left, right, gap="10px", align_items="flex-start", margin=(10, 0),
                          sizing_mode="stretch_width")  # fmt: skip
        return [*self.head(), body]

    def _titled(self) -> pn.viewable.Viewable:
        stored, who = self.reviewed.session, self.reviewed.athlete
        words = f"{who.name} · {stored.sport} · {local(stored.start):%a %d %b %Y, %H:%M}"
        title = pn.pane.HTML(
            f"<h1 style='font-size:22px;margin:0'>{escape(stored.title or words)}</h1>"
            f"<span style='color:var(--twin-muted)'>{escape(stored.source)}</span>", margin=(0, 8),
        )  # fmt: skip
        back = pmui.Button(label="Back" if self.state.together or self.state.squad else "All sessions",
                           icon="arrow_back", variant="text", on_click=self._leave)  # fmt: skip
        files = [
            self._download(form, label) for form, label in (("csv", "CSV"), ("parquet", "Parquet"))
        ]
        if has_team(self.state.store, stored):
            files.append(pmui.Button(label="Team", icon="groups", size="small", variant="outlined",
                                     on_click=self._to_team))  # fmt: skip
        files.append(report_button(self.state.store, stored.id))
        row = pn.FlexBox(back, title, *files, align_items="center", gap="8px",
                         sizing_mode="stretch_width")  # fmt: skip
        if stored.state is not SessionState.INTERRUPTED:
            return row
        return pn.Column(row, warning(_INTERRUPTED), sizing_mode="stretch_width")

    def _leave(self, *_: object) -> None:
        self.state.leave()

    def _to_team(self, *_: object) -> None:
        self.state.param.update(session="", together="", squad=self.reviewed.session.squad_session)

    def _download(self, form: str, label: str) -> pmui.FileDownload:
        button = pmui.FileDownload(
            label=label, filename=f"{self.state.session}.{form}", size="small", auto=True
        )
        button.variant = "outlined"

        def content() -> Any:
            button.filename, file = self.state.export(form)
            return file

        button.callback = content
        return button

    def _notes(self) -> list[Any]:
        words = pane(self._notes_html())
        text = pmui.TextInput(placeholder="Add a note and press Enter", size="small",
                              sizing_mode="stretch_width")  # fmt: skip

        def keep(event: Any) -> None:
            self.state.add_note(event.new)
            words.object = self._notes_html()
            text.value = ""

        text.param.watch(keep, "value")
        return [words, text]

    def _notes_html(self) -> str:
        notes = self.state.notes()
        return "".join(
            f"<p><time>{local(note.time):%d %b %H:%M}</time>{escape(note.text)}</p>"
            for note in notes
        )


def _title(words: str) -> pn.pane.HTML:
    return pn.pane.HTML(f"<h2 style='font-size:16px;margin:0 0 6px'>{words}</h2>", margin=0)
