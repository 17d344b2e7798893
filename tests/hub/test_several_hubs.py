"""Several hubs, each with athletes of its own, on one Redis and one store: one squad for who looks.

What a follower must show is what each hub itself shows of its athletes.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest

from fed import Fed
from twin.bus import RedisBus
from twin.errors import AthleteTakenError, BusTakenError, UnknownAlertError, UnknownAthleteError
from twin.hub import Hub, RemoteLive, start_hub
from twin.hub.publishing import PublishedLive, claimed_bus
from twin.records import Alert, Athlete, Batch, Beats, Priority, Tick, utc
from twin.schema import ALL_NAMES
from twin.settings import Settings
from twin.store import EmbeddedStore
from waiting import until

pytestmark = pytest.mark.redis

START = np.datetime64("2026-10-01T10:00:00", "ns")
HEART_RATE = ALL_NAMES.index("heart_rate")


class Place:
    """A hub with a group of athletes; each second every athlete has a heart rate of its own."""

    def __init__(self, folder, url: str, group: str, *names: str, first: int = 0) -> None:
        self.source, self.seconds = Fed(*names), first
        self.store = EmbeddedStore(folder)
        groups = (group,) if group else ()
        self.live = PublishedLive(
            lambda: Hub([self.source], self.store, groups=groups), claimed_bus(url, group)
        )

    def feed(self, seconds: int = 1) -> None:
        people = np.arange(len(self.source.athletes))
        for _ in range(seconds):
            now = START + np.timedelta64(self.seconds, "s")
            rates = 100.0 + self.seconds % 50 + 10 * people
            beats = Beats(people.astype(np.int32), np.full(len(people), now), rates)
            self.source.queue.put(
                Batch.of(people, np.full(len(people), now), heart_rate=rates, beats=beats)
            )
            self.seconds += 1
        until(lambda: (t := self.live.tick()) is not None and t.time == now, "the hub tells")

    def stop(self) -> None:
        self.live.stop()
        self.store.close()


@pytest.fixture
def hub(tmp_path, redis_server) -> Iterator[Callable[..., Place]]:
    places: list[Place] = []

    def start(group: str, *names: str, **options: int) -> Place:
        places.append(Place(tmp_path, redis_server.url, group, *names, **options))
        return places[-1]

    yield start
    for place in places:
        place.stop()


@pytest.fixture
def follow(tmp_path, redis_server) -> Iterator[Callable[[], RemoteLive]]:
    followers: list[RemoteLive] = []

    def start(**options: float) -> RemoteLive:
        bus = RedisBus(redis_server.url, timeout_s=5, **options)
        followers.append(RemoteLive(bus, EmbeddedStore(tmp_path)))
        return followers[-1]

    yield start
    for one in followers:
        one.stop()
        one.store.close()


@pytest.fixture
def two(hub, follow) -> tuple[Place, Place, RemoteLive]:
    """Ada in the north, Bo in the south, and a follower that has heard of both."""
    north, south = hub("north", "Ada"), hub("south", "Bo")
    north.feed()
    south.feed()
    remote = follow()
    until(lambda: len(names(remote.tick())) == 2)
    return north, south, remote


def names(tick: Tick | None) -> list[str]:
    return [athlete.name for athlete in tick.squad] if tick is not None else []


def has_all(remote: RemoteLive, *places: Place) -> Callable[[], bool]:
    """Whether the follower has what each hub holds of its athletes."""

    def claim() -> bool:
        for place in places:
            for athlete in place.source.athletes:
                ours = place.live.frame(athlete.id, 600)
                if athlete.name not in names(remote.tick()):
                    return False
                theirs = remote.frame(athlete.id, 600)
                if len(ours) != len(theirs):
                    return False
                pd.testing.assert_frame_equal(theirs, ours, check_freq=False, rtol=1e-12)
        return True

    return claim


def test_the_squads_of_two_hubs_stand_side_by_side(hub, follow):
    north, south = hub("north", "Ada", "Bo"), hub("south", "Cem")
    north.feed(3)
    remote = follow()
    told: list[Tick] = []
    remote.subscribe(told.append)
    south.feed(4)
    until(lambda: names(remote.tick()) == ["Ada", "Bo", "Cem"])
    north.feed(2)
    until(has_all(remote, north, south))
    until(lambda: remote.tick().value(0, "heart_rate") == 104)
    tick = remote.tick()
    assert tick.values[HEART_RATE].tolist() == [104, 114, 103]  # 100 + second + 10 per place
    assert (tick.age_s[HEART_RATE] < 8).all()
    assert set(tick.sessions) == {"ada", "bo", "cem"}
    assert [s.name for s in tick.sources] == ["hub north/fed", "hub south/fed"]
    assert tick.store_state == "recording"
    assert [t.number for t in told] == sorted({t.number for t in told})
    rows = [
        (int(a), r) for t in told for a, r in zip(t.rows.athlete, t.rows["heart_rate"], strict=True)
    ]
    assert (2, 103) in rows  # the third seat is that of the other hub's first athlete
    assert {a for a, r in rows if r == 104} == {0}


def test_what_has_not_changed_is_the_same_object_tick_by_tick(two):
    north, _, remote = two
    before = remote.tick()
    north.feed(2)
    until(lambda: remote.tick().value(0, "heart_rate") == 102)
    assert remote.tick().squad is before.squad
    assert remote.tick().alerts is before.alerts


def test_commands_go_to_the_hub_that_has_the_athlete_and_marks_to_all(two):
    north, south, remote = two
    remote.mark_lap("Bo", "warm-up")
    until(lambda: len(remote.laps("Bo")) == 2)
    until(lambda: len(remote.laps("Ada")) == 1)
    remote.mark_period("rondo")
    until(lambda: remote.periods())
    assert [p.name for p in (*north.live.periods(), *south.live.periods())] == ["rondo"] * 2
    remote.end_session(["bo"])
    until(lambda: set(remote.tick().sessions) == {"ada"})
    remote.update_athlete("Bo", max_hr=181)
    until(lambda: remote.tick().squad[1].max_hr == 181)
    remote.end_session()
    until(lambda: not remote.tick().sessions)
    with pytest.raises(UnknownAthleteError, match="there is Ada, Bo"):
        remote.mark_lap("Zoe")
    with pytest.raises(ValueError, match="cannot be led"):
        remote.control("hub south/fed", paused=True)


def test_a_session_is_led_over_all_hubs_and_the_last_action_undone_in_all(two):
    north, south, remote = two
    remote.lead("plan", athletes=["ada", "bo"], text="Tuesday", workout="10:00 150 bpm")
    remote.lead("start", athletes=["ada", "bo"])
    north.feed(2)
    south.feed(2)
    until(lambda: {s.title for s in remote.tick().sessions.values()} == {"Tuesday"})
    until(lambda: len(remote.tick().sessions) == 2)
    assert len({s.squad_session for s in remote.tick().sessions.values()}) == 1
    remote.lead("lap", athletes=["ada", "bo"])
    until(lambda: len(remote.laps("Ada")) == len(remote.laps("Bo")) == 2)
    until(lambda: set(remote.led().actions[-1].athletes) == {"ada", "bo"})
    lap = remote.led().actions[-1]
    remote.lead("undo", id=lap.id)
    until(lambda: len(remote.laps("Ada")) == len(remote.laps("Bo")) == 1)
    remote.lead("out", athletes=["bo"])  # only one hub has anything to do
    until(lambda: set(remote.tick().sessions) == {"ada"})
    until(lambda: remote.led().actions[-1].athletes == ("bo",))
    remote.lead("undo", id=remote.led().actions[-1].id)
    until(lambda: set(remote.tick().sessions) == {"ada", "bo"})
    with pytest.raises(ValueError, match="something else was done"):
        remote.lead("undo", id=lap.id)


def test_an_alert_of_one_hub_is_acknowledged_there(two):
    _, south, remote = two
    alert = Alert(
        "south/1", "bo", "threshold", "heart_rate", 191, 185, utc(START), Priority.ALARM, "!"
    )
    south.live._loop.call_soon_threadsafe(south.live.hub.alerts.put, alert)
    until(lambda: remote.tick().alerts == (alert,))
    remote.acknowledge("south/1", name="Bea")
    until(lambda: remote.tick().alerts[0].acknowledged_by == "Bea")
    remote.mute("", minutes=5, name="Bea")
    until(lambda: len(remote.tick().mutes) == 2)
    with pytest.raises(UnknownAlertError):
        remote.acknowledge("south/2", name="Bea")


def test_a_hub_that_falls_silent_is_told_by_its_group_and_the_other_goes_on(hub, follow):
    north, south = hub("north", "Ada"), hub("south", "Bo")
    north.feed()
    south.feed(5)
    remote = follow(silent_after_s=1.8)  # a hub without news speaks every 1.5 s
    until(lambda: len(names(remote.tick())) == 2)
    south.stop()
    until(lambda: "hub of group south is down" in str(remote.tick().sources))
    north.feed(3)
    until(lambda: remote.tick().value(0, "heart_rate") == 103)
    assert remote.tick().value(1, "heart_rate") == 104
    assert {s.name: s.state for s in remote.tick().sources} == {
        "hub north/fed": "live", "hub south": "silent",
    }  # fmt: skip
    remote.mark_period("rondo")  # the one that is heard marks it
    successor = hub("south", "Bo", first=9)
    successor.feed(2)
    until(lambda: remote.tick().value(1, "heart_rate") == 110)
    assert len(remote.frame("Bo", 600)) == 7  # before and after, read from the store
    until(lambda: {s.state for s in remote.tick().sources} == {"live"})


def test_a_drill_begins_where_athletes_are_recorded_and_is_refused_where_nobody_is(two):
    _, south, remote = two
    remote.end_session(["bo"])
    until(lambda: set(remote.tick().sessions) == {"ada"})
    remote.mark_period("rondo")
    until(lambda: [period.name for period in remote.periods()] == ["rondo"])
    assert south.live.periods() == ()
    remote.end_session()
    until(lambda: not remote.tick().sessions)
    with pytest.raises(ValueError, match="nobody is recorded yet"):
        remote.mark_period("game")


def test_the_drills_shown_are_those_of_the_hubs_that_are_heard(hub, follow):
    north, south = hub("north", "Ada"), hub("south", "Bo")
    north.feed()
    south.feed()
    remote = follow(silent_after_s=1.8)
    until(lambda: len(names(remote.tick())) == 2)
    for drill in ("rondo", "game"):
        remote.mark_period(drill)
    until(lambda: [len(part.news.marks.periods) for part in remote._parts.values()] == [2, 2])
    south.stop()
    until(lambda: "hub of group south is down" in str(remote.tick().sources))
    remote.lead("start", athletes=["ada"])  # the next session
    north.feed()
    remote.mark_period("sprints")
    until(lambda: [period.name for period in remote.periods()] == ["sprints"], within_s=10)


def test_one_hub_for_all_gives_way_to_two_that_share_its_athletes(hub, follow):
    whole = hub("", "Ada", "Bo")
    whole.feed(2)
    remote = follow(silent_after_s=1.8)
    whole.stop()
    until(lambda: "silent" in str(remote.tick().sources))
    south = hub("south", "Bo", first=5)
    south.feed()
    until(lambda: names(remote.tick()) == ["Bo"])  # the old hub is gone from the page by now
    north = hub("north", "Ada", first=5)
    north.feed()
    until(lambda: names(remote.tick()) == ["Ada", "Bo"])
    for name in ("Ada", "Bo"):
        until(lambda name=name: len(remote.frame(name, 60)) == 3, name, within_s=20)


def test_a_group_is_published_by_one_hub(hub, redis_server):
    hub("north", "Ada")
    with pytest.raises(BusTakenError, match="publishes on this Redis"):
        claimed_bus(redis_server.url, "north")


def settings(folder, redis: str = "") -> Settings:
    return Settings(data_dir=folder, redis_url=redis)


def test_a_second_hub_with_an_athlete_of_the_first_does_not_start(tmp_path):
    first = start_hub(["simulator:2"], settings(tmp_path))
    try:
        with pytest.raises(
            AthleteTakenError, match=r"Ada, Ben: recorded by another hub, process \d+"
        ):
            start_hub(["simulator:3"], settings(tmp_path))
        other = start_hub(["simulator:2:team=B"], settings(tmp_path))
        until(lambda: (tick := other.tick()) is not None and len(tick.rows))
        assert names(other.tick()) == ["Ada B", "Ben B"]
        other.stop()
        other.store.close()
        first.stop()  # gives its athletes back, though the process lives
        again = start_hub(["simulator:2"], settings(tmp_path))
        again.stop()
        again.store.close()
    finally:
        first.stop()
        first.store.close()


def test_hubs_of_two_machines_do_not_share_an_athlete_either(tmp_path, redis_server):
    """Two folders stand for two machines: only the Redis knows of both."""
    first = start_hub(["simulator:1"], settings(tmp_path / "1", redis_server.url), groups=["north"])
    try:
        with pytest.raises(AthleteTakenError, match="ada is published by another hub, process"):
            start_hub(["simulator:2"], settings(tmp_path / "2", redis_server.url), groups=["south"])
    finally:
        first.stop()
        first.store.close()


def test_a_hub_takes_its_groups_and_those_of_none_who_join_it(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        for athlete in (Athlete("Ada", group="A"), Athlete("Bo", group="B"), Athlete("Cem")):
            store.add_athlete(athlete)
        hub = Hub([Fed("Ada", "Bo", "Cem", "Dora")], store, groups=["A", "C"])
        hub.roster.admit(hub.sources[0])
        assert [a.name for a in hub.roster.squad] == ["Ada", "Cem", "Dora"]
        assert {a.name: a.group for a in store.athletes()} == {
            "Ada": "A", "Bo": "B", "Cem": "A", "Dora": "A",
        }  # fmt: skip
        assert hub.roster.refused == {}


def test_who_joins_a_source_while_its_athletes_are_claimed_is_taken_in_with_the_next_batch(
    tmp_path,
):
    source = Fed("Bo")

    class Interrupted(EmbeddedStore):
        def claim(self, athletes):
            source.athletes[1:] = [Athlete("Ada")]
            return super().claim(athletes)

    with Interrupted(tmp_path) as store:
        roster = Hub([source], store).roster
        roster.admit(source)
        batch = Batch.of([0, 1], [START, START], heart_rate=[100.0, 120.0])
        assert roster.translated(source, batch).athlete.tolist() == [0, 1]
        assert [athlete.name for athlete in roster.squad] == ["Bo", "Ada"]


def test_rows_and_beats_of_an_athlete_of_another_hub_are_left_to_it(hub, tmp_path, redis_server):
    north, south = hub("north", "Ada"), hub("", "Bo")
    north.feed()
    south.source.athletes.append(Athlete("Ada"))  # joins the source while live
    south.feed(2)
    until(lambda: "squad" in [s.name for s in south.live.tick().sources])
    (notice,) = [s for s in south.live.tick().sources if s.name == "squad"]
    assert notice.state == "waiting"
    assert notice.detail.startswith("Ada: recorded by another hub, process")
    with EmbeddedStore(tmp_path) as store:
        assert store.sessions().groupby("athlete")["samples"].sum().to_dict() == {"Ada": 1, "Bo": 2}
        (session,) = store.sessions(athlete="Bo")["session"]
        assert store.rr(session).to_list() == [100, 101]
