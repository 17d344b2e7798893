"""The twin's expectation through a stored session, against what was measured."""

from dataclasses import dataclass

import numpy as np

from twin.model.demand import InputKind
from twin.model.expected import ExpectedRate, expected_through
from twin.model.seconds import seconds_of
from twin.model.trace import trace_sessions
from twin.protocols import Store
from twin.records import Floats, Recording, Times
from twin.state.review import Reviewed
from twin.state.review_bests import times_of
from twin.state.whatif_start import known_of


@dataclass(frozen=True, slots=True, eq=False)
class TwinThrough:
    """Expected and measured heart rate of a session.

    Parameters
    ----------
    kind : InputKind
        The workload the expectation rests on; NONE: there is no expectation.
    times : ndarray of datetime64[ns]
        Seconds, UTC.
    measured : ndarray
        NaN where unknown. [bpm]
    expected : ExpectedRate
        Of the same seconds.
    sessions : int
        What is known of the athlete rests on so many; 0 is the population.
    """

    kind: InputKind
    times: Times
    measured: Floats
    expected: ExpectedRate
    sessions: int


def twin_through(store: Store, reviewed: Reviewed) -> TwinThrough | None:
    """Return what the twin expected, as it knows the athlete today; None without heart rate.

    Takes about 30 µs a second of the session.
    """
    samples = reviewed.samples
    seconds = seconds_of(Recording(samples, sport=reviewed.session.sport))
    if not len(seconds) or np.isnan(seconds.input.heart_rate).all():
        return None
    known = known_of(store, reviewed.athlete).calibration
    (trace,) = trace_sessions([seconds])
    response = known.of(seconds.kind).response
    expected = expected_through(trace, response)
    times = times_of(samples, np.arange(len(seconds)))
    return TwinThrough(seconds.kind, times, trace.heart_rate, expected, response.sessions)
