"""How a season goes; expected numbers by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from twin.model.alike import alike, compared
from twin.model.effort_pattern import EffortPattern
from twin.model.fingerprint import Fingerprint
from twin.model.season import Season
from twin.model.season_trends import ZONE_COLUMNS, baseline, bests_of, zone_weeks
from twin.records import Athlete

NOBODY = pd.DataFrame(columns=["day", "name", "value", "source"])


def season(**columns):
    table = pd.DataFrame(columns)
    table["day"] = pd.to_datetime(table["day"])
    return Season(Athlete("Ada"), date(2026, 10, 7), table, NOBODY)


def mornings(values, name="resting_heart_rate", start="2026-08-01"):
    days = pd.date_range(start, periods=len(values))
    return pd.DataFrame({"day": days, "name": name, "value": values, "source": "app"}).dropna()


def test_the_shares_of_a_week_are_of_the_time_with_heart_rate():
    zones = {name: [0.0, 0.0, np.nan] for name in ZONE_COLUMNS}
    zones |= {"zone_1_s": [1200.0, 600.0, np.nan], "zone_3_s": [600.0, 0.0, np.nan]}
    found = zone_weeks(season(day=["2026-10-05", "2026-10-07", "2026-10-13"], **zones))
    assert found.index.strftime("%m-%d").tolist() == [
        "10-05"
    ]  # a week without heart rate is absent
    assert found["zone_1_s"].item() == pytest.approx(0.75)
    assert zone_weeks(season(day=[])).empty


def test_time_below_zone_1_counts_in_the_shares_of_a_week():
    # by hand: 900 s of 3600 s with heart rate were in zone 1, the rest below
    zones = {name: [0.0] for name in ZONE_COLUMNS} | {"zone_1_s": [900.0], "heart_rate_s": [3600.0]}
    assert zone_weeks(season(day=["2026-10-05"], **zones))["zone_1_s"].item() == 0.25


def test_bests_come_oldest_first_with_the_best_until_then():
    found = bests_of(
        season(day=["2026-10-03", "2026-10-02", "2026-10-01"], session=["c", "b", "a"],
               best_power_300=[240.0, np.nan, 250.0]),
        "best_power_300",
    )  # fmt: skip
    assert found["session"].tolist() == ["a", "c"]
    assert found["so_far"].tolist() == [250, 250]
    assert bests_of(season(day=[]), "best_power_300").empty


def test_a_morning_stands_beside_half_an_sd_of_those_before():
    values = [50.0, 54.0] * 10 + [70.0]
    found = baseline(mornings(values), "resting_heart_rate").iloc[-1]
    sd = np.std(values[:-1], ddof=1)
    assert (found["low"], found["high"]) == pytest.approx((52 - sd / 2, 52 + sd / 2))
    assert found["week"] == pytest.approx(np.mean(values[-7:]))


def test_rmssd_is_averaged_by_its_logarithm_and_missing_days_stay_missing():
    found = baseline(mornings([20.0, 80.0, np.nan, 40.0], "rmssd"), "rmssd")
    assert found["week"].iloc[-1] == pytest.approx(40)  # geometric mean of 20, 80 and 40
    assert np.isnan(found["value"].iloc[2])
    assert found["low"].isna().all()  # a short history
    assert baseline(NOBODY, "rmssd").empty


def test_what_was_done_twice_can_be_compared():
    hard = [EffortPattern((180.0,) * 4, (90.0,) * 3, level, 170.0) for level in (4.0, 4.2)]
    prints = {
        "a": Fingerprint(efforts=hard[0]),
        "b": Fingerprint(),
        "c": Fingerprint(efforts=hard[1]),
    }
    sports = dict.fromkeys(prints, "running")
    (group,) = alike(prints, sports)
    assert (group.key, group.words, group.sessions) == (
        "workout:a",
        "4 x 3:00, rest 1:30",
        ("a", "c"),
    )
    whole = season(day=["2026-10-03", "2026-10-01"], session=["c", "a"], duration_s=[1800.0, 1900.0],
                   moving_time_s=[np.nan, 1700.0], mean_heart_rate=[150.0, 151.0], mean_speed=[3.0, 3.1])  # fmt: skip
    found = compared(whole, group, prints)
    assert found["session"].tolist() == ["a", "c"]
    assert found["level"].tolist() == [4.0, 4.2]
    assert found["duration_s"].tolist() == [1700, 1800]
    assert alike(prints, sports | {"c": "cycling"}) == []
    assert alike({}, {}) == []
