"""A warning on a page, legible in light and dark."""

from html import escape

import panel as pn

_STYLES = {"background": "var(--twin-card)", "color": "var(--twin-text)",
           "border": "1px solid var(--twin-line)", "border-left": "4px solid var(--twin-zone-4)"}  # fmt: skip


def warning(words: str) -> pn.pane.Alert:
    """Return plain words as a warning.

    >>> warning("no session '<b>' is stored").object
    'no session &#x27;&lt;b&gt;&#x27; is stored'
    """
    return pn.pane.Alert(escape(words), alert_type="warning", styles=_STYLES, margin=(4, 0))
