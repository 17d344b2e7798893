"""Wire rows: one short row of numbers per reading, as the page of an athlete gets them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from twin.physiology.gps import local_metres
from twin.records import Floats, Times
from twin.schema import ZONE_COUNT

Row = list[Any]  # numbers and None; at its end a list or None
Columns = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Place:
    """The point of the earth that is (0, 0) on a map. [deg WGS 84]"""

    latitude: float
    longitude: float

    def metres(self, latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
        """Return positions as metres east and north of this place.

        Good to 1 m in 10 km around it (a plane that touches the sphere), across the date line too.
        NaN stays NaN.

        Examples
        --------
        >>> east, north = Place(46.0, 14.5).metres(np.array([46.001]), np.array([14.5]))
        >>> float(round(east[0])), float(round(north[0]))
        (0.0, 111.0)
        """
        return local_metres(latitude, longitude, (self.latitude, self.longitude))


@dataclass(frozen=True, slots=True)
class WireColumn:
    """One number of a wire row: its name on the wire, its channel, the digits worth sending."""

    name: str
    channel: str
    decimals: int = 0


WIRE = (
    WireColumn("heart_rate", "heart_rate"),
    WireColumn("zone", "zone"),
    WireColumn("speed", "current_speed", 2),
    WireColumn("power", "power"),
    WireColumn("cadence", "cadence"),
    WireColumn("altitude", "altitude", 1),
    WireColumn("load", "banister_trimp", 1),
    WireColumn("distance", "session_distance"),
    WireColumn("elapsed", "elapsed"),
)
FAN_S = (30, 60, 120)  # how far ahead the page shows the twin's forecast
OPEN_ORDER = ("time", *(c.name for c in WIRE), "zone_s", "x", "y")
CLOSING_ORDER = (
    *("lag_s", "quality", "reason"),
    *(name for s in FAN_S for name in (f"ahead_{s}", f"band_{s}")),
    *("expected", "expected_band", "told"),
)
TOLD_EVERY_S = 5  # what the twin tells beside changes slowly: `told` is a list, or None between
TOLD = (
    *(WireColumn(f"band{level}_{s}", f"band{level}_{s}") for level in (50, 95) for s in FAN_S),
    WireColumn("offset", "day_offset"),
    WireColumn("drift", "day_drift"),
    WireColumn("balance", "balance"),
    WireColumn("balance_band", "balance_half_width"),
    WireColumn("empty_in", "balance_empty"),
    WireColumn("alpha1", "alpha1", 2),
    WireColumn("rmssd", "rmssd"),
    WireColumn("artefacts", "artefact_share", 3),
    WireColumn("beats_s", "beats_cover"),
    WireColumn("breathing", "breathing"),
    WireColumn("error", "forecast_error", 1),
    WireColumn("staying_error", "persistence_error", 1),
    WireColumn("coverage", "forecast_coverage", 2),
    WireColumn("staying", "persistence_share", 1),
)
FAR_S = (300, 600)  # told in words, not drawn
TOLD_ORDER = (
    *(c.name for c in TOLD),
    *(name for s in FAR_S for name in (f"ahead_{s}", f"band_{s}")),
    *("limit_in", "sessions"),
)
WIRE_ORDER = OPEN_ORDER + CLOSING_ORDER
WIRE_CHANNELS = (
    *(c.channel for c in WIRE),
    *(f"time_in_zone_{zone}" for zone in range(1, ZONE_COUNT + 1)),
    "latitude",
    "longitude",
)


def wire_rows(
    times: Times, columns: Columns, *, base: np.datetime64, origin: Place | None
) -> list[Row]:
    """Return one row per instant, in the order of `OPEN_ORDER`.

    Parameters
    ----------
    times : ndarray of datetime64[ns]
        Instants of the readings, UTC.
    columns : mapping of str to ndarray
        Channels by name; those absent are missing in every row.
    base : datetime64[ns]
        Where the time of the rows begins to count, UTC.
    origin : Place or None
        Where the map begins to count; without it there are no positions.

    Notes
    -----
    NaN becomes None. The numbers of `CLOSING_ORDER` follow only the newest row of a message.

    Examples
    --------
    >>> time = np.array(["2026-10-01T10:00:01"], "datetime64[ns]")
    >>> base = np.datetime64("2026-10-01T10:00:00", "ns")
    >>> wire_rows(time, {"heart_rate": np.array([141.0])}, base=base, origin=None)[0][:3]
    [1.0, 141, None]
    """
    blank = np.full(len(times), np.nan)
    table = [shorts((times - base) / np.timedelta64(1, "s"), 1)]
    table += [shorts(columns.get(c.channel, blank), c.decimals) for c in WIRE]
    latitude, longitude = columns.get("latitude", blank), columns.get("longitude", blank)
    east, north = (blank, blank) if origin is None else origin.metres(latitude, longitude)
    table += [shorts(_of_own_zone(columns, blank), 0), shorts(east, 1), shorts(north, 1)]
    return [list(row) for row in zip(*table, strict=True)]


def first_place(columns: Columns) -> Place | None:
    """Return the first known position, None where there is none."""
    if not {"latitude", "longitude"} <= set(columns):
        return None
    latitude, longitude = columns["latitude"], columns["longitude"]
    known = np.flatnonzero(~np.isnan(latitude) & ~np.isnan(longitude))
    return Place(float(latitude[known[0]]), float(longitude[known[0]])) if len(known) else None


def _of_own_zone(columns: Columns, blank: Floats) -> Floats:
    """Return the time spent so far in the zone of each instant; the other four stand still. [s]"""
    zone = columns.get("zone", blank)
    result = blank.copy()
    for number in range(1, ZONE_COUNT + 1):
        inside = zone == number
        result[inside] = columns.get(f"time_in_zone_{number}", blank)[inside]
    return result


def shorts(values: Floats, decimals: int) -> Row:
    """Return numbers with no more digits than are worth sending, NaN as None."""
    rounded = np.round(values, decimals)
    missing = ~np.isfinite(rounded)
    kind = np.int64 if decimals == 0 else np.float64
    column = np.where(missing, 0, rounded).astype(kind).astype(object)
    column[missing] = None
    return list(column)


def short(value: float, decimals: int) -> float | int | None:
    """Return one number as `shorts` does."""
    return shorts(np.array([value], float), decimals)[0]
