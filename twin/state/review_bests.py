"""Bests of a session over 1 s to 3 h, against the athlete's history, and the curve through them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.archive import kept_bests
from twin.model.demand import InputKind
from twin.model.highest import origin_words
from twin.model.seconds import seconds_of
from twin.physiology.power_duration import CriticalPower
from twin.physiology.power_envelope import (
    ALL_OUT_HEART_RATE,
    DURATIONS_S,
    Envelope,
    fit_envelope,
)
from twin.physiology.power_sprint import fit_three_parameter_power
from twin.pipeline import BEST_S, Best, bests
from twin.pipeline import PEAKS_S as PEAKS_S  # for the views, which know no pipeline
from twin.protocols import Store
from twin.records import Athlete, Floats, Recording, Times
from twin.records.time_grid import grid_seconds
from twin.schema import CHANNELS
from twin.state.review import Reviewed, as_recorded
from twin.store import EmbeddedStore

HISTORY_DAYS = 90
_SHORTEST_S = 5  # a single second is a spike of the meter as often as a sprint
_REACHED_S = 15  # heart rate held for so long was no spike
_INPUTS = ("power", "speed", "distance", "latitude", "longitude")
_FITTED = (InputKind.POWER, InputKind.RUNNING)  # cycling speed is terrain and wind


@dataclass(frozen=True, slots=True, eq=False)
class Bests:
    """Highest means of a session over each duration, beside the highest of its history.

    Parameters
    ----------
    kind : InputKind
        POWER, or what speed means in this sport.
    durations_s : ndarray
        Rising. [s]
    own, history : ndarray
        Of this session; of the sessions in the 90 days before. NaN where none was long enough.
        [W or m/s]
    begin : tuple of datetime or None
        Where each best of this session begins.
    holder : tuple of str
        Session that holds each best of the history; empty for none.
    curve : CriticalPower or None
        Through the bests of 2 to 15 min of the sessions that may have been all-out; a lower bound.
    why_not : str
        Why there is no curve, in words.
    sessions : int
        In the history.
    wide : CriticalPower or None
        The curve of three parameters, from 5 s on; only for power, where its fit holds.
    max_power : float
        Its third: what it gives for the shortest time; NaN without. [W]
    """

    kind: InputKind
    durations_s: Floats
    own: Floats
    history: Floats
    begin: tuple[datetime | None, ...]
    holder: tuple[str, ...]
    curve: CriticalPower | None
    why_not: str
    sessions: int
    wide: CriticalPower | None = None
    max_power: float = np.nan


def bests_of(store: Store, reviewed: Reviewed, *, days: int = HISTORY_DAYS) -> Bests | None:
    """Return the bests of a session and of the `days` before it; None where neither power nor speed is above 0.

    None too where they were 0 throughout, as in a pool whose distance was not kept. They are those of
    the summaries, as the season reads them; what has none is looked at as recorded.
    """
    sport = reviewed.session.sport
    kind = output_of(reviewed.samples, sport)[0]
    if kind in (InputKind.NONE, InputKind.CADENCE):
        return None
    found = reviewed.summary.bests if reviewed.summary else bests(reviewed.samples)
    own = _of(found, kind)
    if not any(best.value > 0 for best in own):
        return None
    earlier = _history(store, reviewed, kind, days)
    table, history, holder = _highest(earlier, kind)
    values = np.array([best.value for best in own])
    compared = Bests(
        kind=kind,
        durations_s=np.array(BEST_S, float),
        own=values,
        history=history,
        begin=tuple(_begin(reviewed, best) for best in own),
        holder=holder,
        curve=None,
        why_not="",
        sessions=len(earlier),
    )
    hard = [_may_be_all_out(one, reviewed.athlete) for one in (found, *earlier.values())]
    return _fitted(compared, np.vstack([values, table])[hard], reviewed.athlete)


def _highest(
    earlier: Mapping[str, Sequence[Best]], kind: InputKind
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Return the bests of earlier sessions, a row each, the highest of them, and who holds it."""
    rows = [[best.value for best in _of(one, kind)] for one in earlier.values()]
    table = np.array(rows).reshape(-1, len(BEST_S))
    known = np.vstack([np.full(len(BEST_S), -np.inf), np.where(np.isnan(table), -np.inf, table)])
    highest, names = known.max(axis=0), ["", *earlier]
    holder = tuple(names[row] for row in known.argmax(axis=0))
    return table, np.where(np.isfinite(highest), highest, np.nan), holder


def _of(found: Sequence[Best], kind: InputKind) -> list[Best]:
    """Return the bests of the channel that a kind of output is told by."""
    channel = "power" if kind is InputKind.POWER else "current_speed"
    return [best for best in found if best.channel == channel]


def _begin(reviewed: Reviewed, best: Best) -> datetime | None:
    if np.isnan(best.begin_s):
        return None
    begun: datetime = reviewed.samples.index[0].to_pydatetime(warn=False)
    return begun + timedelta(seconds=best.begin_s)


def _may_be_all_out(found: Sequence[Best], athlete: Athlete) -> bool:
    """Whether heart rate came near its maximum for some seconds, or was not measured [1]_.

    References
    ----------
    .. [1] Howley et al. 1995, doi:10.1249/00005768-199509000-00009.
    """
    held = {best.window_s: best.value for best in found if best.channel == "heart_rate"}
    return not held[_REACHED_S] < ALL_OUT_HEART_RATE * athlete.max_hr


def _fitted(bests: Bests, efforts: Floats, athlete: Athlete) -> Bests:
    """Return bests with the curve through efforts, one session a row, or why there is none."""
    if bests.kind not in _FITTED:
        return replace(
            bests, why_not="speed in this sport tells terrain, wind or water as much as effort"
        )
    if not len(efforts):
        level = f"{ALL_OUT_HEART_RATE * athlete.max_hr:.0f} bpm"
        origin = origin_words(athlete.max_hr_from)
        share = f"{100 * ALL_OUT_HEART_RATE:.0f} % of the maximal {athlete.max_hr:.0f} ({origin})"
        return replace(
            bests, why_not=f"no effort was all-out, heart rate stayed below {level}, {share}"
        )
    chosen = np.isin(bests.durations_s, DURATIONS_S)
    highest = np.fmax.reduce(efforts[:, chosen])
    nobody = np.zeros(int(chosen.sum()), np.int64)
    try:
        curve = fit_envelope(Envelope(bests.durations_s[chosen], highest, nobody))
    except ValueError as error:
        return replace(bests, why_not=str(error))
    return _with_sprints(replace(bests, curve=curve), efforts)


def _with_sprints(bests: Bests, efforts: Floats) -> Bests:
    """Return bests with the curve of three parameters beside, where it can be told."""
    short = (bests.durations_s >= _SHORTEST_S) & (bests.durations_s <= DURATIONS_S[-1])
    if bests.kind is not InputKind.POWER:
        return bests
    try:
        wide, top = fit_three_parameter_power(
            bests.durations_s[short], np.fmax.reduce(efforts[:, short])
        )
    except (ValueError, RuntimeError):  # too few efforts, or none that it can follow
        return bests
    return replace(bests, wide=wide, max_power=top) if wide.critical_power > 0 else bests


def output_of(samples: pd.DataFrame, sport: str) -> tuple[InputKind, Floats]:
    """Return power or speed second by second, 0 where it is not known. [W or m/s]"""
    inputs = [name for name in _INPUTS if name in samples]
    seconds = seconds_of(Recording(_true(samples[inputs]), sport=sport))
    if seconds.kind is InputKind.POWER:
        return seconds.kind, np.nan_to_num(seconds.input.power)
    return seconds.kind, np.nan_to_num(seconds.input.speed)


def _history(
    store: Store, reviewed: Reviewed, kind: InputKind, days: int
) -> dict[str, tuple[Best, ...]]:
    """Return the bests of earlier sessions that have such output, by session."""
    until = reviewed.session.start
    listed = store.sessions(
        athlete=reviewed.athlete.id, since=until - timedelta(days=days), until=until
    )
    alike = listed["session"] != reviewed.session.id
    if kind is not InputKind.POWER:
        alike &= listed["sport"] == reviewed.session.sport
    kept: dict[str, tuple[Best, ...]] = {}
    if isinstance(store, EmbeddedStore):
        kept = kept_bests(store, listed[alike], athlete=reviewed.athlete.id)
    found = {
        session: kept.get(session)
        or bests(as_recorded(_true(store.samples(session)), reviewed.athlete))
        for session in listed["session"][alike]
    }
    return {
        session: one
        for session, one in found.items()
        if any(best.value > 0 for best in _of(one, kind))
    }


def _true(samples: pd.DataFrame) -> pd.DataFrame:
    """Return samples without values that cannot be true."""
    return samples.apply(
        lambda column: column.where(
            column.between(CHANNELS[column.name].low, CHANNELS[column.name].high)
        )
    )


def instants_of(samples: pd.DataFrame, second: npt.NDArray[np.int64]) -> pd.DatetimeIndex:
    """Return the UTC instants of seconds of `output_of`; NaT for -1."""
    index = pd.DatetimeIndex(samples.index)
    if not len(index):
        return index[:0]
    grid = grid_seconds(index)
    row = np.maximum(np.searchsorted(grid, second, side="right") - 1, 0)
    instants = index[row] + pd.to_timedelta(second - grid[row], unit="s")
    return pd.DatetimeIndex(instants.where(second >= 0))


def times_of(samples: pd.DataFrame, second: npt.NDArray[np.int64]) -> Times:
    """Return `instants_of` as datetime64[ns], UTC."""
    times: Times = instants_of(samples, second).tz_convert(None).to_numpy("datetime64[ns]")
    return times
