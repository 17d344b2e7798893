"""The list of stored sessions: search, sort, choose."""

from typing import Any

import pandas as pd
import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from twin.state.review import ReviewState
from twin.views.formats import distance_km, duration
from twin.views.theme import local

_WORDS = {"athlete": "Athlete", "sport": "Sport", "start": "Start", "time": "Time",
          "distance": "Distance km", "samples": "Samples", "state": "State", "source": "Source"}  # fmt: skip
_NUMBERS = ("time", "distance", "samples")
_EMPTY = """### No sessions yet

Record one on the squad page, or import files you have:

```
twin import PATH... --athlete NAME
```

FIT, TCX, GPX and CSV files are read, plain or packed as .gz or .zip; a folder gives all in it.
"""


class SessionList(Viewer):
    """All sessions, newest first; a click opens one."""

    def __init__(self, state: ReviewState, **params: object) -> None:
        super().__init__(**params)
        self.state = state
        self._found = state.sessions()
        self._search = pmui.TextInput(
            label="Search", placeholder="athlete, sport, date, file …", size="small", width=320
        )
        self._search.param.watch(self._filter, "value_input")
        self._table = pn.widgets.Tabulator(
            self._shown(), show_index=False, disabled=True, selectable=False, pagination="local",
            page_size=20, sizing_mode="stretch_width", layout="fit_data_stretch",
            titles=_WORDS, header_align=dict.fromkeys(_NUMBERS, "right"),
            text_align=dict.fromkeys(_NUMBERS, "right"), margin=0,
        )  # fmt: skip
        self._table.on_click(self._open)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the list, or how to fill it."""
        if not len(self._found):
            return pn.pane.Markdown(_EMPTY, sizing_mode="stretch_width")
        return pn.Column(self._search, self._table, sizing_mode="stretch_width")

    def _shown(self) -> pd.DataFrame:
        found = self._found
        if not len(found):
            return pd.DataFrame(columns=list(_WORDS))
        return pd.DataFrame(
            {
                "start": [f"{local(t.to_pydatetime()):%Y-%m-%d %H:%M}" for t in found["start"]],
                "athlete": found["athlete"],
                "sport": found["sport"],
                "time": [duration(s) for s in found["duration_s"]],
                "distance": [distance_km(m) for m in found["distance"]],
                "samples": found["samples"],
                "state": found["state"].astype(str),
                "source": found["source"].str.removeprefix("file:"),
            }
        ).reset_index(drop=True)

    def _filter(self, event: Any) -> None:
        self._found = self.state.sessions(event.new)
        self._table.value = self._shown()

    def _open(self, event: Any) -> None:
        self.state.session = str(self._found["session"].iloc[event.row])
