"""What became of a command of a page; what the user can mend comes back as words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from twin.errors import TwinError


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command: `error` is empty when it was done."""

    command: str
    error: str = ""


def answered(
    act: Callable[[str, Mapping[str, Any]], None], command: str, arguments: Mapping[str, Any]
) -> Answer:
    """Carry out a command; a hub that is silent and wrong arguments are told, not raised.

    Examples
    --------
    >>> def act(command, arguments):
    ...     if not arguments:
    ...         raise ValueError("choose who trains")
    >>> answered(act, "start", {}).error
    'choose who trains'
    """
    try:
        act(command, arguments)
    except (TwinError, ValueError, TypeError, KeyError) as error:
        return Answer(command, str(error))
    except TimeoutError:
        return Answer(command, "the hub does not answer")
    return Answer(command)
