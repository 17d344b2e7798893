"""What the rules remember of every athlete: last values, their age, how far to trust them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.records import Floats
from twin.rules.moment import FOREGONE_S, LINE, Flags, Moment
from twin.schema import ALL_NAMES, STALE_AFTER_S

RING_S = 600  # the longest window of a change
DOUBT_WINDOW_S = 30
WATCHED = ("heart_rate", "power", "current_speed", "cadence")  # these come once a second
UNSTEADY_BPM = 1.2  # mean jump from second to second beyond the trend; a worn strap has about 0.5
UNSTEADY_S = 16
FROZEN_S = 60

_HR, _POWER, _SPEED = (LINE[name] for name in ("heart_rate", "power", "current_speed"))
_WATCHED = [LINE[name] for name in WATCHED]
_DOUBT_BITS = np.uint32(2**DOUBT_WINDOW_S - 1)
_SMOOTH = float(np.exp(-1 / 120))  # share kept per second by the means of the drift
_JUMP_KEPT = float(np.exp(-1 / UNSTEADY_S))
_REFERENCE_S = (300.0, 600.0)  # of the session: the work that drift is measured against
_MOVES = {_POWER: 30.0, _SPEED: 0.8}  # W, m/s; less is rest, whose ratio says nothing
_WORN_IN = 8  # readings after a loss of contact before a heart rate is trusted

Bits = npt.NDArray[np.uint32]


@dataclass(slots=True, eq=False)
class Memory:
    """Memory of a squad; `remember` changes it in place, no other function does.

    Parameters
    ----------
    second : ndarray of int64, shape (athletes,)
        Newest second of each; negative before the first. [s]
    values : ndarray, shape (channels, athletes)
        Last good values; NaN before the first.
    age_s : ndarray, shape (channels, athletes)
        Their age; inf before the first. [s]
    bad, came : ndarray of uint32, shape (watched channels, athletes), (athletes,)
        A bit for each of the last 32 s: received without a value to trust; received at all.
    jump, trend : ndarray, shape (athletes,)
        Means of the size of the step from reading to reading of heart rate, and of the step. [bpm]
    readings : ndarray of int64, shape (athletes,)
        Heart rates since contact was last lost.
    still_s : ndarray, shape (athletes,)
        How long heart rate has not changed. [s]
    ring : ndarray, shape (seconds, channels kept, athletes)
        Values of the last `RING_S` seconds of the channels whose change is looked at.
    kept : tuple of int
        Those channels.
    foreseen, foreseen_width : ndarray, shape (FOREGONE_S, athletes)
        What was expected of each of the next seconds.
    work, pulse, reference, referred : ndarray, shape (athletes,)
        Means of power or speed and of heart rate while moving; the ratio that drift is measured
        against, and the seconds it was taken over.
    """

    second: npt.NDArray[np.int64]
    values: Floats
    age_s: Floats
    bad: Bits
    came: Bits
    jump: Floats
    trend: Floats
    readings: npt.NDArray[np.int64]
    still_s: Floats
    ring: Floats
    kept: tuple[int, ...]
    foreseen: Floats
    foreseen_width: Floats
    work: Floats
    pulse: Floats
    reference: Floats
    referred: Floats


def start(athletes: int, kept: tuple[int, ...] = ()) -> Memory:
    """Return the memory before the first second of a squad."""
    channels, nothing = len(ALL_NAMES), np.full(athletes, np.nan)
    return Memory(
        second=np.full(athletes, -1, np.int64),
        values=np.full((channels, athletes), np.nan),
        age_s=np.full((channels, athletes), np.inf),
        bad=np.zeros((len(WATCHED), athletes), np.uint32),
        came=np.zeros(athletes, np.uint32),
        jump=np.zeros(athletes),
        trend=np.zeros(athletes),
        readings=np.zeros(athletes, np.int64),
        still_s=np.zeros(athletes),
        ring=np.full((RING_S, len(kept), athletes), np.nan),
        kept=kept,
        foreseen=np.full((FOREGONE_S, athletes), np.nan),
        foreseen_width=np.full((FOREGONE_S, athletes), np.nan),
        work=nothing.copy(),
        pulse=nothing.copy(),
        reference=nothing.copy(),
        referred=np.zeros(athletes),
    )


def remember(memory: Memory, moment: Moment) -> None:
    """Take in one second of those who are `here`; a jump of their clock is forgotten time."""
    here = np.flatnonzero(moment.here)
    passed_s = np.where(memory.second[here] < 0, 1, moment.second - memory.second[here])
    _forget(memory, here[passed_s != 1])
    memory.second[here] = moment.second
    values = moment.values[:, here]
    good = ~np.isnan(values)
    _steadiness(memory, here, values[_HR], passed_s)
    memory.age_s[:, here] = np.where(good, 0.0, memory.age_s[:, here] + passed_s)
    memory.values[:, here] = np.where(good, values, memory.values[:, here])
    _doubts(memory, here, good, moment.received[here])
    if memory.kept:
        memory.ring[moment.second % RING_S][:, here] = values[list(memory.kept)]
    _foresee(memory, here, moment)
    _drift(memory, here, values)


def _forget(memory: Memory, who: npt.NDArray[np.intp]) -> None:
    """Forget what counts seconds one by one: the clock of these athletes has jumped."""
    if not len(who):
        return
    memory.ring[:, :, who] = np.nan
    memory.foreseen[:, who] = np.nan
    memory.bad[:, who] = 0
    memory.came[who] = 0
    memory.readings[who] = 0


def _steadiness(
    memory: Memory, here: npt.NDArray[np.intp], heart_rate: Floats, passed_s: npt.NDArray[np.int64]
) -> None:
    came = ~np.isnan(heart_rate)
    step = heart_rate - memory.values[_HR, here]
    follows = came & (memory.age_s[_HR, here] == 0) & (passed_s == 1)
    known = follows & ~np.isnan(step)
    keep = np.where(known, _JUMP_KEPT, 1.0)
    step = np.where(known, step, 0.0)
    memory.jump[here] = keep * memory.jump[here] + (1 - keep) * np.abs(step)
    memory.trend[here] = keep * memory.trend[here] + (1 - keep) * step
    lost = memory.age_s[_HR, here] + passed_s > STALE_AFTER_S
    readings = np.where(lost, 0, memory.readings[here])
    memory.readings[here] = np.where(came, readings + 1, readings)
    still = np.where(known & (step == 0), memory.still_s[here] + 1, memory.still_s[here])
    memory.still_s[here] = np.where(came & ~(known & (step == 0)), 0.0, still)


def unsteady(memory: Memory) -> Flags:
    """Tell whose heart rate jumps up and down, as a dry strap's does."""
    return np.asarray(memory.jump - np.abs(memory.trend) > UNSTEADY_BPM)


def worn_in(memory: Memory) -> Flags:
    """Tell whose heart rate has come often enough, since it was last lost, to be judged."""
    return np.asarray(memory.readings >= _WORN_IN)


def _doubts(memory: Memory, here: npt.NDArray[np.intp], good: Flags, received: Flags) -> None:
    bad = received & ~good[_WATCHED]
    bad &= np.isfinite(memory.age_s[_WATCHED][:, here])  # a sensor never worn is not missed
    bad[0] |= received & (unsteady(memory)[here] | (memory.still_s[here] > FROZEN_S))
    memory.bad[:, here] = (memory.bad[:, here] << np.uint32(1)) | bad
    memory.came[here] = (memory.came[here] << np.uint32(1)) | received


def doubt(memory: Memory) -> Floats:
    """Return the share of received seconds of the last 30 s without a value to trust, by channel."""
    came = np.maximum(np.bitwise_count(memory.came & _DOUBT_BITS), 1)
    return np.asarray(np.bitwise_count(memory.bad & _DOUBT_BITS) / came)


def _foresee(memory: Memory, here: npt.NDArray[np.intp], moment: Moment) -> None:
    slot = moment.second % FOREGONE_S  # what was written there a minute ago has been read
    memory.foreseen[slot, here] = moment.expected[here]
    memory.foreseen_width[slot, here] = moment.half_width[here]


def residual(memory: Memory, moment: Moment) -> Floats:
    """Return heart rate beyond the band expected a minute ago; 0 within it; call before `remember`."""
    slot = moment.second % FOREGONE_S
    off = moment.values[_HR] - memory.foreseen[slot]
    beyond = np.maximum(np.abs(off) - memory.foreseen_width[slot], 0.0)
    return np.asarray(np.sign(off) * beyond)


def _drift(memory: Memory, here: npt.NDArray[np.intp], values: Floats) -> None:
    has_power = np.isfinite(memory.age_s[_POWER, here])
    work = np.where(has_power, values[_POWER], values[_SPEED])
    moving = work > np.where(has_power, _MOVES[_POWER], _MOVES[_SPEED])
    seen = moving & ~np.isnan(values[_HR])
    for mean, value in ((memory.work, work), (memory.pulse, values[_HR])):
        old = np.where(np.isnan(mean[here]), value, mean[here])
        mean[here] = np.where(seen, _SMOOTH * old + (1 - _SMOOTH) * value, mean[here])
    elapsed_s = memory.values[LINE["elapsed"], here]
    reference = seen & (elapsed_s >= _REFERENCE_S[0]) & (elapsed_s < _REFERENCE_S[1])
    ratio = memory.pulse[here] / memory.work[here]
    count = memory.referred[here] + 1
    mean = np.nan_to_num(memory.reference[here])
    memory.reference[here] = np.where(
        reference, mean + (ratio - mean) / count, memory.reference[here]
    )
    memory.referred[here] = np.where(reference, count, memory.referred[here])


def drift(memory: Memory) -> Floats:
    """Return the rise of heart rate over work since the reference; NaN before its end. [%]"""
    ready = memory.values[LINE["elapsed"]] >= _REFERENCE_S[1]
    enough = memory.referred >= 0.5 * (_REFERENCE_S[1] - _REFERENCE_S[0])
    rise = 100 * (memory.pulse / memory.work / memory.reference - 1)
    return np.where(ready & enough, rise, np.nan)


def carry(old: Memory, new: Memory, columns: list[tuple[int, int]]) -> None:
    """Copy what is remembered of athletes into a new memory; `columns` pairs new with old places."""
    to, of = ([pair[side] for pair in columns] for side in (0, 1))
    for name in Memory.__slots__:
        if name not in ("ring", "kept"):
            getattr(new, name)[..., to] = getattr(old, name)[..., of]
    for line, channel in enumerate(new.kept):
        if channel in old.kept:
            new.ring[:, line, to] = old.ring[:, old.kept.index(channel)][:, of]
