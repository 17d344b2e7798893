"""The twin of one athlete: state, forecast, what-if, and how far to trust them."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.model.answers import Crossing, Forecast, TwinState
from twin.model.calibration import LIVE_HORIZONS_S, Calibration
from twin.model.demand import InputKind, Second
from twin.model.ledger import LEVELS, Maker
from twin.model.outlook import Skill, whole_beats
from twin.model.projection import Present, Projection, project, unlimited_curve
from twin.model.response import Response
from twin.model.squad_twin import SquadTwin
from twin.model.workload import Workload
from twin.records import Athlete, Floats

_LONGEST_S = 4 * 3600


class AthleteTwin:
    """The digital twin of one athlete.

    Parameters
    ----------
    athlete : Athlete
        Whose twin it is.
    calibration : Calibration, optional
        From earlier sessions; without it the population serves, and the twin says so.
    squad, index : SquadTwin, int, optional
        Look at one athlete of a squad that is followed elsewhere.

    Examples
    --------
    >>> ada = AthleteTwin(Athlete("Ada", sport="cycling"))
    >>> for _ in range(180):
    ...     ada.observe(heart_rate=130, power=180)
    >>> abs(ada.forecast("60s").heart_rate - 130) < 2
    True
    >>> bool(ada.forecast(60, Workload.hold(260)).heart_rate > 135)
    True
    >>> low, high = ada.project(Workload.hold(260), 300).band(0.80)
    >>> bool(130 < low[-1] < high[-1])
    True
    >>> power = ada.highest_below(150, 600)  # the upper edge of 80 % stays below the line
    >>> float(ada.project(Workload.hold(power), 600).band(0.80)[1].max().round(6))
    150.0
    """

    def __init__(
        self,
        athlete: Athlete,
        calibration: Calibration | None = None,
        *,
        squad: SquadTwin | None = None,
        index: int = 0,
    ) -> None:
        self.athlete = athlete
        self._squad = squad or SquadTwin([athlete], [calibration or Calibration()])
        self._index = index

    def observe(
        self,
        heart_rate: float = np.nan,
        *,
        power: float = np.nan,
        speed: float = np.nan,
        altitude: float = np.nan,
        cadence: float = np.nan,
    ) -> None:
        """Take in one second; NaN is what was not measured. [bpm, W, m/s, m, 1/min]"""
        values = (heart_rate, power, speed, altitude, cadence)
        self._squad.observe(Second(*(np.array([float(v)]) for v in values)))

    @property
    def state(self) -> TwinState:
        """What the twin believes now."""
        squad, i = self._squad, self._index
        offset, drift, disturbance = squad.state.mean[i]
        deviation = np.sqrt(np.diagonal(squad.state.covariance[i]))
        demand, moved = squad.steady_demand(i)
        return TwinState(
            heart_rate=float(squad.heart_rate[i]),
            input=squad.kinds[i],
            expected=float(squad.expected[i]),
            offset=float(offset),
            offset_sd=float(deviation[0]),
            drift_per_hour=float(drift * 3600),
            drift_sd=float(deviation[1] * 3600),
            disturbance=float(disturbance),
            disturbance_sd=float(deviation[2]),
            demand=demand,
            demand_sd=moved,
            surprise=float(squad.state.surprise[i]),
            sessions=squad.inputs[i].held.sessions,
        )

    def forecast(self, horizon: float | str, workload: Workload | None = None) -> Forecast:
        """Forecast heart rate.

        Parameters
        ----------
        horizon : float or str
            Seconds ahead, or words such as ``"5min"``; 1 s to 4 h. [s]
        workload : Workload, optional
            What the athlete will do; without it the workload is taken to go on as it does.

        Raises
        ------
        ValueError
            If the horizon is out of range.
        """
        if isinstance(horizon, str):
            horizon = pd.Timedelta(horizon).total_seconds()
        horizon_s = float(horizon)
        if not 1 <= horizon_s <= _LONGEST_S:
            raise ValueError(f"horizon {horizon_s} s: expected 1 s to {_LONGEST_S} s")
        if workload is None and horizon_s <= LIVE_HORIZONS_S[-1]:
            return self._held(horizon_s)
        curve = self.project(workload or self._as_now(), round(horizon_s))
        plans, at = self._squad.plans, self._nearest(horizon_s)
        return Forecast(
            horizon_s,
            float(whole_beats(curve.heart_rate[-1], self._squad.outlook.whole[self._index])),
            tuple(curve.half_width[-1].tolist()),
            float(plans.outlook.share[self._index][at][Maker.NOBODY]),
            *self._skill(plans.skill, at),
        )

    def project(self, workload: Workload | None = None, duration_s: int = 600) -> Projection:
        """Return the curve of heart rate to come, with bands, second by second."""
        plan = (workload or self._as_now()).lasting(duration_s)
        return project(self.present, plan.level)

    def unlimited(self, workload: Workload) -> Floats:
        """Return the expected heart rate under a plan without a ceiling, linear in the plan. [bpm]"""
        return unlimited_curve(self.present, workload.level)

    @property
    def response(self) -> Response:
        """The athlete's answer to the workload that the twin lives on, as today has shown it."""
        return self._squad.answers.response(self._index)

    def time_until(
        self, limit: float, workload: Workload | None = None, *, within_s: int = 600
    ) -> Crossing:
        """Return when heart rate will reach a line, with the times of the 80 % band.

        Infinite where it does not within `within_s`; the line in bpm, times in seconds.

        >>> ada = AthleteTwin(Athlete("Ada", sport="cycling"))
        >>> ada.observe(heart_rate=130, power=180)
        >>> ada.time_until(120.0).expected_s, ada.time_until(230.0).expected_s
        (1.0, inf)
        """
        curve = self.project(workload, within_s)
        low, high = curve.band(0.80)
        return Crossing(*(_first(edge >= limit) for edge in (curve.heart_rate, high, low)))

    def highest_below(self, limit: float, duration_s: int, *, level: float | None = 0.80) -> float:
        """Return the highest steady workload that keeps heart rate below a line until the end.

        Parameters
        ----------
        limit : float
            The line. [bpm]
        duration_s : int
            Time until the end. [s]
        level : float or None
            Keep the upper edge of this band below the line; None the expected curve.

        Returns
        -------
        float
            Power, speed or cadence, as the twin lives on; 0 where even rest crosses the line,
            NaN without a workload. [own unit]
        """
        present = self.present
        if present.kind is InputKind.NONE:
            return float("nan")
        unit = float(self._squad.natural_input[self._index])
        unit = max(unit, 1.0) if np.isfinite(unit) else 1.0
        at_rest = unlimited_curve(present, np.zeros(duration_s))
        slope = (unlimited_curve(present, np.full(duration_s, unit)) - at_rest) / unit
        margin = np.zeros(duration_s)
        if level is not None:
            curve = project(present, np.zeros(duration_s))
            margin = curve.half_width[:, LEVELS.index(level)]
        late = np.arange(duration_s) >= min(LIVE_HORIZONS_S[0], duration_s - 1)
        late &= slope > 0  # what is already on its way cannot be changed
        return max(
            0.0, float(np.min((limit - margin - at_rest)[late] / slope[late], initial=np.inf))
        )

    def _held(self, horizon_s: float) -> Forecast:
        outlook, i = self._squad.outlook, self._index
        marks = np.array([0.0, *LIVE_HORIZONS_S])
        change = np.interp(horizon_s, marks, np.append(0.0, outlook.change[i]))
        widths = [
            float(np.interp(horizon_s, marks, np.append(1.0, w))) for w in outlook.half_width[i].T
        ]
        at = self._nearest(horizon_s)
        share = float(outlook.share[i][at][Maker.NOBODY])
        return Forecast(
            horizon_s,
            float(whole_beats(self._squad.heart_rate[i] + change, outlook.whole[i])),
            tuple(widths),
            share,
            *self._skill(self._squad.ledger.skill, at),
        )

    def _nearest(self, horizon_s: float) -> int:
        return int(np.argmin(np.abs(np.log(np.array(LIVE_HORIZONS_S) / horizon_s))))

    def _skill(self, skill: Skill, horizon: int) -> tuple[float, float, float]:
        at = (self._index, horizon)
        return (
            float(skill.error[at]),
            float(skill.persistence_error[at]),
            float(skill.coverage[at][LEVELS.index(0.80)]),
        )

    def _as_now(self) -> Workload:
        return Workload.hold(self._squad.steady_input(self._index))

    @property
    def present(self) -> Present:
        """Where a projection starts: what the twin knows and remembers now."""
        squad, i = self._squad, self._index
        return Present(
            known=squad.inputs[i],
            heart_rate=float(squad.heart_rate[i]),
            heart_means=squad.heart.mean[i],
            demand_means=squad.demand.mean[i],
            heard_s=float(squad.heart.seen[i]),
            demand_seen=int(squad.demand.seen[i]),
            drift=float(squad.state.mean[i, 1]),
            disturbance=float(squad.state.mean[i, 2]),
            ceiling=self.athlete.max_hr,
            response=self.response,
            share=squad.plans.outlook.share[i],
            half_width=squad.plans.outlook.half_width[i],
            own=squad.plan_day.weights[i],
        )


def _first(crossed: npt.NDArray[np.bool_]) -> float:
    return float(np.argmax(crossed)) + 1 if crossed.any() else float("inf")
