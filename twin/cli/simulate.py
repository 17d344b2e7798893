"""`twin simulate`: recordings and sensors of simulated athletes, to try everything without hardware."""

import asyncio
import sys
from importlib import import_module
from pathlib import Path

import click

from twin.files import read, write
from twin.schema import SPORTS
from twin.sources import Replay


@click.command("simulate", short_help="Write or send a session of a simulated athlete.")
@click.option(
    "--sport",
    default="running",
    show_default=True,
    help=f"One of {', '.join(SPORTS)}, intervals, ramp.",
)
@click.option("--minutes", default=60.0, show_default=True, type=click.FloatRange(0.1, 1440))
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same session.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--ble", is_flag=True, help="Serve virtual Bluetooth sensors instead of a file.")
@click.option("--squad", default="12", show_default=True, help="Who wears them: 30, 6:cycling.")
@click.option(
    "--recording",
    type=click.Path(exists=True, path_type=Path),
    help="Whose sensors send what this file holds, instead of a simulated squad.",
)
@click.option("--port", default=9000, show_default=True, help="TCP port of the virtual adapters.")
@click.option(
    "--loss", default=0.0, show_default=True, type=click.FloatRange(0, 1),
    help="Share of advertisements lost in the air.",
)  # fmt: skip
@click.option("--straps-only", is_flag=True, help="Nobody wears more than a strap.")
@click.option("--ecg", is_flag=True, help="Straps offer an ECG, as those of Polar do.")
@click.option("--max-links", default=1000, show_default=True, help="Links one adapter can hold.")
def simulate_(
    sport: str, minutes: float, seed: int, output: Path | None, ble: bool, squad: str,
    recording: Path | None, port: int, loss: float, straps_only: bool, ecg: bool, max_links: int,
) -> None:  # fmt: skip
    """Write a session of a simulated athlete to a .csv or .parquet file.

    With --ble: straps, pods, meters and trackers of a simulated squad, or of who wore those of a
    recording, in a virtual air, until Ctrl-C. Another program uses them with BLE=bumble:tcp-client:127.0.0.1:PORT and
    `twin serve --source ble:all`. Lines such as "vanish Ada", "appear Ada", "hang-up Ada" make trouble.
    """
    if ble:
        extras = {"extras": 0} if straps_only else {}
        wearer = squad if recording is None else Replay(read(recording))
        _serve(wearer, port=port, loss=loss, max_links=max_links, ecg=ecg, **extras)
        return
    if output is None:
        raise click.UsageError("expected -o FILE to write to, or --ble")
    if output.suffix not in (".csv", ".parquet"):
        raise click.BadParameter(f"expected a .csv or .parquet file, got {output.name}")
    simulate_recording = import_module("simulator.recording").simulate_recording
    simulated, _ = simulate_recording(sport, minutes * 60, seed=seed)
    write(simulated, output)
    click.echo(f"{len(simulated.samples)} samples of simulated {sport} written to {output}")


def _serve(squad: str | Replay, *, port: int, **options: float) -> None:
    """Serve virtual sensors until Ctrl-C."""
    try:
        serve = import_module("simulator.ble_serve").serve
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f'virtual sensors need bumble: pip install "athlete-digital-twin[radio]" ({error})'
        ) from error
    try:
        asyncio.run(serve(squad, _say, port=port, **options))
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port}: {error}") from error
    except KeyboardInterrupt:
        click.echo("The air is empty.")


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
