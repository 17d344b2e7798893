"""An athlete's season: `panel serve apps/season.py`, then `/season?athlete=ada&month=2026-10`."""

import panel as pn

import twin
from twin.state.season import SeasonState
from twin.views.season import SeasonPage
from twin.views.shell import chosen_dark, extension, page

extension()
live = twin.live()
state = SeasonState.from_address(
    live.store, pn.state.location.query_params, tell=live.update_athlete
)
page("Season", SeasonPage(state, dark=chosen_dark()), active="season", live=live).servable()
