"""Sessions cleaned and derived: the newest kept, so that who looks at one again need not wait."""

import time
from io import BytesIO

import pandas as pd

from twin.schema import ALL_NAMES
from twin.store.book import Book
from twin.store.catalogue import key_of

MOST = 30  # sessions kept; an hour at 1 Hz takes about 0.4 MB


class Derived(Book):
    """What came of the samples of the sessions that were derived last."""

    def keep(self, session: str, version: str, packed: bytes) -> None:
        """Keep the derived samples of a session; the oldest of very many go.

        Parameters
        ----------
        session : str
            Id.
        version : str
            Of what they rest on; another one makes them stale.
        packed : bytes
            From `pack`.
        """
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO derived VALUES (?, ?, ?, ?)",
                (key_of(connection, session), version, time.time_ns(), packed),
            )
            connection.execute(
                "DELETE FROM derived WHERE session NOT IN"
                " (SELECT session FROM derived ORDER BY kept_ns DESC LIMIT ?)",
                (MOST,),
            )

    def of(self, session: str, version: str) -> pd.DataFrame | None:
        """Return the derived samples of a session; None where none of this version are kept."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT body FROM derived d JOIN session s ON s.key = d.session"
                " WHERE id = ? AND version = ?",
                (session, version),
            ).fetchone()
        return None if row is None else unpack(row[0])


def pack(derived: pd.DataFrame) -> bytes:
    """Return derived samples as bytes, to the last bit; channels without a value cost nothing.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01", periods=2, freq="s", tz="UTC", name="time")
    >>> derived = pd.DataFrame(150.0, index=index, columns=["heart_rate"]).reindex(columns=ALL_NAMES)
    >>> unpack(pack(derived)).equals(derived)
    True
    """
    packed = BytesIO()
    derived.dropna(axis="columns", how="all").to_parquet(packed, compression="zstd")
    return packed.getvalue()


def unpack(packed: bytes) -> pd.DataFrame:
    """Return the derived samples that `pack` was given, every column of `twin.schema.ALL_NAMES`."""
    return pd.read_parquet(BytesIO(packed)).reindex(columns=list(ALL_NAMES))
