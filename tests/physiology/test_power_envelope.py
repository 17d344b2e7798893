"""Envelope of a history. Truth: a planted curve of which most sessions stay well below."""

import numpy as np
import pytest

from twin.physiology.envelope_curve import critical_levels
from twin.physiology.power_envelope import (
    DURATIONS_S,
    Envelope,
    envelope,
    fit_envelope,
    omni_power,
)

CP, W_PRIME = 250.0, 18_000.0


def session(duration: int, share: float, seed: int):
    """One effort of a length at a share of the curve, easy riding before and after."""
    random = np.random.default_rng(seed)
    effort = np.full(duration, share * (CP + W_PRIME / duration))
    easy = random.uniform(100, 160, 600)
    return np.concatenate([easy, effort, easy])


def history():
    maximal = [session(duration, 1.0, duration) for duration in (180, 300, 720)]
    easy = [session(d, 0.85, seed) for seed, d in enumerate((120, 240, 420, 600, 900) * 2)]
    return maximal + easy


def test_a_planted_curve_is_found_below_many_easy_sessions():
    fit = fit_envelope(envelope(history()))
    assert fit.critical_power == pytest.approx(CP, rel=0.02)
    assert fit.w_prime == pytest.approx(W_PRIME, rel=0.06)
    assert fit.trials < len(DURATIONS_S)  # efforts under the curve were left out


def test_more_sessions_never_lower_the_envelope():
    few, many = envelope(history()[:2]).power, envelope(history()).power
    assert (many >= np.nan_to_num(few)).all()


def test_speed_works_as_power_does():
    # critical speed 4 m/s, D' 200 m
    runs = [np.full(t, 4 + 200 / t) for t in (120, 300, 900)]
    fit = fit_envelope(envelope(runs))
    assert (fit.critical_power, fit.w_prime) == pytest.approx((4, 200), rel=0.02)


def test_too_little_is_refused():
    with pytest.raises(ValueError, match="expected a factor of 3"):
        fit_envelope(envelope([np.full(200, 200.0)]))
    with pytest.raises(ValueError, match="expected a factor of 3"):
        fit_envelope(envelope([]))
    with pytest.raises(ValueError, match="no maximal effort"):
        fit_envelope(envelope([np.full(1000, 200.0)]))


def test_omni_joins_the_shortest_and_the_longest():
    seconds = np.array([1.0, 60, 1800, 7200, np.nan])
    power = omni_power(seconds, CP, W_PRIME, 1000, fade=20)
    assert (np.diff(power[:4]) < 0).all()
    assert power[0] == pytest.approx(985, abs=5)
    assert np.isnan(power[4])


def test_many_envelopes_at_once_have_the_critical_power_of_each_alone():
    spans = np.array(DURATIONS_S, float)
    random = np.random.default_rng(3)
    table = 250 + 20_000 / spans * random.uniform(0.6, 1.0, (200, len(spans)))
    table[:40, 5:], table[40:50], table[50:60, 3:] = np.nan, 200.0, np.nan

    def alone(row):
        try:
            return fit_envelope(Envelope(spans, row, np.zeros(len(spans), int))).critical_power
        except ValueError:
            return np.nan

    expected = [alone(row) for row in table]
    assert 0 < np.isnan(expected).sum() < len(table)
    assert critical_levels(table, spans) == pytest.approx(expected, nan_ok=True)
    assert np.isnan(critical_levels(np.full((1, len(spans)), np.nan), spans)).all()
