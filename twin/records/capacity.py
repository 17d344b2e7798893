"""What a test in the laboratory or the field gave: critical power with W', or critical speed with D'."""

from dataclasses import dataclass
from datetime import date

# By the kind of `twin.model.demand.InputKind`: name, unit, how many base units it holds, what people have.
_CRITICAL = {
    "power": ("critical power", "W", 1.0, 50.0, 600.0),
    "running speed": ("critical speed", "m/s", 1.0, 1.0, 8.0),
}
_RESERVE = {
    "power": ("W′", "kJ", 1000.0, 1.0, 80.0),
    "running speed": ("D′", "m", 1.0, 10.0, 800.0),
}
ENTERED_KINDS = tuple(_CRITICAL)
_EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class EnteredCapacity:
    """Critical power and W', or critical speed and D', as a test on a day gave them.

    Parameters
    ----------
    day : date
        Of the test; it holds from then on.
    kind : str
        "power" or "running speed".
    critical, reserve : float
        Critical power [W] and W' [J], or critical speed [m/s] and D' [m].

    Raises
    ------
    ValueError
        If the kind is another one, or a value is none that a person has.

    Examples
    --------
    >>> EnteredCapacity(date(2026, 3, 3), "power", 262.0, 18.4)
    Traceback (most recent call last):
    ...
    ValueError: W′ is 1 to 80 kJ, got 0.0184
    """

    day: date
    kind: str
    critical: float
    reserve: float

    def __post_init__(self) -> None:
        if self.kind not in ENTERED_KINDS:
            raise ValueError(f"a capacity is of {' or '.join(ENTERED_KINDS)}, got {self.kind!r}")
        if self.day < _EARLIEST:
            raise ValueError(f"a test is of {_EARLIEST} or later, got {self.day}")
        for value, limits in ((self.critical, _CRITICAL), (self.reserve, _RESERVE)):
            name, unit, per, low, high = limits[self.kind]
            if not low <= value / per <= high:
                raise ValueError(f"{name} is {low:g} to {high:g} {unit}, got {value / per:g}")
