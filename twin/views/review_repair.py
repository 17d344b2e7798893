"""The card of repairs: faults found, before and after of the one chosen, apply and take back."""

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable, Viewer

from twin.records import Edit, FaultGroup, Proposal
from twin.state.review import Reviewed, ReviewState
from twin.state.review_repair import RepairState, repairs_of
from twin.views.later import Later
from twin.views.picks import PickTable
from twin.views.repair_chart import repair_chart
from twin.views.repair_tables import edits_table, faults_table, value_words
from twin.views.review_cards import pane
from twin.views.theme import Surface

_ELSEWHERE = "<p>Repairs are made where the sessions are stored, on the hub's own machine.</p>"
_SOUND = "<p>Nothing seems wrong with this session.</p>"
_NO_FIGURE = "<p>Nothing seems wrong that would change a figure of this session.</p>"
_HINT = (
    "What was recorded never changes: a repair lies on top, and can be taken back at any time. Choose a row "
    "to see before and after."
)


def repair_card(state: ReviewState, reviewed: Reviewed, surface: Surface) -> Viewer | Viewable:
    """Return the repairs of a session, looked for beside the page."""
    repairs = repairs_of(state.store, reviewed.session.id)
    if repairs is None:
        return pane(_ELSEWHERE)
    return Later(repairs.look, lambda _: [RepairCard(repairs, state, surface)])


class RepairCard(Viewer):
    """Faults and repairs as tables by mouse and keyboard, with the picture of one."""

    def __init__(
        self, state: RepairState, review: ReviewState, surface: Surface, **params: object
    ) -> None:
        super().__init__(**params)
        self.state, self._review, self._surface = state, review, surface
        self._words = pane("")
        self._picture = pn.Column(sizing_mode="stretch_width", margin=0)
        self._faults = PickTable(faults_table([]), self._choose_fault, title="Faults found")
        self._made = PickTable(edits_table([]), self._choose_edit, title="Repairs made")
        self._apply = pmui.Button(label="Apply", size="small", on_click=self._apply_chosen)
        self._all = pmui.Button(
            label="", size="small", variant="outlined", on_click=self._apply_sure
        )
        self._undo = pmui.Button(label="Take back", size="small", variant="outlined",
                                 on_click=self._take_back)  # fmt: skip
        self._show_again = pmui.Button(label="Show the session repaired", size="small", visible=False,
                                       variant="text", on_click=self._reload)  # fmt: skip
        self._everything = pmui.Checkbox(label="", size="small")
        self._everything.param.watch(self._tell, "value")
        state.param.watch(self._show, ["groups", "edits", "chosen", "everything", "opened"])
        self._show()

    def __panel__(self) -> Viewable:
        """Return the card."""
        buttons = pn.FlexBox(self._apply, self._all, self._undo, self._show_again,
                             self._everything, gap="8px", align_items="center", sizing_mode="stretch_width")  # fmt: skip
        return pn.Column(self._words, buttons, self._picture, self._faults, self._made,
                         pane(f"<p>{_HINT}</p>"), sizing_mode="stretch_width", margin=0)  # fmt: skip

    def _show(self, *_: object) -> None:
        state, chosen = self.state, self.state.chosen
        self._words.object = f"<div role='status'>{_words(state)}</div>"
        lines = state.lines
        self._faults.show(faults_table(lines))
        self._faults.marks = [n for n, line in enumerate(lines) if line is chosen]
        self._faults.visible = bool(lines)
        self._made.show(edits_table(state.edits))
        self._made.marks = [n for n, e in enumerate(state.edits) if e is chosen]
        self._made.visible = bool(state.edits)
        self._apply.visible = bool(_proposals(chosen))
        self._apply.label = (
            f"Apply {len(_proposals(chosen))}" if isinstance(chosen, FaultGroup) else "Apply"
        )
        minor = [group for group in state.groups if not group.matters]
        self._everything.label = f"Show what changes no figure ({_count(minor)})"
        self._everything.visible = bool(minor)
        self._all.label = f"Apply the {len(state.sure)} sure ones"
        self._all.visible = len(state.sure) > 1
        self._undo.visible = isinstance(chosen, Edit)
        picture = state.picture()
        self._picture[:] = [] if picture is None else [
            pn.pane.Bokeh(repair_chart(picture, self._surface), sizing_mode="stretch_width")
        ]  # fmt: skip

    def _tell(self, event: Any) -> None:
        self.state.everything = event.new

    def _choose_fault(self, row: int) -> None:
        self.state.choose(self.state.lines[row])

    def _choose_edit(self, row: int) -> None:
        self.state.chosen = self.state.edits[row]

    def _apply_chosen(self, *_: object) -> None:
        self._change(partial(self.state.apply, _proposals(self.state.chosen)))

    def _apply_sure(self, *_: object) -> None:
        self._change(partial(self.state.apply, self.state.sure))

    def _take_back(self, *_: object) -> None:
        self._change(partial(self.state.undo, [self.state.chosen]))

    def _change(self, change: Any) -> None:
        change()
        self._show_again.visible = True

    def _reload(self, *_: object) -> None:
        self._review.param.trigger("session")


def _proposals(chosen: Edit | FaultGroup | Proposal | None) -> Sequence[Proposal]:
    if isinstance(chosen, FaultGroup):
        return chosen.proposals
    return [chosen] if isinstance(chosen, Proposal) else []


def _count(groups: Sequence[FaultGroup]) -> int:
    return sum(len(group.proposals) for group in groups)


def _words(state: RepairState) -> str:
    """Return what is chosen, or that nothing is."""
    if isinstance(state.chosen, FaultGroup):
        kind = state.chosen
        return f"<p><b>{escape(kind.words)}</b>; the least sure {kind.confidence:.0%}.</p>"
    if isinstance(state.chosen, Proposal):
        fault = state.chosen
        return (f"<p><b>{escape(fault.edit.reason)}</b>: {value_words(fault, fault.before)} would become "
                f"{value_words(fault, fault.after)}; {fault.confidence:.0%} sure.</p>")  # fmt: skip
    if isinstance(state.chosen, Edit):
        by = escape(state.chosen.author or "import")
        return f"{_SOUND if not state.groups else ''}<p><b>{escape(state.chosen.reason)}</b>, mended by {by}.</p>"
    return _NO_FIGURE if state.groups else _SOUND
