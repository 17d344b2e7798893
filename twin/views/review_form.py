"""The card of running form: each quantity beside the athlete's own at the same speed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import panel as pn
from bokeh.models import ColumnDataSource, DataRange1d, Range1d, Span
from bokeh.plotting import figure

from twin.state.review import Reviewed, ReviewState
from twin.state.review_form import (
    HISTORY_DAYS,
    MOST_SESSIONS,
    RUNS_FROM,
    Form,
    RunningForm,
    running_form,
)
from twin.views.charts import dress, time_figure
from twin.views.formats import number
from twin.views.later import Later
from twin.views.legend import dress_legend
from twin.views.picks import PickTable
from twin.views.review_cards import pane
from twin.views.theme import Surface, local

_NAMES = {"cadence": "Cadence", "step_length": "Step length", "ground_contact_time": "Ground contact",
          "vertical_oscillation": "Vertical oscillation", "vertical_ratio": "Vertical ratio"}  # fmt: skip
_DECIMALS = {"step_length": 2, "vertical_ratio": 1}
_NONE = "<p>Running form needs speed and cadence while running; ground contact and oscillation come from a pod or strap.</p>"
_ALONE = "<p>No earlier run to compare with: what is usual shows from the second run on.</p>"
_WORDS = (
    f"Compared with up to {MOST_SESSIONS} runs of the {HISTORY_DAYS} days before, second by second at the same speed "
    f"(steps of 0.25 m/s, from {RUNS_FROM} m/s on). SD is that of single seconds. There are no target values: what is "
    "good differs between people."
)


def form_card(
    state: ReviewState, reviewed: Reviewed, surface: Surface
) -> Later[RunningForm | None]:
    """Return running form against the athlete's own history, computed beside the page."""

    def draw(found: RunningForm | None) -> Sequence[Any]:
        if found is None:
            return [pane(_NONE)]
        table = PickTable(form_table(found), title="Running form")
        if not any(np.isfinite(form.off) for form in found.forms):
            return [table, pane(_ALONE)]
        plot = pn.pane.Bokeh(form_chart(found, surface), sizing_mode="stretch_width", margin=0)
        return [table, plot, pane(f"<p class='note'>{_WORDS}</p>")]

    return Later(lambda: running_form(state.store, reviewed), draw)


def form_table(found: RunningForm) -> pd.DataFrame:
    """Return one row for each quantity, in words."""

    def words(form: Form, value: float) -> str:
        return number(value, _DECIMALS.get(form.name, 0), form.unit)

    return pd.DataFrame(
        {
            "Running form": _NAMES[form.name],
            "This run": words(form, form.now),
            "Usual at this speed": words(form, form.usual),
            "Off": f"{form.off:+.1f} SD" if np.isfinite(form.off) else number(form.off),
        }
        for form in found.forms
    )


def form_chart(found: RunningForm, surface: Surface) -> figure:
    """Return how far each quantity is off the usual, minute by minute."""
    columns = {form.name: form.minutes for form in found.forms}
    source = ColumnDataSource({"time": local(found.times), **columns})
    plot = time_figure(Range1d(*local(found.times[[0, -1]])), 240, DataRange1d(syncable=False))
    plot.name, plot.yaxis.axis_label = "form", "Off the usual [SD]"
    for zone, form in enumerate(found.forms, 1):
        plot.line("time", form.name, source=source, color=surface.zones[zone - 1], line_width=2,
                  tags=[f"zone{zone}"], legend_label=_NAMES[form.name], name=form.name)  # fmt: skip
    plot.add_layout(Span(location=0, dimension="width", line_color=surface.muted, name="today"))
    dress_legend(plot, surface, columns=2)
    return dress(plot, surface)
