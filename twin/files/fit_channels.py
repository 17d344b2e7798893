"""Record messages of a FIT file as channels."""

from collections.abc import Mapping, Sequence

import numpy as np

from twin.files.fit_messages import Messages
from twin.records import Floats

_DEGREES = 180.0 / 2**31  # one semicircle

# The fast decoder derives enhanced fields truncated: 8.049 m/s becomes 8.048.
_TRUNCATED = 0.0015

# Channel: fields of the FIT profile, the preferred first, and what one unit of them is in ours.
_NATIVE = {
    "heart_rate": (("heart_rate",), 1.0),
    "power": (("power",), 1.0),
    "speed": (("enhanced_speed", "speed"), 1.0),
    "distance": (("distance",), 1.0),
    "altitude": (("enhanced_altitude", "altitude"), 1.0),
    "latitude": (("position_lat",), _DEGREES),
    "longitude": (("position_long",), _DEGREES),
    "temperature": (("temperature",), 1.0),
    "ground_contact_time": (("stance_time",), 1.0),
    "vertical_oscillation": (("vertical_oscillation",), 1.0),
    "respiration_rate": (("enhanced_respiration_rate", "respiration_rate"), 1.0),
    "core_temperature": (("core_temperature",), 1.0),
    "muscle_oxygen": (("saturated_hemoglobin_percent",), 1.0),
}

# Developer fields that stand for a channel where the native field is silent; by their lower-case
# name, then by their lower-case unit: what one such unit is in ours.
_PLAIN_UNIT = {"": 1.0}
_DEVELOPER: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "power": ("power", {"watts": 1.0, "watt": 1.0, "w": 1.0, **_PLAIN_UNIT}),
    "heart rate": ("heart_rate", {"bpm": 1.0, **_PLAIN_UNIT}),
    "cadence": ("cadence", {"rpm": 1.0, "spm": 1.0, "strides/min": 1.0, **_PLAIN_UNIT}),
    "stroke rate": ("cadence", {"spm": 1.0, **_PLAIN_UNIT}),
    "speed": ("speed", {"m/s": 1.0, "km/h": 1 / 3.6, "kph": 1 / 3.6}),
    "distance": ("distance", {"m": 1.0, "meters": 1.0}),
    "elevation": ("altitude", {"m": 1.0, "meters": 1.0}),
    "ground time": ("ground_contact_time", {"milliseconds": 1.0, "ms": 1.0}),
    "vertical oscillation": (
        "vertical_oscillation",
        {"centimeters": 10.0, "cm": 10.0, "mm": 1.0, "millimeters": 1.0},
    ),
    "core_temperature": ("core_temperature", {"°c": 1.0, "c": 1.0, **_PLAIN_UNIT}),
    "smo2": ("muscle_oxygen", {"%": 1.0, **_PLAIN_UNIT}),
    "respiration rate": ("respiration_rate", {"brpm": 1.0, "br/min": 1.0, **_PLAIN_UNIT}),
}


def record_channels(messages: Messages) -> dict[str, Floats]:
    """Return the channels of the record messages, one value per message, NaN = not measured.

    >>> found = record_channels(Messages({"record": [{"heart_rate": 140, "power": 200}, {}]}))
    >>> found["heart_rate"], found["power"]
    (array([140.,  nan]), array([200.,  nan]))
    """
    names = messages.record_names()
    channels = {}
    for channel, (fields, factor) in _NATIVE.items():
        columns = [messages.record_column(name) for name in fields if name in names]
        if columns:
            channels[channel] = _first_known(columns) * factor
    fraction = np.nan_to_num(messages.record_column("fractional_cadence"))
    channels["cadence"] = messages.record_column("cadence") + fraction
    for name, (channel, factor) in _developer_fields(messages).items():
        if name in names and np.isnan(channels.get(channel, np.array(np.nan))).all():
            channels[channel] = messages.record_column(name) * factor
    return channels


def _first_known(columns: Sequence[Floats]) -> Floats:
    """Return the first column, filled from the others; theirs also where the two nearly agree."""
    best = columns[0]
    for other in columns[1:]:
        best = np.where(np.isnan(best) | (np.abs(best - other) < _TRUNCATED), other, best)
    return best


def _developer_fields(messages: Messages) -> dict[str, tuple[str, float]]:
    """Return the channel and factor of each developer field that has a known name and unit."""
    found = {}
    for description in messages.of("field_description"):
        name, unit = description.get("field_name"), description.get("units", "")
        if not isinstance(name, str) or name.lower() not in _DEVELOPER:
            continue
        channel, units = _DEVELOPER[name.lower()]
        unit = unit.lower() if isinstance(unit, str) else ""
        if unit in units:
            found[name] = (channel, units[unit])
    return found
