"""What the rules remember of every athlete: last values, their age, how far to trust them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.physiology import steadiness
from twin.physiology.steadiness import Steadiness
from twin.records import Codes, Floats
from twin.rules.moment import FOREGONE_S
from twin.schema import ALL_NAMES
from twin.sensors import memory as sensor_memory
from twin.sensors.memory import SensorState

RING_S = 600  # the longest window of a change
WATCHED = ("heart_rate", "power", "current_speed", "cadence")  # these come once a second

Bits = npt.NDArray[np.uint32]


@dataclass(slots=True, eq=False)
class Memory:
    """Memory of a squad; `twin.rules.remembering` changes it in place, nobody else does.

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
    sensor : SensorState
        What the watch of heart-rate sensors remembers.
    max_hr : ndarray, shape (athletes,)
        Maximal heart rate of each. [bpm]
    readings : ndarray of int64, shape (athletes,)
        Heart rates since contact was last lost.
    fault : ndarray of uint8, shape (athletes,)
        What is wrong with the sensor now: 0 = nothing, else one more than the place in
        `twin.sensors.faults.FAULTS`.
    ring : ndarray, shape (seconds, channels kept, athletes)
        Values of the last `RING_S` seconds of the channels whose change is looked at.
    kept : tuple of int
        Those channels.
    foreseen, foreseen_width : ndarray, shape (FOREGONE_S, athletes)
        What was expected of each of the next seconds.
    work, pulse, reference, reference_work, referred : ndarray, shape (athletes,)
        Means of power or speed and of heart rate while moving; the ratio that drift is measured
        against, the work it was taken at, and the seconds it was taken over.
    steadiness : Steadiness
        How even the work has been.
    """

    second: npt.NDArray[np.int64]
    values: Floats
    age_s: Floats
    bad: Bits
    came: Bits
    sensor: SensorState
    max_hr: Floats
    readings: npt.NDArray[np.int64]
    fault: Codes
    ring: Floats
    kept: tuple[int, ...]
    foreseen: Floats
    foreseen_width: Floats
    work: Floats
    pulse: Floats
    reference: Floats
    reference_work: Floats
    referred: Floats
    steadiness: Steadiness


def start(max_hr: Sequence[float], kept: tuple[int, ...] = ()) -> Memory:
    """Return the memory before the first second of a squad with these maximal heart rates [bpm].

    >>> memory = start([190.0, 200.0])
    >>> memory.values.shape == (len(ALL_NAMES), 2), memory.age_s[0]
    (True, array([inf, inf]))
    """
    athletes = len(max_hr)
    channels, nothing = len(ALL_NAMES), np.full(athletes, np.nan)
    return Memory(
        second=np.full(athletes, -1, np.int64),
        values=np.full((channels, athletes), np.nan),
        age_s=np.full((channels, athletes), np.inf),
        bad=np.zeros((len(WATCHED), athletes), np.uint32),
        came=np.zeros(athletes, np.uint32),
        sensor=sensor_memory.start(athletes),
        max_hr=np.asarray(max_hr, np.float64),
        readings=np.zeros(athletes, np.int64),
        fault=np.zeros(athletes, np.uint8),
        ring=np.full((RING_S, len(kept), athletes), np.nan),
        kept=kept,
        foreseen=np.full((FOREGONE_S, athletes), np.nan),
        foreseen_width=np.full((FOREGONE_S, athletes), np.nan),
        work=nothing.copy(),
        pulse=nothing.copy(),
        reference=nothing.copy(),
        reference_work=nothing.copy(),
        steadiness=steadiness.unknown(athletes),
        referred=np.zeros(athletes),
    )


def carry(old: Memory, new: Memory, columns: list[tuple[int, int]]) -> None:
    """Copy what is remembered of athletes into a new memory; `columns` pairs new with old places.

    >>> old, new = start([190.0]), start([200.0, 190.0])
    >>> old.readings[0] = 8
    >>> carry(old, new, [(1, 0)])
    >>> new.readings
    array([0, 8])
    """
    to, of = ([pair[side] for pair in columns] for side in (0, 1))
    for name in Memory.__slots__:
        if name not in ("ring", "kept", "sensor", "max_hr", "steadiness"):
            getattr(new, name)[..., to] = getattr(old, name)[..., of]
    new.sensor = sensor_memory.put(new.sensor, to, old.sensor, of)
    for name in Steadiness.__slots__:
        getattr(new.steadiness, name)[to] = getattr(old.steadiness, name)[of]
    for line, channel in enumerate(new.kept):
        if channel in old.kept:
            new.ring[:, line, to] = old.ring[:, old.kept.index(channel)][:, of]
