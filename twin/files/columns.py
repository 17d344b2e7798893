"""Column names of tables that people and programs write, and the channels they mean."""

import re
from dataclasses import dataclass

from twin.schema import MEASURED

TIME_NAMES = ("time", "timestamp", "datetime", "date_time", "utc", "utc_time")
ELAPSED_NAMES = (
    "time_s", "sec", "secs", "second", "seconds", "elapsed", "elapsed_s", "elapsed_seconds",
    "elapsed_time", "t",
)  # fmt: skip
RR_NAMES = {"rr_ms": 1.0, "rr": 1.0, "rr_interval": 1.0, "ibi": 1.0, "ibi_ms": 1.0, "rr_s": 1000.0}

_ALIASES = {
    "heart_rate": ("hr", "heartrate", "bpm", "pulse", "heart_rate_bpm"),
    "power": ("watts", "watt", "pwr", "power_w"),
    "cadence": ("cad", "rpm", "cadence_rpm", "spm"),
    "speed": ("velocity", "speed_ms", "speed_m_s", "enhanced_speed"),
    "distance": ("dist", "distance_m"),
    "altitude": ("alt", "ele", "elevation", "altitude_m", "enhanced_altitude"),
    "latitude": ("lat", "position_lat"),
    "longitude": ("lon", "lng", "long", "position_long"),
    "temperature": ("temp", "atemp", "temperature_c"),
    "ground_contact_time": ("stance_time", "gct"),
    "respiration_rate": ("rf", "breathing_rate"),
    "muscle_oxygen": ("smo2",),
}
_OTHER_UNITS = {
    "speed_kmh": ("speed", 1 / 3.6),
    "speed_km_h": ("speed", 1 / 3.6),
    "kph": ("speed", 1 / 3.6),
    "kmh": ("speed", 1 / 3.6),
    "km": ("distance", 1000.0),
    "distance_km": ("distance", 1000.0),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """The channel that a column holds, and what one of its units is in the channel's."""

    channel: str
    factor: float = 1.0


_MEANINGS = (
    {channel.name: Meaning(channel.name) for channel in MEASURED}
    | {alias: Meaning(name) for name, aliases in _ALIASES.items() for alias in aliases}
    | {alias: Meaning(*meant) for alias, meant in _OTHER_UNITS.items()}
)


def plain_name(header: str) -> str:
    """Return a column header as lower-case words joined by underscores.

    >>> plain_name(" Speed (km/h)")
    'speed_km_h'
    """
    return re.sub(r"[^0-9a-z]+", "_", header.strip().lower()).strip("_")


def meaning(header: str) -> Meaning | None:
    """Return the channel a column header means, None if none is known by that name.

    >>> meaning("HR"), meaning("rer")
    (Meaning(channel='heart_rate', factor=1.0), None)
    """
    return _MEANINGS.get(plain_name(header))
