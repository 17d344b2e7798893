"""Live against afterwards, on sessions that a real hub has recorded."""

import asyncio
from dataclasses import replace

import pandas as pd
import pytest

from simulator.recording import simulate_recording
from twin.hub import Hub
from twin.protocols import Clock
from twin.records import Athlete
from twin.rules.rule import Rule
from twin.rules.stored import to_text
from twin.sources import Replay
from twin.state.review import ReviewState, completed
from twin.state.review_ledger import AlertTwice, live_and_after
from twin.store import EmbeddedStore
from twin.views.picks import PickTable
from twin.views.review_ledger import alerts_table, figures_table, ledger_card
from twin.views.theme import LIGHT
from waiting import until_true

START = pd.Timestamp("2026-10-01T10:00:00", tz="UTC").to_pydatetime()


class NobodyWaits(Clock):
    """The clock stands at the recording; sleeping moves it."""

    def __init__(self) -> None:
        self._now = pd.Timestamp("2026-10-01T10:00:00").to_datetime64().astype("datetime64[ns]")

    def now(self):
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now = self._now + pd.Timedelta(seconds=seconds).to_timedelta64()
        await asyncio.sleep(0)


async def recorded(store, limit: float, **more):
    """A simulated run that a hub has recorded, with a rule that tells above a limit."""
    rule = Rule(id="hard", name="Hard", limit=limit, hysteresis=3, hold_s=5, calm_s=10, **more)
    store.coaching().rulebook.save("hard", to_text(rule), author="Kim")
    recording, _ = simulate_recording("running", 300, seed=3)
    source = Replay(recording, [Athlete("Ada", max_hr=195)])
    hub = Hub([source], store, clock=NobodyWaits(), coaching=store.coaching())
    running = asyncio.create_task(hub.run())
    await until_true(lambda: hub.ticker.last and hub.ticker.last.sources[0].state == "ended")
    hub.stop()
    await running
    (session,) = store.sessions()["session"]
    return ReviewState(store, session=session)


async def test_what_screens_showed_at_the_end_is_what_comes_out_of_the_store(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        state = await recorded(store, limit=110)
        found = live_and_after(store, completed(state.open()))
        by_name = {figure.name: figure for figure in found.figures}
        assert {"Distance", "Time in zone 3", "Load (Banister)", "Mean heart rate"} <= set(by_name)
        for figure in found.figures:  # the same steps, live and afterwards
            assert figure.after == pytest.approx(figure.live, rel=1e-6, abs=1e-6), figure.name
        assert figures_table(found.figures)["Difference"].str.contains(r"^-?0").all()


async def test_every_alert_comes_again_and_one_of_a_changed_rule_is_told(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        state = await recorded(store, limit=110)
        reviewed = completed(state.open())
        alerts = live_and_after(store, reviewed).alerts
        hard = [alert for alert in alerts if "above 110" in alert.text]
        assert hard
        assert {(alert.live, alert.after) for alert in hard} == {("shown", "yes")}
        # The limit is lowered afterwards: what it would have told now was not told then.
        lower = Rule(id="softer", name="Softer", limit=90, hold_s=5)
        store.coaching().rulebook.save("softer", to_text(lower), author="Kim")
        later = live_and_after(store, reviewed).alerts
        assert ("no", "yes") in {
            (alert.live, alert.after) for alert in later if "above 90" in alert.text
        }
        assert {"Time", "Alert", "Live", "Afterwards"} == set(alerts_table(later))
        card = ledger_card(state, reviewed, LIGHT)
        table = card.__panel__().select(PickTable)[-1]
        table._handle_msg({"row": 0})
        assert state.selection is not None


async def test_alerts_of_the_whole_squad_and_of_rules_that_are_gone_are_no_differences(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        state = await recorded(store, limit=110, at_least=1)
        alerts = live_and_after(store, completed(state.open())).alerts
        assert not [alert for alert in alerts if "110" in alert.text], "nobody's own"
    alert = AlertTwice(START, "Ada: above 110", "shown", "rule is gone")
    assert not alert.differs
    assert replace(alert, after="no").differs
    assert replace(alert, live="no", after="yes").differs


def test_of_an_imported_session_nothing_is_known_live(tmp_path):
    recording, _ = simulate_recording("running", 60, seed=3)
    with EmbeddedStore(tmp_path) as store:
        kept = store.add_recording(
            replace(recording, path="a"), store.add_athlete(Athlete("Ada")), content="a"
        )
        state = ReviewState(store, session=kept.id)
        assert live_and_after(store, completed(state.open())) is None
        assert store.finals().of(kept.id) == {}
        store.finals().keep("nobody", {"elapsed": 1.0})  # not stored: nothing happens
