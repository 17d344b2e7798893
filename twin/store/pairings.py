"""Which sensor belongs to whom, in the file of the store."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from twin.errors import UnknownAthleteError
from twin.records import Athlete, Pairing
from twin.store.athletes import find_athlete, save_athlete
from twin.store.closing import Closing
from twin.store.database import Database


class Pairings(Closing):
    """The sensors of a store; one address has one owner.

    Parameters
    ----------
    folder : path
        Home of the store; made if need be. It may be open elsewhere.

    Raises
    ------
    StoreError
        If the folder cannot be used, or the file is damaged or of a newer version.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Pairings(folder) as pairings:
    ...     pairings.pair("F0:00:00:00:00:01", Athlete("Ada"), name="H10")
    ...     [(pairing.address, athlete.name) for pairing, athlete in pairings.all()]
    [('F0:00:00:00:00:01', 'Ada')]
    """

    def __init__(self, folder: str | Path) -> None:
        self._database = Database(Path(folder))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def all(self) -> tuple[tuple[Pairing, Athlete], ...]:
        """Return every sensor with its athlete, by address."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT address, athlete, name, wants_rr, streams FROM sensor ORDER BY address"
            ).fetchall()
            return tuple(
                (
                    Pairing(address, athlete, name, bool(wants_rr), tuple(streams.split())),
                    find_athlete(connection, athlete),
                )
                for address, athlete, name, wants_rr, streams in rows
            )

    def athlete(self, name: str) -> Athlete:
        """Return the athlete of an id or name, a new one of that name where nobody is known."""
        with self._database.reading() as connection, contextlib.suppress(UnknownAthleteError):
            return find_athlete(connection, name)
        return Athlete(name)

    def pair(
        self, address: str, athlete: Athlete, *, name: str = "", wants_rr: bool = False,
        streams: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Give a sensor to an athlete, who is kept if not known yet; the owner before loses it."""
        with self._database.writing() as connection:
            known = connection.execute("SELECT 1 FROM athlete WHERE id = ?", (athlete.id,))
            if known.fetchone() is None:
                save_athlete(connection, athlete)
            connection.execute(
                "INSERT INTO sensor (address, athlete, name, wants_rr, streams)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET"
                " athlete = excluded.athlete, name = excluded.name,"
                " wants_rr = excluded.wants_rr, streams = excluded.streams",
                (address, athlete.id, name, wants_rr, " ".join(streams)),
            )

    def forget(self, address: str) -> bool:
        """Let go of a sensor; whether it belonged to somebody."""
        with self._database.writing() as connection:
            found = connection.execute("DELETE FROM sensor WHERE address = ?", (address,))
            return found.rowcount > 0
