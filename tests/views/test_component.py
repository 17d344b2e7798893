"""Scripts of ours reach the browser as they are written, and need no translation there."""

import hashlib

from twin.views.shell import Head


def test_a_script_has_a_fingerprint_so_that_the_browser_does_not_translate_it():
    model = Head().get_root()
    assert "export" in model.esm
    assert model.bundle == hashlib.sha256(model.esm.encode()).hexdigest()
