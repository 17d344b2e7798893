"""Trust in makers and width of bands."""

import numpy as np
import pytest

from twin.model.bands import BandRule, Bands
from twin.model.ledger import Expectation, Ledger, Maker


def rule(
    athletes: int = 1, *, horizons: int = 1, half_width: float = 3.0, trust: float = np.inf
) -> BandRule:
    return BandRule(
        half_width=np.full((athletes, horizons, 3), half_width),
        error=np.full((athletes, horizons), 3.0),
        scale_trust=np.full(athletes, trust),
        narrowest=np.full(athletes, 0.1),
        widest=np.full(athletes, 30.0),
        rate=np.full(athletes, 0.02),
    )


def expectation(athletes: int = 1, *, half_width: float = 3.0) -> Expectation:
    return Expectation(
        error=np.full((athletes, 1, 4), 3.0),
        trust=np.full((athletes, 1), 20.0),
        bands=rule(athletes, half_width=half_width),
    )


def changes(nobody: float, others: float) -> np.ndarray:
    return np.array([[[nobody, others, others, others]]])


def test_persistence_wins_where_the_others_are_noise():
    random = np.random.default_rng(1)
    ledger = Ledger([30], expectation())
    for _ in range(400):
        outlook = ledger.advance(np.array([140.0]), changes(0.0, random.normal(0, 8)))
    assert outlook.share[0, 0, Maker.NOBODY] > 0.95


def test_a_maker_that_is_right_takes_over():
    # heart rate rises 1 bpm every 5 s; the three others say +6 in 30 s, which is true
    ledger = Ledger([30], expectation())
    for i in range(200):
        outlook = ledger.advance(np.array([100.0 + i]), changes(0.0, 6.0))
    assert outlook.change[0, 0] == pytest.approx(6.0, abs=0.1)
    assert ledger.skill.error[0, 0] < ledger.skill.persistence_error[0, 0]


@pytest.mark.parametrize("width", [1.0, 12.0])
def test_bands_find_their_coverage_from_a_wrong_start(width):
    random = np.random.default_rng(2)
    ledger, held = Ledger([5], expectation(half_width=width)), []
    previous = None
    for value in 140 + random.normal(0, 4, 4000):
        if previous is not None:
            held.append(abs(value - previous[0]) <= previous[1])
        outlook = ledger.advance(np.array([value]), changes(0.0, 0.0))
        previous = value, outlook.half_width[0, 0]
    # adaptive conformal inference holds the long-run rate; 2 % for 3000 outcomes
    assert np.mean(held[1000:], 0) == pytest.approx([0.5, 0.8, 0.95], abs=0.02)


def test_missing_heart_rate_judges_nothing_and_forecasts_nothing():
    ledger = Ledger([5], expectation())
    for _ in range(10):
        outlook = ledger.advance(np.array([np.nan]), changes(0.0, 1.0))
    assert np.isnan(ledger.skill.error).all()
    # equal errors, but for the tie that "it stays" wins: half of 0.03 x 3 bpm x sqrt(20)
    shares = outlook.share[0, 0]
    assert shares[1:] == pytest.approx(shares[1:2].repeat(3))
    assert shares[0] / shares[1] == pytest.approx(np.exp(0.045 * 20**0.5))


def test_the_first_minute_and_what_follows_a_gap_are_not_judged():
    # a maker who fails by 30 bpm only then keeps the share it began with
    ledger = Ledger([5], expectation())
    begun = ledger.advance(np.array([140.0]), changes(0.0, 30.0)).share
    for rate in [140.0] * 11 + [np.nan] * 4 + [140.0] * 6:
        ledger.advance(np.array([rate]), changes(0.0, 30.0))
    assert np.array_equal(ledger.advance(np.array([140.0]), changes(0.0, 0.0)).share, begun)
    assert np.isnan(ledger.skill.error).all()


@pytest.mark.parametrize(("step", "said"), [(0.0, 143.0), (0.01, 143.01 + 0.2)])
def test_a_forecast_is_whole_where_heart_rate_comes_in_whole_beats(step, said):
    # makers but "it stays" say +3.2; a sensor that once told a part of a beat is believed to go on
    ledger = Ledger([5], expectation())
    for value in [140.0 + step, *[140.0] * 400, 140.0 + step]:
        outlook = ledger.advance(np.array([value]), changes(-99.0, 3.2))
    assert outlook.heart_rate(np.array([value]))[0, 0] == pytest.approx(said, abs=1e-6)


def test_a_horizon_between_two_forecasts_is_refused():
    with pytest.raises(ValueError, match=r"\[7\] s: expected multiples of 5 s"):
        Ledger([7], expectation())


def test_errors_scale_the_band_of_a_stranger_and_not_that_of_a_known_athlete():
    # 60 outcomes of half the expected error beside a trust of 15: (15 x 3 + 60 x 1.5) / 75 / 3,
    # after 36 that teach nothing
    due, outside = np.ones((1, 1), bool), np.zeros((1, 1, 3), bool)
    widths = []
    for trust in (15.0, np.inf):
        still = rule(trust=trust)
        bands = Bands(still)
        still.rate[:] = 0.0
        for _ in range(36 + 60):
            bands.judge(due, np.full((1, 1), 1.5), outside)
        widths.append(bands.half_width[0, 0, 0] / 3.0)
    assert widths == pytest.approx([0.60, 1.0], abs=0.02)  # the oldest outcomes have faded a little


def test_one_artefact_does_not_blow_up_the_scale():
    bands = Bands(rule(trust=15.0))
    for error in [3.0] * 60 + [200.0]:
        bands.judge(np.ones((1, 1), bool), np.full((1, 1), error), np.zeros((1, 1, 3), bool))
    assert bands.half_width.max() < 3.0 * 1.2


def test_a_band_far_ahead_is_never_narrower_than_one_near():
    # 100 outcomes outside at the first horizon, none due at the second, which begins as wide
    bands = Bands(rule(horizons=2))
    due = np.array([[True, False]])
    for _ in range(100):
        bands.judge(due, np.where(due, 9.0, np.nan), np.broadcast_to(due[..., None], (1, 2, 3)))
    near, far = bands.half_width[0]
    assert (near > rule().half_width[0, 0]).all()
    assert far == pytest.approx(near)
