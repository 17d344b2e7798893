"""`twin serve` and `twin hub`: the live process, with and without the dashboard."""

import errno
import gc
import logging
import re
import secrets
import signal
import sys
import threading
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from twin.cli.output import data_option, settings_with
from twin.hub import LocalLive, RemoteLive, live, start_hub
from twin.settings import Settings

_sources_option = click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="KIND[:WHAT]",
    help="simulator:30, simulator:22:football, replay:FILE[@SPEED], replay:session:ID[@SPEED] "
    "ble[:all][:listen][:ecg] or http; may be given several times.",
)


@click.command("serve")
@_sources_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5006,
    show_default=True,
    help="Port of the dashboard; 0 takes a free one.",
)
@click.option(
    "--address", default="127.0.0.1", show_default=True, help="0.0.0.0 opens it to the network."
)
@data_option
def serve_(sources: tuple[str, ...], port: int, address: str, data: Path | None) -> None:
    """Run hub and dashboard in one process.

    Without --source, the hub of another process is followed if REDIS_URL is set, else simulated
    athletes are shown if SIMULATION_MODE is set; stored sessions can be reviewed in any case.
    """
    settings = settings_with(data)
    _log(settings)
    server = _server(
        address, port, settings
    )  # before the hub: a port that is taken must not open sessions
    running = live(sources, settings=settings)
    if "http" in sources and not settings.api_key:
        click.echo("No API_KEY is set, so --source http lets nobody in.", err=True)
    click.echo(f"Dashboard: http://{_shown(address)}:{server.port}/squad")
    click.echo(f"Data: {settings.data_dir.resolve()}   (Ctrl-C ends)")
    sys.stdout.flush()
    _on_signals(lambda: server.io_loop.add_callback_from_signal(server.io_loop.stop))
    gc.collect()
    gc.freeze()  # what is loaded stays; to look through it now and then holds up ticks and pages
    try:
        server.start()
        server.io_loop.start()
    finally:
        server.stop()
        _end(running)


@click.command("hub", short_help="Record and keep the twins without a dashboard.")
@_sources_option
@click.option(
    "--group",
    "groups",
    multiple=True,
    callback=lambda _context, _option, names: _accepted_groups(names),
    help="Record only athletes of this group, and those of none yet, who join it; another hub may "
    "have others. May be given several times.",
)
@data_option
def hub_(sources: tuple[str, ...], groups: tuple[str, ...], data: Path | None) -> None:
    """Run the hub without a dashboard: record, and keep the twins going.

    With REDIS_URL set, dashboards and notebooks of other processes follow it. Several hubs, each
    with groups of athletes of its own, show as one squad.
    """
    settings = settings_with(data)
    _log(settings)
    running = start_hub(sources, settings, groups=groups)
    click.echo(
        f"Recording {_whom(running, groups)}into {settings.data_dir.resolve()}   (Ctrl-C ends)"
    )
    sys.stdout.flush()
    ended = threading.Event()
    _on_signals(ended.set)
    while not ended.wait(0.5):
        pass
    _end(running)


def _whom(running: LocalLive, groups: tuple[str, ...]) -> str:
    squad = len(running.hub.roster.claimed)
    return f"{squad} athletes of group {', '.join(groups)} " if groups else ""


def _accepted_groups(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if not re.fullmatch(r"[\w.-]+", name):
            raise click.BadParameter(f"a group is letters, digits, . _ and -; got {name!r}")
    return tuple(dict.fromkeys(names))


def apps_folder() -> Path:
    """Return the folder of the app files: of the checkout, or as installed.

    Raises
    ------
    ClickException
        If neither exists.
    """
    places = (
        Path(__file__).parents[2] / "apps",
        Path(sys.prefix) / "share/athlete-digital-twin/apps",
    )
    for place in places:
        if (place / "squad.py").is_file():
            return place
    raise click.ClickException(f"the apps are missing; looked in {' and '.join(map(str, places))}")


def _server(address: str, port: int, settings: Settings) -> Any:
    """Return a Bokeh server with every app and the API, listening but not started."""
    import panel as pn
    from tornado.web import RedirectHandler

    from twin.views.squad import SOCKET
    from twin.web import routes

    pn.state.cache[SOCKET] = "live"
    apps = {app.stem: str(app) for app in sorted(apps_folder().glob("*.py"))}
    try:
        return pn.io.server.get_server(
            apps,
            port=port,
            address=address,
            websocket_origin="*" if address == "0.0.0.0" else None,
            show=False,
            start=False,
            index=None,
            liveness=True,
            extra_patterns=[
                (r"/", RedirectHandler, {"url": "/squad", "permanent": False}),
                *routes(live, settings),
            ],
            unused_session_lifetime_milliseconds=5000,
            check_unused_sessions_milliseconds=2000,
            **_login(settings),
        )
    except OSError as error:
        raise click.ClickException(_not_listening(f"{address}:{port}", error)) from error


def _not_listening(place: str, error: OSError) -> str:
    taken = error.errno in (errno.EADDRINUSE, errno.EACCES)
    hint = "try --port 0" if taken else "expected an address of this machine or 0.0.0.0"
    return f"cannot listen on {place}: {error}; {hint}"


def _login(settings: Settings) -> dict[str, str]:
    """Return what has the server ask for a login; nothing where no password is set."""
    if not settings.dashboard_password:
        return {}
    pages = Path(str(files("twin.web")))
    return {
        "basic_auth": settings.dashboard_password,
        "cookie_secret": settings.cookie_secret or secrets.token_hex(32),
        "login_template": str(pages / "login.html"),
        "logout_template": str(pages / "logout.html"),
    }


def _shown(address: str) -> str:
    return "localhost" if address in ("127.0.0.1", "0.0.0.0", "") else address


def _on_signals(end: Any) -> None:
    """End on Ctrl-C and on SIGTERM alike."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end())


def _end(running: LocalLive | RemoteLive) -> None:
    if isinstance(running, RemoteLive):
        running.stop()
        return
    click.echo("Ending sessions ...")
    running.stop()
    click.echo("Everything received is stored.")


def _log(settings: Settings) -> None:
    level = logging.DEBUG if settings.debug else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(name)s %(levelname)s %(message)s")
