"""The page of stored sessions: the list, or one session with charts, map, laps, zones, notes."""

from functools import partial
from html import escape
from threading import Thread
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from twin.errors import UnknownSessionError
from twin.records import SessionState
from twin.state.review import Reviewed, ReviewState, completed
from twin.views import theme
from twin.views.review_cards import (
    StretchCard,
    cards_html,
    laps_table,
    pane,
    summary_cards,
    zones_html,
)
from twin.views.review_charts import ReviewCharts, drawn_channels
from twin.views.review_list import SessionList
from twin.views.review_map import ReviewMap
from twin.views.theme import local

_CARD = {"background": "var(--twin-card)", "border": "1px solid var(--twin-line)",
         "border-radius": "8px", "min-width": "0", "padding": "10px"}  # fmt: skip
_INTERRUPTED = "The recording was cut off; everything up to its last second is here."


class ReviewPage(Viewer):
    """The list of sessions, or the one that the address names."""

    def __init__(self, state: ReviewState, *, dark: bool = False, **params: object) -> None:
        super().__init__(**params)
        self.state = state
        self._surface = theme.surface(dark=dark)
        self._layout = pn.Column(sizing_mode="stretch_width", margin=0, styles={"padding": "12px"})
        state.param.watch(self._show, "session")
        self._show()

    def __panel__(self) -> pn.Column:
        """Return the page."""
        return self._layout

    def _show(self, *_: object) -> None:
        self.state.selection = None
        if not self.state.session:
            self._layout[:] = [SessionList(self.state)]
            return
        try:
            reviewed = self.state.open()
        except UnknownSessionError as error:
            self._layout[:] = [pn.pane.Alert(escape(str(error)), alert_type="warning"),
                               SessionList(self.state)]  # fmt: skip
            return
        self._view = SessionView(self.state, reviewed, self._surface)
        self._layout[:] = self._view.parts()
        if reviewed.summary is None:
            self._complete(reviewed)

    def _complete(self, reviewed: Reviewed) -> None:
        """Compute what takes long beside the screen, then show it."""
        doc = pn.state.curdoc
        if doc is None or doc.session_context is None:
            self._finish(completed(reviewed))
            return

        def work() -> None:
            done = completed(reviewed)
            doc.add_next_tick_callback(partial(self._finish, done))

        # After the page is drawn: the two would only slow each other down.
        pn.state.onload(Thread(target=work, name="review", daemon=True).start)

    def _finish(self, done: Reviewed) -> None:
        if done.session.id != self.state.session:
            return
        if drawn_channels(done) != drawn_channels(self._view.reviewed):
            self._view = SessionView(self.state, done, self._surface)
            self._layout[:] = self._view.parts()
        else:
            self._view.fill(done)


class SessionView:
    """One stored session, built once."""

    def __init__(self, state: ReviewState, reviewed: Reviewed, surface: theme.Surface) -> None:
        self.state = state
        self.reviewed = reviewed
        self._surface = surface
        self._cards, self._zones = pane(""), pane("")

    def fill(self, reviewed: Reviewed) -> None:
        """Show the figures of the whole session."""
        self._cards.object = cards_html(summary_cards(reviewed))
        self._zones.object = zones_html(reviewed)

    def parts(self) -> list[Any]:
        """Return the page from top to bottom."""
        if not len(self.reviewed.samples):
            return [self._head(), pn.pane.Markdown("This session holds no samples.")]
        self._charts = ReviewCharts(self.state, self.reviewed, self._surface)
        left = pn.Column(
            _card(self._charts), _card(_title("Laps"), self._laps()),
            styles={"flex": "2 1 560px", "min-width": "0", "gap": "10px"}, margin=0,
        )  # fmt: skip
        right = pn.Column(
            _card(StretchCard(self.state, self.reviewed)),
            _card(ReviewMap(self.state, self.reviewed, self._surface)),
            _card(_title("Time in zone"), self._zones),
            _card(_title("Notes"), *self._notes()),
            styles={"flex": "1 1 360px", "min-width": "0", "gap": "10px"},
            margin=0,
        )
        body = pn.FlexBox(left, right, gap="10px", align_items="flex-start", margin=(10, 0),
                          sizing_mode="stretch_width")  # fmt: skip
        self.fill(self.reviewed)
        return [self._head(), self._cards, body]

    def _head(self) -> pn.viewable.Viewable:
        stored, who = self.reviewed.session, self.reviewed.athlete
        words = f"{who.name} · {stored.sport} · {local(stored.start):%a %d %b %Y, %H:%M}"
        title = pn.pane.HTML(
            f"<h1 style='font-size:22px;margin:0'>{escape(stored.title or words)}</h1>"
            f"<span style='color:var(--twin-muted)'>{escape(stored.source)}</span>", margin=(0, 8),
        )  # fmt: skip
        back = pmui.Button(label="All sessions", icon="arrow_back", variant="text",
                           on_click=self._leave)  # fmt: skip
        files = [
            self._download(form, label) for form, label in (("csv", "CSV"), ("parquet", "Parquet"))
        ]
        row = pn.FlexBox(back, title, *files, align_items="center", gap="8px",
                         sizing_mode="stretch_width")  # fmt: skip
        if stored.state is not SessionState.INTERRUPTED:
            return row
        warning = pn.pane.Alert(_INTERRUPTED, alert_type="warning", margin=(4, 0))
        return pn.Column(row, warning, sizing_mode="stretch_width")

    def _leave(self, *_: object) -> None:
        self.state.session = ""

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

    def _laps(self) -> pn.viewable.Viewable:
        if not self.reviewed.laps:
            return pane("<p>No laps.</p>")
        table = pn.widgets.Tabulator(
            laps_table(self.reviewed), show_index=False, disabled=True, selectable=False,
            sizing_mode="stretch_width", layout="fit_columns", margin=0, pagination="local",
            page_size=20,
        )  # fmt: skip
        table.on_click(lambda event: self._go_to_lap(event.row))
        return table

    def _go_to_lap(self, row: int) -> None:
        lap = self.reviewed.laps[row]
        until = lap.end or self.reviewed.samples.index[-1].to_pydatetime()
        self.state.selection = (lap.start, until)
        self._charts.zoom(lap.start, until)

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


def _card(*content: object) -> pn.Column:
    return pn.Column(*content, styles=_CARD, sizing_mode="stretch_width", margin=0)


def _title(words: str) -> pn.pane.HTML:
    return pn.pane.HTML(f"<h2 style='font-size:16px;margin:0 0 6px'>{words}</h2>", margin=0)
