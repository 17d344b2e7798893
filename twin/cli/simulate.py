"""`twin simulate`: recordings of simulated athletes, to try everything without hardware."""

from importlib import import_module
from pathlib import Path

import click

from twin.files import write
from twin.schema import SPORTS


@click.command("simulate")
@click.option(
    "--sport",
    default="running",
    show_default=True,
    help=f"One of {', '.join(SPORTS)}, intervals, ramp.",
)
@click.option("--minutes", default=60.0, show_default=True, type=click.FloatRange(0.1, 1440))
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same session.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def simulate_(sport: str, minutes: float, seed: int, output: Path) -> None:
    """Write a session of a simulated athlete to a .csv or .parquet file."""
    if output.suffix not in (".csv", ".parquet"):
        raise click.BadParameter(f"expected a .csv or .parquet file, got {output.name}")
    simulate_recording = import_module("simulator.recording").simulate_recording
    recording, _ = simulate_recording(sport, minutes * 60, seed=seed)
    write(recording, output)
    click.echo(f"{len(recording.samples)} samples of simulated {sport} written to {output}")
