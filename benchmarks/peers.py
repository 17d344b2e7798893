"""Forecasts and bands of the twin beside those of simple models, in the same rows.

    python -m benchmarks.peers ATHLETE... [--horizons 30,60] [--known-workload]

Each argument is one athlete: a file, a folder, or a quoted pattern. Every session with an earlier
one of the same input is forecast; all models learn from the same earlier sessions (at most 15) and
are scored on the rows of `twin backtest`, protocol X. The twin alone goes on learning in the session
that is forecast, as it does live. The 80 % band of a simple model is as wide as
80 % of its own errors in the sessions it learnt from. As a narrow band that misses is no better
than a wide one that holds, the last column tells how wide each would be if all its bands were
stretched by one factor until they hold 80 %.

fo_mix: "it stays" plus shares of the change a first-order heart would show, rising and falling.
arx: robust ridge regression on differences of heart rate and workload.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from benchmarks.fit_population import paths_of
from twin.errors import UnreadableFileError
from twin.files import read
from twin.model.backtest import SHORTEST_S
from twin.model.bands import LEVELS
from twin.model.learning import MOST_SESSIONS, learn
from twin.model.regression import Examples, shrunk_weights
from twin.model.replaying import replay
from twin.model.seconds import Seconds, seconds_of
from twin.model.trace import STRIDE_S, Trace, demand_table, scored_seconds, trace_sessions
from twin.records import Floats, Recording

BACK_S = (5, 10, 20, 30, 45, 60)
HELD_S = 10  # workload of a steady forecast: the mean of so many seconds
LEVEL = 0.80
PULL = 0.2  # to zero, in sessions


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What a simple model sees at each scored second of a session, and what came."""

    rate: Floats
    ahead: Floats
    seen: Floats
    change: Floats

    def __len__(self) -> int:
        return len(self.rate)


Forecaster = Callable[[Rows], Floats]


def rows_of(seconds: Seconds, trace: Trace, horizon: int, *, plan: bool) -> Rows:
    """Return the scored rows of a session; missing workload counts as none."""
    at, half = scored_seconds(trace, horizon), horizon // 2
    rate, demand = (np.nan_to_num(t[:, 0]) for t in demand_table([seconds], [seconds.kind]))
    total = np.concatenate([[0.0], np.cumsum(demand)])
    held = (total[at + 1] - total[at + 1 - HELD_S]) / HELD_S
    ahead = np.column_stack([held, held])
    if plan:
        known = total[at[:, None] + 1 + np.array([0, half, horizon])]
        ahead = np.diff(known) / np.array([half, horizon - half])
    differences = [x[at] - x[at - back] for x in (rate, demand) for back in BACK_S]
    level = np.full(len(at), 10.0)
    seen = np.column_stack([*differences, rate[at] - 140, held - 50, ahead.T[0] - held,
                            ahead.T[1] - held, level])  # fmt: skip
    return Rows(rate[at], ahead, seen, rate[at + horizon] - rate[at])


def stays(_: list[Rows], __: int) -> Forecaster:
    """It stays as it is."""
    return lambda rows: np.zeros(len(rows))


def first_order(parameters: Floats, rows: Rows, horizon: int) -> Floats:
    """Change of a heart that follows the workload, with one time constant up and one down."""
    intercept, gain, up, down = parameters
    rate = rows.rate
    for work in rows.ahead.T:
        target = intercept + gain * work
        time_constant = np.exp(np.where(target > rate, up, down))
        rate = target + (rate - target) * np.exp(-horizon / 2 / time_constant)
    return np.asarray(rate - rows.rate)


def fo_mix(sessions: list[Rows], horizon: int) -> Forecaster:
    """It stays, plus shares of what a first-order heart would do."""
    begin = np.array([90.0, 1.0, np.log(30.0), np.log(45.0)])
    low, high = [30, 0, np.log(5), np.log(5)], [200, 5, np.log(300), np.log(300)]

    def errors(parameters: Floats) -> Floats:
        found = [first_order(parameters, s, horizon) - s.change for s in sessions]
        return np.concatenate(found)

    fitted = least_squares(errors, begin, bounds=(low, high), loss="soft_l1").x

    def parts(rows: Rows) -> Floats:
        change = first_order(fitted, rows, horizon)
        return np.column_stack([np.maximum(change, 0), np.minimum(change, 0)])

    return linear(sessions, parts)


def arx(sessions: list[Rows], _: int) -> Forecaster:
    """Regression on differences."""
    return linear(sessions, lambda rows: rows.seen)


def linear(sessions: list[Rows], parts: Callable[[Rows], Floats]) -> Forecaster:
    """Weights of the parts with small absolute error, pulled to zero."""
    examples = [Examples(parts(s), s.change) for s in sessions]
    weights = shrunk_weights(examples, np.zeros(examples[0].seen.shape[1]), strength=PULL)
    return lambda rows: np.asarray(parts(rows) @ weights)


MODELS = {"it stays": stays, "fo_mix": fo_mix, "arx": arx}
Judged = dict[tuple[int, str], list[tuple[Floats, Floats]]]  # errors and half-widths by session


def compare(athlete: list[Recording], horizons: tuple[int, ...], *, plan: bool) -> Judged:
    """Return errors and half-widths of every model in every session with an earlier one."""
    judged: Judged = {}
    ordered = sorted((r for r in athlete if len(r.samples)), key=lambda r: r.start)
    seconds = [seconds_of(r) for r in ordered]
    traces = trace_sessions(seconds)
    rows = {
        h: [rows_of(s, t, h, plan=plan) for s, t in zip(seconds, traces, strict=True)]
        for h in horizons
    }
    for at, trace in enumerate(traces):
        places = [i for i in range(max(0, at - MOST_SESSIONS), at) if traces[i].kind is trace.kind]
        if not places or len(trace) < SHORTEST_S or not len(rows[max(horizons)][at]):
            continue
        learnt = learn([traces[i] for i in places], trace.kind, horizons, plan=plan)
        run = replay([trace], [learnt])[0]
        for j, horizon in enumerate(horizons):
            known = scored_seconds(trace, horizon) // STRIDE_S
            width = run.outlook.half_width[known, j, LEVELS.index(LEVEL)]
            judged.setdefault((horizon, "twin"), []).append((run.errors()[known, j], width))
            known_rows = [r for i in places if len(r := rows[horizon][i])]
            for name, result in simple(known_rows, rows[horizon][at], horizon):
                judged.setdefault((horizon, name), []).append(result)
    return judged


def simple(
    sessions: list[Rows], rows: Rows, horizon: int
) -> Iterator[tuple[str, tuple[Floats, Floats]]]:
    """Yield errors and half-widths of the simple models in one session."""
    for name, model in MODELS.items():
        forecast = model(sessions, horizon)
        before = np.concatenate([np.abs(s.change - forecast(s)) for s in sessions])
        width = np.full(len(rows), np.quantile(before, LEVEL))
        yield name, (np.abs(rows.change - forecast(rows)), width)


def recordings_of(paths: list[str]) -> list[Recording]:
    """Return what can be read with a heart rate."""
    found = []
    for path in paths:
        try:
            found.append(read(path))
        except UnreadableFileError as error:
            print(f"left out: {error}")
    return [r for r in found if "heart_rate" in r.samples]


def line(sessions: list[tuple[Floats, Floats]]) -> str:
    """Return means over sessions: error, share in the band, half-width, and that which would hold."""
    error = np.mean([e.mean() for e, _ in sessions])
    held = np.mean([(e <= w).mean() for e, w in sessions])
    width = np.mean([w.mean() for _, w in sessions])
    ratio = np.concatenate([e / w for e, w in sessions])
    worth = np.concatenate([np.full(len(e), 1 / len(e)) for e, _ in sessions])
    order = np.argsort(ratio)
    reach = np.searchsorted(np.cumsum(worth[order]), LEVEL * worth.sum())
    factor = ratio[order][min(reach, len(ratio) - 1)]
    return f"{error:6.2f} {held:8.3f} {width:6.1f} {factor * width:10.1f}"


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("athletes", nargs="+")
    parser.add_argument("--horizons", default="30,60")
    parser.add_argument("--known-workload", action="store_true")
    options = parser.parse_args()
    horizons = tuple(int(h) for h in options.horizons.split(","))
    pooled: Judged = {}
    for athlete in options.athletes:
        recordings = recordings_of(paths_of(athlete))
        for key, some in compare(recordings, horizons, plan=options.known_workload).items():
            pooled.setdefault(key, []).extend(some)
    print("ahead  model    sessions  error  in band  ± bpm  ± if .80")
    for (horizon, name), sessions in sorted(pooled.items(), key=lambda item: item[0][0]):
        print(f"{horizon:4d} s {name:9s} {len(sessions):8d} {line(sessions)}")


if __name__ == "__main__":
    main()
