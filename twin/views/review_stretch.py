"""The card of the stretch selected: by dragging over a chart, or by typing its times."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

import param

from twin.state.review import Reviewed, ReviewState
from twin.state.stretch import part_of, stretch_of
from twin.views.assets import read_assets
from twin.views.component import Component
from twin.views.review_cards import STYLE, cards_html, stretch_cards
from twin.views.theme import local

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_HOW = "– drag over a chart, or type its times"


class StretchCard(Component):
    """Numbers of what is selected on the charts; nothing else on the page is measured anew for them."""

    cards = param.String(doc="The numbers, as HTML.")

    heading = param.String("Selection", doc="What the words are about.")

    selected = param.Boolean(doc="Whether there is a stretch to clear.")

    whole = param.String(doc="First and last clock time of the session.")

    words = param.String(_HOW, doc="The stretch, or how to select one.")

    _esm = read_assets("elements.js", "stretch.js")
    _stylesheets: ClassVar[list[str]] = [STYLE, read_assets("stretch.css")]

    def __init__(self, state: ReviewState, reviewed: Reviewed, **params: Any) -> None:
        super().__init__(**{"sizing_mode": "stretch_width", "margin": 0} | params)
        self._state = state
        self._reviewed = reviewed
        first, last = self._ends()
        self.whole = f"{local(first):%H:%M:%S} – {local(last):%H:%M:%S}"
        state.param.watch(self._show, "selection")
        self._show()

    def fill(self, reviewed: Reviewed) -> None:
        """Tell figures of the session now that it is complete."""
        self._reviewed = reviewed
        if self._state.selection is not None:
            self._show()

    def _ends(self) -> tuple[datetime, datetime]:
        index = self._reviewed.samples.index
        return index[0].to_pydatetime(warn=False), index[-1].to_pydatetime(warn=False)

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        if data.get("clear"):
            self._state.param.update(selection=None, shown=None)
        elif str(data.get("typed", "")).strip():
            self._take(str(data["typed"]))

    def _take(self, typed: str) -> None:
        """Select the stretch that was typed."""
        stretch = typed_stretch(typed, *self._ends())
        if stretch is None:
            self.param.update(heading="Two times, please", words=f"such as {self.whole}")
        else:
            self._state.go_to(*stretch)

    def _show(self, *_: object) -> None:
        chosen = self._state.selection
        if chosen is None:
            self.param.update(heading="Selection", words=_HOW, cards="", selected=False)
            return
        first, last = (f"{local(t):%H:%M:%S}" for t in chosen)
        figures = stretch_of(part_of(self._reviewed.samples, chosen))
        cards = cards_html(stretch_cards(figures, sport=self._reviewed.session.sport))
        self.param.update(
            heading="Selection", words=f"{first} – {last}", cards=cards, selected=True
        )


def typed_stretch(words: str, first: datetime, last: datetime) -> tuple[datetime, datetime] | None:
    """Return the two clock times in these words as instants of a session; None where there are not two.

    Times before the first sample are of the next day; what lies outside is cut.

    Examples
    --------
    >>> from datetime import UTC
    >>> begin = datetime(2026, 10, 1, 10, 0, tzinfo=UTC)
    >>> clock = f"{local(begin):%H}"
    >>> found = typed_stretch(f"{clock}:05 to {clock}:06:30", begin, begin + timedelta(hours=1))
    >>> [(end - begin).total_seconds() for end in found]
    [300.0, 390.0]
    """
    times = _CLOCK.findall(words)
    if len(times) != 2:
        return None
    wall = local(first)
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for hours, minutes, seconds in times:
        after = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
        since = midnight + after - wall
        if since < timedelta(seconds=-1):
            since += timedelta(days=1)
        found.append(min(max(first, first + since), last))
    begin, end = sorted(found)
    return (begin, end) if begin < end else None
