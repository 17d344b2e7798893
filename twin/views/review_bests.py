"""The card of bests: the curve, what it says, and a table whose rows lead to the stretch."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import panel as pn
import panel_material_ui as pmui
from bokeh.plotting import figure

from twin.model.demand import InputKind
from twin.state.review import Reviewed, ReviewState
from twin.state.review_bests import HISTORY_DAYS, PEAKS_S, Bests, bests_of
from twin.views.bests_chart import bests_chart, in_words, show_curve
from twin.views.formats import NOTHING, number, span
from twin.views.later import Later, soon
from twin.views.picks import PickTable
from twin.views.review_cards import pane
from twin.views.theme import Surface

_CURVES = {"2 parameters": 2, "3 parameters": 3}
_NOTHING = (
    "<p>No power and no speed were recorded in this session, so there are no bests to show.</p>"
)
DEFINITION = (
    "A best is the highest mean over its duration; seconds without a value count as 0. The curve "
    "goes through the best efforts of 2 to 15 min, without sessions whose heart rate stayed below 90 % "
    "of the maximum. It holds only as far as these efforts were all-out; else the athlete can do more."
)


def bests_card(state: ReviewState, reviewed: Reviewed, surface: Surface) -> Later[Bests | None]:
    """Return the bests of a session, computed beside the page."""

    def draw(bests: Bests | None) -> Sequence[Any]:
        if bests is None:
            return [pane(_NOTHING)]
        sport = reviewed.session.sport
        shown = np.flatnonzero(np.isin(bests.durations_s, PEAKS_S) & np.isfinite(bests.own))

        def go_to(row: int) -> None:
            begin = bests.begin[shown[row]]
            if begin is not None:
                seconds = float(bests.durations_s[shown[row]])
                state.go_to(begin, begin + timedelta(seconds=seconds))

        table = PickTable(bests_table(bests, sport), go_to, title="Bests of this session")
        plot = bests_chart(bests, surface, sport=sport)
        shown_plot = pn.pane.Bokeh(plot, sizing_mode="stretch_width")
        return [*_curve(bests, sport, plot), shown_plot, table, pane(f"<p>{DEFINITION}</p>")]

    return Later(lambda: bests_of(state.store, reviewed), draw)


def _curve(bests: Bests, sport: str, plot: figure) -> list[Any]:
    """Return what the curve says, and where there are two a switch between them."""
    words = pane(curve_words(bests, sport))
    if bests.wide is None:
        return [words]
    choice = pmui.RadioButtonGroup(options=dict(_CURVES), value=2, size="small", margin=(4, 0))

    def choose(*_: Any) -> None:
        words.object = curve_words(bests, sport) if choice.value == 2 else wide_words(bests)
        soon(lambda: show_curve(plot, choice.value))

    choice.param.watch(choose, "value")
    return [choice, words]


def wide_words(bests: Bests) -> str:
    """Return what the curve of three parameters says; nothing without one."""
    if bests.wide is None:
        return ""
    return (
        f"<p><b>critical power {bests.wide.critical_power:.0f} W</b>, W′ {bests.wide.w_prime / 1000:.1f} kJ, maximal "
        f"power {bests.max_power:.0f} W (Morton 1996), through the best efforts of 5 s to 15 min. It leans on "
        "the shortest: unless sprints and minutes alike were all-out, its numbers are a guess.</p>"
    )


def bests_table(bests: Bests, sport: str) -> pd.DataFrame:
    """Return one row for each duration this session was long enough for, in words."""
    rows = [
        {
            "Over": span(seconds),
            "This session": in_words(bests, own, sport),
            f"{HISTORY_DAYS} days before": in_words(bests, past, sport),
            "Share": number(100 * own / past, unit="%") if past > 0 else NOTHING,
        }
        for seconds, own, past in zip(bests.durations_s, bests.own, bests.history, strict=True)
        if seconds in PEAKS_S and np.isfinite(own)
    ]
    return pd.DataFrame(rows)


def curve_words(bests: Bests, sport: str) -> str:
    """Return what the fitted curve says, or why there is none."""
    count = bests.sessions
    history = f"{count or 'no'} session{'s' * (count != 1)} in the {HISTORY_DAYS} days before"
    if bests.curve is None:
        return f"<p>No curve: {escape(bests.why_not)}. Compared with {history}.</p>"
    critical_sd, reserve_sd = np.sqrt(np.diag(np.array(bests.curve.covariance)))
    if bests.kind is InputKind.POWER:
        critical = f"critical power at least {bests.curve.critical_power:.0f} ± {critical_sd:.0f} W"
        reserve = f"W′ {bests.curve.w_prime / 1000:.1f} ± {reserve_sd / 1000:.1f} kJ"
    else:
        pace = in_words(bests, bests.curve.critical_power, sport)
        critical = f"critical speed at least {bests.curve.critical_power:.2f} ± {critical_sd:.2f} m/s ({pace})"
        reserve = f"D′ {bests.curve.w_prime:.0f} ± {reserve_sd:.0f} m"
    efforts = f"this session and {history}" if count else "this session"
    return (
        f"<p><b>{critical}</b>, {reserve}, if the {bests.curve.trials} best efforts of {efforts} "
        "were all-out.</p>"
    )
