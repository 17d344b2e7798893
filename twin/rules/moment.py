"""What the rules are told of one second."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.records import Floats
from twin.schema import ALL_NAMES

Flags = npt.NDArray[np.bool_]

FOREGONE_S = 60  # the forecast that a residual is measured against
LINE = {name: line for line, name in enumerate(ALL_NAMES)}


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One second of those whose clock it is; the others stand still.

    Parameters
    ----------
    here : ndarray of bool, shape (athletes,)
        Whose second it is.
    second : int
        Seconds since 1970 on their clock. [s]
    received : ndarray of bool, shape (athletes,)
        Of whom anything came in this second.
    values : ndarray of float64, shape (channels, athletes)
        Cleaned values of this second, a line per channel of `twin.schema.ALL_NAMES`; NaN = none.
    time_to : callable
        Gives, for a line of each athlete [bpm], the time until the twin sees heart rate there: 0
        above it, infinite not in sight, NaN not known. [s]
    chance_of : callable
        Gives, for a line of each athlete [bpm] and a time [s], the chance that heart rate is there
        within that time: 1 above it, NaN not known. [1]
    expected, half_width : ndarray of float64, shape (athletes,)
        Heart rate as the twin expects it in `FOREGONE_S`, and the half-width of its 80 % band. [bpm]
    balance : ndarray of float64, shape (athletes,)
        What is left of W' or D'; NaN = not known. [%]
    """

    here: Flags
    second: int
    received: Flags
    values: Floats
    time_to: Callable[[Floats], Floats]
    chance_of: Callable[[Floats, float], Floats]
    expected: Floats
    half_width: Floats
    balance: Floats
