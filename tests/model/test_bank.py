"""The memory of the twin."""

import numpy as np
import pytest

from twin.model.bank import RESTART_AFTER_S, empty_bank, gains_of, step

GAINS = gains_of([5.0, 40.0])


def fed(*values: float):
    memory = empty_bank(1, 2)
    for value in values:
        memory = step(memory, np.array([value]), GAINS)
    return memory


def test_first_value_is_believed_whole():
    assert fed(120.0).mean.tolist() == [[120.0, 120.0]]


def test_a_step_is_answered_to_63_percent_after_one_time_constant():
    # 1 - 1/e of the step, by the definition of a first-order response; 2000 s fill the memory
    memory = fed(*[0.0] * 2000, *[1.0] * 40)
    assert memory.mean[0, 1] == pytest.approx(1 - np.exp(-1), abs=1e-9)


def test_early_means_are_plain_means():
    assert fed(100.0, 110.0, 120.0).mean[0, 1] == pytest.approx(110.0)


def test_missing_values_change_nothing():
    assert fed(100.0, 110.0, np.nan).mean.tolist() == fed(100.0, 110.0).mean.tolist()


def test_a_long_silence_starts_the_memory_anew():
    memory = fed(100.0, *[np.nan] * (RESTART_AFTER_S + 1), 60.0)
    assert memory.mean.tolist() == [[60.0, 60.0]]


def test_an_empty_memory_has_seen_nothing():
    assert empty_bank(0, 2).mean.shape == (0, 2)
    assert fed(np.nan).seen.tolist() == [0]
