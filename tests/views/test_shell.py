"""The page around every view asks nothing of the net and tells what is recorded and wrong."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from twin.records import Athlete, Batch, Fault, SourceStatus, Tick
from twin.schema import ALL_NAMES
from twin.views.assets import read_assets
from twin.views.shell import StatusLine


def a_tick(**changes) -> Tick:
    nothing = np.full((len(ALL_NAMES), 1), np.nan)
    tick = Tick(
        number=1,
        time=np.datetime64("2026-10-01T10:00", "ns"),
        squad=(Athlete("Ada"),),
        values=nothing,
        age_s=nothing,
        quality=np.zeros_like(nothing),
        reason=np.zeros(nothing.shape, np.uint8),
        rows=Batch.of([], []),
    )
    return replace(tick, **changes)


def test_a_silent_source_and_a_full_disk_are_told_on_every_page():
    line = StatusLine("squad")
    line.show(
        a_tick(
            sources=(SourceStatus("ble", "silent", "no strap for 30 s"),),
            store_state="the disk is full",
        )
    )
    notices = json.loads(line.notices.status)["notices"]
    assert [notice["level"] for notice in notices] == ["alarm", "alarm"]
    assert "the disk is full" in notices[0]["text"]
    assert "ble sends nothing: no strap for 30 s" in notices[1]["text"]


def test_a_fault_that_counts_up_changes_no_page():
    line = StatusLine("squad")
    line.show(a_tick(faults=(Fault("grade", 1, "no altitude"),)))
    told = []
    line.head.param.watch(told.append, "status")
    line.show(a_tick(number=2, faults=(Fault("grade", 2, "no altitude"),)))
    assert told == []


def test_a_replay_tells_how_far_it_is_and_a_live_source_has_no_end():
    line = StatusLine("squad")
    sources = (
        SourceStatus("ride", "live", position=0.434, speed=20.0),
        SourceStatus("ble", "live"),
    )
    line.show(a_tick(sources=sources))
    assert [s["position"] for s in json.loads(line.head.status)["sources"]] == [43, None]


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (["ended", "live"], 1),
        (["ended", "live", "silent"], 2),
        (["live", "paused"], 1),
        (["ended", "ended"], 0),
        ([], 0),
    ],
)
def test_the_head_tells_of_what_is_wrong_then_of_what_is_live_then_of_what_is_over(states, told):
    line = StatusLine("squad")
    line.show(a_tick(sources=tuple(SourceStatus(f"source {s}", s) for s in states)))
    assert json.loads(line.head.status)["told"] == told


def test_before_the_first_tick_nothing_is_wrong():
    line = StatusLine("squad")
    line.show(None)
    assert json.loads(line.notices.status)["notices"] == []


@pytest.mark.parametrize("name", ["head.js", "player.js", "notices.js", "head.css", "squad.css",
                                  "squad.js", "squad_map.js", "icon.svg"])  # fmt: skip
def test_nothing_in_the_pages_comes_from_the_net(name):
    addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", read_assets(name))
    assert [a for a in addresses if "www.w3.org" not in a] == []  # the namespace of SVG is a name
