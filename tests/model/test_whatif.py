"""Plans, courses and what the twin says of them, against calculations by hand and the simulator."""

import time

import numpy as np
import pandas as pd
import pytest

from simulator.recording import simulate_recording
from twin.model.athlete_twin import AthleteTwin
from twin.model.calibration import Calibration, calibrate
from twin.model.course import Course, course_of
from twin.model.demand import InputKind
from twin.model.pace import is_paced, pace_power
from twin.model.plan import parse_plan
from twin.model.planning import Planner
from twin.model.reserve import Capacity, capacities_of, reserve_of
from twin.model.response import common_response
from twin.model.whatif import answer, largest_scale_below, rested_twin
from twin.physiology.w_prime_balance import differential_balance
from twin.records import Athlete, Recording

ADA = Athlete("Ada", sport="cycling", max_hr=190, resting_hr=50)
BO = Athlete("Bo", sport="running", max_hr=190, resting_hr=50)
HILL = Course("hill", np.concatenate([np.zeros(51), np.arange(1, 51) * 1.0]))  # 500 m flat, 10 %


def planner(kind: InputKind, **options) -> Planner:
    return Planner(common_response(kind), 0.0, 190.0, **options)


def test_a_kilometre_at_four_to_the_kilometre_takes_four_minutes():
    planned = planner(InputKind.RUNNING).planned(parse_plan("1 km 4:00/km, 1:00 rest"))
    assert len(planned) == 300
    assert planned.distance_m == pytest.approx(1000)
    assert planned.step.tolist() == [0] * 240 + [1] * 60


def test_on_a_hill_the_same_pace_costs_what_minetti_measured():
    planned = planner(InputKind.RUNNING, course=HILL).planned(parse_plan("1 km 5:00/km"))
    level = planned.workload.level
    assert len(planned) == 300
    assert level[0] == pytest.approx(1000 / 300)
    # 5.9682 over 3.6 J/kg/m on a slope of 10 %, Minetti et al. 2002
    assert level[250] / level[0] == pytest.approx(5.9682 / 3.6, rel=1e-3)


def test_a_runner_whose_twin_lives_on_power_is_asked_in_paces_too():
    ask = planner(InputKind.POWER, pace_power=75.0, course=HILL)
    planned = ask.planned(parse_plan("1 km 4:10/km"))
    assert planned.workload.level[0] == pytest.approx(75 * 4)  # W/(m/s) times m/s
    assert planned.workload.level[200] == pytest.approx(75 * 4 * 5.9682 / 3.6, rel=1e-3)  # Minetti
    flat = planner(InputKind.POWER, pace_power=75.0).planned(parse_plan("10:00 300 W"))
    assert flat.distance_m == pytest.approx(4 * 600)


def test_of_a_rower_no_speed_is_made_of_power_nor_power_of_speed():
    ask = planner(InputKind.POWER, paced=is_paced("rowing"))
    assert np.isnan(ask.planned(parse_plan("10:00 200 W")).distance_m)
    with pytest.raises(ValueError, match="give W, bpm or %"):
        ask.planned(parse_plan("10:00 2:00/km"))


def test_power_at_a_speed_is_told_by_the_newest_run_that_has_both():
    recording, truth = simulate_recording("running", 900, seed=4)
    bo = Athlete("Bo", sport="running", mass_kg=truth.mass_kg)
    without = recording.samples.drop(columns="power")
    # The simulator's runners need 1.04 W/kg at 1 m/s on the flat, its route goes up and down.
    told = 1.04 * bo.mass_kg
    assert pace_power(bo, [without, recording.samples]) == pytest.approx(told, rel=0.1)
    assert pace_power(bo, [without]) == pytest.approx(told)
    gaps = recording.samples.assign(power=np.nan)
    assert pace_power(bo, [gaps, gaps[:0], recording.samples[:1]]) == pytest.approx(told)


def test_a_share_of_the_maximum_is_the_workload_at_which_heart_rate_settles():
    response = common_response(InputKind.POWER)
    ask = Planner(response, 5.0, 190.0)
    level = ask.planned(parse_plan("10:00 80 %")).workload.level[0]
    steady = response.intercept.value + 5.0 + response.gain.value * level
    assert steady == pytest.approx(0.80 * 190)


def test_a_share_of_critical_power_speed_or_threshold_is_told_in_what_the_twin_lives_on():
    ride, run = (
        planner(kind, critical=critical, threshold_hr=165.0)
        for kind, critical in ((InputKind.POWER, 250.0), (InputKind.RUNNING, 4.0))
    )
    assert ride.planned(parse_plan("1:00 90 % CP")).workload.level[0] == pytest.approx(225)
    assert run.planned(parse_plan("1:00 105 % CS")).workload.level[0] == pytest.approx(4.2)
    own, absolute = (
        ride.planned(parse_plan(text)).workload.level[0]
        for text in ("1:00 100 % threshold", "1:00 165 bpm")
    )
    assert own == absolute
    for ask, text in ((run, "1:00 90 % CP"), (planner(InputKind.POWER), "1:00 90 % threshold")):
        with pytest.raises(ValueError, match="of this athlete is not known"):
            ask.planned(parse_plan(text))


def test_the_scale_makes_powers_harder_and_leaves_rest_and_heart_rates():
    plan = parse_plan("1:00 200 W, 1:00 rest, 1:00 75 %")
    one, harder = (planner(InputKind.POWER, scale=s).planned(plan).workload.level for s in (1, 1.1))
    assert harder[:60] == pytest.approx(220)
    assert harder[60:] == pytest.approx(one[60:])


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (InputKind.RUNNING, "1:00 200 W", "lives on speed"),
        (InputKind.NONE, "1:00 200 W", "plans need sessions with power or speed"),
        (InputKind.CADENCE, "1:00 80 %", "lives on cadence"),
        (InputKind.RUNNING, "1 km 20 %", "no speed is known"),
    ],
)
def test_a_target_the_twin_cannot_follow_is_refused_with_what_it_can(kind, text, words):
    with pytest.raises(ValueError, match=words):
        planner(kind).planned(parse_plan(text))


def test_a_course_is_read_from_a_recording_and_needs_altitude_and_ground():
    times = pd.date_range("2026-10-01", periods=201, freq="s", tz="UTC", name="time")
    at = np.arange(201.0)
    climb = pd.DataFrame({"distance": at * 5, "altitude": 100 + at * 0.25}, index=times)
    course = course_of(Recording(climb), "climb")
    assert course.length_m == 1000
    assert course.grades[20:80] == pytest.approx(0.05)
    assert course.ascent_m == pytest.approx(50, abs=5)  # smoothed over 100 m at both ends
    for wrong in (climb.drop(columns="altitude"), climb.drop(columns="distance"), climb[:10]):
        with pytest.raises(ValueError, match="a course needs"):
            course_of(Recording(wrong))
    with pytest.raises(ValueError, match="a course needs"):
        course_of(Recording(climb[:0]))


@pytest.fixture(scope="module")
def twin() -> AthleteTwin:
    return rested_twin(ADA, Calibration())


def asked(twin: AthleteTwin, text: str, **options):
    planned = Planner(twin.response, twin.state.offset, twin.athlete.max_hr).planned(
        parse_plan(text)
    )
    return answer(twin, planned, **options)


def test_harder_work_means_a_higher_heart_rate_all_the_way(twin):
    easy, hard = asked(twin, "20:00 150 W"), asked(twin, "20:00 200 W")
    assert (hard.heart_rate[60:] > easy.heart_rate[60:]).all()
    assert hard.banister_trimp > easy.banister_trimp
    assert hard.zone_s.sum() <= 1200


def test_bands_of_a_day_not_seen_yet_hold_its_offset_too(twin):
    known, unknown = asked(twin, "20:00 200 W"), asked(twin, "20:00 200 W", day_known=False)
    # 80 % of a normal distribution lie within 1.282 SD; the day has an SD of 11 bpm
    wide = np.hypot(known.half_width[-1, 1], 11 * 1.282)
    assert unknown.half_width[-1, 1] == pytest.approx(wide, rel=0.01)
    assert (np.diff(unknown.half_width[-1]) > 0).all()


def test_the_balance_of_a_plan_is_that_of_the_differential_model(twin):
    capacity = Capacity(250.0, 0.0, 20_000.0, 0.0, 5)
    told = asked(twin, "2:00 350 W, 3:00 150 W, 1:00 400 W", capacity=capacity).balance
    power = np.repeat([350.0, 150.0, 400.0], [120, 180, 60])
    by_second = differential_balance(power, 250.0, 20_000.0)
    assert told.left[-1] == pytest.approx(6121.2, abs=1)  # vector of the differential model
    at = told.ahead_s[1:].astype(int) - 1
    assert told.left[1:] == pytest.approx(by_second[at], abs=1)
    assert told.empty_s == np.inf
    gone = asked(twin, "5:00 350 W", capacity=capacity).balance
    assert gone.empty_s == pytest.approx(200, abs=5)  # 20 kJ / 100 W


def test_the_hardest_plan_below_a_line_just_touches_it(twin):
    plan = "10:00 150 W, 3x(3:00 250 W, 2:00 120 W)"
    planned = Planner(twin.response, 0.0, 190.0).planned(parse_plan(plan))
    for level, column in ((None, None), (0.80, 1)):
        factor = largest_scale_below(twin, planned, 172.0, level=level)
        ask = Planner(twin.response, 0.0, 190.0, scale=factor)
        told = answer(twin, ask.planned(parse_plan(plan)))
        edge = told.heart_rate + (0 if column is None else told.half_width[:, column])
        assert edge[30:].max() == pytest.approx(172.0, abs=0.2)


def test_a_line_below_rest_allows_no_work_and_no_plan_no_answer(twin):
    planned = Planner(twin.response, 0.0, 190.0).planned(parse_plan("10:00 150 W"))
    assert largest_scale_below(twin, planned, 40.0, level=None) == 0
    idle = Planner(twin.response, 0.0, 190.0).planned(parse_plan("10:00 rest"))
    assert np.isnan(largest_scale_below(twin, idle, 170.0, level=None))
    single = Planner(twin.response, 0.0, 190.0).planned(parse_plan("1 s 150 W"))
    assert len(answer(twin, single).heart_rate) == 1


def test_the_capacity_of_a_history_is_the_envelope_of_its_efforts():
    # Bouts on the curve of critical power 250 W and W' 20 kJ: 250 + 20000 / t, by hand.
    bouts = [np.full(t, 250 + 20_000 / t) for t in (120, 300, 720)]
    power = np.concatenate([np.concatenate([np.full(300, 100.0), bout]) for bout in bouts])
    times = pd.date_range("2026-10-01", periods=len(power), freq="s", tz="UTC", name="time")
    ride = Recording(pd.DataFrame({"power": power, "heart_rate": 140.0}, index=times), "cycling")
    found = capacities_of([ride])[InputKind.POWER]
    # Windows of other lengths than the bouts hold some rest, so they pull it down a little.
    assert found.critical == pytest.approx(250, rel=0.03)
    assert found.reserve == pytest.approx(20_000, rel=0.10)
    assert capacities_of([]) == {}
    # 140 bpm are less than 90 % of 190: not all-out; of a maximum of 150 they are more.
    assert capacities_of([ride], max_hr=190.0) == {}
    assert capacities_of([ride], max_hr=150.0)[InputKind.POWER] == found
    assert np.isnan(reserve_of([None]).critical_power).all()


def test_the_plan_of_a_simulated_ride_is_forecast_within_its_band():
    """Calibrated on four rides, asked for the fifth from rest with the power that was ridden."""
    rides, truth = [], None
    for day in range(5):
        ride, truth = simulate_recording("cycling", 1500, seed=40 + day, truth=truth,
                                         start=f"2026-10-0{day + 1}T10:00:00")  # fmt: skip
        rides.append(ride)
    ada = Athlete("Ada", sport="cycling", max_hr=truth.max_hr, resting_hr=truth.resting_hr)
    twin = rested_twin(ada, calibrate(rides[:4]))
    samples = rides[4].samples
    power = samples["power"].ffill().fillna(0.0).to_numpy()[: 1500 // 30 * 30].reshape(-1, 30)
    plan = ", ".join(f"30 s {watts:.0f} W" for watts in power.mean(1))
    told = asked(twin, plan, day_known=False)
    came = samples["heart_rate"].to_numpy()[: len(told.heart_rate)]
    inside = np.abs(came - told.heart_rate) <= told.half_width[:, 2]
    assert np.nanmean(inside[120:][~np.isnan(came[120:])]) > 0.9  # of the 95 % band


def test_an_answer_takes_less_than_a_fifth_of_a_second(twin):
    text = "10:00 150 W, 10x(3:00 280 W, 2:00 120 W), 10:00 120 W"
    capacity = Capacity(250.0, 5.0, 20_000.0, 1_000.0, 5)
    began = time.process_time()
    asked(twin, text, capacity=capacity)
    assert time.process_time() - began < 0.2
