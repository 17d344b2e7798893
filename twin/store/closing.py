"""What is closed at the end of a ``with``."""

from types import TracebackType
from typing import Self


class Closing:
    """Gives a class with `close` its ``with`` statement."""

    def close(self) -> None:
        """Close what is open."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
