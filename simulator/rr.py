"""RR intervals whose variability falls with intensity and whose sum is the time that passed.

Beats come where the integral of the heart rate passes whole numbers (integral pulse frequency
modulation); breathing and chance then shift each beat in time. Shifts never add up, so the sum
of the intervals stays true.
"""

import numpy as np
from numpy.typing import NDArray

from simulator.athlete import Truths
from simulator.noise import Noise
from simulator.sensors import Sensors
from twin.records import Beats, Floats

_SLOTS = 4  # beats that fit into one second at 240 bpm
_CLOCK_HZ = 1024  # resolution of RR intervals in the Bluetooth heart-rate profile
_FLOOR_RMSSD_MS = 3.0  # what is left of variability at the maximal heart rate
_FALL = 5.0  # RMSSD falls by exp(-5) of heart-rate reserve
_BREATH_SHARE = 0.75  # share of the variance that goes with breathing
_REST_BREATHS_HZ, _MORE_BREATHS_HZ = 0.22, 0.45  # at rest, and on top of it at the maximum
_DELAY_S = 0.12  # longer than any shift, so that no beat is known before it came
_LONGEST_RR_S = 2.5  # a strap reports no longer interval: contact was lost
_DRY_MISSED = 0.08  # share of beats that a dry strap misses


class HeartBeats:
    """The beats of a squad, as their straps report them."""

    def __init__(self, truths: Truths, seed: int, sensors: Sensors) -> None:
        count = len(truths)
        self._truths = truths
        self._sensors = sensors
        self._noise = Noise(seed, "beats", count, _SLOTS)
        self._chance = Noise(seed, "missed beats", count, _SLOTS, uniform=True)
        first = Noise(seed, "beats at start", count, 2, uniform=True).draw(1)[0]
        self._phase, self._breath = first[0], first[1]
        self._last_tick = np.full(count, np.nan)
        self._second = 0

    def advance(
        self, heart_rate: Floats, contact: NDArray[np.bool_], dry: NDArray[np.bool_],
        start: np.datetime64,
    ) -> Beats:  # fmt: skip
        """Return the beats of some seconds; the first of them ends `start`, UTC."""
        ends = np.cumsum(np.concatenate([self._phase[None], heart_rate / 60]), axis=0)
        begins, ends = ends[:-1, None], ends[1:, None]
        self._phase = ends[-1, 0]
        number = np.floor(begins) + np.arange(1, _SLOTS + 1)[None, :, None]
        part = (number - begins) / (ends - begins)
        chance = self._chance.draw(len(heart_rate))
        missed = self._sensors.missed_beats + _DRY_MISSED * dry[:, None]
        early = (chance > 1 - self._sensors.early_beats) * 0.25 * 60 / heart_rate[:, None]
        shift = self._shift_s(heart_rate, part) - early - _DELAY_S
        seconds = self._second - 1 + np.arange(len(heart_rate))[:, None, None] + part + shift
        self._second += len(heart_rate)
        heard = (number <= ends) & contact[:, None] & (chance >= missed) & (seconds >= 0)
        return self._intervals(seconds, heard, start)

    def _shift_s(self, heart_rate: Floats, part: Floats) -> Floats:
        """Return by how much each beat comes late or early, for the wanted RMSSD. [s]"""
        truth = self._truths
        effort = (heart_rate - truth["resting_hr"]) / (truth["max_hr"] - truth["resting_hr"])
        effort = np.clip(effort, 0, 1)[:, None]
        rmssd_s = (
            _FLOOR_RMSSD_MS + (truth["rest_rmssd_ms"] - _FLOOR_RMSSD_MS) * np.exp(-_FALL * effort)
        ) / 1000
        rate_hz = _REST_BREATHS_HZ + _MORE_BREATHS_HZ * effort
        breath = np.cumsum(np.concatenate([self._breath[None], rate_hz[:, 0]]), axis=0)
        self._breath = breath[-1]
        phase = breath[:-1, None] + rate_hz * part
        # A shift d*sin(2 pi f t) makes successive differences of d*4*sin(pi f RR)^2 in amplitude.
        second_difference = 4 * np.sin(np.pi * rate_hz * 60 / heart_rate[:, None]) ** 2
        depth = rmssd_s * np.sqrt(2 * _BREATH_SHARE) / np.maximum(second_difference, 0.8)
        jitter = rmssd_s * np.sqrt((1 - _BREATH_SHARE) / 6)  # var of a second difference is 6
        chance = np.clip(self._noise.draw(len(heart_rate)), -3, 3)
        shift: Floats = depth * np.sin(2 * np.pi * phase) + jitter * chance
        return shift

    def _intervals(self, seconds: Floats, heard: NDArray[np.bool_], start: np.datetime64) -> Beats:
        """Return intervals between the beats heard, in ticks of the strap's own clock."""
        by_athlete = np.moveaxis(heard, 2, 0)
        athlete = np.nonzero(by_athlete)[0]
        time_s = np.moveaxis(seconds, 2, 0)[by_athlete]
        clock = 1 + self._truths["strap_clock_ppm"][athlete] * 1e-6
        tick = np.rint(time_s * clock * _CLOCK_HZ)
        first = np.diff(athlete, prepend=-1) != 0
        last = np.diff(athlete, append=-1) != 0
        before = np.where(first, self._last_tick[athlete], np.roll(tick, 1))
        self._last_tick[athlete[last]] = tick[last]
        interval_s = (tick - before) / _CLOCK_HZ
        known = interval_s < _LONGEST_RR_S  # NaN, the first beat of all, is not
        time = start + np.rint(time_s * 1e9).astype("timedelta64[ns]")
        return Beats(athlete[known].astype(np.int32), time[known], interval_s[known] * 1000)
