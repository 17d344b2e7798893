"""Running form against the athlete's own at the same speed: planted changes are told, and only those."""

import numpy as np
import pandas as pd
import pytest

from twin.records import Athlete, Recording
from twin.state.review import ReviewState
from twin.state.review_form import running_form
from twin.store import EmbeddedStore
from twin.views.review_form import form_card, form_chart, form_table
from twin.views.theme import LIGHT

START = pd.Timestamp("2026-10-01T10:00:00", tz="UTC")


def run(days, *, quicker_steps=0.0, speed=(2.6, 3.8), sport="running"):
    """Twenty minutes at a speed that swings; 150 steps a minute and 8 more for each m/s, SD 2."""
    random, second = np.random.default_rng(abs(days)), np.arange(1200)
    pace = np.interp(np.sin(second / 90), [-1, 1], speed)
    samples = {
        "speed": pace, "heart_rate": 140.0, "vertical_oscillation": 90.0 + random.normal(0, 3, 1200),
        "cadence": 150 + 8 * pace + quicker_steps + random.normal(0, 2, 1200),
    }  # fmt: skip
    index = pd.date_range(START + pd.Timedelta(days=days), periods=1200, freq="1s", name="time")
    return Recording(pd.DataFrame(samples, index=index), sport=sport, path=f"{days}")


@pytest.fixture
def opened(tmp_path):
    with EmbeddedStore(tmp_path) as store:

        def open_first(*recordings):
            ada = store.add_athlete(Athlete("Ada"))
            kept = [store.add_recording(r, ada, content=r.path) for r in recordings]
            state = ReviewState(store, session=kept[0].id)
            return state, state.open()

        yield open_first


def test_four_steps_more_at_the_same_speed_are_told_and_another_speed_is_not(opened):
    state, reviewed = opened(run(0, quicker_steps=4), *(run(-d, speed=(2.4, 4.2)) for d in (3, 6)))
    found = running_form(state.store, reviewed)
    forms = {form.name: form for form in found.forms}
    assert found.sessions == 2
    cadence = forms["cadence"]
    assert cadence.now - cadence.usual == pytest.approx(4, abs=0.5)  # as planted
    # bins of 0.25 m/s hold 2 steps a minute of slope beside an SD of 2: 4 are 1.5 to 2 SD
    assert 1.3 < cadence.off < 2.1
    assert abs(forms["vertical_oscillation"].off) < 0.2
    assert "ground_contact_time" not in forms, "never measured"
    table = form_table(found).set_index("Running form")
    assert table.loc["Vertical oscillation", "This run"] == "90 mm"
    assert form_chart(found, LIGHT).yaxis.axis_label == "Off the usual [SD]"


def test_the_first_run_and_a_ride_say_what_is_missing(opened):
    state, reviewed = opened(run(0), run(-3, sport="walking"))
    found = running_form(state.store, reviewed)
    assert found.sessions == 0
    assert np.isnan([form.off for form in found.forms]).all()
    words = [pane.object for pane in form_card(state, reviewed, LIGHT).__panel__().select(lambda p: hasattr(p, "object"))]  # fmt: skip
    assert any("No earlier run" in text for text in words)
    slow = run(5, speed=(1.0, 1.4))
    state, reviewed = opened(slow)
    assert running_form(state.store, reviewed) is None
