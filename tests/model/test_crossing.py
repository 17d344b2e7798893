"""The time to a line of a whole squad, and the chance of reaching it, against numbers by hand."""

import numpy as np
import pytest

from twin.model.crossing import RecentHighest, chance_of_line, time_to_line

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


def likely(expected, half_width, line, highest, **options) -> float:
    path, width = (np.array(given, float)[:, None] for given in (expected, half_width))
    return float(chance_of_line(path, width, HORIZONS, line, np.array([highest]), **options)[0])


@pytest.mark.parametrize(
    ("expected", "highest", "chance"),
    [
        ([170] * 5, 180.0, 0.5),  # on the line, and been there
        ([180] * 5, 180.0, 0.731),  # a standard deviation above: 1 / (1 + e^-1)
        ([160] * 5, 180.0, 0.269),
        ([160, 160, 160, 170, 170], 180.0, 0.5),  # the nearest horizon counts
        ([160, 160, 160, 160, 170], 180.0, 0.269),  # but none beyond five minutes
        ([170] * 5, 150.0, 0.119),  # 20 bpm more than of late: 1 / (1 + e^2)
        ([170] * 5, -np.inf, 0.018),  # nothing seen counts as 40 bpm less
    ],
)
def test_the_chance_counts_standard_deviations_and_what_was_reached_of_late(
    expected, highest, chance
):
    width = [12.816] * 5  # a standard deviation of 10 bpm
    assert likely(expected, width, 170, highest) == pytest.approx(chance, abs=0.001)


def test_the_chance_falls_with_the_line_and_rises_with_the_window():
    chances = [likely([150, 155, 160, 165, 170], [8] * 5, line, 165.0) for line in range(140, 200)]
    assert np.all(np.diff(chances) <= 0)
    short, long = (
        likely([150, 155, 160, 165, 170], [8] * 5, 172, 165.0, within_s=s) for s in (60, 600)
    )
    assert short < long


def test_without_a_line_or_a_forecast_there_is_no_chance_to_tell():
    assert np.isnan(likely([160] * 5, [8] * 5, NAN, 150.0))
    assert np.isnan(likely([NAN] * 5, [8] * 5, 170, 150.0))
    none = np.empty((5, 0))
    assert chance_of_line(none, none, HORIZONS, np.empty(0), np.empty(0)).shape == (0,)


def test_the_highest_of_late_is_a_mean_of_seconds_and_forgotten_after_twenty_minutes():
    recent = RecentHighest(2)
    for second in range(1400):
        beats = 180.0 if 100 <= second < 160 else 140.0
        recent.observe(np.array([NAN if second == 50 else beats, NAN]))
        if second == 103:
            assert 150 < recent.value[0] < 165  # four seconds are not yet the whole of it
        if second == 1100:
            assert recent.value[0] == pytest.approx(180, abs=0.1)
            assert recent.value[1] == -np.inf
    assert recent.value[0] < 141
    recent.begin(0)
    assert recent.value[0] == -np.inf
