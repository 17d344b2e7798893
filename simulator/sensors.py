"""What sensors make of the truth: averaging, noise, rounding, drop-outs, spikes, dry straps.

The world's mistakes are data: what a sensor did not deliver is NaN, never an invented value.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.athlete import Truths
from simulator.football import Pitch
from simulator.movement import Motion
from simulator.noise import Noise, smoothed
from simulator.route import Ground
from twin.records import Floats
from twin.schema import MEASURED_NAMES

_ROW = {name: row for row, name in enumerate(MEASURED_NAMES)}
_POSITION_TAU_S = 60.0  # autocorrelation time of satellite errors
_RECEIVER_TAU_S = 8.0  # smoothing inside the receiver
_LOCAL_LIMIT_M = 0.9  # largest error of local positioning, below the players' margin
_DRY_SHARE = 0.7  # a dry strap first reads this share of the way to maximal heart rate
_DRY_JITTER_BPM = 12.0


@dataclass(frozen=True, slots=True)
class Sensors:
    """How good the sensors are; zeros everywhere make them perfect.

    Parameters
    ----------
    dropouts_per_hour, dropout_s : float
        Rate of lost strap contact, and its mean length. [1/h, s]
    spikes_per_hour : float
        Rate of single wrong heart rates, 35 to 70 bpm too high. [1/h]
    dry_share, dry_s : float
        Share of straps that start dry, and how long they take. [1, s]
    missed_beats, early_beats : float
        Share of beats that the strap misses, and that come early. [1]
    lag : bool
        Whether the strap averages with each athlete's `Truth.strap_lag_s`.
    heart_rate_noise : float
        Standard deviation before rounding to whole beats. [bpm]
    position_m, local_position_m : float
        Standard deviation of satellite and of local (football) positions, per axis. [m]
    power_share : float
        Standard deviation of power, as a share of it. [1]
    battery_s : float
        The first strap's battery dies after this, the last one's after twice; inf = none. [s]
    """

    dropouts_per_hour: float = 2.0
    dropout_s: float = 14.0
    spikes_per_hour: float = 1.5
    dry_share: float = 0.12
    dry_s: float = 240.0
    missed_beats: float = 0.0015
    early_beats: float = 0.0005
    lag: bool = True
    heart_rate_noise: float = 0.4
    position_m: float = 2.0
    local_position_m: float = 0.15
    power_share: float = 0.02
    battery_s: float = np.inf


PERFECT = Sensors(0, 14, 0, 0, 240, 0, 0, False, 0, 0, 0, 0)


class Straps:
    """Heart-rate straps of a squad."""

    def __init__(self, truths: Truths, seed: int, sensors: Sensors) -> None:
        count = len(truths)
        self._sensors = sensors
        self._noise = Noise(seed, "strap", count, 1)
        self._chance = Noise(seed, "contact", count, 4, uniform=True)
        once = Noise(seed, "strap at start", count, 2, uniform=True).draw(1)[0]
        self._dry = once[0] < sensors.dry_share
        self._max_hr = truths["max_hr"]
        self._battery_s = sensors.battery_s * (1 + once[1])
        self._share = -np.expm1(-1 / truths["strap_lag_s"]) if sensors.lag else 1.0
        self._average: Floats | None = None
        self._lost_s = np.zeros(count)
        self._second = 0

    def read(self, heart_rate: Floats) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
        """Return readings, whether there is contact, and whether the strap is dry, by second."""
        sensors = self._sensors
        seconds = len(heart_rate)
        if self._average is None:
            self._average = heart_rate[0].copy()
        reading = smoothed(heart_rate, self._share, self._average)
        chance = self._chance.draw(seconds)
        elapsed = self._second + np.arange(seconds)[:, None]
        self._second += seconds
        left = np.where(self._dry, np.clip(1 - elapsed / sensors.dry_s, 0, 1), 0.0)
        reading = reading + sensors.heart_rate_noise * self._noise.draw(seconds)[:, 0]
        excess = _DRY_SHARE * (self._max_hr - reading) + _DRY_JITTER_BPM * (chance[:, 3] - 0.5)
        reading = reading + left * excess
        spike = chance[:, 2] < sensors.spikes_per_hour / 3600
        reading = np.where(spike, reading + 35 + 35 * chance[:, 3], reading)
        contact = self._contact(chance) & (elapsed < self._battery_s)
        rounded = np.rint(np.clip(reading, 30, 240)) if sensors.heart_rate_noise else reading
        return np.where(contact, rounded, np.nan), contact, left > 0

    def _contact(self, chance: Floats) -> NDArray[np.bool_]:
        """Return where straps are in contact; lengths of the losses are exponential."""
        begins = chance[:, 0] < self._sensors.dropouts_per_hour / 3600
        lengths = np.ceil(-self._sensors.dropout_s * np.log1p(-chance[:, 1]))
        contact = np.empty(begins.shape, bool)
        for row, (begin, length) in enumerate(zip(begins, lengths, strict=True)):
            self._lost_s = np.where(begin & (self._lost_s <= 0), length, self._lost_s)
            contact[row] = self._lost_s <= 0
            self._lost_s = self._lost_s - 1
        return contact


class Devices:
    """Everything but the strap: positions, speed, power, cadence, altitude, foot pods."""

    def __init__(self, truths: Truths, seed: int, sensors: Sensors, pitch: Pitch) -> None:
        count = len(truths)
        sports = np.array([truth.sport for truth in truths.rows])
        self._sensors = sensors
        self._pitch = pitch
        self._ground = Ground()
        self._football = sports == "football"
        self._foot_pod = sports == "running"
        self._local = np.where(self._football, sensors.local_position_m, sensors.position_m)
        self._noise = Noise(seed, "devices", count, 8)
        first = Noise(seed, "devices at start", count, 4).draw(1)[0]
        self._rough, self._error = first[:3], first[:3].copy()
        self._scale = 1 + 0.003 * first[3] * bool(sensors.position_m)

    def read(self, motion: Motion) -> Floats:
        """Return all measured channels, shape (channels, seconds, parts, athletes).

        Channels measured once a second stand in the last part of it, NaN in the others.
        """
        noise = self._noise.draw(len(motion.load))
        values = np.full((len(MEASURED_NAMES), *motion.speed.shape), np.nan)
        self._put_positions(values, motion, noise)
        self._put_work(values, motion, noise)
        return values

    def _put_positions(self, values: Floats, motion: Motion, noise: Floats) -> None:
        east_error, north_error, height_error = self._errors(noise, motion.speed.shape[1])
        limit = np.where(self._football, _LOCAL_LIMIT_M, np.inf)
        east = motion.east + np.clip(self._local * east_error, -limit, limit)
        north = motion.north + np.clip(self._local * north_error, -limit, limit)
        values[_ROW["latitude"]], values[_ROW["longitude"]] = self._ground.degrees(east, north)
        height = motion.altitude + 0.4 * self._sensors.position_m * height_error
        values[_ROW["altitude"]] = np.where(self._football, np.nan, height)
        speed_noise = 0.02 * self._sensors.position_m * noise[:, 3, None]
        still = motion.speed < 0.3
        values[_ROW["speed"]] = np.where(
            still, motion.speed, np.maximum(motion.speed + speed_noise, 0)
        )
        values[_ROW["distance"]] = motion.distance * self._scale
        hdop = 0.8 + 0.25 * np.abs(east_error) + 0.1 * np.abs(north_error)
        values[_ROW["hdop"]] = np.where(self._football, np.nan, np.round(hdop, 1))

    def _errors(self, noise: Floats, parts: int) -> tuple[Floats, Floats, Floats]:
        """Return slow errors of unit size: east, north, height; straight within a second."""
        keep = np.exp(-1 / _POSITION_TAU_S)
        before = self._error.copy()
        rough = np.empty_like(noise[:, :3])
        for row, step in enumerate(noise[:, :3]):
            self._rough = keep * self._rough + np.sqrt(1 - keep**2) * step
            rough[row] = self._rough
        ends = smoothed(rough, -np.expm1(-1 / _RECEIVER_TAU_S), self._error)[:, None]
        begins = np.concatenate([before[None, None], ends[:-1]])
        share = (np.arange(1, parts + 1) / parts)[None, :, None, None]
        errors = begins + share * (ends - begins)
        return errors[:, :, 0], errors[:, :, 1], errors[:, :, 2]

    def _put_work(self, values: Floats, motion: Motion, noise: Floats) -> None:
        power = motion.power * (1 + self._sensors.power_share * noise[:, 4])
        exact = self._sensors.power_share == 0
        values[_ROW["power"], :, -1] = power if exact else np.rint(np.maximum(power, 0))
        spin = np.where(motion.cadence > 0, motion.cadence + 0.8 * noise[:, 5] * (not exact), 0.0)
        values[_ROW["cadence"], :, -1] = np.where(
            np.isnan(motion.cadence), np.nan, np.rint(np.maximum(spin, 0))
        )
        speed = motion.speed[:, -1]
        stride = self._foot_pod & (speed > 1.5)
        contact = 330 - 31 * speed + 4 * noise[:, 6]
        bounce = 96 - 4 * speed + 2 * noise[:, 7]
        values[_ROW["ground_contact_time"], :, -1] = np.where(stride, np.rint(contact), np.nan)
        values[_ROW["vertical_oscillation"], :, -1] = np.where(stride, np.rint(bounce), np.nan)
