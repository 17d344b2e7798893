"""Critical power and W' (or critical speed and D') of an athlete, from stored sessions or as entered."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

import numpy as np

from twin.model.calibration import Calibration
from twin.model.demand import InputKind
from twin.model.seconds import seconds_of
from twin.model.stored import from_text
from twin.physiology.balance_live import Reserve
from twin.physiology.power_envelope import envelope, fit_envelope, may_be_all_out
from twin.records import EnteredCapacity, Recording

_KINDS = (InputKind.POWER, InputKind.RUNNING)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What an athlete can do above the critical level.

    From sessions it is a lower bound, as not all was all-out.

    Parameters
    ----------
    critical, critical_sd : float
        Critical power or speed, and its standard error; 0 of a test, whose error is not known. [W or m/s]
    reserve, reserve_sd : float
        W' or D'. [J or m]
    trials : int
        Best efforts it rests on; 0 of a test.
    sessions : int
        Among so many sessions; 0 of a test, or not known.
    entered : str
        Day of the test that gave it, such as "2026-03-03"; empty = from sessions.
    """

    critical: float
    critical_sd: float
    reserve: float
    reserve_sd: float
    trials: int
    sessions: int = 0
    entered: str = ""

    @property
    def origin(self) -> str:
        """Where it comes from, in words.

        >>> Capacity(262.0, 0.0, 18_400.0, 0.0, 0, entered="2026-03-03").origin
        'entered on 3 March 2026'
        >>> Capacity(250.0, 5.0, 20_000.0, 2_000.0, 4, sessions=12).origin
        'fitted from the best efforts of 12 sessions'
        """
        if self.entered:
            day = date.fromisoformat(self.entered)
            return f"entered on {day.day} {day:%B %Y}"
        of = "1 session" if self.sessions == 1 else f"{self.sessions or 'stored'} sessions"
        return f"fitted from the best efforts of {of}"


Capacities = Mapping[InputKind, Capacity]


def capacities_of(
    recordings: Sequence[Recording], *, max_hr: float = math.nan
) -> dict[InputKind, Capacity]:
    """Return what the best efforts of sessions tell, by input; kinds that tell nothing are absent.

    Parameters
    ----------
    recordings : sequence of Recording
        Of one athlete, best of some weeks. Efforts of 2 to 15 min count.
    max_hr : float
        The athlete's maximum; sessions that stayed below 90 % of it were not all-out and are left
        out. NaN = not known: all count. [bpm]

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.date_range("2026-10-01", periods=900, freq="s", tz="UTC")
    >>> power = np.where(np.arange(900) < 120, 250 + 20_000 / 120, 250.0)  # W' gone in 2 min
    >>> ride = Recording(pd.DataFrame({"power": power}, index), "cycling")
    >>> known = capacities_of([ride])[InputKind.POWER]
    >>> round(known.critical), round(known.reserve)
    (250, 20000)
    """
    found = {}
    seconds = [
        seconds_of(recording) for recording in recordings
        if may_be_all_out(recording.samples.get("heart_rate", []), max_hr=max_hr)
    ]  # fmt: skip
    for kind in _KINDS:
        mine = [s.input for s in seconds if s.kind is kind]
        levels = [s.power if kind is InputKind.POWER else s.speed for s in mine]
        try:
            fit = fit_envelope(envelope(levels))
        except ValueError:  # no efforts that differ enough: nothing is known
            continue
        critical_sd, reserve_sd = np.sqrt(np.diag(np.array(fit.covariance)))
        found[kind] = Capacity(
            fit.critical_power, float(critical_sd), fit.w_prime, float(reserve_sd), fit.trials,
            sessions=len(mine),
        )  # fmt: skip
    return found


def with_entered(
    fitted: Capacities, entered: Sequence[EnteredCapacity], day: date | None = None
) -> dict[InputKind, Capacity]:
    """Return capacities as known on a day: of the last test until then, else of sessions.

    Parameters
    ----------
    fitted : mapping
        From sessions.
    entered : sequence of EnteredCapacity
        From tests, in any order. What sessions do not tell is taken from the first test after the
        day, where there is one.
    day : date, optional
        Else all tests count.

    Examples
    --------
    >>> test = EnteredCapacity(date(2026, 3, 3), "power", 262.0, 18_400.0)
    >>> with_entered({}, [test], date(2026, 3, 4))[InputKind.POWER].critical
    262.0
    """
    known = dict(fitted)
    for one in sorted(entered, key=lambda one: one.day):
        kind = InputKind(one.kind)
        if kind not in known or day is None or one.day <= day:
            known[kind] = Capacity(one.critical, 0.0, one.reserve, 0.0, 0, entered=str(one.day))
    return known


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

    Examples
    --------
    >>> from twin.model.stored import to_text
    >>> known = known_in(to_text(Calibration(sessions=3)))
    >>> known.calibration.sessions, known.capacities
    (3, {})
    """
    return Known(from_text(text), capacities_in(text))


def critical_in(capacities: Capacities, kind: InputKind = InputKind.POWER) -> float:
    """Return critical power, or that of another kind; NaN where it is not known. [W or m/s]

    >>> critical_in({InputKind.POWER: Capacity(250.0, 5.0, 20_000.0, 2_000.0, 4)})
    250.0
    """
    return capacities[kind].critical if kind in capacities else math.nan


def reserve_of(capacities: Sequence[Capacity | None]) -> Reserve:
    """Return the capacities of several athletes as columns, NaN where not known.

    >>> reserve_of([Capacity(250.0, 5.0, 20_000.0, 2_000.0, 4), None]).critical_power
    array([250.,  nan])
    """
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


def with_capacities(text: str, capacities: Capacities, *, max_hr: float = math.nan) -> str:
    """Return a stored calibration, see `twin.model.stored`, with capacities beside it.

    `max_hr` is the maximal heart rate by which sessions counted. [bpm]

    >>> with_capacities('{"version": 1}', {}, max_hr=190.0)
    '{"version": 1, "max_hr": 190.0, "capacities": {}}'
    """
    content = json.loads(text)
    content["max_hr"] = max_hr
    content["capacities"] = {str(kind): asdict(one) for kind, one in capacities.items()}
    return json.dumps(content)


def max_hr_in(text: str) -> float:
    """Return the maximal heart rate by which sessions counted; NaN in an older text. [bpm]

    >>> max_hr_in('{"version": 1, "max_hr": 190.0}'), max_hr_in('{"version": 1}')
    (190.0, nan)
    """
    return float(json.loads(text).get("max_hr", math.nan))


def capacities_in(text: str) -> dict[InputKind, Capacity]:
    """Return the capacities beside a stored calibration; none in an older text.

    >>> one = Capacity(250.0, 5.0, 20_000.0, 2_000.0, 4)
    >>> capacities_in(with_capacities('{"version": 1}', {InputKind.POWER: one}))[InputKind.POWER] == one
    True
    """
    found = json.loads(text).get("capacities", {})
    return {InputKind(kind): Capacity(**one) for kind, one in found.items()}
