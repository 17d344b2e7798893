"""How forecasts come true in every class of sport and input, beside "it stays as it is".

    python -m benchmarks.classes ATHLETE...

Each argument is one athlete: a file, a folder, or a quoted pattern. A class is a sport with an
input; its figures are means over sessions, with a 95 % interval of the coverage over sessions. Beside
it stands the share of all outcomes of the class: a session of few outcomes counts as few.
"""

import argparse
from collections import defaultdict
from pathlib import PurePath

import numpy as np

from benchmarks.fit_population import paths_of, recordings_of
from twin.model.backtest import PROTOCOLS, Score, backtest
from twin.records import Recording

HORIZONS_S = (30, 60)
DRAWS = 2000
EIGHTY = 1  # place of the 80 % band
HEAD = f"{'class':32s} {'':11s} {'s':>3s} {'n':>3s} {'MAE':>5s} {'stays':>5s}  80 % band          of all  wide  95 %"

Key = tuple[str, str, bool, int]  # class, protocol, workload known, horizon [s]


def scores_of(recordings: list[Recording]) -> dict[Key, list[Score]]:
    """Return every session's scores of one athlete, by class."""
    sports = {PurePath(r.path).name: r.sport or "unknown sport" for r in recordings}
    scores = defaultdict(list)
    for protocol in PROTOCOLS:
        for known in (False, True):
            result = backtest(recordings, protocol=protocol, known_workload=known)
            for file in result.files:
                for horizon, score in file.scores.items():
                    name = f"{sports[file.file]}, {file.input}"
                    scores[name, protocol, known, horizon].append(score)
    return scores


def line(key: Key, scores: list[Score]) -> str:
    """Return one line of the table."""
    name, protocol, known, horizon = key
    held = np.array([s.coverage for s in scores])
    drawn = np.random.default_rng(0).integers(0, len(held), (DRAWS, len(held)))
    low, high = np.quantile(held[drawn, EIGHTY].mean(1), (0.025, 0.975))
    mae, stays = (np.mean([getattr(s, n) for s in scores]) for n in ("mae", "persistence_mae"))
    width = np.mean([s.half_width[EIGHTY] for s in scores])
    of_all = np.average(held[:, EIGHTY], weights=[s.n for s in scores])
    said = f"{protocol} {'known' if known else ''}"
    mean = held.mean(0)
    return (
        f"{name:32s} {said:11s} {horizon:3d} {len(scores):3d} {mae:5.2f} {stays:5.2f}  "
        f"{mean[EIGHTY]:.3f} ({low:.2f}-{high:.2f}) {of_all:7.3f} {width:5.1f}  {mean[-1]:.3f}"
    )


def main() -> None:
    """Print one line for each class, protocol, knowledge and horizon."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("athletes", nargs="+", metavar="ATHLETE")
    table: dict[Key, list[Score]] = defaultdict(list)
    for argument in parser.parse_args().athletes:
        for key, scores in scores_of(list(recordings_of(paths_of(argument)))).items():
            table[key] += scores
    print(HEAD)
    for key in sorted(table):
        print(line(key, table[key]))


if __name__ == "__main__":
    main()
