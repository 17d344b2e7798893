"""Samples that wait on disk are all there, in order of time; expected values are written here."""

import numpy as np
import pytest

from twin.files import apple_records
from twin.files.apple_records import AppleSamples

SECOND = 10**9


@pytest.mark.parametrize("count", [7, 8, 9])
@pytest.mark.parametrize("mixed", [False, True])
def test_none_is_lost_however_many_fit_in_memory_at_once(monkeypatch, count, mixed):
    monkeypatch.setattr(apple_records, "_AT_ONCE", 4)
    seconds = list(range(1, count + 1))
    came = np.random.default_rng(1).permutation(seconds).tolist() if mixed else seconds
    with AppleSamples() as samples:
        for second in came:
            samples.add("heart_rate", second * SECOND, 100.0 + second, "watch")
        samples.seal()
        found = samples.within("heart_rate", 2 * SECOND, 6 * SECOND, "watch")
        everything = samples.within("heart_rate", 0, 99 * SECOND, "watch")
    assert found.tolist() == [102.0, 103.0, 104.0, 105.0, 106.0]
    assert everything.tolist() == [100.0 + second for second in seconds]
