"""What all our parts of a page are: a script of ours that runs in the browser as it is written."""

import hashlib
from typing import Any, ClassVar

import panel as pn
from param.parameterized import Event


class Component(pn.custom.JSComponent):  # noqa: TID251
    """A part of a page with a script and styles of its own.

    Panel translates scripts from TypeScript in the browser, a tenth of the time until a page stands.
    Ours are JavaScript; a script that has a fingerprint counts as translated.

    Parameters named in `_told` are changed by the server alone and hold no children: on a page that
    stands they go straight to the browser's copy. Panel's general way looks for children, themes and
    echoes first, which is most of what a change costs.
    """

    __abstract = True

    _told: ClassVar[frozenset[str]] = frozenset()

    def _get_properties(self, *arguments: Any, **named: Any) -> dict[str, Any]:
        properties = super()._get_properties(*arguments, **named)
        return properties | {"bundle": hashlib.sha256(properties["esm"].encode()).hexdigest()}

    def _update_properties(self, *events: Event, doc: Any) -> dict[str, Any]:
        changes = {event.name: event.new for event in events}
        return (
            changes
            if changes.keys() <= self._told
            else super()._update_properties(*events, doc=doc)
        )

    def _update_model(
        self, events: Any, msg: dict[str, Any], root: Any, model: Any, doc: Any, comm: Any
    ) -> None:
        if msg.keys() <= self._told:
            ref = root.ref["id"]
            self._changing[ref] = list(msg)  # or Panel takes each for a change of the browser
            try:
                model.data.update(**msg)
            finally:
                self._changing.pop(ref, None)
        else:
            super()._update_model(events, msg, root, model, doc, comm)
