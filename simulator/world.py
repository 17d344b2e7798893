"""The world: all athletes of a squad, second by second, and what their sensors say."""

from dataclasses import dataclass, fields

import numpy as np

from simulator import workout as plans
from simulator.athlete import Hearts, Truth, Truths, draw_truth
from simulator.football import Pitch, Players
from simulator.movement import Motion, Riders, Runners
from simulator.noise import generator
from simulator.route import park_loop, road_loop, track_loop
from simulator.rr import HeartBeats
from simulator.sensors import Devices, Sensors, Straps
from simulator.workout import Workout
from twin.records import Beats, Floats, Indices
from twin.schema import MEASURED_NAMES

_HEART_RATE = MEASURED_NAMES.index("heart_rate")
_UNEVEN = {"running": 0.015, "cycling": 0.07}  # spread of effort, as a share
_SETTLE_S = 120  # how long everybody has been at it when the world begins
_WALKING_S = 100.0  # a game in progress when the world begins
START = np.datetime64("2026-10-01T10:00:00", "ns")
WIND_M_S = (2.2, 0.8)  # blows to the east and a little to the north

# Who does what, by turns: an athlete's place decides, so a larger squad changes nobody.
PROGRAMMES = {
    "mixed": (
        ("running", "intervals"), ("cycling", "free ride"), ("football", "small-sided game"),
        ("running", "steady"), ("cycling", "intervals"), ("football", "small-sided game"),
    ),
    "running": (("running", "steady"),),
    "cycling": (("cycling", "free ride"),),
    "football": (("football", "small-sided game"),),
    "intervals": (("running", "intervals"),),
    "ramp": (("cycling", "ramp"),),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Some seconds of the whole squad.

    Parameters
    ----------
    motion : Motion
        What everybody truly did.
    heart_rate : ndarray, shape (seconds, athletes)
        True heart rate. [bpm]
    readings : ndarray, shape (channels, seconds, parts, athletes)
        What the sensors say, a line per channel of `twin.schema.MEASURED_NAMES`; NaN = nothing.
    beats : Beats
        RR intervals as the straps report them.
    """

    motion: Motion
    heart_rate: Floats
    readings: Floats
    beats: Beats


class World:
    """A seeded world that steps all athletes together.

    The same seed gives the same world to the last bit, however `advance` cuts time.

    Parameters
    ----------
    athletes : int
        Size of the squad.
    seed : int
        Everything that chance decides.
    sport : str
        One of `PROGRAMMES`.
    parts : int
        Positions per second, 1 to 25.
    start : datetime64[ns]
        Instant of the first sample, UTC.
    sensors : Sensors
        How good the sensors are.
    from_rest : bool
        Begin at the start of the workouts, at rest, in place of amid them.
    truths : tuple of Truth
        Known athletes in place of drawn ones.
    workout : Workout, optional
        Everybody's plan in place of the programme's.

    Examples
    --------
    >>> world = World(3, seed=1, sport="running")
    >>> world.advance(10).heart_rate.shape
    (10, 3)
    """

    def __init__(
        self, athletes: int, *, seed: int = 0, sport: str = "mixed", parts: int = 1,
        start: np.datetime64 = START,
        sensors: Sensors = Sensors(),  # noqa: B008 - frozen
        from_rest: bool = False, truths: tuple[Truth, ...] = (),
        workout: Workout | None = None,
    ) -> None:  # fmt: skip
        turns = [PROGRAMMES[sport][a % len(PROGRAMMES[sport])] for a in range(athletes)]
        self.start = start
        self.truths = truths or tuple(draw_truth(seed, a, turns[a][0]) for a in range(athletes))
        self.workouts = tuple(
            workout or plans.WORKOUTS[plan](seed, a) for a, (_, plan) in enumerate(turns)
        )
        self._parts = parts
        self._second = 0
        rest = from_rest or sport == "ramp"
        self._plans = plans.Plans(self.workouts, np.zeros(athletes) if rest else self._phases(seed))
        self._pacing = plans.Pacing(self._unevenness(steady=sport == "ramp"), seed)
        columns = Truths(self.truths)
        self._movers = self._place_all(seed, flat=sport == "ramp")
        self._hearts = Hearts(columns, seed)
        self._straps = Straps(columns, seed, sensors)
        self._devices = Devices(columns, seed, sensors, Pitch())
        self._beats = HeartBeats(columns, seed, sensors)
        if not rest:
            self._settle()

    def _unevenness(self, *, steady: bool) -> Floats:
        """Return how unevenly each athlete holds the plan; an ergometer holds it exactly."""
        return np.array([0.0 if steady else _UNEVEN.get(t.sport, 0.0) for t in self.truths])

    def _phases(self, seed: int) -> Floats:
        """Return how far into their workouts athletes are; a game is the same for all."""
        return np.array([
            _WALKING_S if truth.sport == "football"
            else generator(seed, f"phase {place}").integers(0, 900)
            for place, truth in enumerate(self.truths)
        ], float)  # fmt: skip

    def _place_all(
        self, seed: int, *, flat: bool
    ) -> list[tuple[Indices, Runners | Riders | Players]]:
        """Return the movers of each sport, a ramp test on the track, with the places of their athletes in the squad."""
        movers: list[tuple[Indices, Runners | Riders | Players]] = []
        for sport in ("running", "cycling", "football"):
            who = np.array([a for a, t in enumerate(self.truths) if t.sport == sport], np.int32)
            if not len(who):
                continue
            truths = Truths(tuple(self.truths[a] for a in who))
            along = np.array([generator(seed, f"start {a}").random() for a in who])
            if sport == "running":
                park = park_loop(seed)
                movers.append((who, Runners(truths, park, along * park.length_m)))
            elif sport == "cycling":
                road, wind = (track_loop(seed), (0.0, 0.0)) if flat else (road_loop(seed), WIND_M_S)
                movers.append((who, Riders(truths, road, along * road.length_m, wind)))
            else:
                movers.append((who, Players(truths, seed, Pitch())))
        return movers

    def _settle(self) -> None:
        """Let everybody have been at it for a while, so that nobody starts from a standstill."""
        motion = self._move(np.repeat(self._plans.intensity(0, 1), _SETTLE_S, axis=0))
        for _, mover in self._movers:
            mover.begin()
        self._hearts.settle(motion.load[-_SETTLE_S // 2 :].mean(axis=0))

    def advance(self, seconds: int) -> Stretch:
        """Let some seconds pass; the first second of all ends at `start`."""
        if seconds < 1:
            raise ValueError(f"expected at least one second to pass, got {seconds}")
        intensity = self._pacing.uneven(self._plans.intensity(self._second, seconds))
        self._second += seconds
        motion = self._move(intensity)
        heart_rate = self._hearts.advance(motion.load)
        reading, contact, dry = self._straps.read(heart_rate)
        readings = self._devices.read(motion)
        readings[_HEART_RATE, :, -1] = reading
        beats = self._beats.advance(heart_rate, contact, dry, self.start)
        return Stretch(motion, heart_rate, readings, beats)

    def _move(self, intensity: Floats) -> Motion:
        """Let every sport move, and put its athletes into their columns."""
        motions = [
            (who, mover.advance(intensity[:, who], self._parts)) for who, mover in self._movers
        ]
        if len(motions) == 1:
            return motions[0][1]
        merged = {}
        for field in fields(Motion):
            columns = [getattr(motion, field.name) for _, motion in motions]
            whole = np.empty((*columns[0].shape[:-1], intensity.shape[1]))
            for (who, _), column in zip(motions, columns, strict=True):
                whole[..., who] = column
            merged[field.name] = whole
        return Motion(**merged)
