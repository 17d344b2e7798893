"""The sockets: what a source, a store, a bus and a follower of the live hub must offer."""

from twin.protocols.following import Bus, Listener, Live
from twin.protocols.recording import Clock, Player, Source, Store, WallClock

__all__ = ["Bus", "Clock", "Listener", "Live", "Player", "Source", "Store", "WallClock"]
