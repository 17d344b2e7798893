"""Calibration: what the twin learns of one athlete from stored sessions.

Three sessions suffice to begin, fifteen are used. It is done anew after each session; a twin
without one works from the population and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from twin.model.demand import InputKind
from twin.model.knowledge import Learnt, stranger
from twin.model.learning import MOST_SESSIONS, learn
from twin.model.response import Response, common_response, fit_response
from twin.model.seconds import seconds_of
from twin.model.trace import Trace, trace_sessions
from twin.records import Recording

LIVE_HORIZONS_S = (30, 60, 120, 300, 600)


@dataclass(frozen=True, slots=True, eq=False)
class InputCalibration:
    """What is known of an athlete with one kind of input.

    Parameters
    ----------
    held : Learnt
        For forecasts without a plan.
    planned : Learnt
        For forecasts with the workload to come.
    response : Response
        Expected heart rate at a workload.
    """

    held: Learnt
    planned: Learnt
    response: Response


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What is known of an athlete, by kind of input.

    Parameters
    ----------
    inputs : dict of InputKind to InputCalibration
        Kinds that earlier sessions held.
    sessions : int
        Sessions used.
    """

    inputs: dict[InputKind, InputCalibration] = field(default_factory=dict)
    sessions: int = 0

    def of(self, kind: InputKind | str) -> InputCalibration:
        """Return what is known with this input: the population's where no session had it.

        >>> Calibration().of(InputKind.POWER).held.sessions
        0
        """
        kind = InputKind(kind)
        return self.inputs.get(kind) or InputCalibration(
            stranger(kind, LIVE_HORIZONS_S, plan=False),
            stranger(kind, LIVE_HORIZONS_S, plan=True),
            common_response(kind),
        )


def calibrate(recordings: Sequence[Recording]) -> Calibration:
    """Calibrate a twin from an athlete's sessions.

    Parameters
    ----------
    recordings : sequence of Recording
        In any order; the last 15 by time are used. Those without heart rate teach nothing.

    Returns
    -------
    Calibration
        Weights and bands of forecasts, and the response with its intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.date_range("2026-10-01", periods=600, freq="s", tz="UTC")
    >>> ride = Recording(pd.DataFrame({"heart_rate": 140.0, "power": 200.0}, index), "cycling")
    >>> known = calibrate([ride, Recording(ride.samples[["power"]], "cycling")])
    >>> known.sessions, list(known.inputs)
    (1, [<InputKind.POWER: 'power'>])
    """
    heard = [r for r in recordings if len(r.samples) and "heart_rate" in r.samples]
    newest = sorted(heard, key=lambda r: r.start)[-MOST_SESSIONS:]
    traces = trace_sessions([seconds_of(r) for r in newest])
    return Calibration(
        {kind: _calibrate_input(traces, kind) for kind in {t.kind for t in traces}}, len(newest)
    )


def _calibrate_input(traces: Sequence[Trace], kind: InputKind) -> InputCalibration:
    return InputCalibration(
        learn(traces, kind, LIVE_HORIZONS_S, plan=False),
        learn(traces, kind, LIVE_HORIZONS_S, plan=True),
        fit_response(traces, kind),
    )
