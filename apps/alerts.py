"""Alerts, rules and the rule lab: `panel serve apps/alerts.py`."""

import panel as pn

import twin
from twin.state.alerts_page import AlertsState
from twin.views import shell
from twin.views.alerts import AlertsBoard

shell.extension()
live = twin.live()
state = AlertsState(live, live.store.coaching())
pn.state.location.sync(state, {"search": "search"})
shell.page("Alerts", AlertsBoard(state), active="alerts", live=live, show=state.show).servable()
