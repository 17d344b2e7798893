"""Rules in a live hub: on the board, in the log, the same for everybody."""

import asyncio
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from twin.hub.alerts import AlertBoard
from twin.hub.desk import Desk
from twin.hub.hub import Hub
from twin.hub.writing import Writing
from twin.pipeline import derive
from twin.records import AlertState, Athlete, Batch, Recording, utc
from twin.rules.rule import Basis, Rule
from twin.rules.stored import to_text
from twin.schema import ALL_NAMES
from twin.sources.replay import Replay
from twin.store import EmbeddedStore
from waiting import until_true

HARD = Rule(id="hard", name="Hard", limit=180, hysteresis=3, hold_s=5, calm_s=10)


def hard_for_a_while(**extra: np.ndarray) -> Recording:
    """A minute easy, a minute at 190 bpm, a minute easy."""
    times = pd.date_range("2026-10-01 10:00", periods=180, freq="s", tz="UTC", name="time")
    beats = np.where((np.arange(180) // 60) == 1, 188.0, 150.0) + np.arange(180) // 5 % 2
    beats[46:62] = [*np.linspace(151, 179, 15), 183]  # no leap that nobody would believe
    beats[119:124] = (182, 175, 168, 161, 155)
    return Recording(pd.DataFrame({"heart_rate": beats, **extra}, index=times), "running")


def hub_of(store: EmbeddedStore, clock, *rules: Rule, recording: Recording | None = None) -> Hub:
    book = store.coaching().rulebook
    for rule in rules:
        book.save(rule.id, to_text(rule), author="Kim")
    source = Replay(recording or hard_for_a_while(), [Athlete("Ada", max_hr=200)])
    return Hub([source], store, clock=clock, coaching=store.coaching())


async def run_through(hub: Hub, ticks: list) -> None:
    hub.ticker.follow(ticks.append)
    running = asyncio.create_task(hub.run())
    await until_true(lambda: any(s.state == "ended" for t in ticks[-1:] for s in t.sources))
    hub.stop()
    await running


async def test_an_alert_is_on_every_tick_until_it_is_over_and_then_in_the_log(
    tmp_path, virtual_clock
):
    with EmbeddedStore(tmp_path) as store:
        ticks = []
        await run_through(hub_of(store, virtual_clock, HARD), ticks)
        seen = [[alert.text for alert in tick.alerts] for tick in ticks]
        words = "Ada: heart rate 189 bpm, above 180 bpm"
        assert [words] in seen
        assert seen[-1] == []
        log = store.coaching().alert_log.search()
    assert log["text"].to_list() == [words]
    assert log["state"].to_list() == ["ended"]
    # Above 180 bpm from second 61 on, held for 5 s; below 177 from 120 on, calm for 10 s.
    start = pd.Timestamp("2026-10-01 10:00", tz="UTC")
    assert (log["time"][0] - start).total_seconds() == 66
    assert (log["ended"][0] - start).total_seconds() == 130
    assert log["session"][0].endswith("ada")


async def test_an_alert_that_stands_when_the_hub_stops_is_over(tmp_path, virtual_clock):
    recording = hard_for_a_while()
    with EmbeddedStore(tmp_path) as store:
        until = replace(recording, samples=recording.samples.iloc[:100])
        await run_through(hub_of(store, virtual_clock, HARD, recording=until), [])
        assert store.coaching().alert_log.search()["state"].to_list() == ["ended"]


async def test_a_rule_in_shadow_is_logged_and_shown_to_nobody(tmp_path, virtual_clock):
    with EmbeddedStore(tmp_path) as store:
        ticks = []
        shadow = Rule(**{**_fields(HARD), "mode": "shadow"})
        await run_through(hub_of(store, virtual_clock, shadow), ticks)
        assert not any(tick.alerts for tick in ticks)
        assert store.coaching().alert_log.search()["told"].to_list() == ["shadow"]


def _fields(rule: Rule) -> dict:
    return {name: getattr(rule, name) for name in Rule.__slots__}


async def test_a_muted_alert_is_logged_and_shown_when_the_mute_ends(tmp_path, manual_clock):
    with EmbeddedStore(tmp_path) as store:
        store.coaching().rulebook.save("hard", to_text(HARD), author="Kim")
        board, writing = AlertBoard(manual_clock, lambda: None), Writing()
        desk = Desk(board, store, store.coaching(), {}, writing)
        ada = Athlete("Ada", max_hr=200)
        desk.watch.twins.add([ada])
        desk.watch.set_squad([ada])
        await desk.mute("", "hard", minutes=5, name="Kim")
        desk.watch.twins.follow(rows_of(derive(hard_for_a_while().samples.iloc[:100], ada)))
        desk.tidy(utc(manual_clock.now()), {})
        assert board.standing == ()
        await manual_clock.sleep(301)
        desk.tidy(utc(manual_clock.now()), {})
        assert [alert.text for alert in board.standing] == [
            "Ada: heart rate 189 bpm, above 180 bpm"
        ]
        await desk.mute("ada", "", minutes=5, name="Kim")
        desk.tidy(utc(manual_clock.now()), {})
        assert board.standing == ()
        writing.close()
        assert store.coaching().alert_log.search()["told"].to_list() == ["muted"]


async def test_the_webhook_hears_the_end_of_what_it_first_heard_of_louder(tmp_path, manual_clock):
    with EmbeddedStore(tmp_path) as store:
        louder = Rule(**{**_fields(HARD), "escalate_s": 30.0, "sent": True})
        store.coaching().rulebook.save("hard", to_text(louder), author="Kim")
        board, writing = AlertBoard(manual_clock, lambda: None), Writing()
        desk = Desk(board, store, store.coaching(sends=True), {}, writing)
        ada = Athlete("Ada", max_hr=200)
        desk.watch.twins.add([ada])
        desk.watch.set_squad([ada])
        derived = derive(hard_for_a_while().samples, ada)
        await desk.mute("", "hard", minutes=5, name="Kim")
        desk.watch.twins.follow(rows_of(derived.iloc[:80]))  # raised, and nobody told
        await manual_clock.sleep(301)
        desk.watch.twins.follow(rows_of(derived.iloc[80:]))
        writing.close()
        letters, events = store.coaching().letters, []
        while (letter := letters.next()) is not None:
            events.append(json.loads(letter[1])["event"])
            letters.taken(letter[0])
        assert events == ["escalated", "ended"]


def rows_of(derived: pd.DataFrame) -> Batch:
    times = pd.DatetimeIndex(derived.index).tz_convert(None).to_numpy("datetime64[ns]")
    values = derived.to_numpy(float).T.copy()
    return Batch(np.zeros(len(derived), np.int32), times, values, ALL_NAMES)


async def test_who_acknowledges_stands_in_the_log(tmp_path, virtual_clock):
    with EmbeddedStore(tmp_path) as store:
        hub = hub_of(store, virtual_clock, HARD)
        ticks, done = [], []

        def acknowledge(tick):
            if tick.alerts and not done:
                done.append(
                    asyncio.ensure_future(
                        hub.desk.acknowledge(tick.alerts[0].id, name="Kim", note="slow down")
                    )
                )

        hub.ticker.follow(acknowledge)
        await run_through(hub, ticks)
        states = {alert.state for tick in ticks for alert in tick.alerts}
        assert AlertState.ACKNOWLEDGED in states
        log = store.coaching().alert_log.search("slow kim")
        assert log["acknowledged_by"].to_list() == ["Kim"]
        assert store.coaching().alert_log.search("nobody").empty


async def test_a_strap_that_falls_silent_is_told_and_nothing_else(tmp_path, virtual_clock):
    recording = hard_for_a_while(power=np.full(180, 200.0))
    recording.samples.loc[recording.samples.index[63:], "heart_rate"] = np.nan
    with EmbeddedStore(tmp_path) as store:
        ticks = []
        lost = Rule(id="lost", name="Lost", measure="silence", limit=20, hold_s=0)
        await run_through(hub_of(store, virtual_clock, HARD, lost, recording=recording), ticks)
        log = store.coaching().alert_log.search()
    assert log["text"].to_list() == ["Ada: no heart rate for 21 s"]


async def test_rules_are_changed_undone_and_struck_out_while_it_runs(tmp_path, virtual_clock):
    with EmbeddedStore(tmp_path) as store:
        hub = hub_of(store, virtual_clock, HARD)
        louder = json.dumps(json.loads(to_text(HARD)) | {"limit": 170})
        await hub.desk.rule("save", louder, name="Kim")
        assert [(r.limit, r.version) for r in hub.desk.rulings.rules] == [(170, 2)]
        await hub.desk.rule("undo", "hard", name="Kim")
        assert [(r.limit, r.version) for r in hub.desk.rulings.rules] == [(180, 3)]
        await hub.desk.rule("strike", "hard", name="Kim")
        assert hub.desk.rulings.rules == ()
        await hub.desk.rule("undo", "hard", name="Kim")
        assert [r.limit for r in hub.desk.rulings.rules] == [180]
        nonsense = json.dumps(json.loads(to_text(HARD)) | {"limit": 900})
        with pytest.raises(ValueError, match="within 25 to 245 bpm, got 900"):
            await hub.desk.rule("save", nonsense, name="Kim")
        with pytest.raises(ValueError, match="by a name"):
            await hub.desk.rule("save", louder, name=" ")
        hub.stop()
        await hub.run()


async def test_a_new_catalogue_is_seeded_with_the_thresholds_of_the_configuration(
    tmp_path, virtual_clock
):
    with EmbeddedStore(tmp_path) as store:
        Hub([], store, clock=virtual_clock, limits={"default": {"power": 400}, "Ada": {"power": 350}},
            coaching=store.coaching())  # fmt: skip
        text = store.coaching().rulebook.current()["threshold-power"][1]
    assert json.loads(text)["limit"] == 400
    assert json.loads(text)["own"] == {"ada": 350}


async def test_a_rule_may_count_from_the_history_of_the_athlete(tmp_path, virtual_clock):
    usual = Rule(id="usual", name="More than usual", limit=120, basis=Basis.USUAL)
    with EmbeddedStore(tmp_path) as store:
        for day in (1, 2, 3):
            times = pd.date_range(
                f"2026-09-0{day} 10:00", periods=60, freq="s", tz="UTC", name="time"
            )
            easy = Recording(
                pd.DataFrame({"heart_rate": np.full(60, 149.0 + day)}, times), "running"
            )
            store.add_recording(easy, Athlete("Ada", max_hr=200), content=f"{day}")
        await run_through(hub_of(store, virtual_clock, usual), [])
        log = store.coaching().alert_log.search()
    # The median of 150, 151 and 152 bpm is usual; 120 % of it is 181 bpm.
    assert log["text"].to_list() == ["Ada: heart rate 189 bpm, above 181 bpm"]
