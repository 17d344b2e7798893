"""The card of live against afterwards: figures, and alerts that would come again or not."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from twin.state.review import Reviewed, ReviewState
from twin.state.review_ledger import SAME_S, AlertTwice, Figure, LiveAndAfter, live_and_after
from twin.views.formats import duration, number
from twin.views.later import Later
from twin.views.picks import PickTable
from twin.views.review_cards import pane
from twin.views.theme import Surface, local

_NOTHING = "<p>Nothing was kept of this session live: it was imported, or recorded before live figures were kept.</p>"
_FIGURES = (
    "Live: what the screens showed when the session ended. Afterwards: the same steps run over what was "
    "stored, with the athlete's parameters of today; limits changed since then move zones and load."
)
_ALERTS = (
    f"Afterwards: the rule, in the version that told live, run by the rule lab over the stored session; the "
    f"same alert comes within {SAME_S:.0f} s. Alerts of the whole squad are nobody's and not listed here."
)
_AROUND = timedelta(minutes=2)


def ledger_card(
    state: ReviewState, reviewed: Reviewed, surface: Surface
) -> Later[LiveAndAfter | None]:
    """Return what stood live beside what comes out afterwards, computed beside the page."""

    def draw(found: LiveAndAfter | None) -> Sequence[Any]:
        if found is None:
            return [pane(_NOTHING)]
        return [*_figures(found.figures), *_alerts(state, found.alerts)]

    return Later(lambda: live_and_after(state.store, reviewed), draw)


def figures_table(figures: Sequence[Figure]) -> pd.DataFrame:
    """Return one row for each live figure, in words."""

    def words(figure: Figure, value: float) -> str:
        return (
            duration(value) if figure.unit == "s" else number(value, figure.decimals, figure.unit)
        )

    return pd.DataFrame(
        {
            "Figure": figure.name,
            "Live": words(figure, figure.live),
            "Afterwards": words(figure, figure.after),
            "Difference": words(figure, figure.after - figure.live),
        }
        for figure in figures
    )


def alerts_table(alerts: Sequence[AlertTwice]) -> pd.DataFrame:
    """Return one row for each alert, in words."""
    return pd.DataFrame(
        {
            "Time": f"{local(alert.time):%H:%M:%S}",
            "Alert": alert.text,
            "Live": alert.live,
            "Afterwards": alert.after,
        }
        for alert in alerts
    )


def _figures(figures: Sequence[Figure]) -> list[Any]:
    if not figures:
        return [pane("<h3>Figures</h3><p>No live figures were kept of this session.</p>")]
    scale = np.array([max(abs(f.after), 1e-9) for f in figures])
    apart = np.abs([f.after - f.live for f in figures]) / scale > 0.01
    table = PickTable(figures_table(figures), marks=np.flatnonzero(apart).tolist(),
                      title="Figures live and afterwards")  # fmt: skip
    note = f"{_FIGURES} Marked: more than 1 % apart."
    return [pane("<h3>Figures</h3>"), table, pane(f"<p class='note'>{note}</p>")]


def _alerts(state: ReviewState, alerts: Sequence[AlertTwice]) -> list[Any]:
    if not alerts:
        return [pane("<h3>Alerts</h3><p>No alert was raised or held back in this session.</p>")]

    def go_to(row: int) -> None:
        state.go_to(alerts[row].time - _AROUND, alerts[row].time + _AROUND)

    marks = [row for row, alert in enumerate(alerts) if alert.differs]
    table = PickTable(alerts_table(alerts), go_to, marks=marks, title="Alerts live and afterwards")
    return [pane("<h3>Alerts</h3>"), table, pane(f"<p class='note'>{_ALERTS}</p>")]
