"""Questions about the squad, as a coach asks them, answered from one tick."""

import numpy as np
import pytest

from twin.records import Athlete, Batch, Tick
from twin.schema import ALL_NAMES
from twin.state.questions import answer


@pytest.fixture
def tick() -> Tick:
    """Ada at 95 % reaches her line in 100 s, Bo at 70 %, Cy's last heart rate is a minute old."""
    squad = (
        Athlete("Ada", max_hr=200, heart_rate_limit=195),
        Athlete("Bo", max_hr=200),
        Athlete("Cy"),
    )
    values = np.full((len(ALL_NAMES), 3), np.nan)
    values[ALL_NAMES.index("heart_rate")] = (190, 140, 150)
    values[ALL_NAMES.index("heart_rate_fraction")] = (0.95, 0.70, 0.79)
    values[ALL_NAMES.index("zone")] = (5, 2, 3)
    age_s = np.zeros_like(values)
    age_s[:, 2] = 60
    return Tick(1, np.datetime64("2026-10-01T12:00", "ns"), squad, values, age_s, values, values,
                Batch.of([], []), time_to_limit_s=np.array([100.0, np.inf, np.nan]))  # fmt: skip


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who is above 90 percent?", "1 of 3: Ada (95) is above 90 percent of maximum. 1 without"),
        ("who's over ninety %", "1 of 3: Ada (95)"),
        ("how many are above 120 bpm", "2 of 3: Ada (190) and Bo (140) are above 120 bpm."),
        ("Is anybody below 60 percent?", "Nobody is below 60 percent of maximum."),
        ("How is Ada?", "Ada: heart rate 190, 95 percent of maximum, zone 5, at the line of 195"),
        ("how's bo doing", "Bo: heart rate 140, 70 percent of maximum, zone 2."),
        ("how is bow", "Bo: heart rate 140"),  # as speech was understood
        ("how is Cy", "Cy: no heart rate for 60 s, it was 150."),
        ("how is Zoe", "Who is meant by 'zoe'? That fits nobody."),
        ("next to cross", "Next to cross: Ada in about 2 minutes."),
        ("who is working hardest", "Hardest: Ada at 95 percent and Bo at 70 percent."),
        ("Who is in zone 5?", "1 of 3: Ada is in zone 5. 1 without a live heart rate."),
        ("how many are in zone two", "1 of 3: Bo is in zone 2."),
        ("anyone in zone 3", "Nobody is in zone 3."),  # Cy was, a minute ago
        ("who is in zone 6", "That is not understood."),
        ("who has no sensor?", "Without a live heart rate: Cy."),
        ("any alerts", "No alerts."),
        ("what is the meaning of it all", "Who is meant by"),
        ("sing", "That is not understood. Ask: who is above 90 percent"),
        ("", "That is not understood."),
    ],
)  # fmt: skip
def test_a_question_is_answered_from_what_is_live(tick, question, said):
    assert answer(question, tick).startswith(said)


def test_before_the_first_athlete_nothing_is_known():
    assert answer("how is Ada", None) == "No athlete is known yet."
