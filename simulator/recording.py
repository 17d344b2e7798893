"""A whole simulated session at once, with the truth behind it: for tests and notebooks."""

import numpy as np
import pandas as pd

from simulator.athlete import Truth, draw_truth
from simulator.sensors import Sensors
from simulator.workout import Workout
from simulator.world import PROGRAMMES, World
from twin.errors import SourceError
from twin.records import Recording
from twin.schema import MEASURED_NAMES

_CHUNK_S = 900  # seconds simulated at once


def simulate_recording(
    sport: str = "running",
    duration_s: float = 3600,
    seed: int = 0,
    *,
    truth: Truth | None = None,
    workout: Workout | None = None,
    sensors: Sensors = Sensors(),  # noqa: B008 - frozen
    parts: int = 1,
    start: str = "2026-10-01T10:00:00",
) -> tuple[Recording, Truth]:
    """Return one athlete's session, begun at rest, and what was true of that athlete.

    Parameters
    ----------
    sport : str
        One of `simulator.world.PROGRAMMES`: "running", "cycling", "football", "intervals"
        (running), "ramp" (cycling) or "mixed" (running intervals).
    duration_s : int
        Length; the workout begins again where it is shorter. [s]
    seed : int
        Everything that chance decides; the form of the day too, unless `truth` is given.
    truth : Truth, optional
        The athlete; with `dataclasses.replace(truth, day_offset_bpm=8)` the same on another day.
    workout : Workout, optional
        The plan in place of the sport's own.
    sensors : Sensors
        How good the sensors are; `simulator.sensors.PERFECT` shows the truth.
    parts : int
        Positions per second, 1 to 25; other channels are NaN between whole seconds.
    start : str
        Instant of the first sample, ISO 8601, UTC.

    Returns
    -------
    recording : Recording
        Channels never measured are absent; lost contact is NaN.
    truth : Truth
        What a calibration should find.

    Raises
    ------
    SourceError
        If the sport is not simulated.

    Examples
    --------
    >>> recording, truth = simulate_recording("cycling", 600, seed=3)
    >>> recording.sport, len(recording.samples), truth.sport
    ('cycling', 601, 'cycling')
    """
    if sport not in PROGRAMMES:
        raise SourceError(f"no simulated sport {sport!r}; known: {', '.join(PROGRAMMES)}")
    truth = truth or draw_truth(seed, 0, PROGRAMMES[sport][0][0])
    world = World(
        1, seed=seed, sport=sport, parts=parts, start=np.datetime64(start, "ns"),
        sensors=sensors, from_rest=True, truths=(truth,), workout=workout,
    )  # fmt: skip
    left, stretches = int(duration_s) + 1, []
    while left > 0:
        stretches.append(world.advance(min(left, _CHUNK_S)))
        left -= _CHUNK_S
    readings = np.concatenate([s.readings[..., 0] for s in stretches], axis=1)
    flat = readings.reshape(len(MEASURED_NAMES), -1)[:, parts - 1 :]
    offset_ns = np.arange(flat.shape[1]) * 1_000_000_000 // parts
    time = world.start + offset_ns.astype("timedelta64[ns]")
    index = pd.DatetimeIndex(time, tz="UTC", name="time")
    samples = pd.DataFrame(flat.T, index=index, columns=list(MEASURED_NAMES))
    beats = [s.beats for s in stretches]
    rr = pd.Series(
        np.concatenate([b.rr_ms for b in beats]),
        index=pd.DatetimeIndex(np.concatenate([b.time for b in beats]), tz="UTC"),
    )
    return Recording(
        samples=samples.dropna(axis="columns", how="all"), sport=truth.sport, rr=rr,
        device="simulator",
    ), truth  # fmt: skip
