"""`python -m simulator 12`: a squad in the terminal, without hardware, account or network."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence

import numpy as np

from simulator.source import SimulatorSource, open_source
from twin.errors import SourceError
from twin.protocols import Clock, WallClock
from twin.records import Batch
from twin.settings import Settings

_HEADER = f"{'':14}{'sport':10}{'heart rate':>12}{'speed':>11}{'power':>9}{'cadence':>12}"
_SECOND = np.timedelta64(1, "s")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every athlete once a second until Ctrl-C, or for some seconds."""
    parser = argparse.ArgumentParser("python -m simulator", description="Show simulated athletes.")
    parser.add_argument("squad", nargs="?", default="12", help="such as 12 or 30:football@20")
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), metavar="S", help="stop after this long"
    )
    options = parser.parse_args(arguments)
    try:
        source = open_source(options.squad, Settings())
    except SourceError as error:
        parser.error(str(error))
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        asyncio.run(show(source, WallClock(), options.seconds))


async def show(source: SimulatorSource, clock: Clock, seconds: float) -> None:
    """Write the squad to the terminal about once a second of the clock. [s]"""
    began = clock.now()
    next_shown = began
    _write(_HEADER)
    async for batch in source.batches(clock):
        now = clock.now()
        text = table(source, batch) if now >= next_shown else ""
        if text:
            next_shown = now + np.timedelta64(900, "ms")
            _write(text)
        if (now - began) / _SECOND >= seconds:
            return


def table(source: SimulatorSource, batch: Batch) -> str:
    """Return the newest whole second and a line per athlete; what was not measured is a dash.

    Empty where the batch has no whole second: heart rate, power and cadence come with those.
    """
    whole = batch.take(batch.time == batch.time.astype("datetime64[s]"))
    if not len(whole):
        return ""
    newest = whole.take(whole.time == whole.time.max())
    lines = [f"{np.datetime_as_string(newest.time[0], unit='s')} UTC"]
    for row, place in enumerate(newest.athlete):
        athlete = source.athletes[place]
        cells = (
            _cell(newest["heart_rate"][row], "bpm", 0, 12),
            _cell(newest["speed"][row], "m/s", 1, 11),
            _cell(newest["power"][row], "W", 0, 9),
            _cell(newest["cadence"][row], "1/min", 0, 12),
        )
        lines.append(f"{athlete.name:14}{athlete.sport:10}{''.join(cells)}")
    return "\n".join(lines)


def _cell(value: float, unit: str, decimals: int, width: int) -> str:
    return f"{'-' if np.isnan(value) else f'{value:.{decimals}f} {unit}':>{width}}"


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
