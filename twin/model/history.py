"""What is unusual in a session against the athlete's own matched history.

Heart rate is compared at equal work: from the earlier sessions of the same kind of workload it is
learnt how it rises with workload and with time, and what is left is the offset of the session. A
single offset far off, a lasting change of them (CUSUM), another slope, another noise of the sensor and
another scale of power are told. Offsets of real athletes scatter by several bpm from day to day:
one session says little, the same of several says more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from twin.model.control_chart import ControlChart, ControlChartBuilder
from twin.model.demand import InputKind
from twin.model.reference import Moments, Usual, median, percentile_of, usual_of
from twin.model.watch import Shift, Step
from twin.model.work_profile import WorkProfile
from twin.records import Floats

SESSIONS, FEWEST, DAYS = 42, 8, 120.0  # of history: at most, at least, no older than
COMMON_SD = {"offset": 3.0, "tilt": 4.0, "noise": 0.12, "scale": 0.02}  # before there is a history
_PER_DEGREE, _DEGREES2 = 0.5, 60.0  # bpm per degC, and how much that is worth in degC^2
_MATCHING = 6


class What(StrEnum):
    """What is unusual."""

    HIGH = "heart rate high at equal work"
    LOW = "heart rate low at equal work"
    SHIFT_UP = "heart rate at equal work has risen"
    SHIFT_DOWN = "heart rate at equal work has fallen"
    SLOPE = "heart rate rises otherwise with work"
    SENSOR = "the heart-rate sensor is another or fits otherwise"
    SCALE = "power does not fit speed as before: mass, calibration or meter"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something unusual about a session.

    Parameters
    ----------
    session : str
        Its id.
    what : What
        What is unusual.
    value, usual : float
        Of the session, and the median of the matched history, in `unit`.
    unit : str
        "bpm" at the session's own workload, "1" for a share.
    percentile : float
        Of the session among its history, 0 to 100.
    distance : float
        From the median in robust standard deviations; of a shift the cumulative sum. [1]
    level : float
        Workload at which heart rates are compared, in the unit of `kind`.
    kind : str
        Of the workload, an `InputKind`.
    history : int
        Sessions compared with.
    matching : tuple of str
        Those among them whose workload was nearest, newest first.
    together : tuple of str
        Of a shift: the sessions that add up to it, newest first.
    """

    session: str
    what: What
    value: float
    usual: float
    unit: str
    percentile: float
    distance: float
    level: float
    kind: str
    history: int
    matching: tuple[str, ...]
    together: tuple[str, ...] = ()


def anomalies(
    sessions: Sequence[str], days: Sequence[float], profiles: Sequence[WorkProfile | None]
) -> list[Anomaly]:
    """Return what is unusual in sessions, each against those before it.

    Parameters
    ----------
    sessions : sequence of str
        Ids of one athlete's sessions, oldest first.
    days : sequence of float
        When each was, such as days since 1970. [d]
    profiles : sequence of WorkProfile or None
        Of each; those without one are passed over.

    Returns
    -------
    list of Anomaly
        Newest first. What lasts is told once, at the session in which it became sure.

    Examples
    --------
    >>> def session(rise):
    ...     cells = tuple((w, 10.0, 80 + 0.3 * w + rise, 10.0) for w in (100.0, 150.0, 200.0))
    ...     return WorkProfile("power", cells)
    >>> profiles = [session(rise) for rise in (0.0, 1.0, -1.0, 0.5, -0.5, 1.0, -1.0, 0.0, 20.0)]
    >>> (one,) = anomalies("abcdefghi", range(9), profiles)
    >>> one.session, one.what.value, round(one.value - one.usual)
    ('i', 'heart rate high at equal work', 20)
    """
    return watched(sessions, days, profiles)[0]


def watched(
    sessions: Sequence[str], days: Sequence[float], profiles: Sequence[WorkProfile | None]
) -> tuple[list[Anomaly], list[ControlChart]]:
    """Return what is unusual, as `anomalies`, and a control chart by kind of workload, longest first.

    Parameters
    ----------
    sessions, days, profiles : sequence
        As of `anomalies`.

    Examples
    --------
    >>> cells = tuple((w, 10.0, 80 + 0.3 * w, 10.0) for w in (100.0, 150.0, 200.0))
    >>> found, charts = watched("ab", [0, 1], [WorkProfile("power", cells), None])
    >>> found, [(chart.kind, chart.sessions) for chart in charts]
    ([], [('power', ('a',))])
    """
    found: list[tuple[int, Anomaly]] = []
    charts: list[ControlChart] = []
    for kind in {p.kind for p in profiles if p is not None}:
        places = [i for i, p in enumerate(profiles) if p is not None and p.kind == kind]
        chosen = [p for p in profiles if p is not None and p.kind == kind]
        ids, when = [sessions[i] for i in places], np.array([days[i] for i in places])
        track = _Track(ids, when, chosen, Moments.of(InputKind(kind), chosen))
        found += [(places[i], anomaly) for i, anomaly in track.run()]
        charts.append(track.chart.build())
    newest_first = [anomaly for _, anomaly in sorted(found, key=lambda pair: -pair[0])]
    return newest_first, sorted(charts, key=lambda chart: -len(chart.sessions))


class _Track:
    """The sessions of one kind of workload, oldest first, and what is being watched."""

    def __init__(
        self, ids: Sequence[str], days: Floats, profiles: Sequence[WorkProfile], moments: Moments
    ) -> None:
        self._ids, self._days, self._moments = ids, days, moments
        self.chart = ControlChartBuilder(str(moments.kind), ids)
        self._noise = np.log(0.02 + np.array([p.noise for p in profiles]))
        self._scale = np.log(np.array([p.work_ratio for p in profiles]))
        self._air = np.array([p.temperature for p in profiles])
        self._watches = {"offset": Step(), "tilt": Step(), "noise": Step(4.5), "scale": Step(6.0)}
        self._shifts = {"offset": Shift(), "scale": Shift(slack=0.5, alarm=6.0)}

    def run(self) -> list[tuple[int, Anomaly]]:
        """Return what is found, with the place of its session."""
        found = []
        for place in range(len(self._ids)):
            first = np.searchsorted(self._days, self._days[place] - DAYS)
            before = np.arange(max(first, place - SESSIONS), place)
            if len(before) >= FEWEST:
                found += [(place, anomaly) for anomaly in self._judge(place, before)]
        return found

    def _judge(self, place: int, before: npt.NDArray[np.int64]) -> list[Anomaly]:
        every = np.append(before, place)
        slopes = self._moments.slopes(before)
        offsets = self._without_heat(self._moments.offsets(slopes, every), every)
        series = {
            "offset": offsets, "tilt": self._moments.tilts(slopes, every),
            "noise": self._noise[every], "scale": self._scale[every],
        }  # fmt: skip
        found = []
        for name, values in series.items():
            usual = usual_of(values[:-1], COMMON_SD[name])
            far = usual.distance(values[-1]) if usual.count >= FEWEST else np.nan
            alone, summed = self._watched(name, far)
            if name == "offset":
                self.chart.add(place, float(values[-1]) - usual.middle, self._shifts[name])
            if alone or summed:
                what = _WORDS[name](alone or summed, bool(alone))
                one = self._anomaly(place, before, name, what, values, usual, alone or summed)
                found.append(one if name != "offset" or alone else self._with_together(place, one))
        return found

    def _watched(self, name: str, far: float) -> tuple[float, float]:
        """Return how far a figure is off where that is to be told: alone, and as a sum. [robust SD]"""
        alone = self._watches[name].take(far)
        summed = self._shifts[name].take(far) if name in self._shifts else 0.0
        return alone, 0.0 if self._watches[name].stands else summed  # what stands is told already

    def _with_together(self, place: int, one: Anomaly) -> Anomaly:
        rises = one.what is What.SHIFT_UP
        return replace(one, together=self.chart.build().adding_up(place, rises=rises))

    def _without_heat(self, offsets: Floats, every: npt.NDArray[np.int64]) -> Floats:
        """Return offsets as they would be in the usual air, where its temperature is known."""
        air = self._air[every]
        known = ~np.isnan(air)
        if known[:-1].sum() < FEWEST or not known[-1]:
            return offsets
        warmer = air - median(air[known])
        past = known[:-1]
        high = offsets[:-1][past] - median(offsets[:-1][past])
        products = warmer[:-1][past] @ high + _DEGREES2 * _PER_DEGREE
        per_degree = products / (warmer[:-1][past] @ warmer[:-1][past] + _DEGREES2)
        return offsets - np.where(known, per_degree * warmer, 0.0)

    def _anomaly(
        self, place: int, before: npt.NDArray[np.int64], name: str, what: What, values: Floats,
        usual: Usual, far: float,
    ) -> Anomaly:  # fmt: skip
        level = self._moments.mean[:, 0]
        near = before[np.argsort(np.abs(level[before] - level[place]), kind="stable")[:_MATCHING]]
        value, middle, unit = float(values[-1]), usual.middle, "bpm"
        if name == "offset":
            rate = float(self._moments.rate[place])
            value, middle = rate, rate - (value - middle)
        elif name != "tilt":
            value, middle, unit = float(np.exp(value)), float(np.exp(middle)), "1"
        return Anomaly(
            self._ids[place], what, value, middle, unit, percentile_of(values[-1], values[:-1]),
            float(far), float(level[place]), str(self._moments.kind), usual.count,
            tuple(self._ids[i] for i in sorted(near, reverse=True)),
        )  # fmt: skip


def _of_offset(far: float, at_once: bool) -> What:
    if at_once:
        return What.HIGH if far > 0 else What.LOW
    return What.SHIFT_UP if far > 0 else What.SHIFT_DOWN


_WORDS: dict[str, Callable[[float, bool], What]] = {
    "offset": _of_offset,
    "tilt": lambda far, at_once: What.SLOPE,
    "noise": lambda far, at_once: What.SENSOR,
    "scale": lambda far, at_once: What.SCALE,
}
