"""The squad, live: `panel serve apps/squad.py`."""

import twin
from twin import settings
from twin.state import SquadState
from twin.views import shell
from twin.views.squad import SquadBoard

shell.extension()
live = twin.live()
state = SquadState(live, tiles=settings.load().map_tiles)
board = SquadBoard(state)
shell.page("Squad", board, active="squad", live=live, show=state.show, rests=state.rests).servable()
