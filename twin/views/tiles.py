"""Map tiles under a map in metres: only where the setting ``MAP_TILES`` names a tile server."""

from bokeh.models import ColumnDataSource, CustomJS, Label
from bokeh.plotting import figure

from twin.state.wire import Place
from twin.views.assets import read_assets
from twin.views.theme import DARK, FONT, Surface

_ALPHA_LIGHT, _ALPHA_DARK = 0.75, 0.35  # the track stays the strongest thing on the map


def add_tiles(plot: figure, template: str, place: Place, surface: Surface) -> None:
    """Lay the tiles of a server under a map; the browser fetches those in sight.

    Parameters
    ----------
    plot : figure
        Axes in metres east and north of `place`.
    template : str
        Address of a tile, with ``{z}``, ``{x}`` and ``{y}`` in it; empty: nothing is added.
    place : Place
        What is (0, 0) on the map.
    surface : Surface
        Colours to begin with.

    Notes
    -----
    A tile that does not come leaves the paper as it is: the map is whole without tiles.
    """
    if not template:
        return
    tiles = ColumnDataSource({name: [] for name in ("url", "x", "y", "w", "h")}, syncable=False)
    plot.image_url(
        "url", "x", "y", "w", "h", source=tiles, anchor="top_left", level="image", name="tiles",
        global_alpha=_ALPHA_DARK if surface is DARK else _ALPHA_LIGHT,
    )  # fmt: skip
    credit = Label(x=8, y=2, x_units="screen", y_units="screen", text="", text_color=surface.muted,
                   text_font=FONT, text_font_size="11px", name="credit", syncable=False)  # fmt: skip
    fetch = CustomJS(
        args={
            "plot": plot, "tiles": tiles, "credit": credit, "template": template,
            "place": {"latitude": place.latitude, "longitude": place.longitude},
        },
        code=read_assets("tiles.js", "tiles_bokeh.js"),
    )  # fmt: skip
    for extent in (plot.x_range, plot.y_range):
        extent.js_on_change("start", fetch)
        extent.js_on_change("end", fetch)
    plot.js_on_change("inner_width", fetch)
    plot.add_layout(credit)
