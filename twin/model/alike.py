"""Sessions that can be compared: the same way, or the same workout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.model.effort_pattern import EffortPattern, same_workouts
from twin.model.fingerprint import Fingerprint
from twin.model.route_shape import same_routes
from twin.model.season import Season


@dataclass(frozen=True, slots=True)
class Alike:
    """Sessions that can be compared: the same way, or the same workout.

    Parameters
    ----------
    key : str
        "route" or "workout", and the first session's id.
    words : str
        What it is, such as "10.2 km" or "6 x 3:00".
    sessions : tuple of str
        Ids, oldest first.
    """

    key: str
    words: str
    sessions: tuple[str, ...]


def alike(prints: Mapping[str, Fingerprint], sports: Mapping[str, str]) -> list[Alike]:
    """Return what was done at least twice in the same sport, most frequent first.

    Parameters
    ----------
    prints : mapping of str to Fingerprint
        By session, oldest first.
    sports : mapping of str to str
        Of these sessions.

    Examples
    --------
    >>> six = EffortPattern((180.0,) * 6, (90.0,) * 5, 4.2, 170.0)
    >>> prints = {"a": Fingerprint(efforts=six), "b": Fingerprint(), "c": Fingerprint(efforts=six)}
    >>> alike(prints, dict.fromkeys(prints, "running"))
    [Alike(key='workout:a', words='6 x 3:00, rest 1:30', sessions=('a', 'c'))]
    """
    found: dict[str, list[str]] = {}
    for sport in dict.fromkeys(sports[session] for session in prints):
        ids = [session for session in prints if sports[session] == sport]
        given = [prints[session] for session in ids]
        found |= _grouped("route", ids, same_routes([p.route for p in given]))
        found |= _grouped("workout", ids, same_workouts([p.efforts for p in given]))
    named = [
        Alike(key, _words(key, prints[members[0]]), tuple(members))
        for key, members in found.items()
        if len(members) > 1
    ]
    return sorted(named, key=lambda group: -len(group.sessions))


def _grouped(kind: str, ids: Sequence[str], places: npt.NDArray[np.int64]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for session, place in zip(ids, places, strict=True):
        if place >= 0:
            found.setdefault(f"{kind}:{ids[place]}", []).append(session)
    return found


def _words(key: str, first: Fingerprint) -> str:
    if key.startswith("route") and first.route is not None:
        return f"{first.route.length_m / 1000:.1f} km"
    return workout_words(first.efforts) if first.efforts is not None else ""


def workout_words(efforts: EffortPattern) -> str:
    """Return the structure of a workout in words.

    >>> workout_words(EffortPattern((180.0, 181.0, 179.0), (90.0, 91.0), 4.2, 170.0))
    '3 x 3:00, rest 1:30'
    """
    work, rest = np.array(efforts.work_s), np.array(efforts.rest_s)
    if work.max() > 1.2 * work.min():
        return f"{len(work)} efforts of {_clock(work.min())} to {_clock(work.max())}"
    return f"{len(work)} x {_clock(np.median(work))}, rest {_clock(np.median(rest))}"


def _clock(seconds: float) -> str:
    whole = 5 * round(float(seconds) / 5) if seconds > 20 else round(float(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def compared(season: Season, group: Alike, prints: Mapping[str, Fingerprint]) -> pd.DataFrame:
    """Return the sessions of a group, oldest first, with what can be compared.

    Returns
    -------
    DataFrame
        ``day``, ``session``, ``duration_s`` [s], ``heart_rate`` [bpm] and ``speed`` [m/s] or, for
        workouts, ``level`` of the efforts [own unit].

    Examples
    --------
    >>> from datetime import date
    >>> from twin.records import Athlete
    >>> done = {"session": ["b", "a"], "day": pd.to_datetime(["2026-03-04", "2026-03-02"]),
    ...         "duration_s": [1800.0, 1860.0], "moving_time_s": [np.nan, 1850.0],
    ...         "mean_heart_rate": [150.0, 152.0], "mean_speed": [3.4, 3.3]}
    >>> ada = Season(Athlete("Ada"), date(2026, 3, 5), pd.DataFrame(done), pd.DataFrame())
    >>> compared(ada, Alike("route:a", "6.2 km", ("a", "b")), {})["duration_s"].tolist()
    [1850.0, 1800.0]
    """
    rows = season.sessions.set_index("session").reindex(list(group.sessions))
    found = pd.DataFrame({
        "day": rows["day"], "duration_s": rows["moving_time_s"].fillna(rows["duration_s"]),
        "heart_rate": rows["mean_heart_rate"], "speed": rows["mean_speed"],
    })  # fmt: skip
    if group.key.startswith("workout"):
        efforts = [prints[session].efforts for session in group.sessions]
        found["level"] = [e.level if e else np.nan for e in efforts]
        found["heart_rate"] = [e.heart_rate if e else np.nan for e in efforts]
    return found.dropna(subset=["day"]).reset_index(names="session")
