"""A world without hardware: simulated athletes with known truth."""

from simulator.athlete import Truth
from simulator.recording import simulate_recording
from simulator.sensors import PERFECT, Sensors
from simulator.source import SimulatorSource, open_source
from simulator.workout import Part, Workout
from simulator.world import World

__all__ = [
    "PERFECT",
    "Part",
    "Sensors",
    "SimulatorSource",
    "Truth",
    "Workout",
    "World",
    "open_source",
    "simulate_recording",
]
