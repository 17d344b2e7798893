"""What a twin costs: a squad second by second, a session of 90 min, a question.

    python -m benchmarks.twins [--athletes 100]

Best of five turns, as other work on the machine can only add time.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from twin.model.athlete_twin import AthleteTwin
from twin.model.backtest import backtest
from twin.model.calibration import calibrate
from twin.model.demand import Second
from twin.model.squad_twin import SquadTwin
from twin.model.workload import Workload
from twin.records import Athlete, Recording

TURNS = 5
SESSION_S = 5400


def ride(day: int = 1) -> Recording:
    """A ride of 90 min that changes its power every 90 s."""
    random = np.random.default_rng(day)
    power = np.repeat(random.uniform(80, 300, SESSION_S // 90), 90)
    index = pd.date_range(f"2026-10-{day:02d}T10:00:00", periods=SESSION_S, freq="s", tz="UTC")
    answer = pd.Series(power).ewm(alpha=1 / 40).mean().to_numpy()
    rate = 110 + 0.2 * answer + random.normal(0, 1, SESSION_S)
    return Recording(
        pd.DataFrame({"heart_rate": rate, "power": power}, index=index), sport="cycling"
    )


def best(work: Callable[[], object]) -> float:
    """Return the shortest of some turns. [s]"""
    took = []
    for _ in range(TURNS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return min(took)


def squad(athletes: int) -> float:
    """Return what one athlete costs for one second in a squad. [us]"""
    twins = SquadTwin([Athlete(f"A{i}", sport="running") for i in range(athletes)])
    random, seconds = np.random.default_rng(0), 120
    nothing = np.full(athletes, np.nan)
    rates = random.normal(150, 3, (seconds, athletes))
    speed, altitude = np.full(athletes, 3.2), random.normal(400, 1, (seconds, athletes))

    def work() -> None:
        for rate, height in zip(rates, altitude, strict=True):
            twins.observe(Second(rate, nothing, speed, height, nothing))

    return best(work) / seconds / athletes * 1e6


def live_session() -> float:
    """Return how long 90 min take through one live twin. [s]"""
    rows = ride().samples[["heart_rate", "power"]].to_numpy().tolist()

    def work() -> None:
        twin = AthleteTwin(Athlete("Ada", sport="cycling"))
        for rate, power in rows:
            twin.observe(rate, power=power)

    return best(work)


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--athletes", type=int, default=100)
    athletes = parser.parse_args().athletes
    history = [ride(day) for day in range(1, 16)]
    twin = AthleteTwin(Athlete("Ada", sport="cycling"), calibrate(history[:3]))
    for rate, power in history[0].samples[["heart_rate", "power"]].to_numpy()[:900]:
        twin.observe(rate, power=power)
    plan = Workload.intervals((300, 240), (120, 120), 15)
    rows = [
        (f"squad of {athletes}, per athlete and second", squad(athletes), "us", "50"),
        ("90 min through one live twin, second by second", live_session(), "s", "2"),
        ("90 min forecast and scored", best(lambda: backtest([history[0]])), "s", "2"),
        ("calibration on 15 sessions of 90 min", best(lambda: calibrate(history)), "s", ""),
        ("curve of a plan of 90 min", 1000 * best(lambda: twin.project(plan, 5400)), "ms", "200"),
        ("highest power below a line for an hour",
         1000 * best(lambda: twin.highest_below(165, 3600)), "ms", "200"),
    ]  # fmt: skip
    for name, value, unit, most in rows:
        print(f"{name:50s} {value:8.2f} {unit:3s}{f' at most {most}' if most else ''}")


if __name__ == "__main__":
    main()
