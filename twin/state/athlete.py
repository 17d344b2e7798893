"""What the page of one athlete needs now: short rows for the wire, laps, and what can be done.

The screen gets one short row per reading instead of one value per chart and number, so that an
update of the whole page is one message of a few hundred bytes.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import param

from twin.errors import UnknownAthleteError
from twin.protocols import Live
from twin.records import Athlete, Floats, Lap, Session, Tick, Times, who_is_called, why_nobody
from twin.schema import ALL_NAMES, INSIGHTS, ZONE_COUNT
from twin.state.pitch import Pitch, pitch_of
from twin.state.wire import (
    FAN_S,
    FAR_S,
    OPEN_ORDER,
    TOLD,
    TOLD_EVERY_S,
    WIRE,
    WIRE_CHANNELS,
    Columns,
    Place,
    Row,
    first_place,
    short,
    shorts,
    wire_rows,
)

_LONGEST_WINDOW = "90min"
_INSIGHT = {channel.name: line for line, channel in enumerate(INSIGHTS)}


class AthleteState(param.Parameterized):
    """One athlete, live, as far as one page shows it.

    Parameters
    ----------
    live : Live
        The hub that is followed.
    """

    athlete = param.String(doc="Id or name of the athlete shown; empty = the first of the squad.")

    tiles = param.String(doc="Address of map tiles with {z}, {x}, {y}; empty: none.")

    window = param.Integer(default=10, bounds=(1, 90), doc="Length of the charts. [min]")

    def __init__(self, live: Live, **params: object) -> None:
        super().__init__(**params)
        self.live = live
        self.origin: Place | None = None
        self.base = _whole_second(live.tick())
        self._sent_s = -np.inf
        self._number = -1
        self._told_s = -np.inf

    @property
    def capacity(self) -> int:
        """Rows that the window holds at one reading a second, with a tenth to spare."""
        return int(self.window * 66)

    def index(self, tick: Tick) -> int:
        """Return the athlete's column in a tick.

        Raises
        ------
        UnknownAthleteError
            If nobody of that id or name is in the squad.
        """
        if not self.athlete and tick.squad:
            return 0
        found = who_is_called(tick.squad, self.athlete)
        if found is not None:
            return [who.id for who in tick.squad].index(found.id)
        raise UnknownAthleteError(f"in this squad: {why_nobody(tick.squad, self.athlete)}")

    def who(self, tick: Tick) -> Athlete:
        """Return the athlete as the squad knows them now."""
        return tick.squad[self.index(tick)]

    def session(self, tick: Tick) -> Session | None:
        """Return the session being recorded, None where nothing is recorded."""
        return tick.sessions.get(self.who(tick).id)

    def laps(self, tick: Tick) -> tuple[Lap, ...]:
        """Return the laps of the session being recorded."""
        return self.live.laps(self.who(tick).id)

    def seed(self, tick: Tick) -> list[Row]:
        """Return the rows of the whole window, and count on from its end."""
        frame = self.live.frame(self.who(tick).id, _LONGEST_WINDOW)
        if self.origin is None:
            self.origin = first_place(_columns_of(frame))
        length = pd.Timedelta(minutes=self.window) - pd.Timedelta(seconds=self._age_s(tick))
        rows = self._of_frame(frame[frame.index >= frame.index.max() - length])
        self._sent_s = rows[-1][0] or 0 if rows else -np.inf
        self._number, self._told_s = tick.number, -np.inf
        return [*rows[:-1], self._judged(rows[-1], tick)] if rows else []

    def news(self, tick: Tick) -> list[Row]:
        """Return the rows that came since the last call; one row of silence where none did.

        Where ticks were left out because the browser was slow, their rows are taken from the
        rolling frame: numbers may skip, a line never does.
        """
        missed = tick.number > self._number + 1
        rows = self._since(tick) if missed else self._of(tick)
        self._number = tick.number
        if not rows:
            rows = [[round(self._now_s(tick), 1), *[None] * (len(OPEN_ORDER) - 1)]]
        else:
            self._sent_s = rows[-1][0] or 0
        return [*rows[:-1], self._judged(rows[-1], tick)]

    def zone_seconds(self, tick: Tick) -> list[float]:
        """Return the time spent in each zone so far; 0 where nothing is known. [s]"""
        index = self.index(tick)
        names = [f"time_in_zone_{zone}" for zone in range(1, ZONE_COUNT + 1)]
        return [float(np.nan_to_num(tick.value(index, name))) for name in names]

    def measured(self, tick: Tick) -> frozenset[str]:
        """Return the names on the wire that this athlete has a value of."""
        index = self.index(tick)
        found = {c.name for c in WIRE if not np.isnan(tick.value(index, c.channel))}
        if not np.isnan(tick.value(index, "latitude")):
            found |= {"x", "y"}
        return frozenset(found)

    def pitch(self, tick: Tick) -> Pitch | None:
        """Return the pitch that the footballers of the squad play on, None where there is none."""
        if self.who(tick).sport != "football" or self.origin is None:
            return None
        players = [who for who in tick.squad if who.sport == "football"]
        frames = [self.live.frame(who.id, "5min") for who in players]
        places = [
            f[["latitude", "longitude"]] for f in frames if {"latitude", "longitude"} <= set(f)
        ]
        if not places:
            return None
        both = pd.concat(places).to_numpy(float)
        return pitch_of(*self.origin.metres(both[:, 0], both[:, 1]))

    def _since(self, tick: Tick) -> list[Row]:
        frame = self.live.frame(self.who(tick).id, self.window * 60)
        if np.isfinite(self._sent_s):
            sent = pd.Timestamp(self.base, tz="UTC") + pd.Timedelta(seconds=self._sent_s)
            frame = frame[frame.index > sent]
        return self._later(self._of_frame(frame))

    def _of(self, tick: Tick) -> list[Row]:
        batch = tick.rows.take(tick.rows.athlete == self.index(tick))
        columns = {name: batch[name] for name in WIRE_CHANNELS if name in batch.names}
        return self._later(self._rows(batch.time, columns))

    def _of_frame(self, frame: pd.DataFrame) -> list[Row]:
        instants = pd.DatetimeIndex(frame.index).tz_convert(None)
        return self._rows(instants.to_numpy("datetime64[ns]"), _columns_of(frame))

    def _later(self, rows: list[Row]) -> list[Row]:
        return [row for row in rows if (row[0] or 0) > self._sent_s]

    def _judged(self, row: Row, tick: Tick) -> Row:
        """Close a row: its lag behind the clock, the quality of heart rate, the twin's forecast."""
        index = self.index(tick)
        lag_s = self._now_s(tick) - (row[0] or 0)
        line = ALL_NAMES.index("heart_rate")
        quality = tick.quality[line, index]
        judged = [short(lag_s, 0), short(quality, 2), int(tick.reason[line, index])]
        expected = shorts(self._insights(tick, "expected_heart_rate", "expected_half_width"), 0)
        return [*row, *judged, *self._ahead(tick, FAN_S), *expected, self._told(tick, row[0] or 0)]

    def _ahead(self, tick: Tick, horizons_s: Sequence[int]) -> Row:
        """Return heart rate expected at each horizon, and the half-width of its 80 % band."""
        if not set(horizons_s) <= set(tick.horizons_s):
            return [None] * (2 * len(horizons_s))
        lines, index = [tick.horizons_s.index(s) for s in horizons_s], self.index(tick)
        both = np.column_stack([tick.forecast[lines, index], tick.half_width[lines, index]])
        return shorts(both.ravel(), 0)

    def _told(self, tick: Tick, now_s: float) -> Row | None:
        """Return the numbers of `TOLD_ORDER` every few seconds, None between."""
        if abs(now_s - self._told_s) < TOLD_EVERY_S or not len(tick.insights):
            return None
        self._told_s = now_s
        index = self.index(tick)
        values = self._insights(tick, *(column.channel for column in TOLD))
        told = [short(v, c.decimals) for v, c in zip(values, TOLD, strict=True)]
        told += self._ahead(tick, FAR_S)
        limit_s = tick.time_to_limit_s[index] if len(tick.time_to_limit_s) else np.nan
        # a limit out of reach is told as -1: JSON knows no infinity
        told.append(-1 if np.isposinf(limit_s) else short(limit_s, 0))
        return [*told, int(tick.calibrated[index]) if len(tick.calibrated) else 0]

    def _insights(self, tick: Tick, *names: str) -> Floats:
        if not len(tick.insights):
            return np.full(len(names), np.nan)
        lines = [_INSIGHT[name] for name in names]
        return np.asarray(tick.insights[lines, self.index(tick)])

    def _now_s(self, tick: Tick) -> float:
        """Return the present instant of the athlete's own source. [s after `base`]

        Not the time of the tick: that is the newest of all sources, and stands still when the
        only one is silent, while values grow old.
        """
        if np.isfinite(self._sent_s):
            return self._sent_s + self._age_s(tick)
        return self._seconds(tick.time)

    def _age_s(self, tick: Tick) -> float:
        """Return the age of the athlete's newest value; 0 where there is none. [s]"""
        ages = tick.age_s[:, self.index(tick)]
        return float(np.nanmin(ages, initial=np.inf)) if np.isfinite(ages).any() else 0.0

    def _seconds(self, time: np.datetime64) -> float:
        return float((time - self.base) / np.timedelta64(1, "s"))

    def _rows(self, times: Times, columns: Columns) -> list[Row]:
        if self.origin is None:
            self.origin = first_place(columns)
        return wire_rows(times, columns, base=self.base, origin=self.origin)


def _columns_of(frame: pd.DataFrame) -> Columns:
    return {name: frame[name].to_numpy(float) for name in WIRE_CHANNELS if name in frame}


def _whole_second(tick: Tick | None) -> np.datetime64:
    time = tick.time if tick is not None else np.datetime64("now")
    whole: np.datetime64 = time.astype("datetime64[s]").astype("datetime64[ns]")
    return whole
