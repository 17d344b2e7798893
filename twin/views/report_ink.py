"""Ink on paper: how charts of a report are drawn, and a figure as SVG that stands in the file."""

import re
import threading
import warnings
import zlib
from collections.abc import Callable, Mapping
from html import escape
from io import StringIO
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from twin.views.formats import duration
from twin.views.theme import LIGHT

WIDTH_IN = 7.1  # between the margins of A4, so that letters have their size when printed
LINE: Mapping[str, Any] = {"color": LIGHT.primary, "linewidth": 1.2}
# Told apart without colour: dashes for lines, hatches for bars.
DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)))
HATCHES = ("", "////", "....", "xxxx", "----")
_STYLE: Mapping[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": LIGHT.muted,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": LIGHT.text,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.5,
    "grid.color": LIGHT.line,
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.6,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "path.simplify_threshold": 0.3,
    "text.parse_math": False,  # a name with dollars is a name
    "svg.fonttype": "none",
    "svg.hashsalt": "report",
    "xtick.color": LIGHT.muted,
    "ytick.color": LIGHT.muted,
}
_style_held = threading.Lock()  # the style is one for the whole process
_HEAD = re.compile(r"<\?xml.*?(?=<svg)|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_NAMES = re.compile(r' xmlns(:\w+)?="[^"]*"| (?:width|height)="[\d.]+pt"')
_FINER = re.compile(r"(?<=\d\.\d\d)\d+(?=[ \n\"])")  # than a hundredth of a point: twice the size
_CLIP = re.compile(r"(?<=[\"#])p[0-9a-f]{10}(?=[\")])")  # hashed from all digits of the layout


def drawn(paint: Callable[[Figure], None], *, height_in: float, label: str) -> str:
    """Return a figure as inline SVG that names nothing outside the file.

    Parameters
    ----------
    paint : callable
        Draws on an empty figure.
    height_in : float
        Its width is that of the page. [in]
    label : str
        What it shows, for those who hear the page.
    """
    with _style_held, rc_context(dict(_STYLE)), warnings.catch_warnings():
        # Letters stand in the file as text: the browser has those that this font lacks.
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font", UserWarning)
        plot = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
        paint(plot)
        text = StringIO()
        plot.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
    svg = _FINER.sub("", _NAMES.sub("", _HEAD.sub("", text.getvalue())))
    svg = _numbered(svg, f"p{zlib.crc32(label.encode()):x}")
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(label)}"', 1).strip()


def _numbered(svg: str, prefix: str) -> str:
    """Return a figure whose clip paths are numbered, so that the same session makes the same file."""
    found = {name: f"{prefix}-{n}" for n, name in enumerate(dict.fromkeys(_CLIP.findall(svg)))}
    return _CLIP.sub(lambda match: found[match[0]], svg)


def pace_axis(axes: Axes) -> None:
    """Show minutes as 4:30, faster upwards."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda minutes, _: duration(60 * minutes)))
    axes.invert_yaxis()
