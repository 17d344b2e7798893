"""A follower has what the hub has: frames to the last bit, whatever it missed on the way.

The expected frames are those of the hub itself, or for what the hub held before, of the store.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from fed import Fed
from twin.bus import LocalBus
from twin.errors import BusError, UnknownAlertError, UnknownAthleteError, UnknownSensorError
from twin.hub import Hub, RemoteLive
from twin.hub.publishing import PublishedLive
from twin.pipeline.stored import derive
from twin.protocols import Live
from twin.records import (
    Alert,
    AlertState,
    Athlete,
    Batch,
    Marks,
    News,
    Priority,
    Reason,
    Tick,
    utc,
)
from twin.schema import ALL_NAMES
from twin.store import EmbeddedStore
from twin.store.pairings import Pairings
from waiting import until

START = np.datetime64("2026-10-01T10:00:00", "ns")


class LeakyBus(LocalBus):
    """A bus that loses what is published while it leaks."""

    leaks = False

    def publish(self, tick: Tick, marks: Marks) -> None:
        if not self.leaks:
            super().publish(tick, marks)


class Place:
    """A hub, its bus, and how to feed it."""

    def __init__(self, folder, *names: str) -> None:
        self.folder = folder
        self.bus = LeakyBus()
        self.source = Fed(*(names or ("Ada", "Bo")))
        self.live = PublishedLive(lambda: Hub([self.source], EmbeddedStore(folder)), self.bus)
        self.seconds = 0
        self._remotes: list[RemoteLive] = []

    def follow(self) -> RemoteLive:
        remote = RemoteLive(self.bus, EmbeddedStore(self.folder))
        self._remotes.append(remote)
        return remote

    def feed(self, seconds: int) -> None:
        """Let time go on for everybody; waits until the hub has told."""
        people = np.arange(len(self.source.athletes))
        for _ in range(seconds):
            time = np.full(len(people), START + np.timedelta64(self.seconds, "s"))
            rates = 120 + self.seconds % 37 + people + 0.125
            rates[self.seconds % 11 == 3] = np.nan
            self.source.queue.put(
                Batch.of(people, time, heart_rate=rates, speed=np.full(len(people), 3.1))
            )
            self.seconds += 1
        until(lambda: self.told() == self.seconds, "the hub tells")

    def on_hub(self, function: Callable[[Hub], None]) -> None:
        """Let a function run on the loop of the hub."""
        self.live._loop.call_soon_threadsafe(function, self.live.hub)

    def told(self) -> int:
        tick = self.live.tick()
        return int((tick.time - START) / np.timedelta64(1, "s")) + 1 if tick else 0

    def close(self) -> None:
        for remote in self._remotes:
            remote.stop()
            remote.store.close()
        self.live.stop()
        self.live.store.close()


@pytest.fixture
def place(tmp_path) -> Iterator[Callable[..., Place]]:
    places = []

    def make(*names: str) -> Place:
        places.append(Place(tmp_path, *names))
        return places[-1]

    yield make
    for made in places:
        made.close()


def same_frames(one: Live, other: Live, athlete: str = "Ada", window: str = "10min") -> None:
    pd.testing.assert_frame_equal(
        one.frame(athlete, window), other.frame(athlete, window), check_exact=True, check_freq=False
    )


def test_a_follower_holds_the_frames_of_the_hub(place):
    hub = place()
    remote = hub.follow()
    hub.feed(30)
    for athlete in ("Ada", "bo"):
        same_frames(remote, hub.live, athlete)
    assert len(remote.frame("Ada")) == 30
    assert len(remote.frame("Ada", 9)) == 9
    np.testing.assert_array_equal(remote.tick().values, hub.live.tick().values)


def test_one_who_comes_later_has_what_was_before(place):
    hub = place()
    hub.feed(1)
    hub.feed(20)
    remote = hub.follow()
    same_frames(remote, hub.live)
    assert len(remote.frame("Ada")) == 21


def test_one_who_comes_when_the_bus_has_forgotten_reads_the_store(place):
    hub = place()
    hub.bus.leaks = True
    hub.feed(40)
    hub.bus.leaks = False
    hub.feed(5)
    remote = hub.follow()
    same_frames(remote, hub.live)
    assert len(remote.frame("Ada")) == 45


def test_a_gap_is_filled_from_the_store_without_a_second_missing(place):
    hub = place()
    remote = hub.follow()
    hub.feed(10)
    same_frames(remote, hub.live)
    hub.bus.leaks = True
    hub.feed(25)
    hub.bus.leaks = False
    hub.feed(5)
    until(lambda: remote.tick().time == hub.live.tick().time)
    for athlete in ("Ada", "Bo"):
        same_frames(remote, hub.live, athlete)
    seconds = remote.frame("Ada").index.to_series().diff().dt.total_seconds().dropna()
    assert set(seconds) == {1.0}


def test_a_short_window_of_a_long_session_is_read_alone_and_its_sums_go_on(place):
    hub = place()
    hub.bus.leaks = True
    hub.feed(300)
    hub.bus.leaks = False
    hub.feed(5)
    remote = hub.follow()
    for athlete in ("Ada", "Bo"):
        pd.testing.assert_frame_equal(
            remote.frame(athlete, 30), hub.live.frame(athlete, 30), check_freq=False, rtol=1e-12
        )
    assert len(remote._parts[""].frames._rolling.frame(1)) < 100
    assert len(remote.frame("Bo")) == 305


def test_a_window_that_was_heard_whole_does_not_ask_the_store(place, monkeypatch):
    hub = place()
    hub.bus.leaks = True
    hub.feed(5)
    hub.bus.leaks = False
    hub.feed(60)
    remote = hub.follow()
    asked = []
    monkeypatch.setattr(remote.store, "samples", lambda name, **_: asked.append(name))
    assert len(remote.frame("Ada", 30)) == 30
    assert asked == []


def test_numbers_skip_after_a_gap_so_that_screens_read_the_frame_again(place):
    hub = place()
    remote = hub.follow()
    numbers = []
    hub.feed(1)
    remote.subscribe(lambda tick: numbers.append(tick.number))
    hub.feed(1)
    hub.bus.leaks = True
    hub.feed(1)
    hub.bus.leaks = False
    hub.feed(1)
    until(lambda: remote.tick().time == hub.live.tick().time)
    steps = np.diff(numbers)
    assert (steps >= 1).all()
    assert (steps > 1).any()


def test_a_hub_that_comes_back_with_others_is_followed(place):
    first = place()
    remote = first.follow()
    first.feed(3)
    first.live.stop()
    first.live.store.close()
    second = place("Bo", "Cem")
    second.live.subscribe(lambda tick: remote.heard(News(tick, Marks(), "another run")))
    second.feed(4)
    until(lambda: [a.name for a in remote.tick().squad] == ["Bo", "Cem"])
    assert len(remote.frame("Cem")) == 4
    with pytest.raises(UnknownAthleteError, match="there is Bo, Cem"):
        remote.frame("Ada")


def test_commands_reach_the_hub_and_marks_come_back(place):
    hub = place()
    hub.feed(2)
    remote = hub.follow()
    remote.mark_lap("Ada", "warm-up")
    remote.mark_period("rondo")
    until(lambda: len(remote.laps("Ada")) == 2 and remote.periods())
    assert remote.laps("Ada") == hub.live.laps("Ada")
    assert [lap.label for lap in remote.laps("Ada")] == ["warm-up", ""]
    assert remote.laps("Bo")[0].end is None
    assert remote.periods()[0].name == "rondo"
    remote.update_athlete("Ada", name="Adele", max_hr=181)
    until(lambda: remote.tick().squad[0].max_hr == 181)
    assert remote.athlete("Adele").id == "ada"
    remote.end_session(["Adele"])
    until(lambda: "ada" not in remote.tick().sessions)
    remote.start_session(title="second half")
    hub.feed(1)
    until(lambda: "ada" in remote.tick().sessions)
    assert remote.tick().sessions["ada"].title == "second half"


def test_an_alert_is_seen_by_all_and_acknowledged_by_any(place):
    here = place()
    one, other = here.follow(), here.follow()
    here.feed(1)
    alert = Alert(
        "A/1", "ada", "threshold", "heart_rate", 191.0, 185.0, utc(START), Priority.ALARM, "Ada: 191"
    )  # fmt: skip
    here.on_hub(lambda hub: hub.alerts.put(alert))
    until(lambda: one.tick().alerts == other.tick().alerts == (alert,))
    one.acknowledge("A/1", name="Bea", note="she slows down")
    seen = replace(
        alert, state=AlertState.ACKNOWLEDGED, acknowledged_by="Bea", note="she slows down"
    )
    until(lambda: other.tick().alerts == here.live.tick().alerts == (seen,))
    other.mute("Ada", "threshold", minutes=5, name="Cem")
    until(lambda: [(m.athlete, m.name) for m in one.tick().mutes] == [("ada", "Cem")])
    with pytest.raises(UnknownAlertError, match="A/2"):
        other.acknowledge("A/2", name="Cem")


def test_a_sensor_is_given_and_forgotten_from_another_process(place):
    here = place()
    remote = here.follow()
    here.feed(1)
    remote.pair_sensor("F0:1", "Zoe", name="H10", streams=["ecg"])
    with Pairings(here.folder) as pairings:
        assert [(p.address, p.streams, a.name) for p, a in pairings.all()] == [
            ("F0:1", ("ecg",), "Zoe")
        ]
    remote.forget_sensor("F0:1")
    with pytest.raises(UnknownSensorError, match="belongs to nobody"):
        remote.forget_sensor("F0:1")


def test_what_the_hub_refuses_is_refused_with_its_words(place):
    hub = place()
    hub.feed(1)
    remote = hub.follow()
    with pytest.raises(UnknownAthleteError, match="there is Ada, Bo"):
        remote.mark_lap("Zoe")
    with pytest.raises(ValueError, match="must exceed"):
        remote.update_athlete("Ada", max_hr=30)
    with pytest.raises(ValueError, match="cannot be led"):
        remote.control("fed", paused=True)
    with pytest.raises(BusError, match="Ada lives in the process of the hub"):
        remote.twin("ada")
    with pytest.raises(ValueError, match="no command"):
        hub.live.carry_out("stop", {})


def test_silence_lets_values_grow_old_and_says_why_once_a_second(place):
    hub = place()
    hub.feed(3)
    remote = hub.follow()
    fresh, told = remote.tick(), []
    remote.subscribe(told.append)
    for since_s in (3.0, 3.4, 3.9, 4.1, 20.0):
        remote.silent("the hub is down", since_s)
    assert len(told) == 3
    line = ALL_NAMES.index("heart_rate")
    assert told[0].age_s[line, 0] == pytest.approx(fresh.age_s[line, 0] + 3.0)
    assert told[0].quality[line, 0] > 0
    assert told[-1].reason[line, 0] == Reason.STALE
    assert told[-1].value(0, "heart_rate") == fresh.value(0, "heart_rate")
    assert [(s.name, s.state, s.detail) for s in told[-1].sources] == [
        ("hub", "silent", "the hub is down")
    ]
    assert len(told[-1].rows) == 0
    hub.feed(1)
    until(lambda: remote.tick().sources[0].name == "fed")
    assert told[-1].number > told[-2].number


def test_before_the_hub_has_spoken_a_page_sees_nobody_and_why(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        remote = RemoteLive(LocalBus(), store, patience_s=0)
        assert remote.tick() is None
        remote.silent("Redis at localhost:6379 does not answer", 0.2)
        assert remote.tick().squad == ()
        assert remote.tick().sources[0].detail == "Redis at localhost:6379 does not answer"
        assert remote.periods() == ()
        with pytest.raises(UnknownAthleteError, match="there is nobody"):
            remote.frame("Ada")
        with pytest.raises(TimeoutError):
            remote.mark_period("rondo")
        remote.stop()


def test_what_the_store_adds_is_what_its_session_derives_to(place):
    """Before the hub of this run: a session that a crash cut off, seen after the restart."""
    first = place()
    first.feed(12)
    first.live.stop()
    first.live.store.close()
    (old,) = first_sessions(first)
    second = place()
    second.seconds = 60
    second.bus.leaks = True
    second.feed(3)
    second.bus.leaks = False
    second.feed(2)
    remote = second.follow()
    frame = remote.frame("Ada")
    expected = derive(remote.store.samples(old), Athlete("Ada"))
    known = [name for name in expected if expected[name].notna().any()]
    pd.testing.assert_frame_equal(
        frame.iloc[:12][known], expected[known], check_exact=True, check_freq=False
    )
    assert len(frame) == 17


def first_sessions(place: Place) -> list[str]:
    with EmbeddedStore(place.folder) as store:
        return list(store.sessions(athlete="Ada")["session"])
