"""What a plan would do: `panel serve apps/whatif.py`, then `/whatif?athlete=ada&a=20:00 200 W`."""

import panel as pn

import twin
from twin.state.whatif import WhatifState
from twin.views.shell import chosen_dark, extension, page
from twin.views.whatif import WhatifPage

extension()
live = twin.live()
state = WhatifState.from_address(live, pn.state.location.query_params)
page("What if", WhatifPage(state, dark=chosen_dark()), active="whatif", live=live).servable()
