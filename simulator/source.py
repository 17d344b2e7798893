"""Simulated athletes as a source of live samples: `simulator:30` on the command line."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import numpy as np

from simulator.athlete import draw_truth
from simulator.feed import Feed
from simulator.sensors import Sensors
from simulator.squad import known_athlete
from simulator.world import PROGRAMMES, World
from twin.errors import SourceError
from twin.protocols import Clock
from twin.records import Athlete, Batch
from twin.settings import Settings

_FEWEST_S = 0.05  # of clock between two batches: 20 a second are enough for any screen
_SECOND = np.timedelta64(10**9, "ns")
_MOST_ATHLETES = 1000
_FASTEST = 1000.0


class SimulatorSource:
    """A squad that trains without end.

    Parameters
    ----------
    athletes : int
        Size of the squad, 1 to 1000.
    seed : int
        The same seed gives the same samples to the last bit, at any speed.
    sport : str
        "mixed", "running", "cycling", "football", "intervals" (running) or "ramp" (cycling).
    frequency_s : float
        Time between two samples of an athlete: 1/n with n up to 25, or whole seconds. Positions,
        speed, distance and altitude come with each, all else once a second. [s]
    start : datetime, optional
        Instant of the first sample; without it the next whole second of the clock.
    speed : float
        Simulated seconds per second of the clock.
    sensors : Sensors
        How good the sensors are.
    team : str
        Stands behind every name, so that two squads are other people.

    Raises
    ------
    SourceError
        If an argument is not accepted.

    Examples
    --------
    >>> [athlete.name for athlete in SimulatorSource(3).athletes]
    ['Ada', 'Ben', 'Chiara']
    """

    def __init__(
        self, athletes: int = 12, *, seed: int = 0, sport: str = "mixed",
        frequency_s: float = 1.0, start: datetime | np.datetime64 | None = None,
        speed: float = 1.0, sensors: Sensors = Sensors(),  # noqa: B008 - frozen
        team: str = "",
    ) -> None:  # fmt: skip
        if sport not in PROGRAMMES:
            raise SourceError(f"no simulated sport {sport!r}; known: {', '.join(PROGRAMMES)}")
        if not 1 <= athletes <= _MOST_ATHLETES:
            raise SourceError(f"{athletes} simulated athletes; expected 1 to {_MOST_ATHLETES}")
        if not 0 < speed <= _FASTEST:
            raise SourceError(f"speed {speed} is not accepted; expected up to {_FASTEST:.0f}")
        if seed < 0:
            raise SourceError(f"seed {seed} is not accepted; expected 0 or more")
        self.name = f"simulator:{athletes}" + (f":{sport}" if sport != "mixed" else "")
        self.speed = speed
        self._parts, self._seconds = _rhythm(frequency_s)
        self._start = None if start is None else _utc(start)
        self._seed, self._sport, self._sensors = seed, sport, sensors
        turns = PROGRAMMES[sport]
        self.truths = tuple(
            draw_truth(seed, place, turns[place % len(turns)][0]) for place in range(athletes)
        )
        self.athletes: Sequence[Athlete] = tuple(
            known_athlete(place, truth, team) for place, truth in enumerate(self.truths)
        )

    async def batches(self, clock: Clock) -> AsyncIterator[Batch]:
        """Yield the squad's samples when their time comes; without end, and without drift.

        A consumer that is late gets every batch that is due at once. `Batch.now` is the clock,
        or at another speed the simulated time that it stands for.
        """
        present = clock.now().astype("datetime64[ns]")
        began = _next_second(present) if self._start is None else present
        start = began if self._start is None else self._start
        feed = Feed(self._world(start), self._parts, self._seconds)
        together = max(1, int(np.ceil(_FEWEST_S * self.speed / feed.period_s - 1e-9)))
        last = -1
        while True:
            last += together
            due = began + np.timedelta64(round(feed.offset_ns(last) / self.speed), "ns")
            await clock.sleep(max(0.0, float((due - clock.now()) / _SECOND)))
            passed_ns = (clock.now() - began).astype("timedelta64[ns]").astype(np.int64)
            now = start + np.timedelta64(round(int(passed_ns) * self.speed), "ns")
            yield feed.take(together, now)

    def _world(self, start: np.datetime64) -> World:
        return World(
            len(self.athletes), seed=self._seed, sport=self._sport, parts=self._parts,
            start=start, sensors=self._sensors,
        )  # fmt: skip


def _rhythm(frequency_s: float) -> tuple[int, int]:
    """Return samples per second and seconds per sample; one of them is 1."""
    if frequency_s >= 1 and float(frequency_s).is_integer():
        return 1, int(frequency_s)
    parts = round(1 / frequency_s) if 0 < frequency_s < 1 else 0
    if not 2 <= parts <= 25 or abs(parts * frequency_s - 1) > 0.01:
        raise SourceError(
            f"a simulated sample every {frequency_s} s is not possible; "
            "expected whole seconds, or 1/n s such as 0.5, 0.1 or 0.04"
        )
    return parts, 1


def _utc(instant: datetime | np.datetime64) -> np.datetime64:
    if isinstance(instant, np.datetime64):
        same: np.datetime64 = instant.astype("datetime64[ns]")
        return same
    if instant.tzinfo is None:
        raise SourceError(f"start {instant} has no time zone; expected one such as UTC")
    return np.datetime64(instant.astimezone(UTC).replace(tzinfo=None), "ns")


def _next_second(instant: np.datetime64) -> np.datetime64:
    past_ns = int(instant.astype(np.int64)) % 10**9
    return instant + np.timedelta64(-past_ns % 10**9, "ns")


def open_source(description: str, settings: Settings) -> SimulatorSource:
    """Return the squad that words describe: ``N[:SPORT][:seed=S][:hz=H][:team=T][@SPEED]``.

    Parameters
    ----------
    description : str
        Such as "30", "30:football:hz=10" or "12:cycling:seed=7@20"; empty = 12 of all sports.
    settings : Settings
        `data_frequency` stands where no ``hz`` is given.

    Raises
    ------
    SourceError
        If the words are not understood.

    Examples
    --------
    >>> source = open_source("12:cycling:seed=7@20", Settings())
    >>> source.name, source.speed
    ('simulator:12:cycling', 20.0)
    """
    words, _, speed = description.partition("@")
    count, *options = words.split(":")
    sport, seed, frequency_s, team = "mixed", 0, settings.data_frequency, ""
    for option in options:
        key, equals, value = option.partition("=")
        if not equals:
            sport = option
        elif key == "team":
            team = value
        elif key == "seed":
            seed = int(_number(value, description))
        elif key == "hz" and _number(value, description) > 0:
            frequency_s = 1 / _number(value, description)
        else:
            raise SourceError(f"simulator:{description}: unknown option {option!r}; {_FORM}")
    return SimulatorSource(
        int(_number(count or "12", description)), seed=seed, sport=sport,
        frequency_s=frequency_s, speed=_number(speed or "1", description), team=team,
    )  # fmt: skip


_FORM = "expected N[:SPORT][:seed=S][:hz=H][:team=T][@SPEED], such as 30 or 12:cycling:seed=7@20"


def _number(word: str, description: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        raise SourceError(f"simulator:{description}: {word!r} is not a number; {_FORM}")
    return number
