"""Weeks of sessions of one simulated athlete, with a planted change: for what looks for the unusual."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from simulator.athlete import draw_truth
from simulator.noise import generator
from simulator.recording import simulate_recording
from simulator.sensors import Sensors
from simulator.workout import WORKOUTS
from twin.records import Recording

# Heart rate of one person at equal work scatters by 3 bpm and more between days: Lamberts and
# Lambert 2009, J Strength Cond Res 23(3), PMID 19387374.
DAY_SD_BPM = 3.0
_PLANS = {"running": ("steady", "intervals"), "cycling": ("free ride", "intervals")}
_EVERY_H = 31.0  # between two sessions, so that hours of the day change too


@dataclass(frozen=True, slots=True)
class Change:
    """What is different in some sessions.

    Parameters
    ----------
    first, last : int
        Number of the first and the last session concerned.
    form_bpm : float
        Added to the form of the day. [bpm]
    bias_bpm, noise_bpm : float
        What another sensor reads too much, and how much it scatters. [bpm]
    power_scale : float
        Power is recorded as so many times what it is: with a wrong mass in the watch.
    """

    first: int = 0
    last: int = -1
    form_bpm: float = 0.0
    bias_bpm: float = 0.0
    noise_bpm: float = 0.4
    power_scale: float = 1.0


def simulate_history(
    sport: str = "running", sessions: int = 40, seed: int = 0, *, change: Change = Change(),
    duration_s: int = 2400, only: range | None = None, day_sd_bpm: float = DAY_SD_BPM,
) -> Iterator[Recording]:  # fmt: skip
    """Yield an athlete's sessions, oldest first, the form of the day scattered from one to the next.

    Parameters
    ----------
    sport : str
        "running" or "cycling"; easy sessions and intervals by turns of chance.
    sessions, seed : int
        How many, and everything that chance decides: a session is the same in a longer history.
    change : Change
        What is different in some of them.
    duration_s : int
        Of each. [s]
    only : range, optional
        Numbers of the sessions wanted.
    day_sd_bpm : float
        Scatter of the form of the day. [bpm]

    Examples
    --------
    >>> [r.start.day for r in simulate_history(sessions=2, duration_s=60)]
    [1, 2]
    """
    truth = draw_truth(seed, 0, sport)
    began = pd.Timestamp("2026-03-01T06:00:00")
    for number in only or range(sessions):
        random = generator(seed, f"session {number}")
        own = int(random.integers(2**31))
        planted = change.first <= number <= change.last
        offset = float(random.normal(0, day_sd_bpm)) + (change.form_bpm if planted else 0.0)
        plan = _PLANS[sport][int(random.integers(2))]
        recording, _ = simulate_recording(
            sport, duration_s, own, truth=replace(truth, day_offset_bpm=offset),
            workout=WORKOUTS[plan](own, 0),
            sensors=Sensors(heart_rate_noise=change.noise_bpm if planted else 0.4),
            start=str((began + pd.Timedelta(number * _EVERY_H, "h")).isoformat()),
        )  # fmt: skip
        yield _recorded(recording, change) if planted else recording


def _recorded(recording: Recording, change: Change) -> Recording:
    """Return a recording as another sensor, and a watch with another mass, make it."""
    samples = recording.samples.copy()
    samples["heart_rate"] = np.clip(samples["heart_rate"] + change.bias_bpm, 30, 240)
    if "power" in samples:
        samples["power"] = np.rint(samples["power"] * change.power_scale)
    return replace(recording, samples=samples)
