"""Intervals of a session, found afterwards: work and rest with their figures."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from twin.model.seconds import seconds_of
from twin.physiology.heart_rate_kinetics import demand_of_heart
from twin.physiology.intervals import find_intervals
from twin.records import Floats, Recording
from twin.state.review import Reviewed
from twin.state.review_bests import instants_of, output_of
from twin.state.stretch import Stretch, part_of, stretch_of


@dataclass(frozen=True, slots=True)
class Found:
    """Work or rest in an interval session.

    Parameters
    ----------
    number : int
        Of the work; a rest has the number of the work before.
    works : bool
        Whether it is work.
    start, end : datetime
        UTC.
    figures : Stretch
        Between them.
    """

    number: int
    works: bool
    start: datetime
    end: datetime
    figures: Stretch


def intervals_of(reviewed: Reviewed) -> list[Found]:
    """Return work and rest in turn; empty where the session is none of intervals, or of several sports."""
    if reviewed.session.sport == "multisport":
        return []  # its legs differ more than any work and rest
    efforts = find_intervals(_work_of(reviewed))
    starts = instants_of(reviewed.samples, np.array([e.begin_s for e in efforts], np.int64))
    ends = instants_of(reviewed.samples, np.array([e.end_s for e in efforts], np.int64))
    found, number = [], 0
    for effort, start, end in zip(efforts, starts, ends, strict=True):
        number += effort.works
        between = (start.to_pydatetime(), end.to_pydatetime())
        figures = stretch_of(part_of(reviewed.samples, between))
        found.append(Found(number, effort.works, *between, figures))
    return found


def is_by_heart(reviewed: Reviewed) -> bool:
    """Return whether heart rate alone tells work from rest in a session."""
    _, output = output_of(reviewed.samples, reviewed.session.sport)
    beats = reviewed.samples.get("heart_rate")
    return not output.any() and beats is not None and bool(beats.notna().any())


def _work_of(reviewed: Reviewed) -> Floats:
    """Return power or speed second by second, else the work that heart rate answers to."""
    if not is_by_heart(reviewed):
        _, output = output_of(reviewed.samples, reviewed.session.sport)
        return output
    recording = Recording(reviewed.samples, sport=reviewed.session.sport)
    return demand_of_heart(seconds_of(recording).input.heart_rate)
