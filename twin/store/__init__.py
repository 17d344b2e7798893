"""Where samples are kept and read back."""

from pathlib import Path
from typing import TYPE_CHECKING, overload

from twin.settings import load
from twin.store.embedded import EmbeddedStore
from twin.store.rolling import Rolling

if TYPE_CHECKING:
    from twin.store.influx_store import InfluxStore

__all__ = ["EmbeddedStore", "Rolling", "open_store"]


@overload
def open_store(where: Path | None = None) -> EmbeddedStore: ...
@overload
def open_store(where: str) -> "EmbeddedStore | InfluxStore": ...
def open_store(where: str | Path | None = None) -> "EmbeddedStore | InfluxStore":
    """Open the store of a folder, or read one from an InfluxDB server.

    Parameters
    ----------
    where : path or str, optional
        A folder on a local disk, made if need be; None = the folder of the settings. Or
        ``"influx+http://host:port/?bucket=..&token=.."``, which reads what hubs have sent there;
        what is left out comes from the settings if they name the same server.

    Raises
    ------
    StoreError
        If `where` is an address of another kind, or the store cannot be used.

    Examples
    --------
    >>> open_store("mysql://localhost")
    Traceback (most recent call last):
    twin.errors.StoreError: 'mysql://localhost' is no address of a store: a folder, or influx+http://host:port/?bucket=..&token=..&org=..
    """
    if where is None:
        where = load().data_dir
    if isinstance(where, Path) or "://" not in where:
        return EmbeddedStore(where)
    from twin.store.influx import Address  # a library that takes a second to load
    from twin.store.influx_store import InfluxStore

    return InfluxStore(Address.parse(where, load()))
