"""What load did for performance, drawn behind the bests: the impulse response, or why there is none."""

from html import escape

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from twin.model.performance import Performance
from twin.views.theme import Surface

_NAMES = ("value", "low", "high")


class PerformanceLine:
    """The impulse response with one standard error, on a chart of bests.

    Parameters
    ----------
    plot : figure
        Of `twin.views.season_trends.BestChart`.
    surface : Surface
        Colours to begin with.
    """

    def __init__(self, plot: figure, surface: Surface) -> None:
        self._source = ColumnDataSource({name: [] for name in ("day", *_NAMES)})
        plot.varea("day", "low", "high", source=self._source, fill_color=surface.muted,
                   fill_alpha=0.16, tags=["muted"], level="underlay")  # fmt: skip
        plot.line("day", "value", source=self._source, color=surface.muted, line_width=2,
                  line_dash="dashed", tags=["muted"], name="performance")  # fmt: skip

    def show(self, found: Performance, first: pd.Timestamp, scale: float) -> None:
        """Draw it from a day on, in the unit of the chart."""
        line = found.line[found.line.index >= first]
        columns = {name: line[name].to_numpy(np.float64) * scale for name in _NAMES}
        self._source.data = {"day": pd.DatetimeIndex(line.index).to_numpy(), **columns}


def performance_words(found: Performance) -> str:
    """Return what the line says, or why there is none."""
    if found.fitted is None:
        words = f"No line of performance from load (Banister): {found.why_not}."
    else:
        words = (
            f"Dashes: performance as load explains it (Banister's impulse response through {found.fitted.tests} "
            f"efforts, one a week at most; fitness fades in {found.fitted.fitness_days:.0f} days, fatigue in "
            f"{found.fitted.fatigue_days:.0f}), with one standard error. Its parameters are uncertain: read what "
            "was, and do not forecast far."
        )
    return f"<p class='note'>{escape(words, quote=False)}</p>"
