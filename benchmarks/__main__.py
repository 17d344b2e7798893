"""Every benchmark, one table each: ``python -m benchmarks``."""

import subprocess
import sys

for module in (
    "benchmarks.pipeline",
    "benchmarks.rules",
    "benchmarks.store",
    "benchmarks.importing",
    "benchmarks.simulator",
    "benchmarks.ble",
    "benchmarks.capacity",
    "benchmarks.screens",
    "benchmarks.twins",
    "benchmarks.episodes",
    "benchmarks.approach",
    "benchmarks.anomalies",
    "benchmarks.season",
):
    print(f"\n== {module}", flush=True)
    subprocess.run([sys.executable, "-m", module], check=True)
