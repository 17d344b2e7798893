"""Faults of a heart-rate sensor, told by their form, as no heart does them: their definitions.

`watch.advance` finds them, a second at a time or a whole session at once, and says the same of
both; what only the rest of a session can tell is in `episodes`.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from twin.records import Floats

Flags = npt.NDArray[np.bool_]

LOST_S = 5  # s without a reading while other values come
JUMP, JUMP_PER_S = 8.0, 3.0  # bpm, and bpm/s over a gap: more at once no heart does
SPIKE = 12.0  # bpm; less that comes back changes no figure
SLIPS_S, EDGE_S = 5, 5  # s off the cadence that do not end a lock; around its begin and end
FOLLOWS_S = 8.0  # s between two readings that can be compared
HELD_S = 5.0  # s that a watch may have held a value
AWAY_S = 30.0  # s; who has not come back from a jump by then has a new level
FROZEN_S, FROZEN_ANYHOW_S = 45.0, 60.0  # s unchanged: while the work has moved, or whatever it does
WORK_MOVES = np.array([[30.0], [10.0], [0.7]])  # W, 1/min, m/s away from when heart rate changed
LOCKED_S, LOCKED_WITHIN, STEPS_FROM = 45.0, 3.0, 120.0  # s; 1/min to the cadence; slower is no run
LOCK_JUMP = 10.0  # bpm within five seconds of where it begins or ends
ABOVE_MAXIMUM, IMPOSSIBLE_S = 10.0, 4  # bpm, s
RESTLESS, RESTLESS_S = 2.0, 20  # bpm/s beyond the trend in half of the steps of so many seconds
DRY_UNTIL_S, DRY_FALL = 600.0, 20.0  # s worn, by then sweat makes contact; bpm at once
FLICKER_SHARE, FLICKER_S, FLICKERS = 0.1, 30, 3  # of so many seconds lost, in so many places


class Fault(StrEnum):
    """What is wrong with a sensor: the first of two explanations counts."""

    DROPOUT = "drop-out"
    FROZEN = "frozen"
    CADENCE_LOCK = "cadence lock"
    IMPOSSIBLE = "impossible"
    DRY_STRAP = "dry strap"
    SPIKE = "spike"
    FLICKER = "flicker"


FAULTS = tuple(Fault)
DEFINITIONS = {
    Fault.DROPOUT: f"no heart rate for more than {LOST_S} s while other values come",
    Fault.CADENCE_LOCK: f"within {LOCKED_WITHIN:g} of the steps a minute for {LOCKED_S:.0f} s, after or before a "
    f"jump of {LOCK_JUMP:g} bpm",
    Fault.IMPOSSIBLE: f"jumps to more than {ABOVE_MAXIMUM:g} bpm above the maximum, for {IMPOSSIBLE_S} s",
    Fault.DRY_STRAP: f"in the first {DRY_UNTIL_S / 60:.0f} min half of the steps from second to second are "
    f"{RESTLESS:g} bpm or more beyond the trend, or a level ends by a fall of {DRY_FALL:g} bpm at once",
    Fault.FROZEN: f"the same to the beat for {FROZEN_ANYHOW_S:.0f} s, or for {FROZEN_S:.0f} s of changed work",
    Fault.SPIKE: f"jumps by more than {JUMP:g} bpm, {JUMP_PER_S:g} bpm for each second of a gap, and is back within "
    f"{AWAY_S:.0f} s; told afterwards from {SPIKE:g} bpm on",
    Fault.FLICKER: f"lost in {FLICKERS} places of {FLICKER_S} s and for a tenth of them, or restless later on",
}


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Seconds of athletes, of all the same ones; NaN = not measured.

    Parameters
    ----------
    heart_rate : ndarray, shape (seconds, athletes)
        As measured. [bpm]
    work : ndarray, shape (seconds, 3, athletes)
        Power, cadence, speed. [W, 1/min, m/s]
    received : ndarray of bool, shape (seconds, athletes)
        Of whom anything came.
    max_hr : ndarray, shape (athletes,)
        NaN where it is not known. [bpm]
    """

    heart_rate: Floats
    work: Floats
    received: Flags
    max_hr: Floats


def jumps(change: npt.ArrayLike, gap_s: npt.ArrayLike, held_s: npt.ArrayLike) -> Flags:
    """Tell which changes of heart rate no heart makes.

    Parameters
    ----------
    change : array_like
        From one reading to the next; NaN is no jump. [bpm]
    gap_s, held_s : array_like
        Time from the reading before, and from when it last changed: many watches hold a value for
        some seconds, and then tell of all of them at once. [s]

    Examples
    --------
    >>> jumps([8.0, 9.0, 9.0, 20.0], [1.0, 1.0, 1.0, 7.0], [1.0, 1.0, 4.0, 7.0])
    array([False,  True, False, False])
    """
    passed_s = np.maximum(gap_s, np.minimum(held_s, HELD_S))
    return np.asarray(np.abs(change) > np.maximum(JUMP, JUMP_PER_S * passed_s))
