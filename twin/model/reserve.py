"""Critical power and W' (or critical speed and D') of an athlete, from stored sessions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from twin.model.calibration import Calibration
from twin.model.demand import InputKind
from twin.model.seconds import seconds_of
from twin.model.stored import from_text
from twin.physiology.balance_live import Reserve
from twin.physiology.power_envelope import envelope, fit_envelope
from twin.records import Recording

_KINDS = (InputKind.POWER, InputKind.RUNNING)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What an athlete can do above the critical level; a lower bound, as not all was all-out.

    Parameters
    ----------
    critical, critical_sd : float
        Critical power or speed, and its standard error. [W or m/s]
    reserve, reserve_sd : float
        W' or D'. [J or m]
    trials : int
        Best efforts it rests on.
    """

    critical: float
    critical_sd: float
    reserve: float
    reserve_sd: float
    trials: int


Capacities = Mapping[InputKind, Capacity]


def capacities_of(recordings: Sequence[Recording]) -> dict[InputKind, Capacity]:
    """Return what the best efforts of sessions tell, by input; kinds that tell nothing are absent.

    Parameters
    ----------
    recordings : sequence of Recording
        Of one athlete, best of some weeks. Efforts of 2 to 15 min count.
    """
    found = {}
    seconds = [seconds_of(recording) for recording in recordings]
    for kind in _KINDS:
        mine = [s.input for s in seconds if s.kind is kind]
        levels = [s.power if kind is InputKind.POWER else s.speed for s in mine]
        try:
            fit = fit_envelope(envelope(levels))
        except ValueError:  # no efforts that differ enough: nothing is known
            continue
        critical_sd, reserve_sd = np.sqrt(np.diag(np.array(fit.covariance)))
        found[kind] = Capacity(
            fit.critical_power, float(critical_sd), fit.w_prime, float(reserve_sd), fit.trials
        )
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """All that earlier sessions taught of an athlete."""

    calibration: Calibration = field(default_factory=Calibration)
    capacities: Capacities = field(default_factory=dict)


def known_in(text: str) -> Known:
    """Read a stored calibration with the capacities beside it.

    Raises
    ------
    ValueError
        If it is of another version.
    """
    return Known(from_text(text), capacities_in(text))


def reserve_of(capacities: Sequence[Capacity | None]) -> Reserve:
    """Return the capacities of several athletes as columns, NaN where not known."""
    nan = float("nan")
    table = np.array(
        [
            (c.critical, c.reserve, c.critical_sd, c.reserve_sd) if c else (nan,) * 4
            for c in capacities
        ]
    ).reshape(-1, 4)
    critical, reserve, critical_sd, reserve_sd = table.T
    unknown = np.full(len(table), nan)
    return Reserve(critical, reserve, critical_sd, reserve_sd, unknown)


def with_capacities(text: str, capacities: Capacities) -> str:
    """Return a stored calibration, see `twin.model.stored`, with capacities beside it."""
    content = json.loads(text)
    content["capacities"] = {str(kind): asdict(one) for kind, one in capacities.items()}
    return json.dumps(content)


def capacities_in(text: str) -> dict[InputKind, Capacity]:
    """Return the capacities beside a stored calibration; none in an older text.

    >>> one = Capacity(250.0, 5.0, 20_000.0, 2_000.0, 4)
    >>> capacities_in(with_capacities('{"version": 1}', {InputKind.POWER: one}))[InputKind.POWER] == one
    True
    """
    found = json.loads(text).get("capacities", {})
    return {InputKind(kind): Capacity(**one) for kind, one in found.items()}
