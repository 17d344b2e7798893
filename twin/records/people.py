"""Who it is about, and what they wear."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

from twin.records.plain import slug

ASSUMED_MAX_HR = 190.0  # bpm, of whom nothing is known
ENTERED, ASSUMED = "entered", "assumed"  # where a maximal heart rate comes from


@dataclass(frozen=True, slots=True)
class Athlete:
    """One person, with the parameters that zones, loads and limits need.

    Parameters
    ----------
    name : str
        As shown on the screens; may change.
    id : str
        Never changes; made from the name when the athlete is first known.
    sport : str
        Usual sport, one of `twin.schema.SPORTS`.
    sex : str
        "female", "male" or "" where not known; chooses the weights of Banister's formula.
    max_hr, resting_hr, threshold_hr : float
        Maximal, resting and threshold heart rate; NaN = not known. [bpm]
    zone_method : str
        How the five zones are cut: "max", "reserve" or "threshold".
    heart_rate_limit : float
        The line not to cross; NaN = none set. [bpm]
    mass_kg : float
        Body mass; NaN = not known. [kg]
    birth_year : int or None
        Used for a prior of the maximal heart rate.
    group : str
        Which hub has the athlete where several share a club; empty = any.
    max_hr_from : str
        Where the maximal heart rate comes from: "entered", "age", "assumed", or the day on which it
        was seen, such as "2026-06-12"; empty = entered, or assumed where it is 190 bpm.
    """

    name: str
    id: str = ""
    sport: str = "running"
    sex: str = ""
    max_hr: float = ASSUMED_MAX_HR
    resting_hr: float = 60.0
    threshold_hr: float = np.nan
    zone_method: str = "max"
    heart_rate_limit: float = np.nan
    mass_kg: float = np.nan
    birth_year: int | None = None
    group: str = ""
    max_hr_from: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("an athlete needs a name, got an empty one")
        if self.max_hr <= self.resting_hr:
            raise ValueError(
                f"max_hr ({self.max_hr} bpm) of {self.name} must exceed "
                f"resting_hr ({self.resting_hr} bpm)"
            )
        if not self.id:
            object.__setattr__(self, "id", slug(self.name))
        if not self.max_hr_from:
            known = ENTERED if self.max_hr != ASSUMED_MAX_HR else ASSUMED
            object.__setattr__(self, "max_hr_from", known)

    def doing(self, sport: str) -> "Athlete":
        """Return the athlete in the sport of a session, which sets what is believable.

        >>> Athlete("Ada", sport="running").doing("cycling").sport
        'cycling'
        """
        return replace(self, sport=sport or self.sport)

    def changed(self, changes: Mapping[str, Any]) -> "Athlete":
        """Return the athlete with other parameters; a maximal heart rate counts as entered.

        >>> Athlete("Ada").changed({"max_hr": 190.0}).max_hr_from
        'entered'
        """
        entered = {"max_hr_from": ENTERED} if "max_hr" in changes else {}
        return replace(self, **(entered | dict(changes)))


@dataclass(frozen=True, slots=True)
class Pairing:
    """A sensor and whose it is.

    Parameters
    ----------
    address : str
        Bluetooth address of the sensor; on macOS a number that the system gives.
    athlete : str
        Id of the athlete.
    name : str
        What it is called: as the user wants it, else as it calls itself.
    wants_rr : bool
        Connect for its RR intervals even where the squad is followed without connections.
    streams : tuple of str
        The fast signals it is asked for: "ecg", "acceleration".
    """

    address: str
    athlete: str
    name: str = ""
    wants_rr: bool = False
    streams: tuple[str, ...] = ()


class SensorState(StrEnum):
    """Where the link to a sensor is on its way."""

    SEARCH = "search"  # not heard yet
    CONNECT = "connect"
    STREAM = "stream"
    LOST = "lost"  # was there, is looked for again
    FULL = "adapter full"  # heard, but no adapter has a link left
    LISTEN = "listen"  # followed without a connection
    NO_ADAPTER = "no adapter"


@dataclass(frozen=True, slots=True)
class SensorStatus:
    """One sensor as it stands.

    Parameters
    ----------
    address : str
        Its Bluetooth address; on macOS a number that the system gives.
    name : str
        What it is called.
    kind : str
        What it is, such as "heart rate"; several joined with a comma.
    athlete : str
        Id of whom it belongs to; empty = nobody yet.
    state : SensorState
        Where its link is.
    detail : str
        Why, in words.
    rssi : float
        How strong it was last heard; NaN = not heard. [dBm]
    battery : float
        Charge; NaN where it does not say. [%]
    epoch : int
        Links so far.
    packets, malformed : int
        Packets received, and how many of them were not as their format wants it.
    loss : float
        Share of frames lost, where they are numbered; else NaN.
    contact : bool or None
        Skin contact, where the sensor can tell.
    age_s : float
        Since the last packet; NaN before the first. [s]
    values : mapping of str to float
        The last value of every channel it measures, in the units of `twin.schema`.
    wants_rr : bool
        Whether it is connected to even where the squad is followed without connections.
    streams : tuple of str
        The fast signals it is asked for.
    rates : mapping of str to float
        How fast each of them comes. [Hz]
    can_stream : bool
        Whether it offers any; known once it is connected.
    adapter : str
        Over which it is or was linked; empty before the first link.
    """

    address: str
    name: str = ""
    kind: str = ""
    athlete: str = ""
    state: SensorState = SensorState.SEARCH
    detail: str = ""
    rssi: float = np.nan
    battery: float = np.nan
    epoch: int = 0
    packets: int = 0
    malformed: int = 0
    loss: float = np.nan
    contact: bool | None = None
    age_s: float = np.nan
    values: Mapping[str, float] = field(default_factory=dict)
    wants_rr: bool = False
    streams: tuple[str, ...] = ()
    rates: Mapping[str, float] = field(default_factory=dict)
    can_stream: bool = False
    adapter: str = ""
