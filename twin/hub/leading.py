"""Lead a replay: pause, speed, place."""

from collections.abc import Mapping
from typing import Any

from twin.protocols import Player, Source


def lead(sources: Mapping[str, Source], source: str, changes: Mapping[str, Any]) -> None:
    """Change ``paused``, ``speed`` or ``position`` of a replay.

    Raises
    ------
    ValueError
        If no such source can be led, or a value is not accepted.
    """
    player = sources.get(source)
    if not isinstance(player, Player):
        raise ValueError(f"{source!r} cannot be led; only a replay can")
    for name, value in changes.items():
        if name == "position":
            player.seek(float(value))
        elif name in ("paused", "speed"):
            setattr(player, name, value)
        else:
            raise ValueError(f"a replay has no {name!r}; it has paused, speed, position")
