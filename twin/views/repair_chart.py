"""Before and after a repair, as one figure: values over time, or the track in metres."""

from bokeh.models import DatetimeTickFormatter
from bokeh.plotting import figure

from twin.schema import CHANNELS
from twin.state.review_repair import Picture
from twin.views.charts import dress
from twin.views.legend import dress_legend
from twin.views.theme import Surface, local


def repair_chart(picture: Picture, surface: Surface) -> figure:
    """Return the figure: as it is dashed, as it would be in the colour of the scheme."""
    track = picture.channel == "position"
    plot = figure(
        height=260, sizing_mode="stretch_width", tools="", toolbar_location=None, min_border_left=64,
        x_axis_type="linear" if track else "datetime", match_aspect=track,
    )  # fmt: skip
    plot.name = "repair"
    lines = (
        (picture.before, "alarm", "dashed", "before"), (picture.after, "primary", "solid", "after"),
    )  # fmt: skip
    for values, ink, dash, word in lines:
        look = {"color": getattr(surface, ink), "tags": [ink], "legend_label": word}
        x, y = values if track else (local(picture.x), values)
        plot.line(x, y, line_dash=dash, line_width=2, **look)
        plot.scatter(x, y, size=4, **look)
    if track:
        plot.xaxis.axis_label, plot.yaxis.axis_label = "East [m]", "North [m]"
    else:
        channel = CHANNELS[picture.channel]
        plot.yaxis.axis_label = f"{channel.label} [{channel.unit}]"
        plot.xaxis.axis_label = "Time of day, as recorded"
        plot.xaxis.formatter = DatetimeTickFormatter(
            seconds="%H:%M:%S", minsec="%H:%M:%S", minutes="%H:%M:%S", hourmin="%H:%M"
        )
    dress_legend(plot, surface)
    return dress(plot, surface)
