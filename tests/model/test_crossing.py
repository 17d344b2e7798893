"""The time to a line of a whole squad, against times by hand."""

import numpy as np
import pytest

from twin.model.crossing import time_to_line

HORIZONS = (30, 60, 120, 300, 600)
NAN = np.nan


def one(heart_rate, expected, line, **options) -> float:
    column = np.array(expected, float)[:, None]
    return float(time_to_line(np.array([float(heart_rate)]), column, HORIZONS, line, **options)[0])


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        (150, 0),  # there already
        (155, 15),  # half way to 160 at 30 s
        (160, 30),
        (165, 90),  # half way from 160 at 60 s to 170 at 120 s
        (171, 600),
        (172, np.inf),
    ],
)
def test_the_time_is_read_off_the_straight_path_between_two_horizons(line, seconds):
    assert one(150, [160, 160, 170, 170, 171], line) == pytest.approx(seconds)


def test_the_first_crossing_counts_where_the_path_falls_again():
    assert one(150, [170, 140, 140, 140, 180], 160) == 15


def test_what_has_passed_since_the_forecast_is_taken_off():
    assert one(150, [160, 160, 160, 160, 160], 155, elapsed_s=4) == 11
    assert one(150, [160, 160, 160, 160, 160], 151, elapsed_s=4) == 0  # 3 s, of which 4 are over


def test_without_a_line_or_a_forecast_nothing_is_known():
    assert np.isnan(one(150, [160] * 5, NAN))
    assert np.isnan(one(NAN, [160] * 5, 170))
    assert np.isnan(one(150, [160, 160, 160, 160, NAN], 170))


def test_a_squad_is_every_athlete_alone_and_an_empty_one_is_nothing():
    chance = np.random.default_rng(1)
    now = chance.uniform(100, 180, 50)
    ahead = now + chance.normal(0, 12, (5, 50)).cumsum(0)
    lines = np.where(chance.random(50) < 0.2, NAN, chance.uniform(140, 190, 50))
    together = time_to_line(now, ahead, HORIZONS, lines)
    alone = [one(n, ahead[:, i], lines[i]) for i, n in enumerate(now)]
    np.testing.assert_allclose(together, alone)
    assert time_to_line(np.empty(0), np.empty((5, 0)), HORIZONS, np.empty(0)).shape == (0,)
