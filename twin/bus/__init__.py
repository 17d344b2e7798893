"""How ticks reach followers in other threads and processes, and their commands come back."""

from twin.bus.local import LocalBus
from twin.bus.redis_bus import RedisBus

__all__ = ["LocalBus", "RedisBus"]
