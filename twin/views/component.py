"""What all our parts of a page are: a script of ours that runs in the browser as it is written."""

import hashlib
from typing import Any

import panel as pn


class Component(pn.custom.JSComponent):  # noqa: TID251
    """A part of a page with a script and styles of its own.

    Panel translates scripts from TypeScript in the browser, a tenth of the time until a page stands.
    Ours are JavaScript; a script that has a fingerprint counts as translated.
    """

    __abstract = True

    def _get_properties(self, *arguments: Any, **named: Any) -> dict[str, Any]:
        properties = super()._get_properties(*arguments, **named)
        return properties | {"bundle": hashlib.sha256(properties["esm"].encode()).hexdigest()}
