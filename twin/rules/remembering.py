"""One second taken into memory, and what it tells: how far to trust, residual, drift."""

import numpy as np
import numpy.typing as npt

from twin.physiology import steadiness
from twin.records import Floats
from twin.rules.memory import RING_S, WATCHED, Memory
from twin.rules.moment import FOREGONE_S, LINE, Flags, Moment
from twin.schema import STALE_AFTER_S
from twin.sensors.faults import Readings
from twin.sensors.memory import put, start, taken
from twin.sensors.watch import advance

DOUBT_WINDOW_S = 30

_HR, _POWER, _SPEED, _CADENCE = (
    LINE[name] for name in ("heart_rate", "power", "current_speed", "cadence")
)
_WATCHED = [LINE[name] for name in WATCHED]
_DOUBT_BITS = np.uint32(2**DOUBT_WINDOW_S - 1)
_SMOOTH = float(np.exp(-1 / 120))  # share kept per second by the means of the drift
_REFERENCE_S = (300.0, 600.0)  # of the session: the work that drift is measured against
_SAME_WORK = 0.15  # further from the work of the reference, the ratio to it says nothing
_MOVES = {_POWER: 30.0, _SPEED: 0.8}  # W, m/s; less is rest, whose ratio says nothing
_WORN_IN = 8  # readings after a loss of contact before a heart rate is trusted


def remember(memory: Memory, moment: Moment) -> None:
    """Take in one second of those who are `here`; a jump of their clock is forgotten time.

    >>> from twin.rules import memory as memories
    >>> memory, one, unknown = memories.start([190.0]), np.ones(1, bool), np.full(1, np.nan)
    >>> values = np.full((len(LINE), 1), np.nan)
    >>> values[LINE["heart_rate"]] = 140.0
    >>> remember(memory, Moment(one, 7, one, values, lambda line: line * np.nan,
    ...                         lambda line, within_s: line * np.nan, unknown, unknown, unknown))
    >>> memory.second, memory.readings, memory.values[LINE["heart_rate"]]
    (array([7]), array([1]), array([140.]))
    """
    here = np.flatnonzero(moment.here)
    passed_s = np.where(memory.second[here] < 0, 1, moment.second - memory.second[here])
    _forget(memory, here[passed_s != 1])
    memory.second[here] = moment.second
    values = moment.values[:, here]
    good = ~np.isnan(values)
    _watch_sensor(memory, here, values, moment.received[here])
    _count_readings(memory, here, good[_HR], passed_s)
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
    memory.sensor = put(memory.sensor, who, start(len(who)))
    memory.came[who] = 0
    memory.readings[who] = 0


def _watch_sensor(
    memory: Memory, here: npt.NDArray[np.intp], values: Floats, received: Flags
) -> None:
    """Tell what is wrong with the heart rate of those who are here."""
    second = Readings(
        values[None, _HR], values[None, [_POWER, _CADENCE, _SPEED]], received[None], memory.max_hr[here]
    )  # fmt: skip
    after, told = advance(taken(memory.sensor, here), second)
    memory.sensor = put(memory.sensor, here, after)
    memory.fault[here] = told.codes[0]


def _count_readings(
    memory: Memory, here: npt.NDArray[np.intp], came: Flags, passed_s: npt.NDArray[np.int64]
) -> None:
    lost = memory.age_s[_HR, here] + passed_s > STALE_AFTER_S
    readings = np.where(lost, 0, memory.readings[here])
    memory.readings[here] = np.where(came, readings + 1, readings)


def worn_in(memory: Memory) -> Flags:
    """Tell whose heart rate has come often enough, since it was last lost, to be judged.

    >>> from twin.rules import memory as memories
    >>> memory = memories.start([190.0, 190.0])
    >>> memory.readings[:] = 7, 8
    >>> worn_in(memory)
    array([False,  True])
    """
    return np.asarray(memory.readings >= _WORN_IN)


def _doubts(memory: Memory, here: npt.NDArray[np.intp], good: Flags, received: Flags) -> None:
    bad = received & ~good[_WATCHED]
    bad &= np.isfinite(memory.age_s[_WATCHED][:, here])  # a sensor never worn is not missed
    bad[0] |= received & (memory.fault[here] > 0)
    memory.bad[:, here] = (memory.bad[:, here] << np.uint32(1)) | bad
    memory.came[here] = (memory.came[here] << np.uint32(1)) | received


def doubt(memory: Memory) -> Floats:
    """Return the share of received seconds of the last 30 s without a value to trust, by channel. [1]

    Shape (watched channels, athletes); 0 where nothing was received.

    >>> from twin.rules import memory as memories
    >>> memory = memories.start([190.0])
    >>> memory.came[0], memory.bad[0, 0] = 0b1111, 0b0001  # of four seconds the last was bad
    >>> doubt(memory)[0]
    array([0.25])
    """
    came = np.maximum(np.bitwise_count(memory.came & _DOUBT_BITS), 1)
    return np.asarray(np.bitwise_count(memory.bad & _DOUBT_BITS) / came)


def _foresee(memory: Memory, here: npt.NDArray[np.intp], moment: Moment) -> None:
    slot = moment.second % FOREGONE_S  # what was written there a minute ago has been read
    memory.foreseen[slot, here] = moment.expected[here]
    memory.foreseen_width[slot, here] = moment.half_width[here]


def residual(memory: Memory, moment: Moment) -> Floats:
    """Return heart rate beyond the band expected a minute ago, 0 within it; call before `remember`. [bpm]

    Shape (athletes,); NaN where nothing was expected or heart rate is not known.

    >>> from twin.rules import memory as memories
    >>> memory, one, unknown = memories.start([190.0]), np.ones(1, bool), np.full(1, np.nan)
    >>> memory.foreseen[0], memory.foreseen_width[0] = 140.0, 5.0
    >>> values = np.full((len(LINE), 1), np.nan)
    >>> values[LINE["heart_rate"]] = 148.0
    >>> moment = Moment(one, 0, one, values, lambda line: line * np.nan,
    ...                 lambda line, within_s: line * np.nan, unknown, unknown, unknown)
    >>> residual(memory, moment)
    array([3.])
    """
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
    evened = np.full(len(memory.work), np.nan)
    evened[here] = np.where(seen, work, np.nan)
    memory.steadiness = steadiness.step(memory.steadiness, evened)
    elapsed_s = memory.values[LINE["elapsed"], here]
    reference = seen & (elapsed_s >= _REFERENCE_S[0]) & (elapsed_s < _REFERENCE_S[1])
    ratio = memory.pulse[here] / memory.work[here]
    count = memory.referred[here] + 1
    for kept, value in ((memory.reference, ratio), (memory.reference_work, memory.work[here])):
        mean = np.nan_to_num(kept[here])
        kept[here] = np.where(reference, mean + (value - mean) / count, kept[here])
    memory.referred[here] = np.where(reference, count, memory.referred[here])


def drift(memory: Memory) -> Floats:
    """Return the rise of heart rate over work since the reference. [%]

    NaN before its end, and where work is not steady or another one than then.

    >>> from twin.rules import memory as memories
    >>> memory = memories.start([190.0])
    >>> drift(memory)
    array([nan])
    """
    ready = memory.values[LINE["elapsed"]] >= _REFERENCE_S[1]
    enough = memory.referred >= 0.5 * (_REFERENCE_S[1] - _REFERENCE_S[0])
    rise = 100 * (memory.pulse / memory.work / memory.reference - 1)
    same = np.abs(memory.work - memory.reference_work) <= _SAME_WORK * memory.reference_work
    steady = steadiness.is_steady(memory.steadiness) & same
    return np.where(ready & enough & steady, rise, np.nan)
