"""Features: every derived channel of `twin.schema`, for a squad at once, batch by batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from twin.physiology.gps import top_speed
from twin.pipeline import effort, movement, windows
from twin.pipeline.rounds import (
    NEVER,
    SECOND_NS,
    Nanoseconds,
    Round,
    measured,
    not_newer,
    rounds,
    with_columns,
)
from twin.records import Athlete, Batch, Floats, Indices
from twin.schema import ALL_NAMES, DERIVED_NAMES, MEASURED_NAMES

HEART_RATE = MEASURED_NAMES.index("heart_rate")
_MEASURED, _DERIVED = len(MEASURED_NAMES), len(DERIVED_NAMES)
_HEART_RATE_HELD = windows.AVERAGED.index("heart_rate")
_ZONE, _FRACTION, _SPEED, _DISTANCE, _GRADE, _ASCENT, _ELAPSED, _LOADS = (
    DERIVED_NAMES.index(name)
    for name in (
        "zone", "heart_rate_fraction", "current_speed", "session_distance", "grade", "ascent",
        "elapsed", "banister_trimp",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class FeatureLimits:
    """Parameters of the squad: heart-rate bounds and weights, top speed, athlete index."""

    everyone: Indices
    effort: effort.EffortLimits
    top_speed: Floats


@dataclass(slots=True, eq=False)
class FeatureState:
    """What the features remember of each athlete (last axis), changed in place.

    Parameters
    ----------
    limits : FeatureLimits
        Made from the squad.
    time : ndarray of int64, shape (n,)
        Newest instant, `NEVER` before the first. [ns]
    instant : int or None
        The same of all athletes, where they share it. [ns]
    began : ndarray of int64, shape (n,)
        First instant of the session. [ns]
    efforts : ndarray of float64, shape (7, n)
        Sums of `effort.step`; NaN before the first heart rate.
    movement : Movement
        Speed, distance, ascent, grade.
    windows : Windows
        Rolling means, bests, averages.
    settled : bool
        Whether every athlete has begun and has a heart rate.
    """

    limits: FeatureLimits = field(metadata={"parameters": True})
    time: Nanoseconds
    instant: int | None
    began: Nanoseconds
    efforts: Floats
    movement: movement.Movement
    windows: windows.Windows
    settled: bool = False


def start(squad: Sequence[Athlete], settings: windows.WindowSettings | None = None) -> FeatureState:
    """Return the state of a squad before its first sample."""
    n = len(squad)
    return FeatureState(
        limits=FeatureLimits(
            everyone=np.arange(n, dtype=np.int32),
            effort=effort.limits_of(squad),
            top_speed=np.array([top_speed(athlete.sport) for athlete in squad], np.float64),
        ),
        time=np.full(n, NEVER),
        instant=None,
        began=np.full(n, NEVER),
        efforts=np.full((effort.LOADS, n), np.nan),
        movement=movement.start(squad),
        windows=windows.start(squad, settings or windows.WindowSettings()),
    )


def resized(state: FeatureState, squad: Sequence[Athlete]) -> FeatureState:
    """Return the state for a squad that grew at its end or whose parameters changed.

    Sums are kept: what was counted with the old parameters stays counted so.
    """
    kept = slice(0, len(state.time))
    return with_columns(start(squad, state.windows.settings), _each_alone(state), kept)


def reset(state: FeatureState, squad: Sequence[Athlete], athletes: Sequence[int]) -> FeatureState:
    """Return the state with these athletes at the start of a session: sums at zero."""
    fresh = start(squad, state.windows.settings)
    return with_columns(_each_alone(state), fresh, list(athletes))


def _each_alone(state: FeatureState) -> FeatureState:
    """Return the state without what holds for all athletes together."""
    return replace(
        state,
        instant=None,
        settled=False,
        movement=replace(state.movement, by_device=False, begun=False),
        windows=windows.each_alone(state.windows),
    )


def mark_lap(state: FeatureState, athletes: Sequence[int]) -> FeatureState:
    """Return the state with a new lap begun by these athletes."""
    windows.mark_lap(state.windows, athletes)
    return state


def step(state: FeatureState, batch: Batch) -> tuple[FeatureState, Batch]:
    """Add the derived channels to a batch.

    Parameters
    ----------
    state : FeatureState
        From `start` or the step before; it is changed in place and returned.
    batch : Batch
        Cleaned, measured channels. Rows that are not newer than the athlete's last are passed
        over and come back with NaN.

    Returns
    -------
    FeatureState
        For the next step.
    Batch
        The same rows with `twin.schema.ALL_NAMES`.

    Notes
    -----
    Sums add what held since the value before, unless that is longer ago than the gap of the
    settings (10 s): a pause adds nothing. The result does not depend on how the rows were cut into
    batches, to the last bit.

    Examples
    --------
    >>> times = ["2026-10-01T10:00:00", "2026-10-01T10:00:01"]
    >>> state, batch = step(start([Athlete("Ada")]), Batch.of([0, 0], times, heart_rate=[95, 171]))
    >>> batch["zone"], batch["time_in_zone_5"]
    (array([1., 5.]), array([0., 1.]))
    """
    values = np.empty((len(ALL_NAMES), len(batch)))
    values[:_MEASURED] = measured(batch)
    columns = len(state.time)
    for part in rounds(batch, state.limits.everyone) if len(batch) else ():
        whole = part.everyone  # its lines can be written in place
        derived = values[_MEASURED:, part.rows] if whole else np.empty((_DERIVED, columns))
        _step_round(state, part, derived)
        if not whole:
            values[_MEASURED:, part.rows] = derived[:, part.athletes]
    return state, replace(batch, values=values, names=ALL_NAMES)


def without_features(batch: Batch) -> Batch:
    """Return the batch with `twin.schema.ALL_NAMES`, its derived channels NaN."""
    values = np.full((len(ALL_NAMES), len(batch)), np.nan)
    for name, column in zip(batch.names, batch.values, strict=True):
        values[ALL_NAMES.index(name)] = column
    return replace(batch, values=values, names=ALL_NAMES)


def _step_round(state: FeatureState, part: Round, derived: Floats) -> None:
    """Take in a round; write the derived channels of every athlete."""
    values, time = part.values, part.time
    late = not_newer(part, state.time, state.instant)
    if late is not None:  # absent, or not newer
        values = np.where(late, np.nan, values)
        time = np.maximum(time, state.time)
    state.time, state.instant = time, part.instant if late is None else None
    if not state.settled:
        _begin(state, values[HEART_RATE])
    elapsed_s = (time - state.began) / SECOND_NS
    speed = movement.step(state.movement, values, elapsed_s, state.limits.top_speed)
    averaged = np.empty((len(windows.AVERAGED), len(time)))
    averaged[0], averaged[1:] = speed, values[:2]  # heart rate, power
    second = time // SECOND_NS if state.instant is None else state.instant // SECOND_NS
    held_s = windows.step(state.windows, averaged, elapsed_s, second)
    heart_rate, limits = values[HEART_RATE], state.limits.effort
    derived[_ZONE] = effort.step(limits, state.efforts, heart_rate, held_s[_HEART_RATE_HELD])
    derived[_SPEED] = speed
    np.divide(heart_rate, limits.max_hr, out=derived[_FRACTION])
    _write_sums(derived, state.movement, elapsed_s, state.efforts)
    if late is not None:
        derived[:, late] = np.nan


def _write_sums(
    derived: Floats, motion: movement.Movement, elapsed_s: Floats, efforts: Floats
) -> None:
    """Write the running sums into the lines of the derived channels."""
    derived[_DISTANCE] = motion.covered
    derived[_GRADE] = motion.grade
    derived[_ASCENT] = motion.ascent
    derived[_ELAPSED] = elapsed_s
    effort.write_loads(efforts, derived[_LOADS:])


def _begin(state: FeatureState, heart_rate: Floats) -> None:
    """Set the start of the session, and sums to zero, of athletes whose first row came."""
    np.copyto(state.began, state.time, where=state.began == NEVER)
    np.copyto(state.efforts, 0.0, where=np.isnan(state.efforts) & ~np.isnan(heart_rate))
    state.settled = not ((state.began == NEVER).any() or np.isnan(state.efforts).any())


def latest(state: FeatureState, heart_rate: Floats) -> Floats:
    """Return the derived channels as they stand, shape (14, n), from the last good heart rate."""
    derived = np.empty((len(DERIVED_NAMES), len(state.time)))
    derived[_ZONE] = effort.zone(state.limits.effort, heart_rate)
    derived[_FRACTION] = heart_rate / state.limits.effort.max_hr
    derived[_SPEED] = state.movement.speed
    elapsed_s = np.where(state.began == NEVER, np.nan, (state.time - state.began) / SECOND_NS)
    _write_sums(derived, state.movement, elapsed_s, state.efforts)
    return derived
