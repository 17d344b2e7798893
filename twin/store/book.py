"""What the books of a store have in common: they stand on its database."""

from twin.store.database import Database


class Book:
    """Something a store keeps beside its sessions and samples.

    Parameters
    ----------
    database : Database
        Of the store; closed by it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
