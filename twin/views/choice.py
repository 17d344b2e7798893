"""A choice of one among several: the browser's own, which keys, fingers and screen readers know."""

from collections.abc import Mapping
from typing import Any

import panel as pn

# Panel's material one is opened by no key.
_STYLE = """
.bk-input { appearance: auto; background-image: none !important; min-height: 44px !important; color: var(--twin-text); background-color: var(--twin-card); border: 1px solid var(--twin-muted);
  border-radius: 8px; }
.bk-input:focus-visible { outline: 3px solid var(--twin-primary); outline-offset: 2px; }
.bk-input option { color: var(--twin-text); background: var(--twin-card); }
"""


def choice(label: str, options: Mapping[str, str], **params: Any) -> pn.widgets.Select:
    """Return a select with a label.

    Parameters
    ----------
    label : str
        What is chosen.
    options : mapping
        Words on the screen to value.
    **params
        As of `panel.widgets.Select`.

    Examples
    --------
    >>> choice("Athlete", {"Ada": "ada", "Bo": "bo"}).value
    'ada'
    """
    return pn.widgets.Select(label=label, options=dict(options), stylesheets=[_STYLE], **params)
