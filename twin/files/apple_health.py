"""Apple Health: the ``export.xml`` that an iPhone writes, with its routes, however large.

The document is read once, element by element. Samples of heart rate, power and the like are set
aside on disk, since the workouts they belong to come after them; memory stays the same for a day
and for ten years. A workout becomes a recording: the samples within it (those of the device that
recorded it where it has any), its route and the beats of heart rate variability measurements in it.
Resting heart rate, heart rate variability and body mass become daily values.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO

import numpy as np
import pandas as pd

from twin.errors import UnreadableFileError
from twin.files.apple_records import BEATS, CHANNELS, DAILY, AppleSamples, beats_of, instant_ns
from twin.files.beats import beat_series
from twin.files.laps import Stretch, laps_within
from twin.files.sports import sport_named
from twin.files.timeline import timeline
from twin.files.xml_text import Element, elements, local_name, number_in
from twin.records import DailyValue, Recording, Times

_WANTED = ("Record", "Workout")
_LAP_EVENT = "HKWorkoutEventTypeLap"
_MINUTE_NS = 60_000_000_000
_LONGEST_MIN = 1e5

Routes = Callable[[str], Recording | None]


@dataclass(slots=True)
class AppleExport:
    """What an export holds beside its workouts, filled while `recordings` runs.

    Parameters
    ----------
    daily : tuple of DailyValue
        One of each name and day: the median where the watch measured several times.
    rest : tuple of (date, Series)
        RR intervals of measurements outside workouts, each with its day. [ms]
    """

    daily: tuple[DailyValue, ...] = ()
    rest: tuple[tuple[date, pd.Series], ...] = ()


@dataclass(slots=True)
class _Workout:
    start_ns: int
    end_ns: int
    sport: str
    source: str
    routes: list[str] = field(default_factory=list)
    laps: list[tuple[int, int]] = field(default_factory=list)

    @property
    def identity(self) -> str:
        return f"apple-health:{self.sport}:{self.start_ns}:{self.end_ns}:{self.source}"


def recordings(
    stream: IO[bytes], name: str, routes: Routes, export: AppleExport
) -> Iterator[tuple[str, Recording | UnreadableFileError]]:
    """Yield the workouts of an export as recordings, each with a name that stays the same.

    A workout without a single sample is given as the error that says so.

    Parameters
    ----------
    stream : binary file
        The ``export.xml``.
    name : str
        What to call it in messages.
    routes : callable
        Gives the recording in the route file of this name; None where there is none.
    export : AppleExport
        Takes the daily values; complete before the first recording comes.

    Raises
    ------
    UnreadableFileError
        If it is no export of Apple Health.

    Examples
    --------
    >>> from io import BytesIO
    >>> at = 'startDate="2026-10-01 10:00:00 +0000" endDate="2026-10-01 10:00:01 +0000"'
    >>> text = f'''<HealthData><Workout workoutActivityType="HKWorkoutActivityTypeRunning" {at}/>
    ...          <Record type="HKQuantityTypeIdentifierHeartRate" unit="count/min" value="140" {at}/>
    ...          </HealthData>'''
    >>> stream = BytesIO(text.encode())
    >>> ((_, run),) = recordings(stream, "export.xml", lambda name: None, AppleExport())
    >>> run.sport, run.samples["heart_rate"].tolist()
    ('running', [140.0])
    """
    workouts: list[_Workout] = []
    daily: dict[tuple[date, str, str], list[float]] = defaultdict(list)
    with AppleSamples() as samples:
        for element in elements(stream, _WANTED, root="HealthData", name=name):
            if local_name(element) == "Workout":
                workouts.append(_workout(element, samples))
            else:
                _record(element, samples, daily)
        samples.seal()
        spans = [(workout.start_ns, workout.end_ns) for workout in workouts]
        export.daily = tuple(
            DailyValue(day, what, float(np.median(values)), source)
            for (day, what, source), values in sorted(daily.items())
        )
        export.rest = samples.beats_outside(spans)
        for workout in workouts:
            yield workout.identity, _recording(workout, samples, routes, name)


def _record(
    element: Element, samples: AppleSamples, daily: dict[tuple[date, str, str], list[float]]
) -> None:
    kind, begin = element.get("type", ""), element.get("startDate", "")
    source = element.get("sourceName", "")
    value, time_ns = number_in(element, "value"), instant_ns(begin)
    if np.isnan(value) or not time_ns:
        return
    unit = element.get("unit", "")
    if kind in CHANNELS:
        channel, units = CHANNELS[kind]
        if unit in units:
            samples.add(channel, time_ns, value * units[unit], source)
    elif kind in DAILY:
        what, units = DAILY[kind]
        if unit in units:
            day = date.fromisoformat(begin[:10])
            daily[day, what, f"Apple Health, {source}"].append(value * units[unit])
        if what == "sdnn":
            for beat_ns, rr_ms in beats_of(element, begin):
                samples.add(BEATS, beat_ns, rr_ms, source)


def _workout(element: Element, samples: AppleSamples) -> _Workout:
    start_ns, end_ns = (instant_ns(element.get(key, "")) for key in ("startDate", "endDate"))
    workout = _Workout(
        start_ns,
        end_ns if start_ns else 0,
        sport_named(element.get("workoutActivityType", "").removeprefix("HKWorkoutActivityType")),
        element.get("sourceName", ""),
    )
    workout.routes += [file.get("path", "") for file in element.iter("{*}FileReference")]
    for event in element.iter("{*}WorkoutEvent"):
        if event.get("type") == _LAP_EVENT:
            begin_ns = instant_ns(event.get("date", ""))
            minutes = number_in(event, "duration")
            lasted_ns = round(minutes * _MINUTE_NS) if 0 <= minutes < _LONGEST_MIN else 0
            workout.laps.append((begin_ns, begin_ns + lasted_ns))
    for point in element.iter("{*}Location"):  # exports up to 2019 hold the route themselves
        time_ns = instant_ns(point.get("date", ""))
        for channel in ("latitude", "longitude", "altitude", "speed"):
            value = number_in(point, channel)
            if channel != "speed" or not value < 0:  # -1: not known
                samples.add(channel, time_ns, value, workout.source)
    return workout


def _recording(
    workout: _Workout, samples: AppleSamples, routes: Routes, name: str
) -> Recording | UnreadableFileError:
    frame, told = _frame(workout, samples, routes)
    beats = samples.within(BEATS, workout.start_ns, workout.end_ns, "")
    if frame.empty and beats.empty:
        return UnreadableFileError(
            f"{name}: {workout.sport} of {_instant(workout.start_ns):%Y-%m-%d %H:%M} UTC holds no "
            f"heart rate, no power and no route{''.join(f'; {text}' for text in told)}"
        )
    mended = timeline(_times(frame.index), {str(c): frame[c].to_numpy("float64") for c in frame})
    stretches: list[Stretch] = [(_instant(b), _instant(e), "") for b, e in workout.laps]
    return Recording(
        mended.samples,
        workout.sport,
        beat_series(_times(beats.index), beats.to_numpy("float64")),
        laps_within(mended.samples, stretches),
        workout.source,
        warnings=(*told, *mended.warnings),
        path=name,
    )


def _frame(
    workout: _Workout, samples: AppleSamples, routes: Routes
) -> tuple[pd.DataFrame, list[str]]:
    """Return samples and route side by side; where both tell a channel, the samples count."""
    columns = {
        channel: samples.within(channel, workout.start_ns, workout.end_ns, workout.source)
        for channel in samples.channels
        if channel != BEATS
    }
    columns = {channel: column for channel, column in columns.items() if len(column)}
    told = []
    for path in workout.routes:
        route = routes(path)
        if route is None:
            told.append(f"its route {path} is not in the export")
        else:
            columns = {**{str(c): route.samples[c] for c in route.samples}, **columns}
    once = {name: column[~column.index.duplicated()] for name, column in columns.items()}
    empty = pd.DataFrame(index=pd.DatetimeIndex([], tz="UTC"))
    return (pd.concat(once, axis=1).sort_index() if once else empty), told


def _times(index: pd.Index) -> Times:
    return pd.DatetimeIndex(index).tz_localize(None).to_numpy("datetime64[ns]")


def _instant(time_ns: int) -> datetime:
    return pd.Timestamp(time_ns, tz="UTC").to_pydatetime(warn=False)
