"""What the review of stored sessions needs now: the list, one session, the stretch selected."""

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import param

from twin.errors import UnknownSessionError
from twin.files import write
from twin.hub import as_recording
from twin.physiology.zones import bounds_of, zone_of
from twin.pipeline import Summary, derive, summary
from twin.protocols import Store
from twin.records import Athlete, Floats, Lap, Note, Session
from twin.schema import MEASURED_NAMES

_QUICK_ROWS = 1500  # these are derived before the eye sees a delay
_ASCENT_STEP_M = 2.0  # smaller rises are noise, as in the live feature


@dataclass(frozen=True, slots=True, eq=False)
class Reviewed:
    """One stored session with all that its page shows.

    Parameters
    ----------
    session : Session
        As stored.
    athlete : Athlete
        With the parameters of today.
    samples : DataFrame
        Measured and derived channels on a UTC index.
    summary : Summary or None
        Of the whole session; None until it is `completed`.
    laps : tuple of Lap
        In their order.
    """

    session: Session
    athlete: Athlete
    samples: pd.DataFrame
    summary: Summary | None
    laps: tuple[Lap, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Figures of a part of a session; NaN where a channel was not measured.

    Parameters
    ----------
    duration_s : float
        From first to last sample, pauses included. [s]
    distance_m, ascent_m : float
        Covered and climbed within the stretch. [m]
    mean_heart_rate, max_heart_rate : float
        Over the samples that have one. [bpm]
    mean_speed, max_speed : float
        Distance by duration, and the highest speed. [m/s]
    mean_power, max_power : float
        Over the samples that have one. [W]
    mean_cadence : float
        Over the samples that have one. [1/min]
    """

    duration_s: float
    distance_m: float
    ascent_m: float
    mean_heart_rate: float
    max_heart_rate: float
    mean_speed: float
    max_speed: float
    mean_power: float
    max_power: float
    mean_cadence: float


class ReviewState(param.Parameterized):
    """Which session is looked at, and which part of it.

    Parameters
    ----------
    store : Store
        Where sessions are kept.
    """

    selection = param.Parameter(
        default=None, doc="First and last instant of the stretch selected, UTC; None = everything."
    )

    session = param.String(doc="Id of the session shown; empty = the list of all.")

    tiles = param.String(doc="Address of map tiles with {z}, {x}, {y}; empty: none.")

    def __init__(self, store: Store, **params: object) -> None:
        super().__init__(**params)
        self.store = store

    def sessions(self, words: str = "") -> pd.DataFrame:
        """Return the sessions in which every one of the words is found, newest first."""
        table = self.store.sessions()
        if not len(table):
            return table
        shown = table[["athlete", "sport", "title", "source"]].astype(str).agg(" ".join, axis=1)
        text = (shown + " " + table["start"].astype(str)).str.lower()
        found = pd.Series(True, index=table.index)
        for word in words.lower().split():
            found &= text.str.contains(word, regex=False)
        return table[found]

    def open(self) -> Reviewed:
        """Return the session shown; a long one as recorded, to be `completed` on a thread.

        Raises
        ------
        UnknownSessionError
            If it is not stored (any more).
        """
        stored = self.store.session(self.session)
        people = {athlete.id: athlete for athlete in self.store.athletes()}
        if stored.athlete not in people:
            raise UnknownSessionError(f"session {stored.id!r} belongs to nobody who is stored")
        athlete = people[stored.athlete]
        samples = as_recorded(self.store.samples(stored.id), athlete)
        opened = Reviewed(stored, athlete, samples, None, self.store.laps(stored.id))
        return completed(opened) if len(samples) <= _QUICK_ROWS else opened

    def notes(self) -> tuple[Note, ...]:
        """Return the words kept about the session shown, oldest first."""
        return self.store.notes(self.session)

    def add_note(self, text: str) -> None:
        """Keep words about the session shown; blank ones are not kept."""
        if text.strip():
            self.store.add_note(self.session, Note(datetime.now(UTC), text.strip()))

    def export(self, form: str) -> tuple[str, BytesIO]:
        """Return the session as a file, exactly as stored: its name and content.

        Parameters
        ----------
        form : str
            ``"csv"`` or ``"parquet"``; where RR intervals or laps lie beside the samples, all
            files come in one zip.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{self.session}.{form}"
            files = write(as_recording(self.store, self.session), path)
            if len(files) == 1:
                return files[0].name, BytesIO(files[0].read_bytes())
            packed = BytesIO()
            with ZipFile(packed, "w") as archive:
                for file in files:
                    archive.write(file, file.name)
            packed.seek(0)
            return f"{self.session}-{form}.zip", packed


def as_recorded(samples: pd.DataFrame, athlete: Athlete) -> pd.DataFrame:
    """Return samples with the derived channels that need no past: quick, not yet cleaned."""
    found = samples.copy()
    if "heart_rate" in found:
        found["zone"] = zone_of(found["heart_rate"].to_numpy(float), bounds_of(athlete))
    if "speed" in found:
        found["current_speed"] = found["speed"]
    if "distance" in found:
        found["session_distance"] = found["distance"] - found["distance"].min()
    return found


def completed(reviewed: Reviewed) -> Reviewed:
    """Return a session cleaned, with all derived channels and its summary.

    Takes about 0.2 ms a sample, so long sessions are completed beside the screen.
    """
    measured = [name for name in reviewed.samples if name in MEASURED_NAMES]
    samples = derive(reviewed.samples[measured], reviewed.athlete)
    return replace(reviewed, samples=samples, summary=summary(samples, reviewed.athlete))


def part_of(samples: pd.DataFrame, selection: tuple[datetime, datetime] | None) -> pd.DataFrame:
    """Return the samples from the first to the last instant, both included; all for None."""
    if selection is None:
        return samples
    first, last = (pd.Timestamp(t) for t in selection)
    return samples[(samples.index >= first) & (samples.index <= last)]


def stretch_of(samples: pd.DataFrame) -> Stretch:
    """Return the figures of a part of a session.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01", periods=3, freq="10s", tz="UTC")
    >>> part = pd.DataFrame({"session_distance": [100.0, 130.0, 160.0]}, index=index)
    >>> stretch_of(part).mean_speed, stretch_of(part).mean_power
    (3.0, nan)
    """
    nothing = pd.Series(np.nan, index=samples.index)
    channel = {name: samples.get(name, nothing) for name in (
        "heart_rate", "current_speed", "power", "cadence", "session_distance", "altitude")}  # fmt: skip
    duration_s = (samples.index[-1] - samples.index[0]).total_seconds() if len(samples) else np.nan
    way = channel["session_distance"].dropna()
    distance_m = float(way.iloc[-1] - way.iloc[0]) if len(way) else np.nan
    return Stretch(
        duration_s=duration_s,
        distance_m=distance_m,
        ascent_m=_ascent_m(np.asarray(channel["altitude"], np.float64)),
        mean_heart_rate=float(channel["heart_rate"].mean()),
        max_heart_rate=float(channel["heart_rate"].max()),
        mean_speed=distance_m / duration_s if duration_s > 0 else np.nan,
        max_speed=float(channel["current_speed"].max()),
        mean_power=float(channel["power"].mean()),
        max_power=float(channel["power"].max()),
        mean_cadence=float(channel["cadence"].mean()),
    )


def _ascent_m(altitude: Floats) -> float:
    """Return the height gained: a rise counts once it exceeds the hysteresis."""
    known = altitude[~np.isnan(altitude)]
    if not len(known):
        return float("nan")
    low = known[0]
    climbed = 0.0
    for height in known:
        if height - low >= _ASCENT_STEP_M:
            climbed += height - low
            low = height
        low = min(low, height)
    return float(climbed)
