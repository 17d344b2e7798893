"""Repair of stored sessions: what is wrong with one, beside the others too, and mending it.

from twin.archive import apply_repairs, find_faults
proposals = find_faults(store, session, now=now)
apply_repairs(store, session, proposals, author="Ada")
store.edits().undo(session)            # and all is as recorded
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from twin.physiology.gps import distance_m
from twin.pipeline import way_m
from twin.pipeline.repair_clock import alignment, clock_steps, impossible_date
from twin.pipeline.repair_sensor import sensor_faults
from twin.pipeline.repair_track import track_faults
from twin.pipeline.repair_values import value_faults
from twin.records import Edit, Proposal, Session
from twin.store import EmbeddedStore
from twin.store.figures import Figure
from twin.store.mending import repaired

SURE = 0.7  # applied without looking at each, where that is wished
_NEAR = timedelta(hours=15)  # a clock of another time zone
_LEAST_S = 2.0  # of an offset: clocks of two devices differ by a second
_SAME = 0.8  # of the shorter one: two recordings of one session
_APART_M = 50.0


def find_faults(store: EmbeddedStore, session: str, *, now: datetime) -> list[Proposal]:
    """Return what seems wrong with a session, by time; what was repaired already is not found again.

    Parameters
    ----------
    store : EmbeddedStore
        Only read.
    session : str
        Id. Other sessions of the athlete within 15 hours tell of its clock, and of doubles.
    now : datetime
        No session is later.

    Raises
    ------
    UnknownSessionError
        If it is not stored.
    """
    edits = store.edits().of(session)
    if any(edit.kind == "drop" for edit in edits):
        return []
    # On the stored clock, in which edits are told.
    samples = repaired(
        store.samples(session, repaired=False), [e for e in edits if e.kind != "shift"]
    )
    if samples.empty:
        return []
    found = store.session(session)
    max_hr = {athlete.id: athlete.max_hr for athlete in store.athletes()}[found.athlete]
    proposals = [
        *value_faults(samples), *sensor_faults(samples, max_hr=max_hr), *track_faults(samples, found.sport),
    ]  # fmt: skip
    if not any(edit.kind == "shift" for edit in edits):
        begin, end = (moment.to_pydatetime(warn=False) for moment in samples.index[[0, -1]])
        proposals += [
            *clock_steps(samples), *impossible_date(begin, end, len(samples), now=now),
        ]  # fmt: skip
    proposals += _beside_others(
        store, found, samples, is_moved=any(e.kind == "shift" for e in edits)
    )
    return sorted(_once(proposals), key=lambda proposal: proposal.edit.start)


def apply_repairs(
    store: EmbeddedStore, session: str, proposals: Sequence[Proposal], *, author: str
) -> None:
    """Put the edits of proposals on top of a session; its distance in lists follows at once."""
    edits = [replace(proposal.edit, author=author) for proposal in proposals]
    with store.together():
        store.edits().add(session, edits)
    refigure(store, session)


def undo_repairs(store: EmbeddedStore, session: str, numbers: Sequence[int] | None = None) -> int:
    """Take back edits, all without numbers; return how many."""
    undone = store.edits().undo(session, numbers)
    refigure(store, session)
    return undone


def refigure(store: EmbeddedStore, session: str) -> None:
    """Keep the way of a session as it is now; its other figures are stale until summed up."""
    way = way_m(store.samples(session), store.session(session).sport)
    store.figures().keep(session, Figure("", "", way))


def _once(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Yield proposals, of those that concern the same values the surest."""
    taken: list[Edit] = []
    for proposal in sorted(proposals, key=lambda p: -p.confidence):
        edit = proposal.edit
        if not any(
            edit.channel == other.channel and edit.start <= other.end and other.start <= edit.end
            for other in taken
            if edit.kind not in ("shift", "drop")
        ):
            taken.append(edit)
            yield proposal


def _beside_others(
    store: EmbeddedStore, found: Session, samples: pd.DataFrame, *, is_moved: bool
) -> Iterator[Proposal]:
    """Yield an offset of the clock to another recording, or that this is a double of it."""
    left_out = store.edits().left_out()
    for other in _near(store, found):
        if other.id in left_out:
            continue
        theirs = store.samples(other.id)
        if theirs.empty or _weight(found, samples) >= _weight(other, theirs):
            continue  # the other one is the one to mend
        ours = store.samples(found.id)
        aligned = alignment(ours, theirs)
        is_off = aligned is not None and abs(aligned.offset_s) >= _LEAST_S
        by_satellites = "latitude" in ours and "latitude" in theirs  # then both clocks are right
        if aligned is not None and is_off and not (is_moved or by_satellites):
            yield _offset(found, samples, other, aligned.offset_s, aligned.likeness)
        agrees = aligned is not None and not is_off
        if _are_at_once(found, other) and (agrees or _same_way(ours, theirs)):
            yield _double(samples, ours, theirs, other)


def _are_at_once(one: Session, other: Session) -> bool:
    """Tell whether two recordings share most of the time of the shorter one."""
    ends = [session.end or session.start for session in (one, other)]
    shared = min(ends) - max(one.start, other.start)
    shorter = min(ends[0] - one.start, ends[1] - other.start)
    return shared >= _SAME * shorter


def _near(store: EmbeddedStore, found: Session) -> list[Session]:
    table = store.sessions(
        athlete=found.athlete, since=found.start - _NEAR, until=(found.end or found.start) + _NEAR
    )
    ended = table[(table["session"] != found.id) & (table["samples"] > 0)]
    return [store.session(str(session)) for session in ended["session"]]


def _weight(session: Session, samples: pd.DataFrame) -> tuple[bool, int, int, str]:
    """Return what makes one recording the one to keep: satellites know the time."""
    return "latitude" in samples, samples.shape[1], len(samples), session.id


def _edges(samples: pd.DataFrame) -> tuple[datetime, datetime]:
    first, last = (moment.to_pydatetime(warn=False) for moment in samples.index[[0, -1]])
    return first, last


def _offset(
    found: Session, samples: pd.DataFrame, other: Session, offset_s: float, likeness: float
) -> Proposal:
    ahead = "behind" if offset_s > 0 else "ahead"
    why = f"the clock is {abs(offset_s):.0f} s {ahead} of {other.id}, which tells of the same work"
    edit = Edit("shift", "", *_edges(samples), offset_s, why)
    return Proposal("clock", edit, len(samples), -offset_s, 0.0, 0.5 + likeness / 2)


def _double(
    samples: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame, other: Session
) -> Proposal:
    own = set(map(str, ours)) - set(map(str, theirs)) - {"hdop"}
    why = f"the same session as {other.id}" + (
        f"; only here: {', '.join(sorted(own))}" if own else ""
    )
    edit = Edit("drop", "", *_edges(samples), reason=why)
    return Proposal("double", edit, len(samples), float(len(samples)), 0.0, 0.6 if own else 0.9)


def _same_way(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Return whether two sessions were at the same places at the same times."""
    names = ["latitude", "longitude"]
    if not set(names) <= set(one) or not set(names) <= set(other):
        return False
    ours, theirs = (_each_second(part[names].dropna()) for part in (one, other))
    both = ours.join(theirs, rsuffix="_other", how="inner")
    if len(both) < 30:
        return False
    return bool(np.median(distance_m(*both.to_numpy().T)) <= _APART_M)


def _each_second(track: pd.DataFrame) -> pd.DataFrame:
    return track.groupby(pd.DatetimeIndex(track.index).floor("s")).first()
