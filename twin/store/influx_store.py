"""Sessions and samples from a server alone: a notebook elsewhere needs no local file."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from twin.errors import UnknownAthleteError, UnknownSessionError
from twin.records import Athlete, Lap, Note, Period, Session, SessionState, Times
from twin.schema import CHANNELS, MEASURED_NAMES
from twin.store.closing import Closing
from twin.store.influx import Address, InfluxServer
from twin.store.influx_catalogue import Entry, entries, sessions_frame
from twin.store.instants import to_ns_or_none
from twin.store.line_protocol import tag

_HOUR_NS = 3_600_000_000_000
_ASKED_AT_ONCE_NS = 24 * _HOUR_NS  # some servers refuse a query over more than three days


class InfluxStore(Closing):
    """Reads what hubs have sent to an InfluxDB bucket; made by ``twin.open_store``.

    It writes nothing: what is recorded goes into a store on a disk first. Laps, periods, notes and
    efforts stay there too.

    Parameters
    ----------
    address : Address
        The bucket.
    """

    def __init__(self, address: Address) -> None:
        self._server = InfluxServer(address)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def athletes(self) -> tuple[Athlete, ...]:
        """Return the athletes of all sessions, by name; their parameters are not on the server."""
        named = {
            entry.session.athlete: entry.athlete_name
            for entry in entries(self._server, until_ns=_soon())
        }
        unknown = Athlete("?", max_hr=np.nan, resting_hr=np.nan)
        found = (replace(unknown, name=name, id=id_) for id_, name in named.items())
        return tuple(sorted(found, key=lambda athlete: (athlete.name, athlete.id)))

    def sessions(
        self,
        *,
        athlete: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
    ) -> pd.DataFrame:
        """Return sessions begun from `since` until before `until`, newest first.

        Columns are `twin.store.catalogue.COLUMNS`; `athlete` takes an id or a name.

        Raises
        ------
        UnknownAthleteError
            If no session is of such an athlete.
        """
        found = entries(self._server, until_ns=_soon())
        if athlete is not None:
            found = [
                entry for entry in found
                if athlete == entry.session.athlete
                or athlete.casefold() == entry.athlete_name.casefold()
            ]  # fmt: skip
            if not found:
                raise UnknownAthleteError(f"no session of {athlete!r} is on the server")
        first, last = to_ns_or_none(since), to_ns_or_none(until)
        asked = [
            entry for entry in found
            if (first is None or entry.start_ns >= first) and (last is None or entry.start_ns < last)
        ]  # fmt: skip
        return sessions_frame([self._of_now(entry) for entry in asked])

    def session(self, session: str) -> Session:
        """Return one session."""
        return self._of_now(self._entry(session)).session

    def samples(
        self,
        session: str,
        *,
        columns: Sequence[str] | None = None,
        start: datetime | str | None = None,
        end: datetime | str | None = None,
        repaired: bool = True,
    ) -> pd.DataFrame:
        """Return samples by time, from `start` to `end` (both included), units in ``attrs``.

        Repairs are not on the server: all is as recorded. All-NaN channels are left out unless asked
        for. A row without any value of the columns asked for is not there.
        """
        names = list(MEASURED_NAMES if columns is None else columns)
        unknown = [name for name in names if name not in CHANNELS]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is not a channel; known: {', '.join(CHANNELS)}")
        entry = self._entry(session)
        times, values = self._read(
            "samples", names, entry, to_ns_or_none(start), to_ns_or_none(end)
        )
        frame = pd.DataFrame(
            values, index=pd.DatetimeIndex(times, name="time", tz="UTC"), columns=names, copy=False
        )
        if columns is None:
            frame = frame.dropna(axis="columns", how="all")
        frame.attrs["units"] = {name: CHANNELS[name].unit for name in frame.columns}
        return frame

    def rr(self, session: str, *, repaired: bool = True) -> pd.Series:
        """Return RR intervals on the UTC instants of their beats. [ms]"""
        times, values = self._read("rr", ["rr_ms"], self._entry(session))
        index = pd.DatetimeIndex(times, name="time", tz="UTC")
        return pd.Series(values[:, 0], index=index, name="rr_ms")

    def waves(self, session: str, signal: str = "ecg") -> pd.Series:
        """Return an empty series: fast signals are not on the server."""
        self._entry(session)
        return pd.Series(
            [], index=pd.DatetimeIndex([], name="time", tz="UTC"), name=signal, dtype=float
        )

    def laps(self, session: str, *, repaired: bool = True) -> tuple[Lap, ...]:
        """Return no laps: they are not on the server."""
        self._entry(session)
        return ()

    def periods(self, squad_session: str) -> tuple[Period, ...]:
        """Return no periods: they are not on the server."""
        return ()

    def notes(self, session: str) -> tuple[Note, ...]:
        """Return no notes: they are not on the server."""
        self._entry(session)
        return ()

    def effort(self, session: str) -> None:
        """Return no effort: it is not on the server."""
        self._entry(session)

    # --- the catalogue --------------------------------------------------------------------------

    def _entry(self, session: str) -> Entry:
        found = entries(self._server, until_ns=_soon(), session=session)
        if not found:
            raise UnknownSessionError(f"no session {session!r} is on the server")
        return found[0]

    def _of_now(self, entry: Entry) -> Entry:
        """Return the entry of a session being recorded with its samples of this moment."""
        if entry.session.state is not SessionState.LIVE:
            return entry
        fields = ", ".join(f'count("{name}") AS "{name}"' for name in MEASURED_NAMES)
        bounds = _bounds(entry, entry.start_ns - 24 * _HOUR_NS, _soon())
        rows = self._server.rows(f'SELECT {fields} FROM "samples" WHERE {bounds}')
        if not rows:
            return entry
        rows[0].pop("time")
        samples = max(count or 0 for count in rows[0].values())
        every = ", ".join(f'"{name}"' for name in MEASURED_NAMES)
        (last,) = self._server.rows(
            f'SELECT {every} FROM "samples" WHERE {bounds} ORDER BY time DESC LIMIT 1'
        )
        session = replace(entry.session, samples=samples)
        return Entry(session, entry.athlete_name, entry.start_ns, int(last["time"]))

    # --- rows -----------------------------------------------------------------------------------

    def _read(
        self,
        measurement: str,
        names: Sequence[str],
        entry: Entry,
        start_ns: int | None = None,
        end_ns: int | None = None,
    ) -> tuple[Times, np.ndarray[Any, np.dtype[np.float64]]]:
        """Return instants and values (one column per name) of a stretch of a session, by time."""
        # Beats may come a little before the first sample and after the last.
        entry = self._of_now(entry)
        first, last = entry.start_ns - _HOUR_NS, entry.end_ns + _HOUR_NS
        first = first if start_ns is None else max(first, start_ns)
        last = last if end_ns is None else min(last, end_ns)
        kinds = {"repeat": pa.int64()} | {name: pa.float64() for name in names}
        chosen = ", ".join(f'"{name}"' for name in kinds)
        tables = [
            self._server.table(
                f'SELECT {chosen} FROM "{measurement}" WHERE'
                f" {_bounds(entry, begin, min(last, begin + _ASKED_AT_ONCE_NS - 1))}",
                kinds,
            )
            for begin in range(first, last + 1, _ASKED_AT_ONCE_NS)
        ]
        return _in_order(tables, names)


def _in_order(
    tables: Sequence[pa.Table], names: Sequence[str]
) -> tuple[Times, np.ndarray[Any, np.dtype[np.float64]]]:
    """Return instants and values by time; those of one instant in the order they were kept."""
    kinds = {"time": pa.int64(), "repeat": pa.int64()} | dict.fromkeys(names, pa.float64())
    empty = pa.table({name: pa.array([], kind) for name, kind in kinds.items()})
    whole = pa.concat_tables([empty, *tables], promote_options="default")
    time, repeat = whole["time"].to_numpy(), whole["repeat"].to_numpy()
    order = np.lexsort((repeat, time)) if repeat.any() else slice(None)
    values = np.column_stack([whole[name].to_numpy() for name in names])
    return time[order].view("datetime64[ns]"), values[order]


def _bounds(entry: Entry, first_ns: int, last_ns: int) -> str:
    return (
        f"\"session\" = '{tag(entry.session.id)}' AND \"athlete\" = '{tag(entry.session.athlete)}'"
        f" AND time >= {first_ns} AND time <= {last_ns}"
    )


def _soon() -> int:
    """Return an instant that no sample has reached: tomorrow, for clocks that run ahead."""
    return int(pd.Timestamp.now("UTC").as_unit("ns").value) + 24 * _HOUR_NS
