"""What a test in the laboratory or the field gave: critical power with W', or critical speed with D'."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Quantity:
    """How a capacity is called and written, and what people have.

    Parameters
    ----------
    name, unit : str
        As people write them.
    per : float
        What one of the unit holds, in W, m/s, J or m.
    lowest, highest : float
        What people have. [unit]
    digits : int
        Behind the point.
    """

    name: str
    unit: str
    per: float
    lowest: float
    highest: float
    digits: int

    def told(self, value: float) -> str:
        """Return a value in W, m/s, J or m as people write it.

        >>> RESERVE["power"].told(18_400.0), CRITICAL["running speed"].told(4.0)
        ('18.4 kJ', '4.00 m/s')
        """
        return f"{value / self.per:.{self.digits}f} {self.unit}"


# By the kind of `twin.model.demand.InputKind`.
CRITICAL = {
    "power": Quantity("critical power", "W", 1.0, 50.0, 600.0, digits=0),
    "running speed": Quantity("critical speed", "m/s", 1.0, 1.0, 8.0, digits=2),
}
RESERVE = {
    "power": Quantity("W′", "kJ", 1000.0, 1.0, 80.0, digits=1),
    "running speed": Quantity("D′", "m", 1.0, 10.0, 800.0, digits=0),
}
ENTERED_KINDS = tuple(CRITICAL)
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
        quantities = quantities_of(self.kind)
        if self.day < _EARLIEST:
            raise ValueError(f"a test is of {_EARLIEST} or later, got {self.day}")
        for value, known in zip((self.critical, self.reserve), quantities, strict=True):
            low, high, typed = known.lowest, known.highest, value / known.per
            if not low <= typed <= high:
                raise ValueError(f"{known.name} is {low:g} to {high:g} {known.unit}, got {typed:g}")


def quantities_of(kind: str) -> tuple[Quantity, Quantity]:
    """Return what the critical level and the reserve of a kind are.

    Raises
    ------
    ValueError
        If no capacity is of that kind.

    Examples
    --------
    >>> [one.name for one in quantities_of("running speed")]
    ['critical speed', 'D′']
    """
    if kind not in ENTERED_KINDS:
        raise ValueError(f"a capacity is of {' or '.join(ENTERED_KINDS)}, got {kind!r}")
    return CRITICAL[kind], RESERVE[kind]
