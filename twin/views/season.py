"""The page of a season: calendar, load, fitness; the rest follows when that is drawn."""

import json

import pandas as pd
import panel as pn
import param
from bokeh.models import Range1d
from bokeh.plotting import figure
from panel.viewable import Viewer

from twin.errors import StoreError
from twin.model.season import days_of, weeks_of
from twin.model.season_trends import zone_weeks
from twin.state.season import SeasonState
from twin.views import theme
from twin.views.later import soon
from twin.views.review_cards import pane
from twin.views.season_below import SeasonBelow, card, drawn
from twin.views.season_beside import Beside
from twin.views.season_board import SeasonBoard, told_of
from twin.views.season_charts import FormChart, WeekChart
from twin.views.season_trends import ZoneChart
from twin.views.warned import warning

_HALF = {"flex": "1 1 520px", "min-width": "0", "gap": "12px"}
_EMPTY = """### No sessions yet

Import sessions you have with `twin import PATH... --athlete NAME`, or record one on the squad page.
"""
_NO_LOAD = "Fitness, fatigue and form are drawn from the second day with load by this method on."
_COMPUTED = "Charts follow when figures are computed …"
_NO_ZONES = "No time in a zone of heart rate yet."
_AHEAD = pd.Timedelta(days=10)  # shown beyond today, planned or not
_WORDS_ONLY = {
    "group",
    "month",
    "progress",
    "recalled",
    "relation",
}  # a change of these leaves the load alone


class SeasonPage(Viewer):
    """Calendar and charts of one athlete's season; built once, then its sources change."""

    def __init__(self, state: SeasonState, *, dark: bool = False, **params: object) -> None:
        super().__init__(**params)
        self.state = state
        self._surface = theme.surface(dark=dark)
        self._range = Range1d(syncable=False)
        self._form = FormChart(self._surface, self._range)
        self._weeks = WeekChart(self._surface, self._range)
        self._zones = ZoneChart(self._surface, self._range)
        self._nothing = pane("")
        self._boards = {
            part: SeasonBoard(state, part=part, on_drawn=self._go_on)
            for part in ("head", "calendar")
        }
        self._left = pn.Column(self._boards["calendar"], styles=_HALF, margin=0)
        self._right = pn.Column(styles=_HALF, margin=0)
        self._below: SeasonBelow | None = None
        self._beside = Beside(state)
        self._layout = pn.Column(sizing_mode="stretch_width", margin=0, styles={"padding": "12px"})
        self._build()

    def __panel__(self) -> pn.Column:
        """Return the page."""
        return self._layout

    def _build(self) -> None:
        try:
            self.state.read()
        except StoreError as error:
            self._layout[:] = [warning(str(error))]
            return
        if self.state.season is None:
            self._layout[:] = [pn.pane.Markdown(_EMPTY, sizing_mode="stretch_width")]
            return
        self._right[:] = [card(self._nothing, drawn(*self._figures()))]
        body = pn.FlexBox(self._left, self._right, gap="12px", align_items="flex-start",
                          margin=(12, 0), sizing_mode="stretch_width")  # fmt: skip
        self._layout[:] = [self._boards["head"], body]
        self._show(set())
        shown = ["best", "group", "load", "month", "progress", "recalled", "relation", "season",
                 "span"]  # fmt: skip
        self.state.param.watch(self._changed, shown)
        if not self._beside.on_a_page:
            self._go_on()

    def _go_on(self) -> None:
        """Add what stands below, look at all sessions together, have missing figures made."""
        if self._below is not None:
            return
        below = SeasonBelow(self.state, self._surface, self._range)
        below.tell(told_of(self.state, self.state.season, self._days()))
        below.show()
        self._left.extend(below.left())
        self._right.extend(below.right())
        self._below = below
        self._beside.begin()

    def _changed(self, *events: param.parameterized.Event) -> None:
        names = {event.name for event in events}
        if "season" in names and self.state.recalled is None:
            self._beside.begin()
        soon(lambda: self._show(names))

    def _figures(self) -> list[figure]:
        return [chart.figure for chart in (self._form, self._weeks, self._zones)]

    def _days(self) -> pd.DataFrame:
        return days_of(self.state.season, self.state.load)

    def _show(self, changed: set[str]) -> None:
        """Show what has changed; everything at first."""
        days = self._days()
        told = told_of(self.state, self.state.season, days)
        for part, board in self._boards.items():
            board.told = json.dumps(told[part], ensure_ascii=False)
        if self._below is not None:
            self._below.tell(told)
        if not changed or changed - _WORDS_ONLY:
            self._show_load(days)
            if self._below is not None:
                self._below.show()
        elif self._below is not None and changed & {"group", "recalled", "relation"}:
            self._below.show_compared()

    def _show_load(self, days: pd.DataFrame) -> None:
        """Draw what reaches into the span shown."""
        state, season = self.state, self.state.season
        first = pd.Timestamp(state.first_day() or season.today)
        weeks, zones = weeks_of(season, state.load), zone_weeks(season)
        monday = first - pd.Timedelta(first.weekday(), "D")
        self._form.show(days[first:], season.today)
        self._weeks.show(weeks[weeks["week"] >= monday], days[first:], state.sports())
        self._zones.show(zones[zones.index >= monday])
        empty = ((self._form, _NO_LOAD), (self._zones, _NO_ZONES))
        words = " ".join(said for chart, said in empty if not chart.figure.visible)
        words = _COMPUTED if words and season.stale else words
        self._nothing.object = f"<p class='note'>{words}</p>" if words else ""
        ahead = [pd.Timestamp(p.day) for p in season.planned]
        last = max([pd.Timestamp(state.shown_day() or season.today) + _AHEAD, *ahead])
        self._range.update(start=first.to_pydatetime(), end=last.to_pydatetime())
