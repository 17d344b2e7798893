"""Durability: how heart rate at equal work rises with the work already done."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from twin.records import Floats

_LEAST_S = 1800  # of work, or the first hour cannot be told from the day
_BLOCK_S = 120  # neighbouring seconds wander together for about 100 s
_LEAST_BLOCKS = 6
# A wander of 100 s leaves means of 120 s correlated by 0.49, 0.15, ...: errors grow by sqrt(2.4).
_WANDER_FACTOR = 1.55


@dataclass(frozen=True, slots=True)
class Durability:
    """Rise of heart rate at equal work.

    Parameters
    ----------
    rise : float
        Per unit of work done; NaN where it cannot be known. [bpm per kJ/kg, or per hour]
    low, high : float
        90 % interval of `rise`.
    work : float
        Work done in the session. [kJ/kg or h]
    """

    rise: float
    low: float
    high: float
    work: float


def durability(offset: npt.ArrayLike, work: npt.ArrayLike, *, skip_s: int = 600) -> Durability:
    """Heart rate above what is expected at the same work, for each unit of work done before [1]_.

    Parameters
    ----------
    offset : array_like
        Measured less expected heart rate at the workload, one value a second; NaN is left out.
        [bpm]
    work : array_like
        Work done until then, never falling: see `work_done`, or hours. [kJ/kg or h]
    skip_s : int
        Warm-up. [s]

    Returns
    -------
    Durability
        From means of two minutes, as neighbouring seconds wander together; NaN with under half an
        hour. Heat, thirst and drift count too: it is a description of the session.

    References
    ----------
    .. [1] Maunder et al. 2021, doi:10.1007/s40279-021-01459-0 (the concept); marathon runners lost
       5.8 % of economy in 120 min: Zanini et al. 2025, doi:10.1249/MSS.0000000000003570.

    Examples
    --------
    >>> hours = np.arange(5400) / 3600
    >>> round(durability(8 * hours, hours).rise, 2)
    8.0
    """
    off, done = np.asarray(offset, np.float64), np.asarray(work, np.float64)
    total = float(np.nanmax(done, initial=0.0))
    known = np.arange(len(off)) >= skip_s
    known &= ~np.isnan(off + done)
    blocks = _block_means(np.column_stack([off, done]), known)
    if known.sum() < _LEAST_S or len(blocks) < _LEAST_BLOCKS or np.ptp(blocks[:, 1]) == 0:
        return Durability(float("nan"), float("nan"), float("nan"), total)
    design = np.column_stack([np.ones(len(blocks)), blocks[:, 1]])
    line, *_ = np.linalg.lstsq(design, blocks[:, 0], rcond=None)
    left = blocks[:, 0] - design @ line
    freedom = len(blocks) - 2
    error = np.sqrt(left @ left / freedom * np.linalg.inv(design.T @ design)[1, 1])
    half = float(student.ppf(0.95, freedom) * error) * _WANDER_FACTOR
    return Durability(float(line[1]), float(line[1]) - half, float(line[1]) + half, total)


def work_done(power: npt.ArrayLike, mass_kg: float) -> Floats:
    """Work of each second so far, per kilogram; NaN is a pause. [kJ/kg]

    >>> work_done([200.0, np.nan, 100.0], 50).tolist()
    [0.004, 0.004, 0.006]
    """
    if not mass_kg > 0:
        raise ValueError(f"mass_kg ({mass_kg} kg) must be positive")
    return np.asarray(np.cumsum(np.nan_to_num(np.asarray(power, np.float64))) / mass_kg / 1000)


def _block_means(columns: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    means = [
        part[use].mean(axis=0)
        for start in range(0, len(columns), _BLOCK_S)
        if (use := known[start : start + _BLOCK_S]).sum() * 2 >= _BLOCK_S
        for part in (columns[start : start + _BLOCK_S],)
    ]
    return np.array(means, np.float64).reshape(-1, columns.shape[1])
