"""Zones: published formulas by hand, and the vectors of the recordings' folder where it exists."""

import json
from pathlib import Path

import numpy as np
import pytest

from twin.physiology import zones
from twin.records import Athlete


def test_karvonen_bounds_follow_the_reserve():
    # 50 + p * (190 - 50), by hand
    assert zones.bounds_by_reserve(190, 50) == pytest.approx([120, 134, 148, 162, 176])


def test_bounds_by_max_are_50_to_90_percent():
    assert zones.bounds_by_max([200, 100])[:, 0] == pytest.approx([100, 120, 140, 160, 180])


def test_friel_bounds_of_a_runner_with_threshold_170():
    # 85, 89, 94, 99 % of 170, by hand
    assert zones.bounds_by_threshold(170)[1:] == pytest.approx([144.5, 151.3, 159.8, 168.3])


def test_cyclists_have_their_own_friel_bounds():
    # 81 and 89 % of 170
    assert zones.bounds_by_threshold(170, "cycling")[1:3] == pytest.approx([137.7, 151.3])


def test_a_heart_rate_on_a_bound_is_in_the_upper_zone():
    assert zones.zone_of([114, np.nextafter(114.0, 0)], zones.bounds_by_max(190)).tolist() == [2, 1]


def test_below_the_lowest_bound_and_without_contact_there_is_no_zone():
    assert np.isnan(zones.zone_of([60, np.nan], zones.bounds_by_max(190))).all()


def test_above_maximum_is_zone_5():
    assert zones.zone_of(199, zones.bounds_by_max(190)) == 5


def test_no_heart_rates_have_no_zones():
    assert zones.zone_of([], zones.bounds_by_max(190)).shape == (0,)


def test_without_a_threshold_the_maximum_is_used():
    athlete = Athlete("Ada", max_hr=200, zone_method="threshold")
    assert zones.bounds_of(athlete)[0] == 100


def test_each_athlete_has_the_bounds_of_the_chosen_method():
    by = {m: Athlete("Ada", max_hr=190, resting_hr=50, threshold_hr=170, zone_method=m)
          for m in zones.METHODS}  # fmt: skip
    assert [zones.bounds_of(by[m])[1] for m in ("max", "reserve", "threshold")] == pytest.approx(
        [114, 134, 144.5]
    )


def test_an_unknown_method_is_told_with_what_is_accepted():
    with pytest.raises(ValueError, match="max, reserve, threshold"):
        zones.bounds_of(Athlete("Ada", zone_method="lactate"))


@pytest.mark.parametrize(
    ("formula", "expected"),  # a - b * 40, by hand
    [("tanaka", 180.0), ("gellish", 179.0), ("nes", 185.4), ("gulati", 170.8)],
)
def test_the_prior_of_maximal_heart_rate_at_forty(formula, expected):
    assert zones.max_hr_prior(40, formula) == pytest.approx(expected)


def test_an_unknown_age_gives_no_prior():
    assert np.isnan(zones.max_hr_prior(np.nan))


def test_an_unknown_formula_is_refused():
    with pytest.raises(ValueError, match="220"):
        zones.max_hr_prior(40, "220-age")


def test_zones_agree_with_the_reference_vectors(recordings: Path):
    vectors = json.loads((recordings / "vectors.json").read_text())
    karvonen = vectors["karvonen_190_50"]["value"]
    friel = vectors["friel_run_LTHR170_upper_Z1..Z5b"]["value"]
    assert zones.bounds_by_reserve(190, 50) == pytest.approx(karvonen[:5])
    assert zones.bounds_by_threshold(170)[1:] == pytest.approx(friel[:4])
    for key, formula in (("tanaka", "tanaka"), ("nes", "nes"), ("gulati_women", "gulati")):
        expected = vectors[f"hrmax_{key}_age40"]["value"]
        assert zones.max_hr_prior(40, formula) == pytest.approx(expected)
