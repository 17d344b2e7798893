"""Scripts of ours reach the browser as they are written, and need no translation there."""

import hashlib

import param
from bokeh.document import Document

from twin.views.component import Component
from twin.views.shell import Head


def test_a_script_has_a_fingerprint_so_that_the_browser_does_not_translate_it():
    model = Head().get_root()
    assert "export" in model.esm
    assert model.bundle == hashlib.sha256(model.esm.encode()).hexdigest()


class Shown(Component):
    """Shows words of the server, and hears what comes back as if the browser had changed them."""

    words = param.String()

    _esm = "export function render() {}"
    _told = frozenset({"words"})

    def __init__(self) -> None:
        super().__init__()
        self.echoes: list[dict] = []

    def _process_events(self, events):
        self.echoes.append(events)
        super()._process_events(events)


def test_what_the_server_changes_does_not_come_back_as_a_change_of_the_browser():
    shown, document = Shown(), Document()
    root = shown.get_root(document)
    document.add_root(root)
    shown.words = "140 bpm"
    assert root.data.words == "140 bpm"
    assert shown.echoes == []
    root.data.words = "typed"  # as the browser does it
    assert shown.words == "typed"
