"""What was left of W' or D' through a stored session, by two models."""

from dataclasses import dataclass

import numpy as np

from twin.model.demand import InputKind
from twin.model.reserve import Capacity
from twin.physiology.w_prime_balance import differential_balance, integral_balance
from twin.protocols import Store
from twin.records import Floats, Times
from twin.state.review import Reviewed
from twin.state.review_bests import times_of
from twin.state.review_load import flat_speed_of, power_of
from twin.state.whatif_start import known_of


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """What was left of W' (power) or D' (speed on foot), second by second.

    Parameters
    ----------
    kind : InputKind
        POWER or RUNNING.
    capacity : Capacity
        Critical level and reserve: of the last test until then, else as the twin knows them today.
    times : ndarray of datetime64[ns]
        UTC.
    differential, integral : ndarray
        By the models of 2015 and of 2012; below 0 the capacity is known too low. All NaN of the
        second on foot: its time constant is one of watts. [J or m]
    """

    kind: InputKind
    capacity: Capacity
    times: Times
    differential: Floats
    integral: Floats


def balance_through(store: Store, reviewed: Reviewed) -> Balance | None:
    """Return the balance through a session; None where workload or capacity is not known.

    Takes about 10 µs a second of the session.
    """
    capacities = known_of(store, reviewed.athlete, reviewed.day).capacities
    levels = {InputKind.POWER: power_of, InputKind.RUNNING: flat_speed_of}
    for kind, level_of in levels.items():
        if kind not in capacities:
            continue
        level = level_of(reviewed)
        if np.isnan(level).all():
            continue
        capacity = capacities[kind]
        return Balance(
            kind,
            capacity,
            times_of(reviewed.samples, np.arange(len(level))),
            differential_balance(level, capacity.critical, capacity.reserve),
            integral_balance(level, capacity.critical, capacity.reserve)
            if kind is InputKind.POWER
            else level * np.nan,
        )
    return None
