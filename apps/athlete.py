"""One athlete, live: `panel serve apps/athlete.py`, then `/athlete?athlete=ada&window=10`."""

import panel as pn

import twin
from twin import settings
from twin.state.athlete import AthleteState
from twin.views.athlete import AthletePage
from twin.views.shell import chosen_dark, extension, page

extension()
live = twin.live()
state = AthleteState(live, tiles=settings.load().map_tiles)
pn.state.location.sync(state, {"athlete": "athlete", "window": "window"})
page("Athlete", AthletePage(state, dark=chosen_dark()), active="athlete", live=live).servable()
