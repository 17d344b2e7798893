"""The cards of load: what the session cost by each measure, and the balance of W' or D' through it."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, Range1d, Span
from bokeh.plotting import figure

from twin.model.demand import InputKind
from twin.records import RESERVE, Athlete
from twin.state.review import Reviewed, ReviewState
from twin.state.review_balance import Balance, balance_through
from twin.state.review_load import Loads, loads_of
from twin.views.formats import NOTHING, number, speed_of
from twin.views.heart_charts import line_through
from twin.views.later import Later
from twin.views.legend import dress_legend
from twin.views.review_cards import pane
from twin.views.review_thin import kept_rows
from twin.views.theme import Surface, local

_PIXELS = 600
_WORDS = (
    "Each measure counts something else: compare a measure with itself, never one with another. Heart rate "
    "knows heat, fatigue and drift but not the shortest efforts; power and speed know those but not how "
    "hard they came; the athlete's own word knows all of it, coarsely. None of them foretells injuries."
)
_WEIGHTS = {"female": "women's weights", "male": "men's weights"}
Measure = tuple[str, float, str, str, str]


def load_part(state: ReviewState, reviewed: Reviewed, surface: Surface) -> pn.Column:
    """Return the measures of load, and below them the balance."""
    cards = (loads_card(state, reviewed), balance_card(state, reviewed, surface))
    return pn.Column(*cards, sizing_mode="stretch_width", margin=0)


def loads_card(state: ReviewState, reviewed: Reviewed) -> Later[Loads | None]:
    """Return what the session cost by each measure, computed beside the page."""

    def draw(found: Loads | None) -> Sequence[Any]:
        return [] if found is None else [pane(loads_html(found, reviewed.athlete))]

    return Later(lambda: loads_of(state.store, reviewed), draw)


def loads_html(found: Loads, athlete: Athlete) -> str:
    """Return each measure with what it means, and what is missing for the others."""
    measures = [*_by_heart_rate(found, athlete), *_by_work(found)]
    told = "".join(
        f"<div><span>{name}</span><b>{number(value)}</b> <small>{unit}</small><p>{escape(words)}</p></div>"
        for name, value, unit, words, _ in measures
        if np.isfinite(value)
    )
    lacking = "".join(
        f"<li>{name}: {escape(why)}</li>"
        for name, value, _, _, why in measures
        if not np.isfinite(value)
    )
    missing = f"<h3>Not told</h3><ul class='note'>{lacking}</ul>" if lacking else ""
    return f"<div class='cards wide'>{told}</div>{missing}<p class='note'>{_WORDS}</p>"


def _by_heart_rate(found: Loads, athlete: Athlete) -> list[Measure]:
    low, high = (number(bound) for bound in found.phases)
    weights = _WEIGHTS.get(athlete.sex, "men's weights, as the sex is not set")
    none = "needs heart rate."
    return [
        ("Banister", found.banister, "au", f"Minutes, weighted by heart-rate reserve ({weights}).", none),
        ("Edwards", found.edwards, "au", "Minutes in zones 1 to 5 of maximal heart rate, times 1 to 5.", none),
        ("Lucia", found.lucia, "au",
         f"Minutes below {low}, up to {high}, and above, times 1, 2, 3: the lower ends of zones 3 and 5 stand "
         "for the ventilatory thresholds.", none),
        ("Against threshold", found.threshold, "au",
         f"100 is one hour at threshold heart rate ({number(athlete.threshold_hr)} bpm).",
         "needs heart rate, and the athlete's threshold heart rate (Manage, on the squad page)."),
    ]  # fmt: skip


def _by_work(found: Loads) -> list[Measure]:
    power, speed = (found.capacities.get(kind) for kind in (InputKind.POWER, InputKind.RUNNING))
    from_sessions = "from sessions until then: a lower bound, so this is an upper one"
    origin = power.origin if power and power.entered else from_sessions
    critical = f"{number(found.critical_power, unit='W')}, {origin}"
    pace = (
        " ".join((*speed_of("running", speed.critical), f"({speed.origin})")) if speed else NOTHING
    )
    short = "needs power for 20 minutes or more."
    learnt = "the twin finds in hard efforts of 2 to 15 min (twin calibrate) or a test gave, entered on the season's page."
    return [
        ("Weighted power", found.weighted_power, "W", "Steady power that would have cost as much: means of 30 s, to the fourth power.", short),
        ("Weighted power, fading", found.exponential_power, "W", "The same with a memory of 25 s that fades in place of the 30 s (xPower).", short),
        ("Power", found.power, "au", f"100 is one hour at critical power, here {critical}.",
         f"needs power, and a critical power that {learnt}"),
        ("Running", found.speed, "au", f"100 is one hour at critical speed, here {pace}, hills by their cost.",
         f"needs speed on foot, and a critical speed that {learnt}"),
        ("As felt", found.effort, "au", "Perceived exertion (0 to 10) times minutes.",
         "needs the athlete's word, asked for at the end of a session that is led."),
    ]  # fmt: skip


def balance_card(state: ReviewState, reviewed: Reviewed, surface: Surface) -> Later[Balance | None]:
    """Return what was left of W' or D' through the session, computed beside the page."""

    def draw(found: Balance | None) -> Sequence[Any]:
        if found is None:
            return []
        plot = pn.pane.Bokeh(balance_chart(found, surface), sizing_mode="stretch_width", margin=0)
        return [pane(f"<h3>{_name(found)} left</h3>"), plot, pane(balance_words(found))]

    return Later(lambda: balance_through(state.store, reviewed), draw)


def balance_chart(found: Balance, surface: Surface) -> figure:
    """Return the balance by one model or both, in percent of what there is when rested."""
    percent = 100 / found.capacity.reserve
    rows = np.union1d(*(kept_rows(line, _PIXELS) for line in (found.differential, found.integral)))
    times = local(found.times)
    source = ColumnDataSource({
        "time": times[rows], "left": percent * found.differential[rows],
        "integral": percent * found.integral[rows],
    })  # fmt: skip
    plot = line_through(Range1d(*times[[0, -1]]), source, surface, "left", f"{_name(found)} left [%]",
                        height=220)  # fmt: skip
    if np.isfinite(found.integral).any():
        plot.line("time", "integral", source=source, color=surface.muted, line_width=2,
                  line_dash="dashed", name="integral", tags=["muted"], legend_label="Integral model (2012)")  # fmt: skip
        dress_legend(plot, surface)
    plot.add_layout(Span(location=0, dimension="width", line_color=surface.alarm, line_width=2,
                         line_dash="dashed", name="empty"))  # fmt: skip
    return plot


def balance_words(found: Balance) -> str:
    """Return how empty it got, and how far that can be trusted."""
    lowest = 100 * float(np.nanmin(found.differential)) / found.capacity.reserve
    whole = RESERVE[found.kind].told(found.capacity.reserve)
    words = f"Lowest: {lowest:.0f} % of {whole}, {found.capacity.origin}. "
    if lowest < 0:
        known = "tested" if found.capacity.entered else "known today"
        words += f"Below 0 more was done than the capacity {known} allows: it is too low"
        words += (
            "." if found.kind is InputKind.POWER else ", or hills cost this athlete less than most."
        )
    both = " The line of dashes is the model of 2012." if found.kind is InputKind.POWER else ""
    return (
        f"<p>{words}</p><p class='note'>Model of 2015: recovery is the slower the fuller it is.{both} Models of "
        "recovery disagree by a fifth of the whole: read the shape, not the percent.</p>"
    )


def _name(found: Balance) -> str:
    return RESERVE[found.kind].name
