"""Lead a session of the squad: `panel serve apps/lead.py`."""

import twin
from twin.state.lead import LeadState
from twin.views import shell
from twin.views.lead import LeadBoard

shell.extension()
live = twin.live()
state = LeadState(live)
shell.page("Lead", LeadBoard(state), active="lead", live=live, show=state.show).servable()
