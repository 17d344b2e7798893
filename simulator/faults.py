"""Faults of heart-rate sensors planted in a simulated session, with the seconds they cover."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from simulator.athlete import Truth
from simulator.noise import generator
from simulator.recording import simulate_recording
from simulator.sensors import Sensors
from twin.records import Floats, Recording

Mask = npt.NDArray[np.bool_]

_FROZEN_S, _LOCK_S, _HIGH_S = (60, 150), (90, 240), (5, 25)
_LOCK_AWAY = 15.0  # 1/min: a sensor that counts steps is noticed only away from the heart rate
_ABOVE = 15.0  # bpm over the maximum


@dataclass(frozen=True, slots=True, eq=False)
class Faulty:
    """A session with faults, and what is true of them.

    Parameters
    ----------
    recording : Recording
        As the sensor gave it.
    truth : Truth
        The athlete.
    faults : dict of str to ndarray of bool
        Seconds of "drop-out", "spike", "dry strap", "frozen", "cadence lock", "impossible".
    """

    recording: Recording
    truth: Truth
    faults: dict[str, Mask]


def simulate_faulty(
    sport: str, duration_s: int, seed: int, truth: Truth, *, dry: bool = False
) -> Faulty:
    """Return a session with drop-outs and spikes of its strap, and planted faults of others.

    Parameters
    ----------
    sport : str
        One of `simulator.world.PROGRAMMES`.
    duration_s : int
        At least half an hour. [s]
    seed : int
        What chance decides.
    truth : Truth
        The athlete.
    dry : bool
        Whether the strap starts dry.

    Examples
    --------
    >>> from simulator.athlete import draw_truth
    >>> faulty = simulate_faulty("intervals", 1800, 1, draw_truth(1, 0, "running"))
    >>> sorted(faulty.faults)
    ['cadence lock', 'drop-out', 'dry strap', 'frozen', 'impossible', 'spike']
    """
    sound = Sensors(dropouts_per_hour=0, spikes_per_hour=0, dry_share=0)
    faulty = replace(sound, dropouts_per_hour=6, spikes_per_hour=4, dry_share=float(dry))
    clean, _ = simulate_recording(sport, duration_s, seed, truth=truth, sensors=sound)
    recording, _ = simulate_recording(sport, duration_s, seed, truth=truth, sensors=faulty)
    rate = recording.samples["heart_rate"].to_numpy(copy=True)
    true = clean.samples["heart_rate"].to_numpy()
    early = np.arange(len(rate)) < faulty.dry_s
    away = ~np.isnan(rate) & (np.abs(rate - true) > 5)
    faults = {
        "drop-out": np.isnan(rate),
        "spike": away & ~(early & dry),
        "dry strap": away & early & dry,
    }
    cadence = recording.samples["cadence"].to_numpy() if "cadence" in recording.samples else None
    planted = plant(rate, cadence, truth.max_hr, generator(seed, "faults"))
    samples = recording.samples.assign(heart_rate=rate)
    return Faulty(replace(recording, samples=samples), truth, faults | planted)


def plant(
    rate: Floats, cadence: Floats | None, max_hr: float, random: np.random.Generator
) -> dict[str, Mask]:
    """Change heart rate in place: a frozen, a locked and an impossible stretch, one in each third.

    Parameters
    ----------
    rate : ndarray, shape (seconds,)
        At least half an hour; the first ten minutes stay as they are. [bpm]
    cadence : ndarray, shape (seconds,), optional
        Where it is not that of a runner, away from the rate, no lock is planted. [1/min]
    max_hr : float
        The athlete's. [bpm]
    random : Generator
        What chance decides.

    Returns
    -------
    dict of str to ndarray of bool
        Seconds of each kind.
    """
    faults = {name: np.zeros(len(rate), bool) for name in ("frozen", "cadence lock", "impossible")}
    third = (len(rate) - 600) // 3

    def stretch(place: int, limits: tuple[int, int]) -> slice:
        length = int(random.integers(*limits))
        start = 600 + place * third + int(random.integers(0, third - length))
        return slice(start, start + length)

    where = stretch(0, _FROZEN_S)
    rate[where] = rate[where.start - 1]
    faults["frozen"][where] = True
    if cadence is not None:
        where = stretch(1, _LOCK_S)
        steps = cadence[where]
        away = np.abs(steps - rate[where])
        runs = not np.isnan(steps + rate[where]).any() and steps.min() > 120
        if runs and np.median(away) > _LOCK_AWAY:
            rate[where] = np.rint(steps + random.normal(0, 0.5, len(steps)))
            faults["cadence lock"][where] = True
    where = stretch(2, _HIGH_S)
    rate[where] = np.rint(max_hr + _ABOVE + random.normal(0, 1, where.stop - where.start))
    faults["impossible"][where] = True
    return faults
