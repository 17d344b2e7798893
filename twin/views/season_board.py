"""The parts of a season's page that are drawn in the browser, and what they are told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

import pandas as pd
import param

from twin.model.alike import compared
from twin.model.season import LOADS, Season, standing_of, without_load
from twin.records import told_apart
from twin.schema import SPORTS
from twin.state.season import BESTS, KEPT_IN_ADDRESS, SPANS, SeasonState
from twin.views import season_words
from twin.views.assets import read_assets
from twin.views.component import Component
from twin.views.formats import NOTHING
from twin.views.season_capacity import capacity_told
from twin.views.season_charts import sport_colours
from twin.views.season_loads import load_words, maximum_told
from twin.views.season_unusual import unusual

_SPANS = {"quarter": "3 months", "year": "1 year", "all": "all"}


class SeasonBoard(Component):
    """A part of the page; its commands go to the state.

    Parameters
    ----------
    state : SeasonState
        Takes the commands.
    on_drawn : callable, optional
        Called when the browser has drawn the page and rests.
    **params
        As of any Panel component.
    """

    part = param.String(doc="head, calendar, unusual, best or compare.")

    told = param.String("{}", doc="All that is shown, as JSON.")

    _esm = read_assets(
        "elements.js",
        "remembered.js",
        "keys.js",
        "season_calendar.js",
        "season_capacity.js",
        "season_lists.js",
        "season.js",
    )
    _stylesheets: ClassVar[list[str]] = [read_assets("season.css")]

    def __init__(
        self, state: SeasonState, *, on_drawn: Callable[[], None] = lambda: None, **params: Any
    ) -> None:
        super().__init__(**{"sizing_mode": "stretch_width", "margin": 0} | params)
        self._state = state
        self._on_drawn = on_drawn

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        if data.get("command") == "drawn":
            self._on_drawn()
            return
        words = {name: value for name, value in data.items() if name != "command"}
        self._send_msg(asdict(self._state.do(str(data.get("command")), words)))


def told_of(state: SeasonState, season: Season, days: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return what each part is told.

    Parameters
    ----------
    state : SeasonState
        What is looked at.
    season : Season
        As chosen.
    days : DataFrame
        From `twin.model.season.days_of`.
    """
    address = {name: getattr(state, name) for name in KEPT_IN_ADDRESS}
    month = season_words.month_of(state.month, state.shown_day() or season.today)
    stands, bests = standing_of(days, season.today), state.best_season()
    missing, of = without_load(season, state.load, state.first_day() or season.today)
    cards = season_words.standing(stands)
    if missing == of:  # nothing has a load by this method: that is not 0
        cards = [(label, NOTHING, unit) for label, _, unit in cards]
    return {
        "head": {
            "address": address, "athletes": list(told_apart(state.athletes()).items()),
            "sports": state.sports(), "spans": _pairs(SPANS, _SPANS),
            "loads": _pairs(LOADS, season_words.METHODS), "progress": state.progress, "missing": state.missing,
            "load_words": load_words(season, state.load, state.first_day() or season.today),
            "capacity": capacity_told(season),
            "maximum": maximum_told(season.athlete, season.today),
            "standing": cards, "change": season_words.change(stands, state.shown_day(), season.today),
        },
        "calendar": {
            "sports": state.sports(), "colours": sport_colours(state.sports()),
            "every_sport": SPORTS, "load": state.load, "month": f"{month:%Y-%m}", "today": str(season.today),
            "weeks": season_words.calendar(season, month, state.load),
        },
        "best": {
            "address": address, "bests": [[best, season_words.best_words(best)] for best in BESTS],
            "best_sport": next(iter(bests.sports), ""),
            "best_count": int(bests.sessions.reindex(columns=[state.best]).notna().sum().sum()),
        },
        **_recalled(state, season),
    }  # fmt: skip


def _recalled(state: SeasonState, season: Season) -> dict[str, dict[str, Any]]:
    """Return what is told of the sessions looked at together, once they are."""
    recalled = state.recalled
    if recalled is None:
        return {"unusual": {}, "compare": {}}
    group = state.compared()
    comparison = None
    if group is not None:
        sessions = compared(season, group, recalled.prints)
        comparison = season_words.comparison(season, group, sessions)
    return {
        "unusual": {"unusual": unusual(season, recalled.unusual)},
        "compare": {
            "groups": [[g.key, season_words.group_words(g)] for g in recalled.alike],
            "compare": comparison,
        },
    }


def _pairs(keys: Sequence[str] | Mapping[str, Any], words: Mapping[str, str]) -> list[list[str]]:
    return [[key, words[key]] for key in keys]
