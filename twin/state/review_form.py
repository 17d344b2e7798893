"""Running form through a stored session, against the athlete's own at the same speed."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from twin.model.seconds import channels_by_second, seconds_of
from twin.physiology.running import step_length_m
from twin.physiology.running_form import form_deviation, vertical_ratio
from twin.protocols import Store
from twin.records import Floats, Recording, Times
from twin.state.review import Reviewed
from twin.state.review_bests import times_of

HISTORY_DAYS, MOST_SESSIONS = 180, 12
RUNS_FROM = 1.8  # m/s; slower is walking
_BLOCK_S = 60
_CARRIED = ("ground_contact_time", "vertical_oscillation")
_UNITS = {"cadence": "1/min", "step_length": "m", "ground_contact_time": "ms",
          "vertical_oscillation": "mm", "vertical_ratio": "%"}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One quantity of running form.

    Parameters
    ----------
    name, unit : str
        Such as "cadence", "1/min".
    now, usual : float
        Median of the session, and of earlier ones at the same speeds; NaN without. [own unit]
    off : float
        Median distance from the usual, in robust SD of single seconds. [1]
    minutes : ndarray
        The same for each minute of the session. [1]
    """

    name: str
    unit: str
    now: float
    usual: float
    off: float
    minutes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class RunningForm:
    """All quantities that were measured.

    Parameters
    ----------
    forms : tuple of Form
        Those with a value.
    times : ndarray of datetime64[ns]
        Beginning of each minute, UTC.
    sessions : int
        Earlier runs compared with.
    """

    forms: tuple[Form, ...]
    times: Times
    sessions: int


def running_form(store: Store, reviewed: Reviewed) -> RunningForm | None:
    """Return running form beside that of up to 12 runs of the 180 days before; None if none was measured."""
    table = _by_second(reviewed.samples)
    past = _history(store, reviewed)
    forms = [_form(name, table, past) for name in _UNITS]
    known = tuple(form for form in forms if np.isfinite(form.now))
    if not known:
        return None
    starts = np.arange(0, len(table), _BLOCK_S)
    times = times_of(reviewed.samples, starts)
    sessions = len(set(past["session"])) if len(past) else 0
    return RunningForm(known, times, sessions)


def _form(name: str, table: pd.DataFrame, past: pd.DataFrame) -> Form:
    value, speed = (table[column].to_numpy(np.float64) for column in (name, "speed"))
    compared = form_deviation(value, speed, past[name], past["speed"])
    blocks = pd.Series(compared.z).groupby(np.arange(len(value)) // _BLOCK_S).median()
    now, more, off = (_median(v) for v in (value, value - compared.expected, compared.z))
    return Form(name, _UNITS[name], now, now - more, off, np.asarray(blocks, np.float64))


def _median(values: Floats) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else np.nan


def _by_second(samples: pd.DataFrame) -> pd.DataFrame:
    """Return speed and form of each second; NaN where the athlete does not run."""
    second = seconds_of(Recording(samples, sport="running")).input
    table = pd.DataFrame({"speed": second.speed, "cadence": second.cadence})
    for name, carried in zip(_CARRIED, channels_by_second(samples, _CARRIED), strict=True):
        table[name] = carried
    table["step_length"] = step_length_m(table["speed"], table["cadence"])
    table["vertical_ratio"] = 100 * vertical_ratio(
        table["vertical_oscillation"], table["step_length"]
    )
    return table.where((table["speed"] >= RUNS_FROM) & (table["cadence"] > 0))


def _history(store: Store, reviewed: Reviewed) -> pd.DataFrame:
    """Return the seconds of earlier runs, one after the other, with their ``session``."""
    until = reviewed.session.start
    listed = store.sessions(
        athlete=reviewed.athlete.id, since=until - timedelta(days=HISTORY_DAYS), until=until
    )
    ids = [
        session
        for session, sport in zip(listed["session"], listed["sport"], strict=True)
        if sport == reviewed.session.sport and session != reviewed.session.id
    ]
    tables = [
        _by_second(store.samples(session)).dropna(subset=["speed"]).assign(session=session)
        for session in ids[:MOST_SESSIONS]
    ]
    columns = ["speed", *_UNITS, "session"]
    return pd.concat(tables) if tables else pd.DataFrame(columns=columns, dtype=float)
