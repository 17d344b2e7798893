"""How numbers and names read on a screen: pace, distance, time spans, ages."""

import math
from collections.abc import Sequence

from twin.schema import CHANNELS

NOTHING = "–"  # stands where no value is known; never 0


def label(name: str, *, unit: bool = True) -> str:
    """Return the words of a channel for an axis or a tile.

    >>> label("heart_rate")
    'Heart rate (bpm)'
    """
    channel = CHANNELS[name]
    return f"{channel.label} ({channel.unit})" if unit and channel.unit != "1" else channel.label


def number(value: float, decimals: int = 0, unit: str = "") -> str:
    """Return a number for the screen, `NOTHING` for NaN.

    >>> number(142.4, unit="bpm"), number(float("nan"))
    ('142 bpm', '–')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{value:.{decimals}f} {unit}".rstrip()


def pace(speed: float) -> str:
    """Return a speed as pace, minutes and seconds to the kilometre.

    Parameters
    ----------
    speed : float
        Speed; below 0.5 m/s and for NaN no pace is given. [m/s]

    Examples
    --------
    >>> pace(1000 / 270), pace(0.1)
    ('4:30', '–')
    """
    if not math.isfinite(speed) or speed < 0.5:
        return NOTHING
    minutes, seconds = divmod(round(1000 / speed), 60)
    return f"{minutes}:{seconds:02d}"


def speed_of(sport: str, speed: float) -> tuple[str, str]:
    """Return how fast, as this sport says it, and the unit: pace on foot, else km/h.

    >>> speed_of("running", 4.0), speed_of("cycling", 10.0)
    (('4:10', '/km'), ('36.0', 'km/h'))
    """
    if sport in ("running", "walking"):
        return pace(speed), "/km"
    return number(speed * 3.6, 1), "km/h"


def distance_km(metres: float) -> str:
    """Return a distance in kilometres with two decimals, one beyond 100 km.

    >>> distance_km(8437), distance_km(123_456)
    ('8.44', '123.5')
    """
    return number(metres / 1000, 2 if abs(metres) < 100_000 else 1)


def duration(seconds: float) -> str:
    """Return a time span as h:mm:ss, below an hour as m:ss.

    >>> duration(5025), duration(62.4)
    ('1:23:45', '1:02')
    """
    if not math.isfinite(seconds):
        return NOTHING
    minutes, rest = divmod(round(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if seconds < 0 and round(seconds) else ""
    return f"{sign}{hours}:{minutes:02d}:{rest:02d}" if hours else f"{sign}{minutes}:{rest:02d}"


def span(seconds: float) -> str:
    """Return a length of time in its largest whole unit, as people name efforts.

    >>> span(15), span(1200), span(5400), span(7200)
    ('15 s', '20 min', '90 min', '2 h')
    """
    for length, unit in ((3600, "h"), (60, "min")):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def age(seconds: float) -> str:
    """Return how long ago a value came, in words.

    >>> age(12), age(190), age(float("nan"))
    ('12 s ago', '3 min ago', 'no signal')
    """
    if not math.isfinite(seconds):
        return "no signal"
    return f"{seconds:.0f} s ago" if seconds < 120 else f"{seconds // 60:.0f} min ago"


def initials(name: str) -> str:
    """Return two letters for a dot on the map.

    >>> initials("Ada Lovelace"), initials("Bo")
    ('AL', 'BO')
    """
    words: Sequence[str] = name.split()
    letters = words[0][0] + words[-1][0] if len(words) > 1 else name.strip()[:2]
    return letters.upper()
