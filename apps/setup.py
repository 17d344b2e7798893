"""Sensors and whose they are: `panel serve apps/setup.py`."""

import twin
from twin.state.setup import SetupState
from twin.views import shell
from twin.views.setup import SetupBoard

shell.extension()
live = twin.live()
state = SetupState(live)
shell.page("Setup", SetupBoard(state), active="setup", live=live, show=state.show).servable()
