"""Stored sessions: `panel serve apps/review.py`, then `/review?session=ID&tab=bests`.

`/review?together=ID,ID&by=distance` lays sessions over each other, `/review?squad=ID` shows a team.
"""

import panel as pn

import twin
from twin import settings
from twin.state.review import ReviewState
from twin.views.review import ReviewPage
from twin.views.shell import chosen_dark, extension, page

extension()
live = twin.live()
state = ReviewState(live.store, tiles=settings.load().map_tiles)
pn.state.location.sync(state, ["session", "tab", "together", "by", "squad"])
page("Review", ReviewPage(state, dark=chosen_dark()), active="review", live=live).servable()
