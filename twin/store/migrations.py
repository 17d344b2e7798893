"""How an older file of the embedded store becomes today's."""

import sqlite3
from collections.abc import Sequence

from twin.errors import StoreError
from twin.store.tables import SCRIPTS


def migrate(connection: sqlite3.Connection, scripts: Sequence[str] = SCRIPTS) -> None:
    """Bring a file to the newest version; several processes may try at once.

    Raises
    ------
    StoreError
        If the file was written by a newer version of this library.
    """
    if file_version(connection, len(scripts)) == len(scripts):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for version in range(file_version(connection, len(scripts)), len(scripts)):
            for statement in _statements(scripts[version]):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def file_version(connection: sqlite3.Connection, newest: int = len(SCRIPTS)) -> int:
    """Return the version of a file, 0 for a new one; a newer one than ours is refused."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > newest:
        raise StoreError(
            f"the store is of version {version}, this library reads up to {newest}: update it"
        )
    return version


def _statements(script: str) -> list[str]:
    """Split a script; `executescript` would end the transaction. A trigger is one statement."""
    lines = [line for line in script.splitlines() if not line.lstrip().startswith("--")]
    statements, begun = [], ""
    for part in "\n".join(lines).split(";"):
        begun += f"{part};"
        if sqlite3.complete_statement(begun):
            statements.append(begun)
            begun = ""
    return [statement for statement in statements if statement.strip(" \n;")]
