"""Import and figures of an archive on a Dask cluster of this machine, with one and with two workers.

python -m benchmarks.cluster [--files 60] [--minutes 60] [--workers 1 2]
"""

import argparse
import tempfile
import time
from pathlib import Path

from distributed import LocalCluster

from benchmarks.importing import made
from twin.archive import import_entries, summarise
from twin.archive.work import Workers
from twin.files import entries_in
from twin.records import Athlete
from twin.store import EmbeddedStore


def taken_s(folder: Path, workers: Workers) -> tuple[float, float]:
    """Return how long the import and then the figures of all its sessions take. [s]"""
    athlete = Athlete("Ada")
    with tempfile.TemporaryDirectory() as data, EmbeddedStore(data) as store:
        store.add_athlete(athlete)
        began = time.perf_counter()
        found = list(import_entries(store, entries_in([folder]), athlete, workers=workers))
        imported = time.perf_counter()
        done = list(summarise(store, workers=workers))
        ended = time.perf_counter()
        if len(done) != len(found):
            raise RuntimeError(f"{len(done)} of {len(found)} files have figures")
    return imported - began, ended - imported


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made(Path(folder), asked.files, asked.minutes)
        for workers in asked.workers:
            with LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None
            ) as cluster:
                imported_s, figured_s = taken_s(Path(folder), Workers(1, cluster.scheduler_address))
            print(
                f"{workers} workers: {asked.files} files imported in {imported_s:.1f} s, "
                f"figures in {figured_s:.1f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
