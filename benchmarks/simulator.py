"""What simulated athletes and stored sessions cost: CPU of this process, best of five.

python -m benchmarks.simulator
"""

import time
from collections.abc import Callable

from simulator.recording import simulate_recording
from simulator.world import World
from twin.pipeline import derive
from twin.records import Athlete

ROUNDS = 5


def cpu_s(work: Callable[[], object]) -> float:
    """Return the least CPU time of five runs. [s]"""
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent)


def main() -> None:
    world = World(100)
    world.advance(70)
    session = simulate_recording("running", 5400)[0].samples
    rows = [
        ("100 athletes, one second", 1e3 * cpu_s(lambda: world.advance(1)), "ms"),
        (
            "a session of 90 min, simulated",
            cpu_s(lambda: simulate_recording("intervals", 5400)),
            "s",
        ),
        ("the same, derived channels", cpu_s(lambda: derive(session, Athlete("Ada"))), "s"),
    ]
    for what, value, unit in rows:
        print(f"{what:<34}{value:8.2f} {unit} CPU")


if __name__ == "__main__":
    main()
