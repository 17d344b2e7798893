"""Map of a stored session: the track coloured by a channel, the stretch selected on top."""

from datetime import datetime
from functools import partial

import numpy as np
import pandas as pd
import panel as pn
from bokeh.models import ColumnDataSource, LinearColorMapper
from bokeh.palettes import Viridis256
from bokeh.transform import transform
from panel.viewable import Viewer

from twin.records import Floats
from twin.schema import CHANNELS, MEASURED_NAMES
from twin.state.review import Reviewed, ReviewState
from twin.state.stretch import part_of
from twin.state.wire import Place
from twin.views.charts import axis_label
from twin.views.choice import choice
from twin.views.later import soon
from twin.views.review_lines import drawn_speed, gap_of
from twin.views.review_thin import joined
from twin.views.theme import Surface
from twin.views.tiles import add_tiles
from twin.views.track import Sources, track_map

_MOST_POINTS = 4000
_FIRST = ("zone", "heart_rate", "speed", "power", "cadence", "altitude", "grade")
_PLACES = ("latitude", "longitude", "distance")
_CHOICES = (*_FIRST, *(name for name in MEASURED_NAMES if name not in (*_FIRST, *_PLACES)))


class ReviewMap(Viewer):
    """Track in metres around its start, in the colours of a channel that the user chooses."""

    def __init__(
        self, state: ReviewState, reviewed: Reviewed, surface: Surface, **params: object
    ) -> None:
        super().__init__(**params)
        self._reviewed = reviewed
        self._surface = surface
        self._samples = placed(reviewed.samples)
        self._sources = Sources(*(ColumnDataSource() for _ in range(3)))
        self._marked = ColumnDataSource({"x": [], "y": []})
        self._mapper = LinearColorMapper(nan_color=surface.stale)
        self._colour = choice("Colour", self._choices(), width=210)
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=(8, 4))
        if len(self._samples):
            self._build(state)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the map, or words where there are no positions."""
        if not len(self._samples):
            return pn.pane.HTML("<p>No positions in this session.</p>")
        return pn.Column(
            pn.Row(self._colour, self._legend, sizing_mode="stretch_width", margin=0),
            pn.pane.Bokeh(self._plot, sizing_mode="stretch_width"),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def fill(self, reviewed: Reviewed) -> None:
        """Draw the session as cleaned, in the colours of the same channel."""
        samples = placed(reviewed.samples)
        if not len(samples) or not len(self._samples):
            return
        self._reviewed, self._samples = reviewed, samples
        self._colour.options = self._choices()
        soon(self._paint)

    def _build(self, state: ReviewState) -> None:
        ends = self._samples.iloc[[0, -1]]
        self._sources.start.data = {"x": ends["x"].to_numpy()[:1], "y": ends["y"].to_numpy()[:1]}
        self._sources.here.data = {"x": ends["x"].to_numpy()[1:], "y": ends["y"].to_numpy()[1:],
                                   "colour": [self._surface.text]}  # fmt: skip
        self._paint()
        self._plot = track_map(self._sources, surface=self._surface, height=400,
                               colour=transform("value", self._mapper))  # fmt: skip
        self._plot.select_one({"name": "here"}).glyph.tags = ["each"]
        add_tiles(self._plot, state.tiles, start_of(self._samples), self._surface)
        self._plot.line("x", "y", source=self._marked, line_width=9, line_alpha=0.45,
                        line_cap="round", color=self._surface.primary, name="marked",
                        level="overlay", tags=["primary"])  # fmt: skip
        self._colour.param.watch(lambda _: soon(self._paint), "value")
        state.param.watch(lambda event: soon(partial(self._mark, event.new)), "selection")

    def _choices(self) -> dict[str, str]:
        names = (name for name in _CHOICES if self._values(name) is not None)
        return {_words(name, self._reviewed): name for name in names}

    def _values(self, name: str) -> Floats | None:
        column = "current_speed" if name == "speed" else name
        if column not in self._samples:
            return None
        values = self._samples[column].to_numpy(float)
        if name == "speed":
            values = drawn_speed(values, self._reviewed.session.sport)
        return None if np.isnan(values).all() else values

    def _paint(self) -> None:
        east, north = self._samples["x"].to_numpy(), self._samples["y"].to_numpy()
        index = pd.DatetimeIndex(self._samples.index)
        follows = joined(index.tz_convert(None).to_numpy(), gap_s=gap_of(index))
        before = np.where(follows, np.arange(len(east)) - 1, 0)
        blank = np.where(follows, 0.0, np.nan)
        self._sources.track.data = {
            "x0": east[before] + blank, "y0": north[before] + blank, "x": east, "y": north,
            "value": self._coloured(),
        }  # fmt: skip

    def _coloured(self) -> Floats:
        """Return what the colours tell, and let the mapper and the legend tell it."""
        name = self._colour.value
        values = self._values(name) if name else None
        if values is None or name == "zone":
            self._legend.object = ""
            self._mapper.update(palette=[self._surface.stale, *self._surface.zones],
                                low=-0.5, high=5.5, tags=["zones"])  # fmt: skip
            return np.full(len(self._samples), np.nan) if values is None else values
        low, high = np.nanpercentile(values, [2, 98])
        self._legend.object = _scale(low, high, name)
        self._mapper.update(palette=Viridis256, low=low, high=max(high, low + 1e-9), tags=[])
        return values

    def _mark(self, selection: tuple[datetime, datetime] | None) -> None:
        part = part_of(self._samples, selection) if selection else self._samples[:0]
        self._marked.data = {"x": part["x"].to_numpy(), "y": part["y"].to_numpy()}


def placed(samples: pd.DataFrame) -> pd.DataFrame:
    """Return the samples that have a position, with metres from the first one as ``x y``.

    Of very many, every n-th is returned, so that the picture stays quick.
    """
    if not {"latitude", "longitude"} <= set(samples):
        return samples[:0].assign(x=np.empty(0), y=np.empty(0))
    known = samples.dropna(subset=["latitude", "longitude"])
    if not len(known):
        return known.assign(x=np.empty(0), y=np.empty(0))
    known = known.iloc[:: -(-len(known) // _MOST_POINTS)]
    latitude, longitude = known["latitude"].to_numpy(float), known["longitude"].to_numpy(float)
    x, y = start_of(known).metres(latitude, longitude)
    return known.assign(x=x, y=y)


def start_of(samples: pd.DataFrame) -> Place:
    """Return where the first sample was; it is (0, 0) on the map."""
    return Place(float(samples["latitude"].iloc[0]), float(samples["longitude"].iloc[0]))


def _words(name: str, reviewed: Reviewed) -> str:
    if name == "zone":
        return "Heart-rate zone"
    if CHANNELS[name].unit == "1":
        return CHANNELS[name].label
    return axis_label(name, sport=reviewed.session.sport)


def _scale(low: float, high: float, name: str) -> str:
    digits = 2 if name == "grade" else 0 if high - low > 10 else 1
    stops = ",".join(Viridis256[step] for step in range(0, 256, 51))
    return (
        "<div style='display:flex;gap:8px;align-items:center;font-size:13px'>"
        f"<span>{low:.{digits}f}</span><span style='flex:1;max-width:180px;height:12px;"
        f"border-radius:6px;background:linear-gradient(90deg,{stops})'></span>"
        f"<span>{high:.{digits}f}</span></div>"
    )
