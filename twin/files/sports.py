"""What makers call a sport, in our words; and cadence as the sport counts it."""

import numpy as np

from twin.records import Floats
from twin.schema import SPORTS

_WORDS = {
    "running": ("run", "running", "treadmill", "trail", "jog", "9"),
    "cycling": ("bik", "cycl", "ride", "spin", "velo", "mtb", "1"),
    "football": ("football", "soccer"),
    "rowing": ("row", "kayak", "paddl", "canoe"),
    "swimming": ("swim",),
    "walking": ("walk", "hik", "mountaineer"),
    "skiing": ("ski", "snowboard"),
    "fitness": ("fitness", "gym", "strength", "training", "cardio", "elliptical"),
    "multisport": ("multisport", "triathlon", "duathlon"),
}
_NOT_OURS = ("american", "motor")  # American football and motorcycling are other sports
_ON_FOOT = ("running", "walking")
_STRIDES_BELOW = 125.0  # a median of 125 strides per minute would be 250 steps


def sport_named(*words: str) -> str:
    """Return the sport that the first telling word means, one of `twin.schema.SPORTS`.

    >>> sport_named("generic", "Biking"), sport_named("fitness_equipment", "indoor_rowing")
    ('cycling', 'fitness')
    >>> sport_named("Hockey")
    'other'
    """
    for word in (word.strip().lower() for word in words):
        if word.startswith(_NOT_OURS):
            continue
        if word in SPORTS and word != "other":
            return word
        for sport, stems in _WORDS.items():
            if any(word == stem if stem.isdigit() else stem in word for stem in stems):
                return sport
    return "other"


def steps_per_minute(cadence: Floats, sport: str) -> Floats:
    """Return cadence with both feet counted when running or walking, unchanged otherwise.

    Parameters
    ----------
    cadence : ndarray of float64
        As recorded. NaN stays NaN. [1/min]
    sport : str
        One of `twin.schema.SPORTS`.

    Returns
    -------
    ndarray of float64
        Doubled on foot, where FIT, TCX and GPX count strides (one foot); a median of 125 or more
        can only be steps already and is left. [1/min]

    Examples
    --------
    >>> steps_per_minute(np.array([86.0, np.nan]), "running").tolist()
    [172.0, nan]
    >>> steps_per_minute(np.array([86.0]), "cycling").tolist()
    [86.0]
    """
    moving = cadence[cadence > 0]
    if sport not in _ON_FOOT or (len(moving) and np.median(moving) >= _STRIDES_BELOW):
        return cadence
    return cadence * 2.0


def strides_per_minute(cadence: Floats, sport: str) -> Floats:
    """Return cadence as FIT, TCX and GPX count it: one foot when running or walking; NaN stays NaN. [1/min]

    >>> strides_per_minute(np.array([172.0, np.nan]), "running").tolist()
    [86.0, nan]
    """
    return cadence / 2.0 if sport in _ON_FOOT else cadence
