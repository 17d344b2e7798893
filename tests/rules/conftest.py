"""A squad whose heart rates are given second by second, as the rules see them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from twin.records import Athlete
from twin.rules.moment import LINE, Moment
from twin.rules.plan import plan
from twin.rules.rule import Rule
from twin.rules.state import start
from twin.rules.step import Transition, step
from twin.schema import ALL_NAMES

BEGAN = 1_790_000_000


def _play(
    rules: Sequence[Rule],
    squad: Sequence[Athlete] | None = None,
    *,
    received: np.ndarray | None = None,
    time_to: Callable[[int, np.ndarray], np.ndarray] | None = None,
    chance_of: Callable[[int, np.ndarray, float], np.ndarray] | None = None,
    expected: np.ndarray | None = None,
    balance: np.ndarray | None = None,
    seconds: np.ndarray | None = None,
    **channels: np.ndarray,
) -> list[Transition]:
    """Run rules over channels of shape (seconds, athletes); return the transitions, from second 0."""
    length, count = next(iter(channels.values())).shape
    squad = squad or [Athlete(f"A{place}", max_hr=200) for place in range(count)]
    ready = plan(rules, squad)
    state, told = start(ready), []
    for second in range(length):
        values = np.full((len(ALL_NAMES), count), np.nan)
        for name, table in channels.items():
            values[LINE[name]] = table[second]
        at = second if seconds is None else int(seconds[second])
        nothing = np.full(count, np.nan)
        moment = Moment(
            np.ones(count, bool), BEGAN + at,
            ~np.isnan(values).all(axis=0) if received is None else received[second], values,
            lambda line, now=second, to=time_to: line * np.nan if to is None else to(now, line),
            lambda line, within_s, now=second, of=chance_of: (
                line * np.nan if of is None else of(now, line, within_s)
            ),
            nothing if expected is None else expected[second],
            nothing if expected is None else np.full(count, 4.0),
            nothing if balance is None else balance[second],
        )  # fmt: skip
        state, transitions = step(state, ready, moment)
        told += [replace(t, second=t.second - BEGAN) for t in transitions]
    return told


@pytest.fixture(scope="session")
def play() -> Callable[..., list[Transition]]:
    """Return what runs rules over channels; seconds count from the first."""
    return _play


@pytest.fixture(scope="session")
def heard() -> Callable[..., list[tuple[int, int, str]]]:
    """Return what runs rules and gives (second, athlete, change) of each transition."""

    def run(rules: Sequence[Rule], *args, **kwargs) -> list[tuple[int, int, str]]:
        return [(t.second, t.athlete, t.change.value) for t in _play(rules, *args, **kwargs)]

    return run
