"""The cards of heart-rate variability and efficiency, and of what the twin expected."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import panel as pn
from bokeh.plotting import figure

from twin.model.demand import InputKind
from twin.physiology.alpha1 import MAX_ARTEFACT_SHARE
from twin.physiology.steadiness import STEADY
from twin.state.review import Reviewed, ReviewState
from twin.state.review_heart import (
    EFFICIENCY_S,
    Efficiency,
    Variability,
    efficiency_of,
    variability_of,
)
from twin.state.review_twin import TwinThrough, twin_through
from twin.views.formats import number
from twin.views.heart_charts import (
    EFFICIENCY_UNITS,
    efficiency_chart,
    twin_charts,
    variability_charts,
)
from twin.views.later import Later
from twin.views.review_cards import cards_html, pane
from twin.views.review_rest import rest_card
from twin.views.theme import Surface

_NO_BEATS = (
    "<p>No RR intervals were recorded in this session, so there is no heart-rate variability. A chest "
    "strap sends them; most watches keep them only when told to.</p>"
)
_NO_WORK = (
    "<p>Efficiency needs heart rate, and power or speed, for at least 5 minutes of movement.</p>"
)
_GATE = (
    f"Windows of two minutes, beats corrected (Lipponen and Tarvainen 2019). Where more than "
    f"{MAX_ARTEFACT_SHARE:.0%} of the beats had to be corrected, nothing is shown. Alpha 1 is a trend: its "
    "thresholds of 0.75 and 0.5 miss those of gas exchange by −10 ± 16 bpm (Eronen et al. 2024)."
)
_WORK = {InputKind.POWER: "power", InputKind.RUNNING: "speed on foot", InputKind.SPEED: "speed",
         InputKind.CYCLING: "speed and grade", InputKind.CADENCE: "cadence"}  # fmt: skip
_TOO_MANY = "too many artefacts"
Heart = tuple[Variability | None, Efficiency | None]


def heart_part(state: ReviewState, reviewed: Reviewed, surface: Surface) -> pn.Column:
    """Return variability and efficiency through the session, and below them its quietest minutes."""
    cards = (heart_card(state, reviewed, surface), rest_card(state, reviewed, surface))
    return pn.Column(*cards, sizing_mode="stretch_width", margin=0)


def heart_card(state: ReviewState, reviewed: Reviewed, surface: Surface) -> Later[Heart]:
    """Return variability and efficiency through the session, computed beside the page."""

    def draw(found: Heart) -> Sequence[Any]:
        variability, efficiency = found
        return [*_variability(variability, surface), *_efficiency(efficiency, surface)]

    return Later(lambda: (variability_of(state.store, reviewed), efficiency_of(reviewed)), draw)


def twin_card(
    state: ReviewState, reviewed: Reviewed, surface: Surface
) -> Later[TwinThrough | None]:
    """Return what the twin expected through the session, computed beside the page."""

    def draw(through: TwinThrough | None) -> Sequence[Any]:
        if through is None:
            return [pane("<p>No heart rate was recorded in this session.</p>")]
        if through.kind is InputKind.NONE:
            return [
                pane("<p>No power, speed or cadence was recorded, so the twin expects nothing.</p>")
            ]
        return [pane(twin_words(through)), *map(_shown, twin_charts(through, surface))]

    return Later(lambda: twin_through(state.store, reviewed), draw)


def twin_words(through: TwinThrough) -> str:
    """Return how well the expectation held, and what it rests on."""
    expected = through.expected
    last = float(expected.offset[-1])
    knows = (f"{through.sessions} sessions of this athlete, as known today, this one perhaps among them"
             if through.sessions else "the population, as this athlete's twin has learnt nothing yet")  # fmt: skip
    return cards_html([
        ("Off the expected", number(expected.mean_error, 1), "bpm on average"),
        ("Within the band", number(100 * expected.coverage), "%, 80 % would be right"),
        ("Form of the day", f"{last:+.0f}" if np.isfinite(last) else "–", "bpm at the end"),
    ]) + f"<p class='note'>Expected from {_WORK[through.kind]}, with what was known second by second; the twin works from {knows}.</p>"  # fmt: skip


def _variability(found: Variability | None, surface: Surface) -> list[Any]:
    if found is None:
        return [pane(f"<h3>Heart-rate variability</h3>{_NO_BEATS}")]
    windows = found.windows
    cards = cards_html([
        ("Alpha 1", number(float(windows["alpha1"].median()), 2), "median"),
        ("RMSSD", number(float(windows["rmssd"].median()), 1), "ms, median"),
        ("Corrected", number(100 * float(windows["artefact_share"].median()), 1), "% of beats, median"),
        ("Gate open", number(100 * found.open_share), "% of windows"),
    ])  # fmt: skip
    closed = windows.loc[windows["reason"] != "", "reason"].str.replace(r"\d+.*", "", regex=True)
    why = ""
    if len(closed):
        words = ", ".join(f"{count} × {escape(str(text).rstrip(': ') or _TOO_MANY)}"
                          for text, count in closed.value_counts().items())  # fmt: skip
        why = f" Closed: {words}."
    heading = pane(f"<h3>Heart-rate variability</h3>{cards}")
    if not found.open_share and windows["rmssd"].isna().all():
        return [heading, pane(f"<p>No window passed the gate.{why}</p><p class='note'>{_GATE}</p>")]
    return [heading, *map(_shown, variability_charts(found, surface)),
            pane(f"<p class='note'>{_GATE}{why}</p>")]  # fmt: skip


def _efficiency(found: Efficiency | None, surface: Surface) -> list[Any]:
    if found is None:
        return [pane(f"<h3>Efficiency</h3>{_NO_WORK}")]
    unit, digits = EFFICIENCY_UNITS.get(found.kind, EFFICIENCY_UNITS[InputKind.RUNNING])
    cards = cards_html([
        ("Efficiency", number(found.whole, digits), unit),
        ("Decoupling", number(found.decoupling, 1), "% from first to second half") if found.is_steady
        else ("Decoupling", "not steady", f"work varied by {found.variation:.0%}"),
    ])  # fmt: skip
    hills = "" if found.kind is InputKind.POWER else " Hills and wind are not taken out of speed."
    words = (f"Over {EFFICIENCY_S // 60} min of movement each. Decoupling leaves out the first 10 min; less "
             f"than 5 % is called good by convention, without evidence. Where the half-minute means of the work "
             f"vary by more than {STEADY:.0%}, as in intervals or hills, it means nothing.{hills}")  # fmt: skip
    return [pane(f"<h3>Efficiency</h3>{cards}"), _shown(efficiency_chart(found, surface)),
            pane(f"<p class='note'>{words}</p>")]  # fmt: skip


def _shown(plot: figure) -> pn.pane.Bokeh:
    return pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=0)
