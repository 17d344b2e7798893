"""Fit the population's forecast weights and write twin/model/population_table.py.

    python benchmarks/fit_population.py ATHLETE...

Each argument is one athlete: a file, a folder, or a quoted pattern. Every workload a recording
knows (power, speed, cadence, none) gives a session of its own. How strongly weights are pulled to
zero, and errors and bands of the table, are leave-one-athlete-out: each athlete is forecast with
weights fitted on the others.
"""

import glob
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

import twin
from twin.errors import UnreadableFileError
from twin.model import population
from twin.model.backtest import SHORTEST_S
from twin.model.demand import InputKind
from twin.model.features import DEMAND_COUNT, HEART_COUNT, PLAN_COUNT
from twin.model.knowledge import stranger
from twin.model.population import Entry, Key
from twin.model.regression import Examples, shrunk_weights
from twin.model.replaying import replay
from twin.model.seconds import available_kinds, seconds_of
from twin.model.trace import Trace, examples_of, trace_sessions
from twin.records import Recording

HORIZONS_S = (10, 30, 60, 120, 300, 600)
STRENGTHS = (0.05, 0.2, 1.0, 4.0)  # of the pull to zero, in sessions
NEARLY = 1.01
TELLING = (InputKind.POWER, InputKind.RUNNING, InputKind.CYCLING)
# Share that sessions with a related input count.
RELATED = {
    frozenset({InputKind.RUNNING, InputKind.SPEED}): 0.3,
    frozenset({InputKind.CYCLING, InputKind.SPEED}): 0.3,
    frozenset({InputKind.POWER, InputKind.CYCLING}): 0.1,
}
FLOOR_BPM = 0.2
HEADER = '''"""Weights, errors and bands of the population; made by benchmarks/fit_population.py.

Fitted on {sessions} public recordings of {athletes} people under permissive licences (rides, runs,
rowing, swimming, skiing; graded tests of the pypermod VO2 study, Weigend et al. 2022,
arXiv:2207.14295), each with
every workload it knows. Errors and bands are leave-one-athlete-out. No recording is in here.

Each line: input, horizon [s], planned workload known (1) or not (0); weights; mean errors of the
four makers [bpm]; half-widths of the 50, 80 and 95 % bands [bpm].
"""

TABLE = """
'''

Athletes = dict[str, list[Trace]]


def paths_of(argument: str) -> list[str]:
    """Return the files of one athlete."""
    if Path(argument).is_dir():
        return sorted(str(p) for p in Path(argument).iterdir() if p.is_file())
    return sorted(glob.glob(argument)) or [argument]


def recordings_of(paths: Iterable[str | Path]) -> Iterator[Recording]:
    """Yield what can be read; what cannot is told on the error stream."""
    for path in paths:
        try:
            yield twin.read(path)
        except UnreadableFileError as error:
            print(f"left out: {error}", file=sys.stderr)


def traces_of(paths: Iterable[str]) -> list[Trace]:
    """Return a trace of every workload of every recording with heart rate."""
    seconds, kinds = [], []
    for recording in recordings_of(paths):
        if "heart_rate" in recording.samples and recording.duration_s >= SHORTEST_S:
            one = seconds_of(recording)
            for kind in available_kinds(one.input, recording.sport):
                seconds.append(one)
                kinds.append(kind)
    return trace_sessions(seconds, kinds)


@cache
def examples(trace: Trace, horizon: int, *, plan: bool) -> Examples:
    """Return what a trace teaches, kept for the next fit."""
    return examples_of(trace, horizon, plan=plan, stride_s=15)


def fit(athletes: Athletes, without: str, key: Key, strength: float) -> np.ndarray:
    """Return the weights of one line, without one athlete."""
    kind, horizon, plan = key
    sessions, shares = [], []
    for name, traces in athletes.items():
        recordings = sum(t.kind is InputKind.NONE for t in traces)
        for trace in traces if name != without else ():
            same = trace.kind is kind
            share = 1.0 if same else RELATED.get(frozenset({kind, trace.kind}), 0.0)
            if share:
                sessions.append(examples(trace, horizon, plan=plan))
                shares.append(share / recordings**0.5)
    count = HEART_COUNT
    if kind is not InputKind.NONE:
        count += DEMAND_COUNT + (PLAN_COUNT if plan else 0)
    return shrunk_weights(sessions, np.zeros(count), strength=strength, shares=shares)


def relative_error(traces: list[Trace], key: Key, weights: np.ndarray) -> float:
    """Return the error on one athlete's sessions over that of "it stays"; NaN without any."""
    kind, horizon, plan = key
    errors = [
        (np.abs(e.change - e.seen @ weights).mean(), np.abs(e.change).mean())
        for t in traces
        if t.kind is kind and len(e := examples(t, horizon, plan=plan))
    ]
    error, stays = np.mean(errors, axis=0) if errors else (np.nan, 1.0)
    return float(error / max(stays, FLOOR_BPM))


def choose_strengths(athletes: Athletes) -> dict[Key, float]:
    """Return how strongly each line is pulled to zero.

    What served athletes left out best; of inputs that tell the work, the weakest pull within 1 % of
    it: hard, changing work is rare in recordings and asks for more than the mean of them does.
    """
    keys = [(k, h, p) for k in InputKind for h in HORIZONS_S for p in (False, True)]
    chosen = {}
    for key in (k for k in keys if k[0] is not InputKind.NONE or not k[2]):
        with_input = [a for a, ts in athletes.items() if any(t.kind is key[0] for t in ts)]
        errors = {
            strength: np.nanmean(
                [
                    relative_error(athletes[a], key, fit(athletes, a, key, strength))
                    for a in with_input
                ]
            )
            for strength in STRENGTHS
        }
        best = min(errors.values()) * (NEARLY if key[0] in TELLING else 1.0)
        chosen[key] = min(s for s, error in errors.items() if error <= best)
        print(key, {s: round(float(e), 3) for s, e in errors.items()}, file=sys.stderr, flush=True)
    return chosen


def fit_all(athletes: Athletes, strengths: dict[Key, float], without: str = "") -> dict[Key, Entry]:
    """Return a table of weights, with errors and widths still unknown."""
    blank = np.ones(4), np.ones(3)
    return {
        key: Entry(fit(athletes, without, key, strength), *blank)
        for key, strength in strengths.items()
    }


def judge(
    athletes: Athletes, table: dict[Key, Entry], strengths: dict[Key, float]
) -> dict[Key, Entry]:
    """Add errors and widths: each athlete forecast by the others."""
    seen: dict[Key, list[tuple[np.ndarray, np.ndarray]]] = {}
    for name, traces in athletes.items():
        population.ENTRIES.update(fit_all(athletes, strengths, name))
        population.entry.cache_clear()
        for plan in (False, True):
            mine: dict[Key, list[tuple[np.ndarray, np.ndarray]]] = {}
            runs = replay(traces, [stranger(t.kind, HORIZONS_S, plan=plan) for t in traces])
            for trace, run in zip(traces, runs, strict=True):
                errors, widths = run.maker_errors(), np.log(run.error_quantiles() + FLOOR_BPM)
                for j, horizon in enumerate(HORIZONS_S):
                    if not np.isnan(errors[j]).any():
                        mine.setdefault((trace.kind, horizon, plan), []).append(
                            (errors[j], widths[j])
                        )
            for key, pairs in mine.items():
                seen.setdefault(key, []).append(
                    tuple(np.mean(p, 0) for p in zip(*pairs, strict=True))
                )
        print("judged", name, file=sys.stderr, flush=True)
    return {k: pooled(entry, seen[k]) for k, entry in table.items() if k in seen}


def pooled(entry: Entry, pairs: list[tuple[np.ndarray, np.ndarray]]) -> Entry:
    """Mean error relative to "it stays", at the median athlete's level; median widths."""
    errors = np.array([e for e, _ in pairs])
    relative = (errors / errors[:, :1]).mean(0)
    widths = np.exp(np.median([w for _, w in pairs], 0)) - FLOOR_BPM
    return Entry(entry.weights, relative * np.median(errors[:, 0]), widths)


def main() -> None:
    """Fit, judge and write."""
    athletes = {a: traces for a in sys.argv[1:] if (traces := traces_of(paths_of(a)))}
    strengths = choose_strengths(athletes)
    table = judge(athletes, fit_all(athletes, strengths), strengths)
    recordings = sum(t.kind is InputKind.NONE for ts in athletes.values() for t in ts)
    lines = []
    for (kind, horizon, plan), entry in table.items():
        parts = (
            " ".join(f"{x:.{digits}f}" for x in values)
            for values, digits in ((entry.weights, 3), (entry.errors, 2), (entry.half_widths, 1))
        )
        lines.append(f"{kind}; {horizon}; {plan:d}; " + "; ".join(parts))
    target = Path(population.__file__).with_name("population_table.py")
    header = HEADER.format(sessions=recordings, athletes=len(athletes))
    target.write_text(header + "\n".join(lines) + '\n"""\n', encoding="utf-8")


if __name__ == "__main__":
    main()
