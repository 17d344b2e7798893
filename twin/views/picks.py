"""A table whose rows lead somewhere, by mouse and by keyboard."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pandas as pd
import param

from twin.views.assets import read_assets
from twin.views.component import Component
from twin.views.formats import NOTHING


class PickTable(Component):
    """Rows of words; a press on one calls back with its number.

    Parameters
    ----------
    table : DataFrame
        Words for the screen; the first column names the row. Columns that hold nothing are left out.
    pick : callable, optional
        Called with the number of the row; without it the rows lead nowhere.
    """

    columns = param.List(doc="Words over the columns.")

    leads = param.Boolean(doc="Whether a press on a row does something.")

    marks = param.List(doc="Numbers of the rows that stand out.")

    rows = param.List(doc="Words of each row.")

    title = param.String(doc="What the table is about, for screen readers.")

    _esm = read_assets("elements.js", "picks.js")
    _stylesheets: ClassVar[list[str]] = [read_assets("picks.css")]

    def __init__(
        self, table: pd.DataFrame, pick: Callable[[int], None] | None = None, **params: Any
    ) -> None:
        columns, rows = _words(table)
        super().__init__(**{"columns": columns, "rows": rows, "leads": pick is not None,
                            "sizing_mode": "stretch_width", "margin": 0} | params)  # fmt: skip
        self._pick = pick

    def show(self, table: pd.DataFrame) -> None:
        """Show other rows."""
        columns, rows = _words(table)
        self.param.update(columns=columns, rows=rows)

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        row = data.get("row")
        if self._pick is not None and isinstance(row, int) and 0 <= row < len(self.rows):
            self._pick(row)


def _words(table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    shown = table.loc[:, [name for name in table if not (table[name] == NOTHING).all()]]
    return [str(name) for name in shown], shown.astype(str).to_numpy().tolist()
