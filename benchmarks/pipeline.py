"""Pipeline rows/s: ours (clean, features, ring) beside streamz.DataFrame and dict events.

    python benchmarks/pipeline.py [--athletes 100] [--ticks 2000] [--repeats 5]

Every pattern gets the same readings: one row per athlete and second of heart rate, power, cadence,
speed, distance, altitude and position. The peers only make 30 s means of four channels.
Shown is the best of the repeats: other work on the machine can only add time.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import streamz
import streamz.dataframe

from twin.pipeline import clean, features, windows
from twin.pipeline.graph import Graph
from twin.records import Athlete, Batch
from twin.store.rolling import Rolling

START = np.datetime64("2026-10-01T10:00:00", "ns")
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


def seconds_of(run: Callable[[list[Batch]], None], made: list[Batch]) -> float:
    begun = time.perf_counter()
    run(made)
    return time.perf_counter() - begun


def squad_of(athletes: int) -> list[Athlete]:
    return [Athlete(f"Athlete {n}", sport="cycling") for n in range(athletes)]


def through_graph(athletes: int) -> Callable[[list[Batch]], None]:
    rolling = Rolling(athletes)
    graph = Graph(_ignore, rolling.append, _ignore, squad_of(athletes))

    async def emit_all(made: list[Batch]) -> None:
        for batch in made:
            await graph.emit(batch)

    return lambda made: asyncio.run(emit_all(made))


def read_each_tick(athletes: int) -> Callable[[list[Batch]], None]:
    """Latest values, quality, reasons and rolling means are asked for after every batch."""
    rolling = Rolling(athletes)
    graph = Graph(_ignore, rolling.append, _ignore, squad_of(athletes))

    async def emit_all(made: list[Batch]) -> None:
        for batch in made:
            await graph.emit(batch)
            _ignore(graph.features)
            _ignore(windows.rolling_means(graph.windows))

    return lambda made: asyncio.run(emit_all(made))


def without_streamz(athletes: int) -> Callable[[list[Batch]], None]:
    rolling = Rolling(athletes)
    squad = squad_of(athletes)

    def run(made: list[Batch]) -> None:
        cleaned, derived = clean.start(squad), features.start(squad)
        for batch in made:
            cleaned, batch, _ = clean.clean(cleaned, batch)
            derived, batch = features.step(derived, batch)
            rolling.append(batch)

    return run


def streamz_dataframe(athletes: int) -> Callable[[list[Batch]], None]:
    """One wide row per tick, all athletes as columns: the fastest form of streamz.DataFrame."""

    def wide(batch: Batch) -> pd.DataFrame:
        row = np.concatenate([batch[name] for name in AVERAGED])[np.newaxis]
        return pd.DataFrame(row, index=pd.DatetimeIndex(batch.time[:1]))

    def run(made: list[Batch]) -> None:
        source = streamz.Stream()
        frames = streamz.dataframe.DataFrame(source, example=wide(made[0]))
        frames.rolling(30).mean().stream.sink(_ignore)
        for batch in made:
            source.emit(wide(batch))

    return run


def dict_events(athletes: int) -> Callable[[list[Batch]], None]:
    """One dict per row, `sliding_window(30)` per athlete."""

    def mean(window: tuple[dict[str, float], ...]) -> dict[str, float]:
        return {name: sum(event[name] for event in window) / len(window) for name in AVERAGED}

    def events(batch: Batch) -> Iterator[tuple[int, dict[str, float]]]:
        columns = [batch[name].tolist() for name in AVERAGED]
        for row, athlete in enumerate(batch.athlete.tolist()):
            yield athlete, {n: c[row] for n, c in zip(AVERAGED, columns, strict=True)}

    def run(made: list[Batch]) -> None:
        sources = [streamz.Stream() for _ in range(athletes)]
        for source in sources:
            source.sliding_window(30, return_partial=False).map(mean).sink(_ignore)
        for batch in made:
            for athlete, event in events(batch):
                sources[athlete].emit(event)

    return run


def _ignore(_: object) -> None:
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--athletes", type=int, default=100)
    parser.add_argument("--ticks", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    n = options.athletes
    made = batches(n, options.ticks)
    positions = batches(n, options.ticks, device_distance=False)
    cases = [
        ("twin: clean + features + ring, graph", through_graph, made),
        ("the same, way along positions", through_graph, positions),
        ("the same steps without streamz", without_streamz, made),
        ("the same, read by a screen each tick", read_each_tick, made),
        ("dict + sliding_window(30)", dict_events, made[: max(60, options.ticks // 20)]),
        ("streamz.DataFrame.rolling(30).mean()", streamz_dataframe, made[: options.ticks // 5]),
    ]
    rates = {}
    for _ in range(options.repeats):
        for name, build, data in cases:
            rate = n * len(data) / seconds_of(build(n), data)
            rates.setdefault(name, []).append(rate)
    ours = max(rates[cases[0][0]])
    print(f"{n} athletes, best of {options.repeats}\n")
    print(f"{'pattern':40}{'rows/s':>12}{'us per tick':>13}{'ours is':>10}")
    for name, found in rates.items():
        rate = max(found)
        print(f"{name:40}{rate:12,.0f}{1e6 * n / rate:13.1f}{ours / rate:9.1f}x")


if __name__ == "__main__":
    main()
