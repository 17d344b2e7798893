"""What a second of alert rules costs: rules by athletes, twins left out."""

import time

import numpy as np

from twin.records import Athlete
from twin.rules.moment import LINE, Moment
from twin.rules.plan import plan
from twin.rules.rule import Basis, Kind, Mode, Rule
from twin.rules.seeds import COMMON
from twin.rules.state import start
from twin.rules.step import step
from twin.schema import ALL_NAMES

SECONDS = 600
SQUADS = (1, 30, 100, 300)


def rules(count: int) -> list[Rule]:
    """The common rules, all on, and more levels and changes up to this many."""
    made = [Rule(**{n: getattr(r, n) for n in Rule.__slots__} | {"mode": Mode.ON}) for r in COMMON]
    for number in range(len(made), count):
        kind = Kind.RATE if number % 4 == 0 else Kind.LEVEL
        basis = Basis.ABSOLUTE if kind is Kind.RATE else Basis.MAXIMUM
        made.append(Rule(id=f"{number}", name=f"{number}", kind=kind, basis=basis,
                         limit=30 + number, window_s=30))  # fmt: skip
    return made[:count]


def milliseconds_per_second(athletes: int, count: int) -> tuple[float, float]:
    """Median and 99th percentile of the cost of one second of data. [ms]"""
    random = np.random.default_rng(1)
    ready = plan(rules(count), [Athlete(f"A{n}", heart_rate_limit=180) for n in range(athletes)])
    state, everybody = start(ready), np.ones(athletes, bool)
    beats = 150 + np.cumsum(random.normal(0, 1, (SECONDS, athletes)), axis=0)
    costs = []
    for second in range(SECONDS):
        values = np.full((len(ALL_NAMES), athletes), np.nan)
        values[LINE["heart_rate"]] = beats[second]
        values[LINE["power"]] = 200.0
        now = Moment(everybody, 1_790_000_000 + second, everybody, values,
                     lambda line, now=beats[second]: (line - now) / 0.1,
                     lambda line, within_s, now=beats[second]: (line < now + 5.0) * 1.0,
                     beats[second], np.full(athletes, 4.0), beats[second])  # fmt: skip
        began = time.perf_counter()
        state, _ = step(state, ready, now)
        costs.append(time.perf_counter() - began)
    return float(np.median(costs) * 1e3), float(np.quantile(costs, 0.99) * 1e3)


def main() -> None:
    print(f"{'rules':>6} {'athletes':>9} {'median ms':>10} {'p99 ms':>8}")
    for count in (7, 20, 50):
        for athletes in SQUADS:
            median, worst = milliseconds_per_second(athletes, count)
            print(f"{count:>6} {athletes:>9} {median:>10.3f} {worst:>8.3f}")


if __name__ == "__main__":
    main()
