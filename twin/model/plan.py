"""A structured workout as people write it: steps, repeats, targets.

    10:00 150 W, 4x(3:00 280 W, 2:00 120 W), 1 km 4:20/km, 5:00 75 %, 5:00 95 % threshold, 2:00 rest

A step is a length (time, m or km) and a target: power or pace, also in % of the critical one, heart
rate in bpm or in % of the maximum or of the threshold, or rest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

LONGEST_S = 6 * 3600
_MOST_STEPS = 500


class Target(StrEnum):
    """What a step asks for; the value is its unit."""

    POWER = "W"
    SPEED = "m/s"
    HEART_RATE = "bpm"
    SHARE = "% of maximum"
    THRESHOLD = "% of threshold"
    CRITICAL_POWER = "% of critical power"
    CRITICAL_SPEED = "% of critical speed"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a workout at one target.

    Parameters
    ----------
    words : str
        As it was written.
    target : Target
        What is asked for.
    value : float
        In the unit of `target`; 0 for rest.
    duration_s : float
        NaN where the length is a distance. [s]
    distance_m : float
        NaN where the length is a time. [m]
    """

    words: str
    target: Target
    value: float
    duration_s: float = float("nan")
    distance_m: float = float("nan")

    @property
    def timed(self) -> bool:
        """Whether its length is a time."""
        return self.duration_s == self.duration_s


@dataclass(frozen=True, slots=True)
class Block:
    """Steps that are done a number of times."""

    steps: tuple[Step, ...]
    times: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A workout; `blocks` in order."""

    blocks: tuple[Block, ...]

    def steps(self) -> Iterator[Step]:
        """Yield every step as it is done, repeats one after the other.

        >>> [step.value for step in parse_plan("2x(1:00 250 W, 1:00 100 W)").steps()]
        [250.0, 100.0, 250.0, 100.0]
        """
        for block in self.blocks:
            for _ in range(block.times):
                yield from block.steps

    def __len__(self) -> int:
        return sum(block.times * len(block.steps) for block in self.blocks)


_REPEATS = re.compile(r"(\d+)\s*[x×*]\s*\(([^()]*)\)\Z", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):([0-5]\d)(?:\s*(?:h|min))?\Z")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(h|min|s|km|m)\Z")
_STEP = re.compile(
    r"(?P<length>(?:\d+:)?\d{1,3}:\d\d(?:\s*(?:h|min)\b)?|\d+(?:\.\d+)?\s*(?:h|min|s|km|m)\b)"
    r"\s*(?:@|at|in)?\s*(?P<target>.+)\Z"
)


def _share(of: str) -> re.Pattern[str]:
    return re.compile(rf"(\d+(?:\.\d+)?)\s*%\s*(?:of\s*)?(?:the\s*)?(?:{of})\Z", re.IGNORECASE)


_TARGETS = (
    (re.compile(r"(\d+(?:\.\d+)?)\s*w\Z", re.IGNORECASE), Target.POWER, 1.0),
    (re.compile(r"(\d+(?:\.\d+)?)\s*km/h\Z"), Target.SPEED, 1 / 3.6),
    (re.compile(r"(\d+(?:\.\d+)?)\s*m/s\Z"), Target.SPEED, 1.0),
    (re.compile(r"(\d+(?:\.\d+)?)\s*bpm\Z"), Target.HEART_RATE, 1.0),
    (_share(r"|(?:hr)?\s*max"), Target.SHARE, 1.0),
    (_share(r"threshold(?:\s*hr)?|lthr"), Target.THRESHOLD, 1.0),
    (_share(r"cp|critical\s*power"), Target.CRITICAL_POWER, 1.0),
    (_share(r"cs|critical\s*speed"), Target.CRITICAL_SPEED, 1.0),
)
_PACE = re.compile(r"(\d{1,2}):([0-5]\d)\s*(?:min)?/km\Z")
_SECONDS = {"h": 3600.0, "min": 60.0, "s": 1.0}
_METRES = {"km": 1000.0, "m": 1.0}
_HIGHEST = {Target.POWER: 2500.0, Target.SPEED: 25.0, Target.HEART_RATE: 230.0,
            Target.SHARE: 105.0,
            Target.THRESHOLD: 130.0, Target.CRITICAL_POWER: 400.0,
            Target.CRITICAL_SPEED: 200.0}  # fmt: skip
EXAMPLES = "10:00 150 W, 1 km 4:20/km, 5:00 85 %, 2:00 rest, 4x(3:00 280 W, 2:00 120 W)"


def parse_plan(text: str) -> Plan:
    """Read a workout.

    Parameters
    ----------
    text : str
        Steps by commas or lines; ``4x(...)`` repeats.

    Raises
    ------
    ValueError
        If a part is not understood, nothing is there, or it is longer than six hours; says which
        part and what is expected.

    Examples
    --------
    >>> plan = parse_plan("10:00 150 W, 2x(1 km 4:20/km, 90 s rest)")
    >>> [(step.target.value, round(step.value, 2)) for step in plan.steps()]
    [('W', 150.0), ('m/s', 3.85), ('rest', 0.0), ('m/s', 3.85), ('rest', 0.0)]
    """
    plan = Plan(tuple(_block(part) for part in _parts(text)))
    if not plan.blocks:
        raise ValueError(f"no step in {text!r}; expected such as {EXAMPLES}")
    if len(plan) > _MOST_STEPS:
        raise ValueError(f"{len(plan)} steps, expected at most {_MOST_STEPS}")
    timed = sum(step.duration_s for step in plan.steps() if step.timed)
    if timed > LONGEST_S:
        raise ValueError(f"{timed / 3600:.1f} h, expected at most {LONGEST_S // 3600} h")
    return plan


def _parts(text: str) -> Iterator[str]:
    """Yield what stands between commas and line ends outside parentheses."""
    depth, part = 0, ""
    for character in f"{text}\n":
        depth += (character == "(") - (character == ")")
        if character in ",;\n" and depth <= 0:
            if part.strip():
                yield part.strip()
            part = ""
        else:
            part += character
    if part.strip():
        raise ValueError(f"{part.strip()!r}: a parenthesis is not closed")


def _block(part: str) -> Block:
    repeated = _REPEATS.match(part)
    if repeated is None:
        return Block((_step(part),))
    times = int(repeated[1])
    if not 1 <= times <= 100:
        raise ValueError(f"{part!r}: {times} repeats, expected 1 to 100")
    inner = tuple(_step(words) for words in _parts(repeated[2]))
    if not inner:
        raise ValueError(f"{part!r}: nothing to repeat; expected a length and a target")
    return Block(inner, times)


def _step(words: str) -> Step:
    found = _STEP.match(words.strip())
    if found is None:
        raise ValueError(f"{words.strip()!r}: expected a length and a target, such as {EXAMPLES}")
    duration_s, distance_m = _length(found["length"], words)
    target, value = _target(found["target"].strip(), words)
    if target is Target.REST and distance_m == distance_m:
        raise ValueError(f"{words.strip()!r}: rest needs a time, such as 2:00 rest")
    return Step(words.strip(), target, value, duration_s, distance_m)


def _length(text: str, words: str) -> tuple[float, float]:
    nan = float("nan")
    if clock := _CLOCK.match(text):
        duration_s = int(clock[1] or 0) * 3600.0 + int(clock[2]) * 60.0 + int(clock[3])
    else:
        amount = _AMOUNT.match(text)
        if amount is None:
            raise ValueError(
                f"{words!r}: {text!r} is no length; expected 10:00, 90 s, 5 min or 1 km"
            )
        if amount[2] in _METRES:
            distance_m = float(amount[1]) * _METRES[amount[2]]
            if not 10 <= distance_m <= 200_000:
                raise ValueError(f"{words!r}: {distance_m:g} m, expected 10 m to 200 km")
            return nan, distance_m
        duration_s = float(amount[1]) * _SECONDS[amount[2]]
    if not 1 <= duration_s <= LONGEST_S:
        raise ValueError(f"{words!r}: {duration_s:g} s, expected 1 s to {LONGEST_S // 3600} h")
    return duration_s, nan


def _target(text: str, words: str) -> tuple[Target, float]:
    if text.lower() in ("rest", "stop", "pause"):
        return Target.REST, 0.0
    if pace := _PACE.match(text):
        seconds = int(pace[1]) * 60 + int(pace[2])
        if seconds < 100:
            raise ValueError(
                f"{words!r}: {text} is faster than anybody, expected 1:40/km or slower"
            )
        return Target.SPEED, 1000 / seconds
    for pattern, target, scale in _TARGETS:
        if number := pattern.match(text):
            value = float(number[1]) * scale
            if value > _HIGHEST[target]:
                raise ValueError(
                    f"{words!r}: {text}, expected at most {_HIGHEST[target]:g} {target.value}"
                )
            return target, value
    raise ValueError(
        f"{words!r}: {text!r} is no target; expected such as 280 W, 4:20/km, 12 km/h, 85 %, "
        "95 % CP, 150 bpm or rest"
    )
