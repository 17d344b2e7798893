"""Where samples are kept and read back."""

from pathlib import Path

from twin.errors import StoreError
from twin.settings import load
from twin.store.embedded import EmbeddedStore
from twin.store.rolling import Rolling

__all__ = ["EmbeddedStore", "Rolling", "open_store"]


def open_store(where: str | Path | None = None) -> EmbeddedStore:
    """Open the store of a folder; None = the folder of the settings.

    Parameters
    ----------
    where : path, optional
        A folder on a local disk, made if need be.

    Raises
    ------
    StoreError
        If `where` is an address instead of a folder, or the store cannot be used.

    Examples
    --------
    >>> open_store("influx+http://localhost:8086")
    Traceback (most recent call last):
    twin.errors.StoreError: 'influx+http://localhost:8086' is no folder: a store is opened by the path of a local folder
    """
    if where is None:
        where = load().data_dir
    if "://" in str(where):
        raise StoreError(
            f"{str(where)!r} is no folder: a store is opened by the path of a local folder"
        )
    return EmbeddedStore(where)
