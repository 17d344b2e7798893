"""What there is to look into below the charts, each part built when it is opened first."""

from collections.abc import Callable
from typing import ClassVar

import panel as pn
import param
from panel.viewable import Viewable, Viewer

from twin.state.review import Reviewed, ReviewState
from twin.views.assets import read_assets
from twin.views.component import Component
from twin.views.later import waiting
from twin.views.review_bests import bests_card
from twin.views.review_form import form_card
from twin.views.review_heart import heart_part
from twin.views.review_laps import laps_card
from twin.views.review_ledger import ledger_card
from twin.views.review_load import load_part
from twin.views.review_noticed import twin_part
from twin.views.review_repair import repair_card
from twin.views.theme import Surface

Card = Callable[[ReviewState, Reviewed, Surface], Viewer | Viewable]
PARTS: tuple[tuple[str, str, Card], ...] = (
    ("laps", "Laps", laps_card),
    ("bests", "Bests", bests_card),
    ("load", "Load", load_part),
    ("heart", "HRV and efficiency", heart_part),
    ("form", "Running form", form_card),
    ("twin", "Twin", twin_part),
    ("ledger", "Live and after", ledger_card),
    ("repair", "Repair", repair_card),
)


class TabBar(Component):
    """Titles of which one is chosen; figures stay outside, as Bokeh wants plain layouts."""

    active = param.Integer(0, doc="Place of the title chosen.")

    titles = param.List(doc="Words of the titles.")

    _esm = read_assets("elements.js", "tab_bar.js")
    _stylesheets: ClassVar[list[str]] = [read_assets("tab_bar.css")]


class ReviewTabs(Viewer):
    """The parts as tabs; the address names the one that is open."""

    def __init__(
        self, state: ReviewState, reviewed: Reviewed, surface: Surface, **params: object
    ) -> None:
        super().__init__(**params)
        self._state, self._reviewed, self._surface = state, reviewed, surface
        runs = reviewed.session.sport == "running"
        self._parts = [part for part in PARTS if runs or part[0] != "form"]
        self._places = [pn.Column(sizing_mode="stretch_width", margin=(8, 0)) for _ in self._parts]
        names = [name for name, _, _ in self._parts]
        active = names.index(state.tab) if state.tab in names else 0
        self._bar = TabBar(titles=[title for _, title, _ in self._parts], active=active,
                           sizing_mode="stretch_width", margin=0)  # fmt: skip
        self._bar.param.watch(lambda event: self._open(event.new), "active")
        self._open(active)

    def __panel__(self) -> Viewable:
        """Return the tabs, and the part that is open."""
        return pn.Column(self._bar, *self._places, sizing_mode="stretch_width", margin=0)

    def fill(self, reviewed: Reviewed) -> None:
        """Show the session now that it is complete: what is open anew, the others when opened."""
        self._reviewed = reviewed
        for place in self._places:
            place.clear()
        self._open(self._bar.active)

    def _open(self, active: int) -> None:
        name, _, card = self._parts[active]
        self._state.tab = "" if active == 0 else name
        for number, place in enumerate(self._places):
            place.visible = number == active
        place = self._places[active]
        if not self._reviewed.is_complete and active:  # soon there is more to tell
            place[:] = [waiting()]
        elif not len(place):
            place.append(card(self._state, self._reviewed, self._surface))
