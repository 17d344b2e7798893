"""What a server of time series must offer to the outbox, and the two ways in which it says no."""

from typing import Protocol

from twin.errors import StoreError


class UnavailableError(StoreError):
    """The server cannot take anything now: away, overloaded, or it does not let us in."""


class RefusedError(StoreError):
    """The server refuses this very body, and would refuse it again.

    Parameters
    ----------
    status : int
        Status of the answer.
    reason : str
        The server's own words.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"refused with status {status}: {reason}")
        self.status = status
        self.reason = reason

    @property
    def too_large(self) -> bool:
        """Whether only the size was wrong."""
        return self.status == 413


class Server(Protocol):
    """Takes line protocol."""

    name: str

    def write(self, body: bytes) -> None:
        """Write lines in nanoseconds; they are on the server's disk when this returns.

        Raises
        ------
        UnavailableError
            If nothing can be written now.
        RefusedError
            If this body will never be taken whole.
        """
        ...

    def close(self) -> None:
        """Give back the connections."""
        ...
