"""`python -m simulator 12`: a squad in the terminal, without hardware, account or network."""

import asyncio
import contextlib

import click
import numpy as np

from simulator.source import SimulatorSource, open_source
from twin.errors import SourceError
from twin.protocols import WallClock
from twin.records import Batch
from twin.settings import Settings

_COLUMNS = f"{'':14}{'sport':10}{'heart rate':>12}{'speed':>11}{'power':>9}{'cadence':>12}"


@click.command(help="Show a squad of simulated athletes, such as 12 or 30:football@20.")
@click.argument("squad", default="12")
@click.option("--seconds", type=float, default=float("inf"), help="Stop after this long.")
def main(squad: str, seconds: float) -> None:
    """Print every athlete once a second until Ctrl-C."""
    try:
        source = open_source(squad, Settings())
    except SourceError as error:
        raise click.UsageError(str(error)) from error
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_show(source, seconds))


async def _show(source: SimulatorSource, seconds: float) -> None:
    clock = WallClock()
    began = shown = clock.now()
    click.echo(_COLUMNS)
    async for batch in source.batches(clock):
        now = clock.now()
        if (now - shown) / np.timedelta64(1, "s") > 0.5 or shown == began:
            shown = now
            click.echo("\n".join(lines(source, batch)))
        if (now - began) / np.timedelta64(1, "s") >= seconds:
            return


def lines(source: SimulatorSource, batch: Batch) -> list[str]:
    """Return the time and one line per athlete; what was not measured is a dash."""
    newest = batch.take(batch.time == batch.time[-1])
    text = [f"{np.datetime_as_string(newest.time[-1], unit='s')} UTC"]
    for row, place in enumerate(newest.athlete):
        athlete = source.athletes[place]
        cells = (
            _cell(newest["heart_rate"][row], "bpm", 0, 12),
            _cell(newest["speed"][row], "m/s", 1, 11),
            _cell(newest["power"][row], "W", 0, 9),
            _cell(newest["cadence"][row], "1/min", 0, 12),
        )
        text.append(f"{athlete.name:14}{athlete.sport:10}{''.join(cells)}")
    return text


def _cell(value: float, unit: str, decimals: int, width: int) -> str:
    return f"{'-' if np.isnan(value) else f'{value:.{decimals}f} {unit}':>{width}}"


if __name__ == "__main__":
    main(prog_name="python -m simulator")
