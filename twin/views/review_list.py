"""The list of stored sessions: search, sort, choose."""

import json
import math
from collections.abc import Mapping
from typing import Any, ClassVar

import pandas as pd
import panel as pn
import param
from panel.viewable import Viewer

from twin.state.overlay import MOST
from twin.state.review import ReviewState
from twin.views.assets import read_assets
from twin.views.component import Component
from twin.views.formats import distance_km, duration
from twin.views.theme import local

_WORDS = {"start": "Start", "athlete": "Athlete", "sport": "Sport", "time": "Time",
          "distance": "Distance km", "samples": "Samples", "state": "State", "source": "Source"}  # fmt: skip
_SORTED_BY = {"time": "duration_s"}  # where the column of the store has another name
_EMPTY = """### No sessions yet

Record one on the squad page, or import files you have:

```
twin import PATH... --athlete NAME
```

FIT, TCX, GPX and CSV files are read, plain or packed as .gz or .zip; a folder gives all in it.
"""


class SessionList(Viewer):
    """All sessions, newest first; a click, or Enter, opens one, boxes choose some to lay over each other."""

    def __init__(self, state: ReviewState, **params: object) -> None:
        super().__init__(**params)
        self._empty = not len(state.sessions())
        self._table = SessionTable(state)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the list, or how to fill it."""
        return pn.pane.Markdown(_EMPTY, sizing_mode="stretch_width") if self._empty else self._table


class SessionTable(Component):
    """Lines of the sessions that are searched for, as many as were asked for."""

    listed = param.String("{}", doc="The lines as JSON, and how many there are in all.")

    most = param.Integer(MOST, doc="So many can be laid over each other.")

    titles = param.String(json.dumps(_WORDS), doc="Name and words of each column, as JSON.")

    _esm = read_assets("elements.js", "remembered.js", "keys.js", "session_list.js")
    _stylesheets: ClassVar[list[str]] = [read_assets("session_list.css")]

    def __init__(self, state: ReviewState, **params: Any) -> None:
        super().__init__(**{"sizing_mode": "stretch_width", "margin": 0} | params)
        self._state = state
        self._tell({})

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        if "open" in data:
            self._state.session = str(data["open"])
        elif "together" in data:
            self._state.together = ",".join(map(str, data["together"]))
        else:
            self._tell(data)

    def _tell(self, asked: Mapping[str, Any]) -> None:
        found = self._state.sessions(str(asked.get("search", "")))
        column = str(asked.get("sort", "start"))
        if column in _WORDS and len(found):
            found = found.sort_values(
                _SORTED_BY.get(column, column), ascending=not asked.get("down", True), kind="stable"
            )
        shown = _in_words(found.head(int(asked.get("most", 50))))
        self.listed = json.dumps(
            {"rows": shown.to_dict(orient="records"), "total": len(found)}, ensure_ascii=False
        )


def _in_words(found: pd.DataFrame) -> pd.DataFrame:
    if not len(found):
        return pd.DataFrame(columns=list(_WORDS))
    return pd.DataFrame(
        {
            "session": found["session"],
            "start": [f"{local(t.to_pydatetime()):%Y-%m-%d %H:%M}" for t in found["start"]],
            "athlete": found["athlete"],
            "sport": found["sport"],
            "time": [duration(s) for s in found["duration_s"]],
            "distance": [distance_km(m or math.nan) for m in found["distance"]],  # 0: not measured
            "samples": [str(count) for count in found["samples"]],
            "state": found["state"].astype(str),
            "source": found["source"].str.removeprefix("file:"),
        }
    )
