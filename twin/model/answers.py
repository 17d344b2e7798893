"""What a twin answers: its state, a forecast, the time to a line."""

from dataclasses import dataclass

import numpy as np

from twin.model.demand import InputKind


@dataclass(frozen=True, slots=True)
class TwinState:
    """What the twin believes now; NaN where it cannot know.

    Parameters
    ----------
    heart_rate : float
        Last measured, up to 10 s old. [bpm]
    input : InputKind
        The workload it lives on.
    expected : float
        On an average day, rested, at this workload. [bpm]
    offset, offset_sd : float
        Of the day from `expected`, and its standard deviation. [bpm]
    drift_per_hour, drift_sd : float
        Of the offset, and its standard deviation. [bpm/h]
    disturbance, disturbance_sd : float
        What will fade within minutes, and its standard deviation. [bpm]
    demand, demand_sd : float
        Steady workload, and how much it moved in the last minutes; NaN without input.
        [own unit]
    surprise : float
        Last measurement against the twin, in standard deviations. [1]
    sessions : int
        Calibrated from so many; 0 works from the population.
    """

    heart_rate: float
    input: InputKind
    expected: float
    offset: float
    offset_sd: float
    drift_per_hour: float
    drift_sd: float
    disturbance: float
    disturbance_sd: float
    demand: float
    demand_sd: float
    surprise: float
    sessions: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Heart rate at one horizon.

    Parameters
    ----------
    horizon_s : float
        How far ahead. [s]
    heart_rate : float
        Expected, whole where the sensor tells whole beats; NaN where it is not known now. [bpm]
    half_width : tuple of float
        Of the 50, 80 and 95 % bands. [bpm]
    persistence_share : float
        Part of it that says "stays as it is": 1 is nothing better known. [1]
    error, persistence_error, coverage80 : float
        How forecasts at the nearest horizon came true lately: mean absolute error of the twin, of
        "stays as it is" [bpm], share inside the 80 % band [1]. NaN before the first.
    """

    horizon_s: float
    heart_rate: float
    half_width: tuple[float, ...]
    persistence_share: float
    error: float
    persistence_error: float
    coverage80: float

    @property
    def says(self) -> str:
        """What the twin says of its own skill, in words."""
        if np.isnan(self.error):
            return "not yet judged in this session"
        if self.persistence_share > 0.5 or self.error >= self.persistence_error:
            return "no better than 'stays as it is' now"
        gain = 1 - self.error / self.persistence_error
        return f"{gain:.0%} closer than 'stays as it is' lately"


@dataclass(frozen=True, slots=True)
class Crossing:
    """When heart rate will cross a line from below; infinite = not within the plan. [s]"""

    expected_s: float
    earliest_s: float
    latest_s: float
