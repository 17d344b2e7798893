"""The legend of a chart: one look for all, above the plot, where it hides no reading."""

from bokeh.plotting import figure

from twin.views.theme import Surface


def dress_legend(plot: figure, surface: Surface, *, columns: int | None = None) -> None:
    """Put the legend of a chart in a line above it; a click on a word hides its line.

    Parameters
    ----------
    plot : figure
        With its legend, drawn within.
    surface : Surface
        Colours to begin with.
    columns : int, optional
        Words in a row; all in one if not given.

    Examples
    --------
    >>> from twin.views.theme import LIGHT
    >>> plot = figure()
    >>> _ = plot.line([0, 1], [0, 1], legend_label="Expected")
    >>> dress_legend(plot, LIGHT)
    >>> plot.legend[0] in plot.above, plot.legend.label_text_color == LIGHT.text
    (True, True)
    """
    legend = plot.legend[0]
    plot.add_layout(legend, "above")
    legend.update(
        orientation="horizontal", ncols=columns or "auto", location="top_left", padding=4, margin=2,
        spacing=14, background_fill_alpha=0.0, border_line_color=None, label_text_font_size="12px",
        label_text_color=surface.text, click_policy="hide",
    )  # fmt: skip
