"""The file that a report is: one page of HTML that holds everything it shows."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

import pandas as pd

import twin
from twin.records import Note
from twin.views import theme
from twin.views.assets import read_assets
from twin.views.formats import NOTHING
from twin.views.theme import local

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # even a mistake of ours fetches nothing
_METHODS = (
    "Load is the training impulse of Banister (1991) or Edwards (1993), in arbitrary units (au); "
    "fitness and fatigue are its averages over 42 and 7 days. Means leave out pauses. "
    f"{NOTHING} stands where nothing was measured. This is no medical advice."
)


def report_page(title: str, below: str, sections: Sequence[str], *, made: datetime) -> str:
    """Return the whole file.

    Parameters
    ----------
    title : str
        Its heading, plain words.
    below : str
        The line under the heading, plain words.
    sections : sequence of str
        HTML as `section` gives it; empty ones are left out.
    made : datetime
        When it was made, on the clock of this machine.
    """
    style = f":root{{{theme.css(dark=False)}}}{read_assets('report.css')}"
    foot = f"{_METHODS} Made {made:%d %b %Y, %H:%M} with version {twin.__version__}."
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body>"
        f"<header><h1>{escape(title)}</h1><p>{escape(below)}</p></header><main>"
        f"{''.join(sections)}</main><footer>{foot}</footer></body></html>\n"
    )


def section(title: str, *content: str, long: bool = False) -> str:
    """Return a part under its heading; empty where there is nothing to show.

    One that is not `long` is printed on one sheet.
    """
    inner = "".join(content)
    if not inner:
        return ""
    kind = ' class="long"' if long else ""
    return f"<section{kind}><h2>{escape(title)}</h2>{inner}</section>"


def chart(svg: str) -> str:
    """Return a picture that scrolls sideways where the screen is narrow."""
    return f'<div class="chart">{svg}</div>' if svg else ""


def notes_html(notes: Sequence[Note]) -> str:
    """Return words about sessions, each with its time."""
    return "".join(
        f"<p><time>{local(note.time):%d %b %H:%M}</time>{escape(note.text)}</p>" for note in notes
    )


def table(frame: pd.DataFrame) -> str:
    """Return a table in words; columns without a single value are left out.

    >>> table(pd.DataFrame({"Lap": ["1 <b>"], "W": ["–"]}))
    '<div class="scroll"><table><thead><tr><th scope="col">Lap</th></tr></thead><tbody><tr><td>1 &lt;b&gt;</td></tr></tbody></table></div>'
    """
    if frame.empty:
        return ""
    shown = frame.loc[:, [not frame[name].isin([NOTHING, ""]).all() for name in frame]]
    kinds = [_kind(shown[name]) for name in shown]
    head = "".join(
        f'<th scope="col"{kind}>{escape(str(name))}</th>'
        for name, kind in zip(shown, kinds, strict=True)
    )
    rows = "".join(
        f"<tr>{_cells(row, kinds)}</tr>" for row in shown.itertuples(index=False, name=None)
    )
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _kind(column: "pd.Series[str]") -> str:
    """Return how a column stands: words to the left, figures to the right."""
    return ' class="words"' if column.astype(str).str.contains(r"[^\W\d_]{4}").any() else ""


def _cells(row: Sequence[object], kinds: Sequence[str]) -> str:
    cells = zip(row, kinds, strict=True)
    return "".join(f"<td{kind}>{escape(str(cell))}</td>" for cell, kind in cells)
