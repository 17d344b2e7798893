"""Time per tick: ours (clean, features, ring) beside streamz.DataFrame and dict events.

    python benchmarks/pipeline.py [--athletes 100] [--ticks 3200] [--turns 20]

Every pattern gets the same readings: one row per athlete and second of heart rate, power, cadence,
speed, distance, altitude and position. The peers only make 30 s means of four channels.

The patterns take turns, a block of ticks each, so that other work on the machine hits all alike.
Shown are the best tick (2nd percentile: other work can only add time) and the median tick of each
pattern, and how many times the median of our block goes into that of the same turn's other block.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamz
import streamz.dataframe

from twin.pipeline import clean, features, windows
from twin.pipeline.graph import Graph
from twin.records import Athlete, Batch
from twin.store.rolling import Rolling

START = np.datetime64("2026-10-01T10:00:00", "ns")
Tick = Callable[[Batch], Awaitable[None] | None]
WINDOW = 30
AVERAGED = ["heart_rate", "power", "cadence", "speed"]


def batches(athletes: int, ticks: int, *, device_distance: bool = True) -> list[Batch]:
    """A squad that rides hills with its own rhythm; one batch per second."""
    everyone = np.arange(athletes, dtype=np.int32)
    made = []
    for tick in range(ticks):
        phase = tick / 60 + everyone / 7
        way = 8.0 * tick + 3.0 * np.sin(phase)
        made.append(
            Batch.of(
                everyone,
                np.full(athletes, START + np.timedelta64(tick, "s")),
                heart_rate=np.round(145 + 30 * np.sin(phase)),
                power=np.round(220 + 80 * np.sin(3 * phase)),
                cadence=np.round(88 + 4 * np.sin(5 * phase)),
                speed=8.0 + np.cos(phase),
                **({"distance": way} if device_distance else {}),
                altitude=np.round(400 + 30 * np.sin(phase / 2), 1),
                latitude=47.0 + way / 111_195,
                longitude=np.full(athletes, 8.0),
            )
        )
    return made


async def block_of(tick: Tick, made: list[Batch]) -> npt.NDArray[np.float64]:
    """Return how long each tick took. [us]"""
    took = []
    for batch in made:
        begun = time.perf_counter_ns()
        result = tick(batch)
        if result is not None:
            await result
        took.append((time.perf_counter_ns() - begun) / 1000)
    return np.array(took)


class Case(NamedTuple):
    """A pattern, and the batches it gets."""

    name: str
    tick: Tick
    made: list[Batch]


def squad_of(athletes: int) -> list[Athlete]:
    return [Athlete(f"Athlete {n}", sport="cycling") for n in range(athletes)]


def through_graph(athletes: int) -> Tick:
    return Graph(_ignore, Rolling(athletes).append, _ignore, squad_of(athletes)).emit


def read_each_tick(athletes: int) -> Tick:
    """Latest values, quality, reasons and rolling means are asked for after every batch."""
    graph = Graph(_ignore, Rolling(athletes).append, _ignore, squad_of(athletes))

    async def tick(batch: Batch) -> None:
        await graph.emit(batch)
        _ignore(graph.features)
        _ignore(windows.rolling_means(graph.windows))

    return tick


def without_streamz(athletes: int) -> Tick:
    rolling, squad = Rolling(athletes), squad_of(athletes)
    state = [clean.start(squad), features.start(squad)]

    def tick(batch: Batch) -> None:
        state[0], batch, _ = clean.clean(state[0], batch)
        state[1], batch = features.step(state[1], batch)
        rolling.append(batch)

    return tick


def streamz_dataframe(athletes: int) -> Tick:
    """One wide row per tick, all athletes as columns: the fastest form of streamz.DataFrame."""

    def wide(batch: Batch) -> pd.DataFrame:
        row = np.concatenate([batch[name] for name in AVERAGED])[np.newaxis]
        return pd.DataFrame(row, index=pd.DatetimeIndex(batch.time[:1]))

    source = streamz.Stream()
    example = wide(batches(athletes, 1)[0])
    frames = streamz.dataframe.DataFrame(source, example=example)
    frames.rolling(WINDOW).mean().stream.sink(_ignore)
    return lambda batch: source.emit(wide(batch))


def dict_events(athletes: int) -> Tick:
    """One dict per row, `sliding_window(30)` per athlete."""

    def mean(window: tuple[dict[str, float], ...]) -> dict[str, float]:
        return {name: sum(event[name] for event in window) / len(window) for name in AVERAGED}

    def events(batch: Batch) -> Iterator[tuple[int, dict[str, float]]]:
        columns = [batch[name].tolist() for name in AVERAGED]
        for row, athlete in enumerate(batch.athlete.tolist()):
            yield athlete, {n: c[row] for n, c in zip(AVERAGED, columns, strict=True)}

    sources = [streamz.Stream() for _ in range(athletes)]
    for source in sources:
        source.sliding_window(WINDOW, return_partial=False).map(mean).sink(_ignore)

    def tick(batch: Batch) -> None:
        for athlete, event in events(batch):
            sources[athlete].emit(event)

    return tick


def _ignore(_: object) -> None:
    return None


async def in_turns(cases: list[Case], turns: int) -> dict[str, list[npt.NDArray[np.float64]]]:
    """Return the blocks of each pattern; the ticks before the windows are full are left out."""
    found: dict[str, list[npt.NDArray[np.float64]]] = {case.name: [] for case in cases}
    for case in cases:
        await block_of(case.tick, case.made[:WINDOW])
    for turn in range(turns):
        for case in cases:
            length = (len(case.made) - WINDOW) // turns
            first = WINDOW + turn * length
            found[case.name].append(await block_of(case.tick, case.made[first : first + length]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--athletes", type=int, default=100)
    parser.add_argument("--ticks", type=int, default=3200)
    parser.add_argument("--turns", type=int, default=20)
    options = parser.parse_args()
    n, few = options.athletes, WINDOW + max(options.ticks // 10, 3 * options.turns)
    made = batches(n, options.ticks)
    positions = batches(n, options.ticks, device_distance=False)
    cases = [
        Case("twin: clean + features + ring, graph", through_graph(n), made),
        Case("streamz.DataFrame.rolling(30).mean()", streamz_dataframe(n), made[:few]),
        Case("dict + sliding_window(30)", dict_events(n), made[:few]),
        Case("ours, way along positions", through_graph(n), positions),
        Case("ours, the same steps without streamz", without_streamz(n), made),
        Case("ours, read by a screen each tick", read_each_tick(n), made),
    ]
    found = asyncio.run(in_turns(cases, options.turns))
    ours = found[cases[0].name]
    print(f"{n} athletes, {sum(map(len, ours))} ticks in {options.turns} turns\n")
    print(f"{'':38}{'best tick':>16}{'median tick':>16}{'rows/s':>13}{'rows/s':>13}{'ours is':>10}")
    print(f"{'pattern':38}{'us':>16}{'us':>16}{'best':>13}{'median':>13}{'times':>10}")
    for name, blocks in found.items():
        took = np.concatenate(blocks)
        best, median = np.percentile(took, 2), np.median(took)
        times = np.median([np.median(b) / np.median(a) for a, b in zip(ours, blocks, strict=True)])
        print(
            f"{name:38}{best:16.1f}{median:16.1f}{1e6 * n / best:13,.0f}"
            f"{1e6 * n / median:13,.0f}{times:10.1f}"
        )


if __name__ == "__main__":
    main()
