"""The card of the twin: what it found wrong with the sensor or unusual in the athlete."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import panel as pn

from twin.model.demand import InputKind
from twin.model.episodes import UNEXPECTED
from twin.sensors.faults import Fault
from twin.state.review import Reviewed, ReviewState
from twin.state.review_noticed import Judgement, judgement_of
from twin.views.formats import duration, number
from twin.views.later import Later
from twin.views.picks import PickTable
from twin.views.review_cards import pane
from twin.views.review_heart import twin_card
from twin.views.theme import Surface, local

_WORDS = {
    Fault.DROPOUT: "No heart rate",
    Fault.FROZEN: "Heart rate stands still",
    Fault.SPIKE: "Spike",
    Fault.CADENCE_LOCK: "Counts steps (cadence)",
    Fault.IMPOSSIBLE: "Above what this heart can",
    Fault.DRY_STRAP: "Dry strap",
    Fault.FLICKER: "Contact comes and goes",
    UNEXPECTED: "Unexpected",
}
_DEFINITION = (
    "Sensor faults are told by their form, as no heart does them. Unexpected is heart rate more than "
    "15 bpm off what the work would ask for on this day, for two minutes or more: heat, illness, a fall, "
    "or a workload that was not measured."
)


def twin_part(state: ReviewState, reviewed: Reviewed, surface: Surface) -> pn.Column:
    """Return what the twin expected, and below it what it noticed."""
    cards = (twin_card(state, reviewed, surface), noticed_card(state, reviewed))
    return pn.Column(*cards, sizing_mode="stretch_width", margin=0)


def noticed_card(state: ReviewState, reviewed: Reviewed) -> Later[Judgement | None]:
    """Return what the twin noticed in a session, computed beside the page."""

    def draw(found: Judgement | None) -> Sequence[Any]:
        if found is None:
            return []
        heading = pane("<h3>Noticed</h3>")
        words = [pane(judgement_words(found)), pane(f"<p class='note'>{_DEFINITION}</p>")]
        if not found.noticed:
            return [
                heading,
                pane("<p>Nothing was wrong with the sensor, nothing unexpected.</p>"),
                *words,
            ]

        def go_to(row: int) -> None:
            state.go_to(found.noticed[row].start, found.noticed[row].end)

        athlete = [n for n, one in enumerate(found.noticed) if one.what == UNEXPECTED]
        table = PickTable(noticed_table(found), go_to, marks=athlete, title="What the twin noticed")
        return [heading, table, *words]

    return Later(lambda: judgement_of(state.store, reviewed), draw)


def noticed_table(found: Judgement) -> pd.DataFrame:
    """Return one row for each stretch, in words for the screen."""
    return pd.DataFrame(
        [
            {
                "Noticed": _WORDS[one.what],
                "Who": "athlete" if one.what == UNEXPECTED else "sensor",
                "From": f"{local(one.start):%H:%M:%S}",
                "Time": duration((one.end - one.start).total_seconds()),
                "bpm off": f"{one.off:+.0f}" if np.isfinite(one.off) else number(one.off),
            }
            for one in found.noticed
        ]
    )


def judgement_words(found: Judgement) -> str:
    """Return what the session was judged by, and its durability."""
    by = (
        f"{found.learnt} session{'s' * (found.learnt > 1)} of this athlete"
        if found.learnt
        else "the population"
    )
    words = f"Judged by what {by} would show at this work."
    if found.kind is InputKind.NONE:
        words = "No workload was recorded: only the form of the heart rate is judged."
    rise = found.durability
    if np.isfinite(rise.rise):
        words += (f" Durability: at equal work, heart rate rose by {rise.rise:.1f} bpm for each hour of "
                  f"it (90 %: {rise.low:.1f} to {rise.high:.1f}).")  # fmt: skip
    return f"<p>{words}</p>"
