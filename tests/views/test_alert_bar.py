"""Alerts on every page: what is sent to the browser, and what comes back."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from twin.errors import UnknownAlertError
from twin.records import Alert, AlertState, Athlete, Batch, Mute, Priority, Tick
from twin.schema import ALL_NAMES
from twin.state.alerts import AlertsNow, act, changes_of
from twin.views.alert_bar import AlertBar

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
WARNING = Alert("w", "ada", "line-ahead", "heart_rate", 230.0, 181.0, NOON, Priority.WARNING,
                "Ada: heart rate will reach 181 bpm in about 4 min")  # fmt: skip
ALARM = replace(WARNING, id="a", kind="line", priority=Priority.ALARM, text="Ada: above 181 bpm")


def a_tick(*alerts: Alert, fraction: float = 0.87, mutes: tuple[Mute, ...] = ()) -> Tick:
    values = np.full((len(ALL_NAMES), 1), np.nan)
    values[ALL_NAMES.index("heart_rate_fraction")] = fraction
    return Tick(1, np.datetime64("2026-10-01T12:00", "ns"), (Athlete("Ada"),), values, values,
                np.zeros_like(values), np.zeros(values.shape, np.uint8), Batch.of([], []),
                alerts=alerts, mutes=mutes)  # fmt: skip


def test_the_loudest_comes_first_and_what_is_seen_last():
    seen = replace(ALARM, id="s", state=AlertState.ACKNOWLEDGED, acknowledged_by="Kim")
    shown = json.loads(AlertsNow().of(a_tick(WARNING, seen, ALARM)))["alerts"]
    assert [alert["id"] for alert in shown] == ["a", "w", "s"]
    assert shown[0]["effort"] == 0.9


def test_nothing_is_sent_while_nothing_changes():
    bar = AlertBar()
    sent = []
    bar.param.watch(sent.append, "alerts")
    for fraction in (0.86, 0.97, 0.5, np.nan):  # the effort is that of the first sight
        bar.show(a_tick(WARNING, fraction=fraction))
    assert len(sent) == 1
    bar.show(None)
    assert json.loads(bar.alerts) == {"alerts": [], "mutes": []}


def test_a_mute_is_told_with_its_end_and_who_asked_for_it():
    shown = json.loads(AlertsNow().of(a_tick(mutes=(Mute("ada", "line", NOON, "Kim"),))))["mutes"]
    assert shown == [
        {"athlete": "Ada", "id": "ada", "rule": "line", "until": NOON.isoformat(), "name": "Kim"}
    ]


class Asked:
    """Stands for the hub: knows one alert."""

    def __init__(self) -> None:
        self.done = []

    def acknowledge(self, alert, *, name, note=""):
        if alert != "w":
            raise UnknownAlertError(f"no alert {alert!r} stands")
        self.done.append((alert, name, note))

    def mute(self, athlete, kind="", *, minutes, name, note=""):
        self.done.append((athlete, kind, minutes, name))


def test_commands_of_a_page_reach_the_hub_and_its_refusals_come_back():
    hub = Asked()
    assert act(hub, "acknowledge", {"alert": "w", "name": "Kim", "note": "ok"}).error == ""
    assert (
        act(hub, "mute", {"athlete": "ada", "rule": "line", "minutes": 5, "name": "Kim"}).error
        == ""
    )
    assert hub.done == [("w", "Kim", "ok"), ("ada", "line", 5.0, "Kim")]
    assert "no alert 'x'" in act(hub, "acknowledge", {"alert": "x", "name": "Kim"}).error
    assert "not a command" in act(hub, "dance", {}).error
    assert "could not convert" in act(hub, "mute", {"minutes": "soon", "name": "Kim"}).error


@pytest.mark.parametrize("tick", [None, a_tick()])
def test_without_alerts_there_is_nothing(tick):
    assert json.loads(AlertsNow().of(tick)) == {"alerts": [], "mutes": []}


def test_a_change_names_only_what_is_other():
    before = AlertsNow().of(a_tick(WARNING, ALARM))
    seen = replace(WARNING, state=AlertState.ACKNOWLEDGED, acknowledged_by="Kim")
    now = AlertsNow().of(a_tick(seen))
    change = changes_of(before, now)
    assert change["gone"] == [ALARM.id]
    assert [(alert["id"], alert["by"]) for alert in change["alerts"]] == [(WARNING.id, "Kim")]
    assert changes_of(now, now) == {"alerts": [], "gone": [], "mutes": []}
