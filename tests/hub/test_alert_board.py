"""Alerts and mutes on the board: states and ends worked out by hand from the calls."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from twin.errors import UnknownAlertError
from twin.hub.alerts import AlertBoard
from twin.records import Alert, AlertState, Priority

START = datetime(2026, 10, 1, 10, 0, tzinfo=UTC)
ALERT = Alert(
    "1", "ada", "threshold", "heart_rate", 191, 185, START, Priority.ALARM, "Ada: 191 bpm, above 185"
)  # fmt: skip


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.time = np.datetime64("2026-10-01T10:00:00", "ns")

    def now(self) -> np.datetime64:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += np.timedelta64(round(seconds * 1e9), "ns")


@pytest.fixture
def changes():
    return []


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture
def board(clock, changes):
    return AlertBoard(clock, lambda: changes.append(1))


def test_an_alert_changes_in_its_place_and_every_change_is_told(board, changes):
    board.put(ALERT)
    board.put(replace(ALERT, id="2"))
    board.put(replace(ALERT, value=193))
    assert [(a.id, a.value) for a in board.standing] == [("1", 193), ("2", 191)]
    board.drop("1")
    assert [a.id for a in board.standing] == ["2"]
    assert len(changes) == 4


def test_an_acknowledged_alert_keeps_who_saw_it_first_and_all_that_was_said(board):
    board.put(ALERT)
    board.acknowledge("1", name="Bea", note="she slows down")
    board.acknowledge("1", name="Cem", note="water")
    (seen,) = board.standing
    assert seen.state == AlertState.ACKNOWLEDGED
    assert (seen.acknowledged_by, seen.note) == ("Bea", "she slows down\nwater")


def test_an_alert_that_has_ended_stays_so_when_it_is_seen(board):
    board.put(replace(ALERT, state=AlertState.ENDED))
    board.acknowledge("1", name="Bea")
    assert (board.standing[0].state, board.standing[0].acknowledged_by) == ("ended", "Bea")


def test_what_cannot_be_acknowledged_is_told(board):
    with pytest.raises(UnknownAlertError, match="no alert '7' stands"):
        board.acknowledge("7", name="Bea")
    board.put(ALERT)
    with pytest.raises(ValueError, match="by a name"):
        board.acknowledge("1", name=" ")
    assert board.standing == (ALERT,)


@pytest.mark.parametrize(
    ("athlete", "kind", "covers"),
    [
        ("ada", "threshold", {("ada", "threshold")}),
        ("ada", "", {("ada", "threshold"), ("ada", "drift")}),
        ("", "drift", {("ada", "drift"), ("bo", "drift")}),
    ],
)
def test_a_mute_covers_what_it_names(board, athlete, kind, covers):
    board.mute(athlete, kind, minutes=1, name="Bea")
    asked = {("ada", "threshold"), ("ada", "drift"), ("bo", "threshold"), ("bo", "drift")}
    assert {pair for pair in asked if board.is_muted(*pair)} == covers


async def test_a_mute_ends_by_itself(board, clock):
    board.mute("ada", "", minutes=2, name="Bea", note="warming up")
    await clock.sleep(119)
    held = board.mutes
    assert board.is_muted("ada", "drift")
    assert board.mutes is held
    await clock.sleep(1)
    assert not board.is_muted("ada", "drift")
    assert board.mutes == ()


def test_muting_again_replaces_and_zero_minutes_end_it(board):
    board.mute("ada", "", minutes=60, name="Bea")
    board.mute("ada", "", minutes=5, name="Cem")
    assert [mute.name for mute in board.mutes] == ["Cem"]
    board.mute("ada", "", minutes=0, name="Cem")
    assert board.mutes == ()


@pytest.mark.parametrize("minutes", [-1, 1441, np.nan])
def test_a_mute_without_an_end_is_refused(board, minutes):
    with pytest.raises(ValueError, match="0 to 1440 minutes"):
        board.mute("ada", "", minutes=minutes, name="Bea")
