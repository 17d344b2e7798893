"""The same made-up squad for every peer: one reading a second on the second, from the clock alone."""

import math
import time
from collections import deque
from dataclasses import dataclass

POINTS = 300
LANES = ("heart_rate", "power", "cadence", "altitude")


@dataclass(frozen=True)
class Reading:
    """One athlete at one second; `stamp` is the instant of the sensor in ms since 1970."""

    stamp: int
    heart_rate: float
    power: float
    cadence: float
    altitude: float
    speed: float
    distance: float
    x: float
    y: float


def reading(athlete: int, second: int) -> Reading:
    phase = second / 60 + athlete / 7
    return Reading(
        stamp=second * 1000,
        heart_rate=round(145 + 30 * math.sin(phase)),
        power=round(220 + 80 * math.sin(3 * phase)),
        cadence=round(88 + 6 * math.sin(2 * phase)),
        altitude=200 + 15 * math.sin(phase / 2),
        speed=8 + math.sin(phase),
        distance=8.0 * (second % 86_400),
        x=500 * math.sin(phase / 3),
        y=500 * math.cos(phase / 3),
    )


def now() -> int:
    return int(time.time())


def history(athlete: int, second: int) -> deque[Reading]:
    return deque((reading(athlete, s) for s in range(second - POINTS, second + 1)), POINTS)


def sparkline(athlete: int, second: int, points: int = 60) -> list[float]:
    return [reading(athlete, s).heart_rate for s in range(second - points, second + 1)]
