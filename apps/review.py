"""Stored sessions: `panel serve apps/review.py`, then `/review` or `/review?session=ID`."""

import holoviews as hv
import panel as pn

import twin
from twin import settings
from twin.state.review import ReviewState
from twin.views.review import ReviewPage
from twin.views.shell import chosen_dark, extension, page

extension()
pn.extension("tabulator")
hv.extension("bokeh")
live = twin.live()
state = ReviewState(live.store, tiles=settings.load().map_tiles)
pn.state.location.sync(state, {"session": "session"})
page("Review", ReviewPage(state, dark=chosen_dark()), active="review", live=live).servable()
