"""Changes planted in a simulated history are told, and a steady one is left in peace."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.history import Change, simulate_history
from twin.model.fingerprint import fingerprint, from_plain, to_plain
from twin.model.history import FEWEST, What, anomalies, watched
from twin.model.work_profile import work_profile
from twin.pipeline import derive
from twin.records import Athlete

SESSIONS, FROM = 20, 14
WHO = Athlete("x")


def profiles(change=None):
    only = range(SESSIONS) if change is None else range(FROM, SESSIONS)
    return [
        work_profile(derive(r.samples, WHO), "running")
        for r in simulate_history(
            "running", SESSIONS, 4, change=change or Change(), duration_s=1500, only=only
        )
    ]


@pytest.fixture(scope="module")
def clean():
    return profiles()


def told(history):
    ids = [str(place) for place in range(len(history))]
    return anomalies(ids, [1.3 * place for place in range(len(history))], history)


def test_a_history_without_a_change_is_left_in_peace(clean):
    assert told(clean) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (Change(FROM, SESSIONS, form_bpm=8.0), {What.HIGH, What.SHIFT_UP}),
        (Change(FROM, SESSIONS, bias_bpm=4.0, noise_bpm=1.6), {What.SENSOR}),
    ],
)
def test_a_change_of_form_and_another_sensor_are_told(clean, change, what):
    found = told([*clean[:FROM], *profiles(change)])
    fitting = [a for a in found if a.what in what]
    assert fitting
    assert all(int(a.session) >= FROM for a in fitting)
    first = fitting[-1]
    assert first.value > first.usual
    assert first.percentile > 90 or first.what is What.SHIFT_UP
    assert {int(session) for session in first.matching} < set(range(int(first.session)))


def test_the_sum_passes_its_line_where_a_change_is_told_and_names_its_sessions(clean):
    risen = [
        replace(p, cells=tuple((a, b, rate + 5.0, d) for a, b, rate, d in p.cells))
        for p in clean[FROM:]
    ]
    history = [*clean[:FROM], *risen]
    ids = [str(place) for place in range(len(history))]
    found, (chart,) = watched(ids, [1.3 * place for place in range(len(history))], history)
    shift = next(a for a in found if a.what is What.SHIFT_UP)
    place = int(shift.session)
    assert chart.up[place] >= chart.alarm > chart.up[place - 1]
    assert shift.together[0] == shift.session
    assert {int(session) for session in shift.together} >= set(range(FROM, place + 1))
    assert np.isnan(chart.offset[:FEWEST]).all()
    # 5 bpm as planted; the day's own form, 3 bpm, comes on top.
    assert np.mean(chart.offset[FROM : FROM + 3]) == pytest.approx(5, abs=4)


def test_a_wrong_mass_is_told_by_its_scale_once(clean):
    heavier = [replace(p, work_ratio=1.2 * p.work_ratio) for p in clean[FROM:]]
    (found,) = told([*clean[:FROM], *heavier])
    assert (found.what, found.session) == (What.SCALE, str(FROM))
    assert found.value / found.usual == pytest.approx(1.2, rel=0.02)  # as planted


def test_a_hot_day_is_not_taken_for_bad_form(clean):
    warm = [replace(p, temperature=15.0 + place % 5) for place, p in enumerate(clean)]
    hotter = [(a, b, rate + 14.0, d) for a, b, rate, d in warm[-1].cells]
    hot = replace(warm[-1], cells=tuple(hotter))
    last = str(len(clean) - 1)
    assert [a.what for a in told([*warm[:-1], hot]) if a.session == last] == [What.HIGH]
    known = told([*warm[:-1], replace(hot, temperature=33.0)])
    assert [a.what for a in known if a.session == last] == []


def test_few_old_and_missing_sessions_are_no_history(clean):
    assert told([]) == []
    assert told(clean[:FEWEST]) == []
    assert told([None, *clean[:3], None]) == []
    ids = [str(place) for place in range(len(clean))]
    assert anomalies(ids, [200.0 * place for place in range(len(clean))], clean) == []


def test_a_session_without_heart_rate_or_work_has_no_profile():
    (recording,) = simulate_history("running", 1, 4, duration_s=900)
    samples = recording.samples
    assert work_profile(derive(samples.assign(heart_rate=np.nan), WHO), "running") is None
    assert work_profile(derive(samples[:100], WHO), "running") is None
    assert work_profile(derive(samples[:1], WHO), "running") is None
    assert work_profile(derive(samples[["heart_rate"]], WHO), "fitness") is None


def test_a_fingerprint_comes_back_from_its_plain_values():
    (recording,) = simulate_history("running", 1, 4, duration_s=900)
    found = fingerprint(derive(recording.samples, WHO), "running")
    assert found.work is not None
    assert found.route is not None
    again = from_plain(to_plain(found))
    assert again.route == found.route
    assert again.work.cells == found.work.cells
    assert from_plain({}).work is None
