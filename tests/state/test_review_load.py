"""What a session cost by every measure, and the balance through it: numbers by hand and from papers."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from twin.archive import season, summarise
from twin.model.calibration import Calibration
from twin.model.demand import InputKind
from twin.model.reserve import Capacity, with_capacities
from twin.model.stored import to_text
from twin.records import Athlete, EnteredCapacity, Recording
from twin.state.review import ReviewState, completed
from twin.state.review_balance import balance_through
from twin.state.review_load import loads_of
from twin.store import EmbeddedStore
from twin.store.calibrations import Calibrations, StoredCalibration
from twin.views.review_load import balance_chart, balance_words, loads_html
from twin.views.theme import LIGHT

ADA = Athlete("Ada", sex="male", max_hr=190, resting_hr=50, threshold_hr=170, zone_method="reserve")
CAPACITIES = {InputKind.POWER: Capacity(250.0, 5.0, 20_000.0, 2_000.0, 4),
              InputKind.RUNNING: Capacity(4.0, 0.1, 180.0, 20.0, 4)}  # fmt: skip


@pytest.fixture
def opened(tmp_path):
    stores = []

    def open_one(athlete, sport, seconds, *, learnt=True, **channels):
        store = EmbeddedStore(tmp_path / str(len(stores)))
        stores.append(store)
        ada = store.add_athlete(athlete)
        if learnt:
            text = with_capacities(to_text(Calibration()), CAPACITIES)
            with Calibrations(store.folder) as shelf:
                shelf.add(StoredCalibration(ada.id, datetime.now(UTC), 1, 1, text))
        index = pd.date_range("2026-10-01 10:00", periods=seconds, freq="1s", tz="UTC", name="time")
        recording = Recording(pd.DataFrame(channels, index=index), sport=sport, path="one")
        kept = store.add_recording(recording, ada, content="one")
        return store, completed(ReviewState(store, session=kept.id).open())

    yield open_one
    for store in stores:
        store.close()


def test_a_ride_costs_what_the_published_formulas_say(opened):
    watts = np.tile(np.repeat([300.0, 100.0], 60), 10)
    loads = loads_of(*opened(ADA, "cycling", 1201, power=np.append(watts, 100.0), heart_rate=150.0))
    # Shared vectors: full windows 239.372 W, exponential 225.620 W; an hour at 150 bpm 63.343.
    assert loads.weighted_power == pytest.approx(239.372, rel=1e-3)
    assert loads.exponential_power == pytest.approx(225.62, rel=1e-3)
    assert loads.power == pytest.approx(30.559, rel=2e-3)
    assert loads.threshold == pytest.approx(63.343 / 3, rel=1e-3)
    assert loads.banister == pytest.approx(108.0954 / 3, rel=1e-3)
    # Zones 3 and 5 by reserve begin at 148 and 176 bpm: 20 min of the middle phase.
    assert loads.phases == pytest.approx((148, 176))
    assert loads.lucia == pytest.approx(2 * 20)
    assert np.isnan([loads.speed, loads.effort]).all()


def test_a_run_costs_by_its_speed_on_the_flat(opened):
    loads = loads_of(*opened(ADA, "running", 2701, speed=3.8, altitude=100.0, heart_rate=190.0))
    assert loads.speed == pytest.approx(67.688, rel=1e-3)  # 45 min at 3.8 of 4.0 m/s, shared vector
    assert loads.lucia == pytest.approx(3 * 45)
    assert np.isnan(loads.power)


def test_what_is_missing_is_told_and_what_is_there_says_what_it_means(opened):
    somebody = Athlete("Ada")
    store, reviewed = opened(somebody, "cycling", 300, learnt=False, power=200.0, heart_rate=140.0)
    words = loads_html(loads_of(store, reviewed), somebody)
    told, missing = words.split("Not told")
    assert "men's weights, as the sex is not set" in told.replace("&#x27;", "'")
    assert "Edwards" in told
    for name in ("Against threshold", "Weighted power", "Power: needs", "As felt"):
        assert name in missing
    assert "nan" not in words
    assert balance_through(store, reviewed) is None


def test_the_balance_is_that_of_both_models(opened):
    watts = np.repeat([350.0, 150.0, 400.0], [120, 180, 60])
    store, reviewed = opened(ADA, "cycling", 360, power=watts, heart_rate=150.0)
    found = balance_through(store, reviewed)
    # Shared vectors at 120, 300 and 360 s.
    assert found.differential[[119, 299, 359]] == pytest.approx([8000, 15121.2, 6121.2], abs=0.1)
    assert found.integral[[119, 299, 359]] == pytest.approx([9280.8, 12433.1, 4757.0], abs=20)
    assert "Lowest: 31 % of 20.0 kJ" in balance_words(found)
    plot = balance_chart(found, LIGHT)
    assert plot.yaxis.axis_label == "W′ left [%]"
    assert plot.select_one({"name": "integral"}).glyph.tags == ["muted"]  # in either scheme
    assert plot.legend[0] in plot.above


def test_on_foot_there_is_one_model_and_below_zero_the_capacity_was_too_low(opened):
    store, reviewed = opened(ADA, "running", 600, speed=np.full(600, 5.0), heart_rate=180.0)
    found = balance_through(store, reviewed)
    assert np.isnan(found.integral).all()
    assert "too low, or hills" in balance_words(found)
    assert balance_chart(found, LIGHT).select_one({"name": "integral"}) is None


def test_a_test_from_before_the_session_counts_for_balance_and_load_and_says_so(opened):
    store, reviewed = opened(ADA, "cycling", 3600, power=200.0)
    tested = EnteredCapacity(date(2026, 9, 1), "power", 200.0, 15_000.0)
    store.capacities().keep("ada", tested)
    loads, found = loads_of(store, reviewed), balance_through(store, reviewed)
    assert loads.power == pytest.approx(100, rel=1e-3)  # an hour at critical power, by definition
    assert "here 200 W, entered on 1 September 2026." in loads_html(loads, ADA)
    assert found.capacity.reserve == 15_000
    assert "entered on 1 September 2026" in balance_words(found)


def test_a_test_from_after_the_session_leaves_what_sessions_tell(opened):
    store, reviewed = opened(ADA, "cycling", 3600, power=200.0)
    store.capacities().keep("ada", EnteredCapacity(date(2026, 11, 1), "power", 200.0, 15_000.0))
    # (200 / 250)^2 of an hour at critical power, by hand
    assert loads_of(store, reviewed).power == pytest.approx(64, rel=1e-3)


def history_of(store, all_out):
    """Four rides of 16 min, all-out on some days: 20 kJ above a critical power of 210 + 10 W a day."""
    for day in range(1, 5):
        watts = np.where(np.arange(960) < 120, 20_000 / 120, 0.0) + 210 + 10 * day
        index = pd.date_range(
            f"2026-10-{day:02d}T10:00", periods=960, freq="s", tz="UTC", name="time"
        )
        rate, power = (185.0, watts) if day in all_out else (130.0, 120.0)
        ride = Recording(pd.DataFrame({"power": power, "heart_rate": rate}, index), "cycling")
        store.add_recording(ride, ADA, content=str(day))
    list(summarise(store))
    sessions = store.sessions()["session"]
    return [completed(ReviewState(store, session=session).open()) for session in sessions]


@pytest.mark.parametrize("all_out", [(), (3,), (2, 4)])
def test_critical_power_of_a_session_is_that_of_its_season(tmp_path, all_out):
    def compare(*, known: bool) -> None:
        found = [loads_of(store, reviewed).critical_power for reviewed in history]
        np.testing.assert_array_equal(found, season(store, "ada").sessions["critical_power"])
        assert np.isfinite(found).all() == known

    with EmbeddedStore(tmp_path) as store:
        history, tests = history_of(store, all_out), store.capacities()
        compare(known=bool(all_out))
        for day, critical in ((9, 260.0), (2, 240.0), (3, 230.0)):  # after all, before some
            tests.keep("ada", EnteredCapacity(date(2026, 10, day), "power", critical, 2e4))
            compare(known=True)
        for day in (9, 2, 3):
            tests.take_back("ada", "power", date(2026, 10, day))
        kept = with_capacities(to_text(Calibration()), CAPACITIES)
        store.coaching().calibrations.add(StoredCalibration("ada", datetime.now(UTC), 1, 1, kept))
        compare(known=True)
