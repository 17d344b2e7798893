"""The embedded store beside wide SQLite rows, in the same run.

    python -m benchmarks.store [--minutes 90] [--folder DIR] [--match] [--season]

A durable append per second of a squad at 1 Hz, 12 channels; both keep a second with one fsync
(WAL, synchronous=FULL), ours while a thread compacts. "Live" is read while the session runs, "done"
after its end. Times move by 2 to 3 between runs and machines: the ratios are the result.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from twin.archive import summaries, summarise
from twin.records import Athlete, Batch, Recording, Session
from twin.schema import MEASURED_NAMES
from twin.store import EmbeddedStore
from twin.store.compaction import Compactor

NAMES = MEASURED_NAMES[:12]
START = np.datetime64("2026-10-01T10:00:00", "ns")


class Kept(Protocol):
    """What both stores can do here."""

    def append(self, batch: Batch) -> None: ...
    def finish(self) -> None: ...
    def one(self, athlete: int, columns: list[str] | None, last_s: int | None) -> pd.DataFrame: ...
    def close(self) -> None: ...


class Ours:
    """`twin.store.EmbeddedStore`."""

    name = "embedded store"

    def __init__(self, folder: Path, athletes: int) -> None:
        self.store = EmbeddedStore(folder)
        began = datetime(2026, 10, 1, 10, tzinfo=UTC)
        for number in range(athletes):
            self.store.add_athlete(Athlete(f"a{number}"))
        self.ids = [
            self.store.start_session(Session("", f"a{number}", "running", began)).id
            for number in range(athletes)
        ]
        self.last = START
        self.compactor = Compactor(folder, every_s=1.0)
        self.compactor.start()

    def append(self, batch: Batch) -> None:
        self.last = batch.time[-1]
        self.store.append(batch, self.ids)

    def finish(self) -> None:
        for session in self.ids:
            self.store.end_session(session)
        self.compactor.stop()
        self.store.compact(grace_s=0.0)
        self.store.shrink()

    def one(self, athlete: int, columns: list[str] | None, last_s: int | None) -> pd.DataFrame:
        start = None if last_s is None else str(self.last - np.timedelta64(last_s - 1, "s"))
        return self.store.samples(self.ids[athlete], columns=columns, start=start)

    def close(self) -> None:
        self.store.close()


class Wide:
    """One SQLite row per athlete and second, the primary key (athlete, time)."""

    name = "wide SQLite rows"

    def __init__(self, folder: Path, athletes: int) -> None:
        self.connection = sqlite3.connect(folder / "wide.db", isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        columns = ", ".join(f"{name} REAL" for name in NAMES)
        self.connection.execute(
            f"CREATE TABLE w (athlete INTEGER, time INTEGER, {columns}, PRIMARY KEY (athlete, time))"
            " WITHOUT ROWID"
        )
        self.insert = f"INSERT INTO w VALUES ({', '.join('?' * (2 + len(NAMES)))})"
        self.last = START

    def append(self, batch: Batch) -> None:
        self.last = batch.time[-1]
        columns = [batch.athlete.tolist(), batch.time.view(np.int64).tolist()]
        columns += [batch[name].tolist() for name in NAMES]
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(self.insert, zip(*columns, strict=True))
        self.connection.execute("COMMIT")

    def finish(self) -> None:
        pass

    def one(self, athlete: int, columns: list[str] | None, last_s: int | None) -> pd.DataFrame:
        first = 0 if last_s is None else int(self.last.astype(np.int64)) - (last_s - 1) * 10**9
        names = columns or list(NAMES)
        rows = self.connection.execute(
            f"SELECT time, {', '.join(names)} FROM w WHERE athlete = ? AND time >= ? ORDER BY time",
            (athlete, first),
        ).fetchall()
        frame = pd.DataFrame.from_records(rows, columns=["time", *names])
        return frame.set_index(pd.to_datetime(frame.pop("time"), unit="ns", utc=True))

    def close(self) -> None:
        self.connection.close()


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table; times in ms."""

    append_p50: float
    append_p95: float
    cpu: float
    live: float
    last_minute: float
    one: float
    one_channel: float
    squad: float
    finish: float
    megabytes: float


def batches(athletes: int, seconds: int, hertz: int = 1) -> Iterator[Batch]:
    """Make values of 12 channels as devices round them."""
    rng = np.random.default_rng(1)
    everyone = np.repeat(np.arange(athletes, dtype=np.int32), hertz)
    within = np.tile(np.arange(hertz) * np.timedelta64(1_000_000_000 // hertz, "ns"), athletes)
    for second in range(seconds):
        yield Batch.of(
            everyone,
            START + np.timedelta64(second, "s") + within,
            **{name: np.round(rng.normal(150, 9, athletes * hertz), 1) for name in NAMES},
        )


def median_ms(work: Callable[[], object], times: int = 5) -> float:
    """Return the median time of some work. [ms]"""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken)) * 1e3


def measure(
    kind: type[Ours] | type[Wide], home: Path, athletes: int, seconds: int, hertz: int = 1
) -> Measured:
    """Append a session, read it while it runs and after its end."""
    with tempfile.TemporaryDirectory(dir=home) as folder:
        kept: Kept = kind(Path(folder), athletes)
        taken = []
        cpu = 0.0
        for batch in batches(athletes, seconds, hertz):
            cpu_begun, begun = time.thread_time(), time.perf_counter()
            kept.append(batch)
            taken.append(time.perf_counter() - begun)
            cpu += time.thread_time() - cpu_begun
        live = median_ms(lambda: kept.one(1, None, None))
        last_minute = median_ms(lambda: kept.one(1, None, 60))
        finish = median_ms(kept.finish, 1)
        assert len(kept.one(1, None, None)) == seconds * hertz  # noqa: S101
        assert len(kept.one(1, None, 1)) in (hertz, 1)  # noqa: S101
        some = range(0, athletes, max(1, athletes // 30))
        result = Measured(
            float(np.median(taken)) * 1e3,
            float(np.percentile(taken, 95)) * 1e3,
            cpu / seconds * 1e3,
            live,
            last_minute,
            median_ms(lambda: kept.one(1, None, None), 9),
            median_ms(lambda: kept.one(1, ["heart_rate"], None), 9),
            median_ms(lambda: [kept.one(athlete, None, None) for athlete in some], 3),
            finish / 1e3,
            sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 1e6,
        )
        kept.close()
    return result


def season(home: Path, sessions: int = 3000) -> str:
    """Return how long the list of a club's sessions takes."""
    with tempfile.TemporaryDirectory(dir=home) as folder, EmbeddedStore(folder) as store:
        for number in range(sessions):
            athlete = Athlete(f"a{number % 30}")
            index = pd.date_range(
                pd.Timestamp("2024-01-01", tz="UTC") + pd.Timedelta(number * 6, "h"),
                periods=60, freq="s", name="time",
            )  # fmt: skip
            frame = pd.DataFrame({"heart_rate": np.arange(60.0)}, index)
            store.add_recording(Recording(frame), athlete, content=str(number))
        for _ in summarise(store):
            pass
        store.compact(grace_s=0.0)
        everybody = median_ms(store.sessions)
        figures_ms = median_ms(lambda: summaries(store))
        one = median_ms(lambda: summaries(store, athlete="a7"))
        return f"{everybody:.0f} ms, with figures {figures_ms:.0f} ms, one athlete {one:.0f} ms"


_READER = """
import sys, time
import numpy as np
from twin.store import EmbeddedStore
store, ages = EmbeddedStore(sys.argv[1]), []
print("ready", flush=True)
for _ in range(60):
    time.sleep(0.1)
    frame = store.samples(sys.argv[2], start=str(np.datetime64(time.time_ns() - 10**10, "ns")))
    ages.append(time.time() - frame.index[-1].timestamp())
print(np.median(ages) * 1e3, np.percentile(ages, 95) * 1e3)
"""


def live_age(home: Path) -> str:
    """Return the age of the newest sample another process reads, 1,000 athletes at 10 Hz."""
    with tempfile.TemporaryDirectory(dir=home) as folder:
        ours = Ours(Path(folder), 1000)
        everyone = np.arange(1000, dtype=np.int32)
        command = [sys.executable, "-c", _READER, folder, ours.ids[7]]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
            while reader.poll() is None:
                now = np.full(1000, np.datetime64(time.time_ns(), "ns"))
                ours.append(Batch.of(everyone, now, **dict.fromkeys(NAMES, np.ones(1000))))
                time.sleep(0.1)
            ours.compactor.stop()
            p50, p95 = (reader.stdout.read() if reader.stdout else "").split()[1:]
        ours.close()
    return f"{float(p50):.0f} / {float(p95):.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    parser.add_argument("--match", action="store_true", help="also 22 players at 25 Hz")
    parser.add_argument("--season", action="store_true", help="also the list of 3,000 sessions")
    options = parser.parse_args()
    print(
        f"{'':34}{'append ms':>14}{'CPU':>7}{'live: 1':>9}{'60 s':>7}"
        f"{'done: 1':>9}{'1 chan':>8}{'all':>8}{'end s':>7}{'MB':>8}"
    )
    cases = [(30, round(options.minutes * 60), 1), (1000, round(options.minutes * 10 / 3), 1)]
    if options.match:
        cases.append((22, round(options.minutes * 60), 25))
    for athletes, seconds, hertz in cases:
        for kind in (Ours, Wide):
            m = measure(kind, options.folder, athletes, seconds, hertz)
            print(
                f"{athletes:5} x {seconds:5} s {hertz:2} Hz {kind.name:16}"
                f"{m.append_p50:7.2f}/{m.append_p95:6.2f}{m.cpu:7.2f}{m.live:9.1f}{m.last_minute:7.1f}"
                f"{m.one:9.1f}{m.one_channel:8.1f}{m.squad:8.0f}{m.finish:7.1f}{m.megabytes:8.1f}",
                flush=True,
            )
    if options.season:
        print(f"list of 3,000 sessions: {season(options.folder)}")
    print(f"newest sample in another process, 1,000 athletes at 10 Hz: {live_age(options.folder)}")


if __name__ == "__main__":
    main()
