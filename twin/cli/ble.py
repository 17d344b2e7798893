"""`twin ble`: which Bluetooth sensors are in the air, whose they are, and whether they work."""

import asyncio
import contextlib
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click

from twin.cli.output import (
    data_option,
    json_option,
    number_text,
    print_json,
    print_table,
    settings_with,
)
from twin.protocols import WallClock
from twin.records import SensorState, SensorStatus
from twin.sources.ble import BleSource
from twin.store.pairings import Pairings

_WELL = (SensorState.STREAM, SensorState.LISTEN)
_seconds_option = click.option(
    "--seconds", default=6.0, show_default=True, type=click.FloatRange(0.5, 3600),
    help="How long to look.",
)  # fmt: skip


@click.group("ble", short_help="Find Bluetooth sensors, give them to athletes, check them.")
def ble_() -> None:
    """Find Bluetooth sensors, give them to athletes, check that they work.

    BLE in the settings chooses the adapter; `twin simulate --ble` gives a virtual one.
    """


@ble_.command("scan", short_help="List the sensors in the air, and whose they are.")
@_seconds_option
@data_option
@json_option
def scan_(seconds: float, data: Path | None, as_json: bool) -> None:
    """List the sensors in the air: address, name, kind, signal, whose it is."""
    settings = settings_with(data)
    with Pairings(settings.data_dir) as pairings:
        owners = {pairing.address: athlete.id for pairing, athlete in pairings.all()}
    source = BleSource(ble=settings.ble)
    sensors = _watched(source, seconds)
    found = [replace(s, athlete=owners.get(s.address, ""), detail="") for s in sensors]
    if as_json:
        print_json([asdict(status) for status in found])
        return
    rows = (
        (s.address, s.name or "-", s.kind, number_text(s.rssi, 0, "dBm"), s.athlete or "-")
        for s in sorted(found, key=lambda s: -s.rssi)
    )
    print_table(
        ["address", "name", "kind", "signal", "athlete"], rows,
        "No sensor heard. Straps send only while worn, with moist electrodes.",
    )  # fmt: skip


@ble_.command("pair")
@click.argument("address")
@click.argument("athlete")
@click.option("--name", default="", help="What to call the sensor.")
@click.option("--ecg", is_flag=True, help="Keep the ECG of a strap that offers one.")
@click.option("--acceleration", is_flag=True, help="Keep its acceleration.")
@click.option("--rr", is_flag=True, help="Connect for RR intervals even with --source ble:listen.")
@data_option
def pair_(
    address: str, athlete: str, name: str, ecg: bool, acceleration: bool, rr: bool,
    data: Path | None,
) -> None:  # fmt: skip
    """Give the sensor ADDRESS to ATHLETE, who is added if not known yet."""
    with Pairings(settings_with(data).data_dir) as pairings:
        owner = pairings.athlete(athlete)
        wishes = {"ecg": ecg, "acceleration": acceleration}
        streams = [stream for stream, wanted in wishes.items() if wanted]
        pairings.pair(address, owner, name=name, wants_rr=rr, streams=streams)
    click.echo(f"{address} belongs to {owner.name}")


@ble_.command("forget")
@click.argument("address")
@data_option
def forget_(address: str, data: Path | None) -> None:
    """Let go of the sensor ADDRESS."""
    with Pairings(settings_with(data).data_dir) as pairings:
        if not pairings.forget(address):
            raise click.ClickException(f"{address} belongs to nobody")
    click.echo(f"{address} belongs to nobody now")


@ble_.command("check", short_help="Show what each sensor of the squad sends.")
@_seconds_option
@click.option("--all", "takes_all", is_flag=True, help="Check sensors of nobody too.")
@click.option("--listen", "listens", is_flag=True, help="Polar straps without a connection.")
@data_option
@json_option
@click.pass_context
def check_(
    context: click.Context, seconds: float, takes_all: bool, listens: bool, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Connect to the sensors of the squad and show what each sends; status 1 if one does not."""
    settings = settings_with(data)
    with Pairings(settings.data_dir) as pairings:
        sensors = pairings.all()
    if not sensors and not takes_all:
        raise click.ClickException(
            "no sensor belongs to anybody yet: twin ble scan, then twin ble pair, or use --all"
        )
    source = BleSource(sensors, ble=settings.ble, takes_all=takes_all, listens=listens)
    found = [status for status in _watched(source, seconds) if status.athlete]
    if as_json:
        print_json([asdict(status) for status in found])
    else:
        _print_states(found)
    context.exit(0 if found and all(status.state in _WELL for status in found) else 1)


def _print_states(sensors: Sequence[SensorStatus]) -> None:
    rows = (
        (s.athlete, s.name or s.address, s.kind or "-", s.state.value,
         number_text(s.values.get("heart_rate", math.nan), 0, "bpm"), number_text(s.battery, 0, "%"),
         number_text(s.rssi, 0, "dBm"), s.packets, s.malformed, number_text(100 * s.loss, 0, "%"),
         s.detail)
        for s in sensors
    )  # fmt: skip
    columns = ["athlete", "sensor", "kind", "state", "heart rate", "battery", "signal", "packets",
               "malformed", "lost", ""]  # fmt: skip
    print_table(columns, rows, "No sensor heard.")


def _watched(source: BleSource, seconds: float) -> tuple[SensorStatus, ...]:
    """Return how the sensors stand after some seconds; an adapter that fails is an error."""
    sensors, trouble = asyncio.run(watch(source, seconds))
    if trouble:
        raise click.ClickException(f"no Bluetooth adapter can be used: {trouble}")
    return sensors


async def watch(source: BleSource, seconds: float) -> tuple[tuple[SensorStatus, ...], str]:
    """Return how the sensors stand after some seconds, and what is wrong with the adapter."""
    batches = source.batches(WallClock())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async for _ in batches:
                pass
    found = source.sensors, source.trouble
    await batches.aclose()
    return found
