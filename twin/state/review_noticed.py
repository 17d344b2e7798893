"""What the twin noticed in a stored session: faults of the sensor, the unexpected, durability."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from twin.model.demand import InputKind
from twin.model.episodes import day_residual, find_episodes
from twin.model.seconds import seconds_of
from twin.model.trace import Trace, trace_sessions
from twin.physiology.durability import Durability, durability
from twin.physiology.intervals import find_intervals
from twin.protocols import Store
from twin.records import Floats, Recording
from twin.schema import MEASURED_NAMES
from twin.sensors.episodes import fault_episodes, readings_of
from twin.state.review import Reviewed
from twin.state.review_bests import instants_of
from twin.state.whatif_start import known_of

_REST = 1.0  # bpm of demand; less is no work


@dataclass(frozen=True, slots=True)
class Noticed:
    """A stretch that is not as the twin would have it.

    Parameters
    ----------
    what : str
        What it is taken for: a `Fault`, or `UNEXPECTED`.
    start, end : datetime
        UTC.
    off : float
        Mean of heart rate less what was expected on the day; NaN where either is unknown. [bpm]
    """

    what: str
    start: datetime
    end: datetime
    off: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """A session against the twin of its athlete.

    Parameters
    ----------
    noticed : tuple of Noticed
        In order of time.
    learnt : int
        Sessions the twin knows of this kind of work; 0 = the population judges.
    kind : InputKind
        The work it was judged by.
    durability : Durability
        Rise of heart rate at equal work, per hour of work; not known in intervals, where it tells of
        the repeats before. [bpm/h]
    """

    noticed: tuple[Noticed, ...]
    learnt: int
    kind: InputKind
    durability: Durability


def judgement_of(store: Store, reviewed: Reviewed) -> Judgement | None:
    """Return what the twin says of a session as measured; None without heart rate."""
    samples = store.samples(reviewed.session.id)
    measured = samples[[name for name in samples if name in MEASURED_NAMES]]
    if "heart_rate" not in measured or not measured["heart_rate"].notna().any():
        return None
    seconds = seconds_of(Recording(measured, sport=reviewed.session.sport))
    (trace,) = trace_sessions([seconds])
    response = known_of(store, reviewed.athlete).calibration.of(trace.kind).response
    residual = day_residual(trace, response)
    faults = fault_episodes(readings_of(measured, max_hr=reviewed.athlete.max_hr))
    episodes = find_episodes(trace, response, faults)
    bounds = np.array([(e.start_s, e.end_s) for e in episodes], np.int64).reshape(-1, 2)
    starts, ends = (instants_of(measured, column).to_pydatetime() for column in bounds.T)
    noticed = tuple(
        Noticed(e.what, start, end, _mean(residual[e.start_s : e.end_s]))
        for e, start, end in zip(episodes, starts, ends, strict=True)
    )
    return Judgement(noticed, response.sessions, trace.kind, _durability(trace, residual))


def _durability(trace: Trace, residual: Floats) -> Durability:
    works = np.nan_to_num(trace.demand_means[:, 0]) > _REST
    if trace.kind is InputKind.NONE or find_intervals(trace.demand_means[:, 0]):
        works[:] = False
    return durability(np.where(works, residual, np.nan), np.cumsum(works) / 3600)


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
