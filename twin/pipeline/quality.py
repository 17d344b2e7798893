"""Quality: how far each value of each athlete can be trusted now, and why not."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from twin.pipeline import features
from twin.pipeline.clean import HEART_RATE, CleanState
from twin.pipeline.features import FeatureState
from twin.pipeline.last_good import up_to
from twin.pipeline.rounds import NEVER, SECOND_NS, Nanoseconds
from twin.records import Codes, Floats, Reason, Times
from twin.schema import DERIVED_NAMES, MEASURED_NAMES, STALE_AFTER_S

WINDOW_S = 30
FRESH_S = 2.0  # a value this young loses nothing by its age
REJECTED_S = 10.0  # how long a rejected reading casts doubt on its neighbours
AFTER_REJECTION = 0.5  # quality is multiplied by this
WHEN_FROZEN = 0.2
GOOD_HDOP = 2.0  # horizontal dilution up to which a position is good

# The measured channel that each derived one rests on; the first that was measured counts.
# All others rest on heart rate.
_RESTS_ON = {
    "current_speed": ("speed", "distance", "latitude"),
    "session_distance": ("distance", "latitude"),
    "grade": ("altitude",),
    "ascent": ("altitude",),
}
_CANDIDATES = tuple(
    (DERIVED_NAMES.index(name), np.array([MEASURED_NAMES.index(n) for n in names]))
    for name, names in _RESTS_ON.items()
)
_WINDOW_BITS = np.uint32(2**WINDOW_S - 1)
_LATITUDE, _LONGITUDE, _HDOP = (MEASURED_NAMES.index(n) for n in ("latitude", "longitude", "hdop"))


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """The squad now; every matrix has one line per channel of `ALL_NAMES`, one column per athlete.

    Parameters
    ----------
    latest : ndarray of float64
        Last good value; NaN where there was none yet.
    latest_time : ndarray of datetime64[ns]
        Its instant; NaT where there was none.
    quality : ndarray of float64
        0 (do not trust) to 1 (good).
    reason : ndarray of uint8
        The `Reason` behind the quality.
    """

    latest: Floats
    latest_time: Times
    quality: Floats
    reason: Codes


def readings(cleaned: CleanState, derived: FeatureState) -> Readings:
    """Return the last good values with their instants, quality and reasons.

    Notes
    -----
    Quality of a measured value is the product of

    - the share of the last 30 s (since the session's start, if later) in which it was measured;
    - its age at the athlete's newest row: 1 up to 2 s, falling to 0 at 8 s;
    - 0.5 if a reading of the channel was rejected within the last 10 s;
    - 0.2 for a frozen heart rate;
    - 2 / HDOP for a position whose HDOP exceeds 2.

    Derived channels have the quality of the channel they rest on. The reason is the worst that
    holds, `Reason.GOOD` if none. How long ago the newest row itself came is for the caller, who
    has the clock.
    """
    cleaned = replace(cleaned, known=up_to(cleaned.known, cleaned.time))  # once for all below
    quality, reason = _measured(cleaned, derived)
    time = _with_never_as_nat(cleaned.last_time)
    rests_on = _rests_on(cleaned.last_time)
    derived_time, quality_of, reason_of = (
        np.take_along_axis(table, rests_on, axis=0) for table in (time, quality, reason)
    )
    elapsed = DERIVED_NAMES.index("elapsed")
    derived_time[elapsed] = _with_never_as_nat(derived.time)
    begun = derived.time != NEVER
    quality_of[elapsed] = begun
    reason_of[elapsed] = np.where(begun, Reason.GOOD, Reason.NOT_MEASURED)
    return Readings(
        latest=np.concatenate([cleaned.last, features.latest(derived, cleaned.last[HEART_RATE])]),
        latest_time=np.concatenate([time, derived_time]),
        quality=np.concatenate([quality, quality_of]),
        reason=np.concatenate([reason, reason_of]).astype(np.uint8),
    )


def _measured(cleaned: CleanState, derived: FeatureState) -> tuple[Floats, Codes]:
    """Return quality and reason of the measured channels."""
    age_s = (cleaned.time - cleaned.last_time) / SECOND_NS
    quality = _measured_share(cleaned, derived) * np.clip(
        (STALE_AFTER_S - age_s) / (STALE_AFTER_S - FRESH_S), 0.0, 1.0
    )
    doubted = (cleaned.time - cleaned.rejected) / SECOND_NS <= REJECTED_S
    reason = np.where(doubted, cleaned.reason, Reason.GOOD).astype(np.uint8)
    quality = np.where(doubted, AFTER_REJECTION * quality, quality)
    frozen = cleaned.frozen
    quality[HEART_RATE, frozen] *= WHEN_FROZEN
    reason[HEART_RATE, frozen] = np.maximum(reason[HEART_RATE, frozen], Reason.FROZEN)
    hdop = np.fmax(cleaned.last[_HDOP], GOOD_HDOP)
    quality[[_LATITUDE, _LONGITUDE]] *= GOOD_HDOP / hdop
    poor = np.where(hdop > GOOD_HDOP, np.uint8(Reason.POOR_POSITION), np.uint8(0))
    reason[[_LATITUDE, _LONGITUDE]] = np.maximum(reason[[_LATITUDE, _LONGITUDE]], poor)
    reason = np.where((age_s >= STALE_AFTER_S) & (reason < Reason.STALE), Reason.STALE, reason)
    never = np.isnan(cleaned.last)
    quality[never] = 0.0
    return quality, np.where(never & (reason <= Reason.STALE), Reason.NOT_MEASURED, reason)


def _measured_share(cleaned: CleanState, derived: FeatureState) -> Floats:
    """Share of the seconds of the window in which each channel was good."""
    begun = np.where(derived.began == NEVER, derived.time, derived.began)
    seconds = np.minimum(derived.time // SECOND_NS - begun // SECOND_NS + 1, WINDOW_S)
    return np.asarray(np.bitwise_count(cleaned.history & _WINDOW_BITS) / seconds)


def _rests_on(last_time: Nanoseconds) -> npt.NDArray[np.intp]:
    """Return, per derived channel and athlete, the measured channel it rests on."""
    heard = last_time != NEVER
    lines = np.full((len(DERIVED_NAMES), last_time.shape[1]), HEART_RATE)
    for line, candidates in _CANDIDATES:
        lines[line] = candidates[heard[candidates].argmax(axis=0)]
    return lines


def _with_never_as_nat(time: Nanoseconds) -> Times:
    return np.where(time == NEVER, np.iinfo(np.int64).min, time).view("datetime64[ns]")
