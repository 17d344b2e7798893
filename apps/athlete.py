"""One athlete, live: `panel serve apps/athlete.py`, then `/athlete?athlete=ada&window=10`."""

import panel as pn

import twin
from twin import settings
from twin.state.athlete import AthleteState
from twin.state.lead_strip import LeadStripState
from twin.views.athlete import AthletePage
from twin.views.lead_strip import LeadStrip
from twin.views.shell import chosen_dark, extension, page

extension()
live = twin.live()
state = AthleteState(live, tiles=settings.load().map_tiles)
pn.state.location.sync(state, {"athlete": "athlete", "window": "window"})
view = AthletePage(state, dark=chosen_dark(), led=LeadStrip(LeadStripState(state)))
page("Athlete", view, active="athlete", live=live, show=view.show).servable()
