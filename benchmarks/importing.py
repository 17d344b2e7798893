"""An archive into the store beside garmin-fit-sdk, which only decodes, in the same run.

    python -m benchmarks.importing [--files 200] [--minutes 60] [--workers 1 2] [--profile]

Every file is the same simulated run with its clock moved by days, as FIT with RR intervals. The SDK
decodes a few of them; its time for all is that of these. Import means read, checked for doubles, kept
durably and brought into Parquet files. Times move by 2 between machines: the ratio is the result.
"""

import argparse
import cProfile
import tempfile
import time
from pathlib import Path

import pandas as pd
from garmin_fit_sdk import Decoder, Stream

from simulator.recording import simulate_recording
from twin.archive import import_entries
from twin.archive.work import Workers
from twin.files import entries_in, write
from twin.records import Athlete, Recording
from twin.store import EmbeddedStore

_DECODED = 3


def made(folder: Path, files: int, minutes: float) -> list[Path]:
    """Write the files and return them."""
    run, _ = simulate_recording("intervals", round(minutes * 60), seed=1)
    paths = [folder / f"{number:04d}.fit" for number in range(files)]
    for number, path in enumerate(paths):
        shift = pd.Timedelta(days=number)
        samples, rr = run.samples.copy(), run.rr.copy()
        samples.index, rr.index = samples.index + shift, rr.index + shift
        write(Recording(samples, run.sport, rr), path)
    return paths


def decoded_s(path: Path) -> float:
    """Return how long the SDK takes to decode a file. [s]"""
    began = time.perf_counter()
    messages, errors = Decoder(Stream.from_file(str(path))).read()
    seconds = time.perf_counter() - began
    if errors or not messages["record_mesgs"]:
        raise RuntimeError(f"{path}: garmin-fit-sdk found {errors or 'no records'}")
    return seconds


def imported_s(home: Path, folder: Path, workers: int) -> float:
    """Return how long an import takes, to the last file in the store. [s]"""
    athlete = Athlete("Ada")
    with tempfile.TemporaryDirectory(dir=home) as data, EmbeddedStore(data) as store:
        store.add_athlete(athlete)
        began = time.perf_counter()
        entries = entries_in([folder])
        found = list(import_entries(store, entries, athlete, workers=Workers(workers)))
        seconds = time.perf_counter() - began
        if [result for result in found if result.status != "new"]:
            raise RuntimeError("not every file came in as new")
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "archive"
        folder.mkdir()
        paths = made(folder, asked.files, asked.minutes)
        worked = time.process_time()
        sdk_s = sum(map(decoded_s, paths[:_DECODED])) / len(paths[:_DECODED])
        sdk_cpu_s = (time.process_time() - worked) / len(paths[:_DECODED])
        print(
            f"{len(paths)} FIT files of {asked.minutes:g} min, {paths[0].stat().st_size / 1e3:.0f} kB"
        )
        print(
            f"garmin-fit-sdk decodes: {sdk_s * 1e3:.0f} ms a file, {sdk_cpu_s * 1e3:.0f} of the processor"
        )
        for workers in asked.workers:
            worked, profiler = time.process_time(), cProfile.Profile()
            if asked.profile:
                profiler.enable()
            each_s = imported_s(Path(temporary), folder, workers) / len(paths)
            profiler.disable()
            cpu_s = (time.process_time() - worked) / len(paths)
            print(
                f"import, {workers} workers: {each_s * 1e3:.0f} ms a file, {sdk_s / each_s:.1f} x;"
                f" {cpu_s * 1e3:.0f} ms of the processor in the process that keeps them"
            )
            if asked.profile:
                profiler.print_stats("cumtime")


if __name__ == "__main__":
    main()
