"""`twin doctor`: what works here, what is missing, how to get it."""

import asyncio
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import click

from twin.cli.output import data_option, json_option, print_json, settings_with
from twin.errors import TwinError
from twin.records import who_is_called, why_nobody
from twin.settings import Settings
from twin.store import open_store

_ENOUGH_DISK_GB = 1.0
_LISTEN_S = 1.5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `state` is "ok", "off" (not wanted or optional) or "bad"."""

    what: str
    state: str
    detail: str


@click.command("doctor", short_help="Tell what works here, what is missing and how to get it.")
@data_option
@json_option
@click.pass_context
def doctor_(context: click.Context, data: Path | None, as_json: bool) -> None:
    """Tell what works here, what is missing and how to get it; status 1 if something is broken."""
    findings = list(_findings(data))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            colour = {"ok": "green", "off": "yellow", "bad": "red"}[finding.state]
            click.secho(f"{finding.state:<4} {finding.what:<12} {finding.detail}", fg=colour)
    context.exit(1 if any(finding.state == "bad" for finding in findings) else 0)


def _findings(data: Path | None) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        "Python", "ok" if sys.version_info >= (3, 11) else "bad", f"{version}, 3.11 to 3.13 wanted"
    )
    try:
        settings = settings_with(data)
    except TwinError as error:
        yield Finding("settings", "bad", str(error))
        return
    yield Finding("settings", "ok", "read")
    yield from _store(settings)
    yield _disk(settings)
    yield _package("simulator", "simulator", "simulated athletes: twin serve --source simulator:12")
    yield _package("notebooks", "jupyterlab", 'pip install "athlete-digital-twin[notebook]"')
    yield _bluetooth(settings)
    yield _server("InfluxDB", settings.influxdb_url, "INFLUXDB_URL")
    yield _server("Redis", settings.redis_url, "REDIS_URL")


def _store(settings: Settings) -> Iterator[Finding]:
    try:
        with open_store(settings.data_dir) as store:
            count, people = len(store.sessions()), store.athletes()
    except (TwinError, OSError) as error:
        yield Finding("store", "bad", str(error))
        return
    yield Finding("store", "ok", f"{count} sessions in {settings.data_dir.resolve()}")
    names = settings.thresholds.keys() - {"default"}
    strangers = [
        why_nobody(people, name) for name in sorted(names) if not who_is_called(people, name)
    ]
    if strangers:
        yield Finding("limits", "off", f"THRESHOLDS: {'; '.join(strangers)}")


def _disk(settings: Settings) -> Finding:
    free_gb = shutil.disk_usage(settings.data_dir).free / 1e9
    state = "ok" if free_gb >= _ENOUGH_DISK_GB else "bad"
    return Finding(
        "disk", state, f"{free_gb:.1f} GB free; a squad of 30 needs about 0.02 GB an hour"
    )


def _bluetooth(settings: Settings) -> Finding:
    """Listen for a moment; no adapter is bad only where one was asked for."""
    from twin.cli.ble import watch
    from twin.sources.ble import BleSource

    try:
        heard, trouble = asyncio.run(watch(BleSource(ble=settings.ble), _LISTEN_S))
    except TwinError as error:
        return Finding("Bluetooth", "bad", str(error))
    if trouble:
        detail = f"no adapter can be used: {trouble}; virtual sensors: twin simulate --ble"
        return Finding("Bluetooth", "bad" if settings.ble else "off", detail)
    return Finding("Bluetooth", "ok", f"{len(heard)} sensors heard: twin serve --source ble")


def _package(what: str, module: str, hint: str) -> Finding:
    return Finding(what, "ok" if find_spec(module) else "off", hint)


def _server(what: str, url: str, setting: str) -> Finding:
    """Look whether somebody listens at a configured address."""
    if not url:
        return Finding(
            what, "off", f"not configured ({setting}); the embedded store and one process do"
        )
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=2).close()
    except OSError as error:
        return Finding(what, "bad", f"{url} does not answer: {error}")
    return Finding(what, "ok", f"{url} answers")
