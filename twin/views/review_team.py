"""The page of a team's session: heat map, ground covered, and a table of its athletes."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable, Viewer

from twin.errors import TwinError
from twin.physiology.team import DEFINITION, SPRINT
from twin.records import told_apart
from twin.state.review import ReviewState
from twin.state.team_session import ACCELERATION, BOUNDS, Player, Team, team_of
from twin.views.formats import NOTHING, number
from twin.views.later import Later
from twin.views.picks import PickTable
from twin.views.review_cards import card, pane, stacked
from twin.views.team_charts import heat_chart, hull_chart
from twin.views.theme import Surface, local
from twin.views.warned import warning


class TeamView(Viewer):
    """Those who trained together; rows of the table lead to each session."""

    def __init__(self, state: ReviewState, surface: Surface, **params: object) -> None:
        super().__init__(**params)
        self._state, self._surface = state, surface
        back = pmui.Button(label="All sessions", icon="arrow_back", variant="text",
                           on_click=lambda _: state.leave())  # fmt: skip
        self._layout = pn.Column(back, Later(self._found, self._parts), margin=0,
                                 sizing_mode="stretch_width")  # fmt: skip

    def __panel__(self) -> Viewable:
        """Return the page."""
        return self._layout

    def _found(self) -> Team | str:
        try:
            return team_of(self._state.store, self._state.squad)
        except TwinError as error:
            return str(error)

    def _parts(self, team: Team | str) -> Sequence[Any]:
        if isinstance(team, str):
            return [warning(team)]

        def go_to(row: int) -> None:
            self._state.session = team.players[row].session.id

        first = min(player.session.start for player in team.players)
        title = pane(f"<h1 style='font-size:22px;margin:4px 0'>Team of {len(team.players)} · "
                     f"{local(first):%a %d %b %Y, %H:%M}</h1>")  # fmt: skip
        table = PickTable(players_table(team.players), go_to, title="Athletes of the team")
        athletes = card(table, pane(f"<p class='note'>{definition(team.players)}</p>"))
        return [title, stacked(athletes, *self._places(team))]

    def _places(self, team: Team) -> list[Any]:
        if team.heat is None:
            return [card(pane("<p>No positions in these sessions, so there is no map.</p>"))]
        where = (
            "on the pitch found around them"
            if team.on_pitch
            else "around their middle; no pitch was found"
        )
        parts = [
            card(
                pane(f"<h3>Seconds of all in each cell, {where}</h3>"),
                _shown(heat_chart(team, self._surface)),
            )
        ]
        if np.isfinite(team.hull_m2).any():
            words = "<h3>Ground within the outermost athletes</h3>"
            parts.append(card(pane(words), _shown(hull_chart(team, self._surface))))
        return parts


def players_table(players: Sequence[Player]) -> pd.DataFrame:
    """Return one row for each athlete, in words."""
    names, called = band_names(), told_apart(player.athlete for player in players)
    return pd.DataFrame(
        {
            "Athlete": called[player.athlete.id],
            "Distance m": number(float(player.bands_m.sum())),
            **{name: number(way) for name, way in zip(names, player.bands_m, strict=True)},
            "Top km/h": number(player.top_speed * 3.6, 1),
            "Sprints": str(player.sprints),
            "Accelerations": NOTHING if player.accelerations is None else str(player.accelerations),
        }
        for player in players
    )


def band_names() -> list[str]:
    """Return the bands of speed in km/h, as columns name them."""
    cuts = [f"{bound * 3.6:.0f}" for bound in BOUNDS]
    middle = [f"{low}–{high} km/h m" for low, high in itertools.pairwise(cuts)]
    return [f"< {cuts[0]} km/h m", *middle, f"> {cuts[-1]} km/h m"]


def definition(players: Sequence[Player]) -> str:
    """Return what the counts mean for these recordings."""
    slow = sum(player.accelerations is None for player in players)
    words = (f"Sprint: above {SPRINT * 3.6:.1f} km/h; acceleration: above {ACCELERATION:.0f} m/s²; "
             f"{DEFINITION}. Counts depend on this definition; compare only what was counted alike.")  # fmt: skip
    if slow:
        words += (f" {slow} of {len(players)} recordings have too few positions a second for the filter: their "
                  "speed is as recorded, and accelerations cannot be told.")  # fmt: skip
    return words


def _shown(plot: Any) -> pn.pane.Bokeh:
    return pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=0)
