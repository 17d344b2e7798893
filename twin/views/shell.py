"""The page around every view: where to go, what is recorded, what is wrong; light or dark."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

import panel as pn
import panel_material_ui as pmui
import param
from panel.util import edit_readonly

from twin.protocols import Live
from twin.records import Tick
from twin.state import Follower, Status, status_of
from twin.views import theme
from twin.views.alert_bar import AlertBar
from twin.views.assets import read_assets
from twin.views.charts import paint_with_scheme
from twin.views.component import Component
from twin.views.shortcuts import shortcuts_of

PAGES = (("squad", "Squad"), ("lead", "Lead"), ("athlete", "Athlete"), ("alerts", "Alerts"), ("whatif", "What if"),
         ("review", "Review"), ("season", "Season"), ("setup", "Setup"))  # fmt: skip
_LED = ("paused", "position", "speed")
_ICON = Path(__file__).parent / "assets" / "icon.svg"
_SCHEMES = (
    f".mui-light{{{theme.css(dark=False)}}}.mui-dark{{{theme.css(dark=True)}}}"
    ".main-content{background:var(--twin-page);color:var(--twin-text)}"
    ".MuiToolbar-root>.MuiBox-root{min-width:0}"  # many pages must not push the moon off a phone
    # A bar without a name and an empty heading, which a screen reader would stumble over.
    ".MuiLinearProgress-root,.MuiToolbar-root>h5{display:none!important}"
    "@media(prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}"
    # A big screen hides what is not about the athletes; see `squad_big.js`.
    ".MuiAppBar-root{visibility:var(--twin-head,visible)}"
    ".MuiToolbar-root:has(>h5){display:var(--twin-chrome,flex)}"
)
# The script of all components comes with the page, beside the others: asked for by its content, it
# came later. Its address, which has a version in it, has no public name.
_COMPONENTS = pmui.Page._render_esm(server=True)  # noqa: SLF001
_TEMPLATE = (
    '{% extends "base.html" %}{% block postamble %}{{ super() }}'
    f'<link rel="preload" as="fetch" crossorigin href="{_COMPONENTS}">'
    f'<link rel="modulepreload-shim" href="{_COMPONENTS}">{{% endblock %}}'
)
_BAR = {
    "backgroundColor": "var(--twin-card)",
    "backgroundImage": "none",
    "borderBottom": "1px solid var(--twin-line)",
    "boxShadow": "none",
    "color": "var(--twin-text)",
}


def extension() -> None:
    """Load what every page needs; for app files and the server, once per session."""
    pn.extension(reconnect=True, design=pmui.MaterialDesign)


def chosen_dark() -> bool:
    """Whether this viewer has chosen dark, or else the browser prefers it, as `head.js` noted."""
    noted = pn.state.cookies
    return bool(noted.get("twin_theme", noted.get("twin_scheme")) == "dark")


class Head(Component):
    """Navigation and state of the hub, in the bar at the top."""

    active = param.String(doc="Path of the page shown.")

    keys = param.List(doc="Pairs of key and what it does on this page.")

    links = param.List(doc="Pairs of path and words.")

    status = param.String("{}", doc="A `Status` as JSON.")

    _esm = read_assets(
        "elements.js", "remembered.js", "keys.js", "shortcuts.js", "player.js", "head.js"
    )
    _stylesheets: ClassVar[list[str]] = [read_assets("head.css")]

    def __init__(self, live: Live | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._live = live

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        """Lead a recording that is played: pause, speed, place."""
        accepted = {name: data["changes"][name] for name in _LED if name in data["changes"]}
        if self._live is not None and accepted:
            self._live.control(str(data["source"]), **accepted)


class Notices(Component):
    """Lines on what is wrong, under the bar."""

    status = param.String("{}", doc="A `Status` as JSON.")

    _esm = read_assets("notices.js")
    _stylesheets: ClassVar[list[str]] = [read_assets("head.css")]


class StatusLine:
    """Keeps the head and the notices of one page true; changes them only when they change."""

    def __init__(self, active: str, live: Live | None = None) -> None:
        self._status = Status()
        words = _as_json(self._status)
        self.head = Head(live, active=active, links=[list(p) for p in PAGES], status=words,
                         keys=[list(key) for key in shortcuts_of(active)],
                         sizing_mode="stretch_width")  # fmt: skip
        self.notices = Notices(status=words, sizing_mode="stretch_width")

    def is_same(self, tick: Tick) -> bool:
        """Whether a tick brings nothing that is not shown; may be asked from any thread."""
        return status_of(tick) == self._status

    def show(self, tick: Tick | None) -> None:
        """Show the state of the hub."""
        status = status_of(tick)
        if status == self._status:
            return
        before, self._status = self._status, status
        words = _as_json(status)
        self.head.status = words
        if status.notices != before.notices:
            self.notices.status = words


def _as_json(status: Status) -> str:
    return json.dumps(asdict(status), ensure_ascii=False)


def page(
    title: str,
    *main: Any,
    active: str,
    live: Live | None = None,
    show: Callable[[Tick], None] | None = None,
    rests: Callable[[Tick], bool] | None = None,
    sidebar: Sequence[Any] = (),
) -> pmui.Page:
    """Return a page of the product, ready for ``.servable()``.

    Parameters
    ----------
    title : str
        Words for the browser's tab.
    *main : viewable
        What the page is about; a single one with ``sizing_mode="stretch_both"`` fills the window.
    active : str
        Path of this page, one of `PAGES`.
    live : Live, optional
        With it, the page tells what is recorded and what is wrong, as it happens.
    show : callable, optional
        Gets every tick beside, in the same turn; see `follow`.
    rests : callable, optional
        Which ticks bring nothing that `show` shows; see `follow`.
    sidebar : sequence of viewable
        Settings of the page; opened on wide windows, closed on phones.
    """
    line, alerts = StatusLine(active, live), AlertBar(live, tools=active == "alerts")
    if live is not None:
        line.show(live.tick())
        alerts.show(live.tick())
        follow(
            live, *filter(None, (line.show, alerts.show, show)),
            rests=rests and (lambda tick: line.is_same(tick) and alerts.is_same(tick) and rests(tick)),
        )  # fmt: skip
    dark = chosen_dark()
    if pn.state.curdoc is not None:
        pn.state.curdoc.js_on_event("document_ready", paint_with_scheme(dark=dark))
    whole = pmui.Page(
        dark_theme=dark,
        favicon=_ICON,
        header=[line.head],
        main=[pn.Column(line.notices, alerts, *main, sizing_mode="stretch_both", margin=0)],
        meta_title=f"{title} · Athlete Digital Twin",
        sidebar=list(sidebar),
        sidebar_open=False,
        sidebar_width=320 if sidebar else 0,
        stylesheets=[_SCHEMES],
        sx={".MuiAppBar-root": _BAR},
        template=_TEMPLATE,
        theme_config=theme.material(),
    )
    # A page otherwise watches whether the whole server is busy, and so outlives its session.
    with edit_readonly(whole):
        whole.busy = _OwnWork().param.busy
    return whole


class _OwnWork(param.Parameterized):
    """Stands for the server's state of work on one page."""

    busy = param.Boolean(default=False)


def follow(
    live: Live, *show: Callable[[Tick], None], rests: Callable[[Tick], bool] | None = None
) -> None:
    """Show every tick on this page until its session ends; where it is slow, only the newest.

    Parameters
    ----------
    live : Live
        Follows the hub.
    *show : callable
        Each gets the newest tick, with the lock of this page held: it may change models. One
        tick, one message: let them change one model.
    rests : callable, optional
        Whether this tick may be left out if one was shown in the last `RESTING_S`; asked on the
        thread of the hub.

    Notes
    -----
    It begins when the browser has loaded the page, so a page never shown costs nothing. In a
    notebook it begins at once, on the kernel's own loop.
    """

    def show_all(tick: Tick) -> None:
        for one in show:
            one(tick)

    doc = pn.state.curdoc
    if doc is None or doc.session_context is None:
        Follower(live, show_all, asyncio.get_running_loop().call_soon_threadsafe)
        return

    def begin() -> None:
        follower = Follower(live, show_all, doc.add_next_tick_callback, rests=rests)
        # A closure, not globals of the served script: those are cleared before this is called.
        pn.state.on_session_destroyed(lambda context, follower=follower: follower.close())

    pn.state.onload(begin)
