"""Several stored sessions laid over each other, by elapsed time or by distance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from twin.archive import fresh
from twin.errors import TwinError
from twin.model.seconds import channels_by_second, seconds_of
from twin.pipeline import cleaned
from twin.pipeline.stored import MOVES_FROM
from twin.protocols import Store
from twin.records import Athlete, Floats, Recording, Session, told_apart
from twin.state.stretch import Stretch, stretch_of
from twin.store import EmbeddedStore

MOST = 8  # lines that eyes can tell apart
CHANNELS = ("heart_rate", "speed", "power", "cadence", "altitude")


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """One session of an overlay, second by second; NaN where not measured.

    Parameters
    ----------
    session : Session
        As stored.
    called : str
        The athlete's name, with the id where several share it.
    elapsed_s, distance_m : ndarray, shape (n,)
        Since the first sample; pauses longer than 5 min are shortened to 5 min. The way is NaN all
        through where neither speed nor position is known. [s], [m]
    channels : dict of str to ndarray
        Of `CHANNELS`: those that were measured. [unit of the schema]
    figures : Stretch
        Of the whole session; the mean speed is over the time moving, as on its page.
    """

    session: Session
    called: str
    elapsed_s: Floats
    distance_m: Floats
    channels: dict[str, Floats]
    figures: Stretch


def overlay_of(store: Store, sessions: Sequence[str]) -> list[Laid]:
    """Return these sessions in this order; the first eight count.

    Raises
    ------
    UnknownSessionError
        If one is not stored (any more).
    TwinError
        If none of them holds samples.
    """
    people = {athlete.id: athlete for athlete in store.athletes()}
    called = told_apart(people.values())
    found = []
    for name in list(dict.fromkeys(sessions))[:MOST]:
        session = store.session(name)
        samples = _clean_samples(store, session, people[session.athlete])
        if len(samples):
            found.append(_laid(session, called[session.athlete], samples))
    if not found:
        raise TwinError("none of these sessions holds samples")
    return found


def _clean_samples(store: Store, session: Session, athlete: Athlete) -> pd.DataFrame:
    """Return the samples as the session's page draws them; those it keeps are quickly at hand."""
    kept = fresh(store, session).samples if isinstance(store, EmbeddedStore) else None
    if kept is not None:
        return kept
    return cleaned(store.samples(session.id), athlete.doing(session.sport))


def stored_among(store: Store, sessions: Sequence[str]) -> list[str]:
    """Return those of the ids that are stored, each once, in their order."""
    known = set(store.sessions()["session"])
    return [name for name in dict.fromkeys(sessions) if name in known]


def _laid(session: Session, called: str, samples: pd.DataFrame) -> Laid:
    second = seconds_of(Recording(samples, sport=session.sport)).input
    channels = {name: np.asarray(getattr(second, name)) for name in CHANNELS}
    speed = channels["speed"]
    way = _way_m(channels_by_second(samples, ["distance"])[0], speed)
    elapsed = np.arange(len(speed), dtype=float)
    table = {n: values for n, values in channels.items() if n != "speed"}
    whole = pd.DataFrame(
        table | {"current_speed": speed, "session_distance": way},
        index=pd.Timestamp(0, tz="UTC") + pd.to_timedelta(elapsed, unit="s"),
    )
    shown = {name: values for name, values in channels.items() if not np.isnan(values).all()}
    figures, moving_s = stretch_of(whole), int((speed[1:] > MOVES_FROM).sum())
    moving = figures.distance_m / moving_s if moving_s else np.nan
    return Laid(session, called, elapsed, way, shown, replace(figures, mean_speed=moving))


def _way_m(distance: Floats, speed: Floats) -> Floats:
    """Return the way second by second: the device's own, as the session's page has it, else of speed."""
    told = pd.Series(distance).ffill().bfill()
    if told.nunique() > 1:  # 0 all through is not measured
        return np.cumsum(told.diff().clip(lower=0).fillna(0).to_numpy())
    known = not np.isnan(speed).all()
    return np.cumsum(np.nan_to_num(speed)) if known else np.full(len(speed), np.nan)
