"""What stands below calendar and load: what is unusual, bests, mornings, sessions compared."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import panel as pn
from bokeh.layouts import column
from bokeh.models import Range1d

from twin.model.alike import compared
from twin.model.performance import performance_of, trials_of
from twin.model.season import Season, days_of
from twin.model.season_trends import baseline, bests_of
from twin.model.uptake_estimates import other_estimates
from twin.state.season import SeasonState
from twin.views.axes import without_unseen
from twin.views.report_button import week_report_buttons
from twin.views.review_cards import pane
from twin.views.season_board import SeasonBoard
from twin.views.season_cusum import CusumChart, RelationChart
from twin.views.season_performance import PerformanceLine, performance_words
from twin.views.season_trends import BestChart, CompareChart, MorningChart, best_scale
from twin.views.season_unusual import LOOKING, equal_work_html
from twin.views.season_uptake import UptakeChart, uptake_html
from twin.views.theme import Surface

CARD = {"background": "var(--twin-card)", "border": "1px solid var(--twin-line)",
        "border-radius": "8px", "min-width": "0", "padding": "8px"}  # fmt: skip
_NO_MORNINGS = (
    "<span style='color:var(--twin-muted)'>No resting heart rate or RMSSD yet: import the table of an"
    " app, or an Apple Health export, with twin import.</span>"
)
_MORNINGS = ("resting_heart_rate", "rmssd")


class SeasonBelow:
    """The lower cards of a season's page.

    Parameters
    ----------
    state : SeasonState
        What is looked at.
    surface : Surface
        Colours to begin with.
    days : Range1d
        Shared with the charts above.
    """

    def __init__(self, state: SeasonState, surface: Surface, days: Range1d) -> None:
        self._state = state
        self.boards = {p: SeasonBoard(state, part=p) for p in ("unusual", "best", "compare")}
        self._bests = BestChart(surface, days)
        self._performance = PerformanceLine(self._bests.figure, surface)
        self._performance_words = pane("")
        self._mornings = [MorningChart(name, surface, days) for name in _MORNINGS]
        self._no_mornings = pn.pane.HTML(_NO_MORNINGS, margin=(4, 6))
        self._compare = CompareChart(surface)
        self._cusum, self._relation = CusumChart(surface, days), RelationChart(surface)
        self._equal_work_words = pane("")
        self._uptake, self._uptake_words = UptakeChart(surface, days), pane("")

    def left(self) -> list[Any]:
        """Return the cards under the calendar."""
        return [
            self.boards["unusual"],
            card(
                _title("Heart rate at equal work"),
                self._equal_work_words,
                drawn(*self._cusum.figures, self._relation.figure),
            ),
            card(self.boards["compare"], drawn(*self._compare.figures)),
        ]

    def right(self) -> list[Any]:
        """Return the cards under the load."""
        return [
            card(self.boards["best"], drawn(self._bests.figure), self._performance_words),
            card(
                _title("Maximal oxygen uptake (VO2max)"),
                self._uptake_words,
                drawn(self._uptake.figure),
            ),
            card(
                _title("Mornings"),
                self._no_mornings,
                drawn(*(chart.figure for chart in self._mornings)),
            ),
            week_report_buttons(self._state),
        ]

    def tell(self, told: Mapping[str, Any]) -> None:
        """Tell each board its part of `twin.views.season_board.told_of`."""
        for part, board in self.boards.items():
            board.told = json.dumps(told[part], ensure_ascii=False)

    def show(self) -> None:
        """Draw the season now looked at."""
        own, season = self._state.best_season(), self._state.season
        first = pd.Timestamp(self._state.first_day() or season.today)
        bests = bests_of(own, self._state.best)
        sport = next(iter(own.sports), "")
        self._bests.show(bests[bests["day"] >= first], self._state.best, sport)
        self._show_performance(own, sport, first)
        for chart in self._mornings:
            mornings = baseline(season.daily, chart.name)
            chart.show(mornings[mornings.index >= first] if len(mornings) else mornings)
        self._no_mornings.visible = not season.daily["name"].isin(_MORNINGS).any()
        self.show_compared()

    def _show_performance(self, own: Season, sport: str, first: pd.Timestamp) -> None:
        best, days = self._state.best, days_of(self._state.season, self._state.load)
        is_work = not best.startswith("best_heart_rate")  # a high heart rate is no performance
        found = performance_of(trials_of(own, best) if is_work else trials_of(own, best)[:0], days)
        self._performance.show(found, first, best_scale(best, sport))
        told = is_work and self._bests.figure.visible
        self._performance_words.object = performance_words(found) if told else ""

    def show_compared(self) -> None:
        """Draw the sessions of the way or workout chosen."""
        group, recalled = self._state.compared(), self._state.recalled
        for plot in self._compare.figures:
            plot.visible = group is not None
        if group is not None:
            sessions = compared(self._state.season, group, recalled.prints)
            self._compare.show(sessions)
        self._show_equal_work()
        self._show_uptake(None if recalled is None else recalled.uptake)

    def _show_equal_work(self) -> None:
        """Draw heart rate at equal work session by session, and by work in the session chosen."""
        state, chart, one = self._state, self._state.control_chart(), self._state.related()
        first = pd.Timestamp(state.first_day() or state.season.today)
        sessions = state.season.sessions
        days = dict(zip(sessions["session"], sessions["day"], strict=True))
        self._cusum.show(chart, days, first)
        shown = chart if self._cusum.sums.visible else None
        self._relation.show(one, {} if state.recalled is None else state.recalled.prints)
        looked = state.recalled is not None
        self._equal_work_words.object = equal_work_html(shown, one, days) if looked else LOOKING

    def _show_uptake(self, weeks: pd.DataFrame | None) -> None:
        whole = self._state.whole
        first = pd.Timestamp(self._state.first_day() or whole.today)
        self._uptake.show(weeks, first)
        self._uptake_words.object = uptake_html(whole, weeks, other_estimates(whole))


def drawn(*figures: Any) -> pn.pane.Bokeh:
    """Return figures one below the other; one that is hidden is out of the page until it is shown.

    Within it, Bokeh would warn in the console of the browser, for each of its axes, whenever the page is laid out.
    """
    layout = column(sizing_mode="stretch_width")

    def lay_out(attr: str, old: object, new: object) -> None:
        layout.children = [plot for plot in figures if plot.visible]

    for plot in figures:
        without_unseen(plot).on_change("visible", lay_out)
    lay_out("visible", None, None)
    return pn.pane.Bokeh(layout, sizing_mode="stretch_width", margin=0)


def card(*content: Any) -> pn.Column:
    """Return content in a frame."""
    return pn.Column(*content, styles=CARD, sizing_mode="stretch_width", margin=0)


def _title(words: str) -> pn.pane.HTML:
    return pn.pane.HTML(f"<h2 style='font-size:16px;margin:0'>{words}</h2>", margin=(4, 6))
