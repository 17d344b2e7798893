"""The rules of a new installation, and those that the configuration asks for."""

from collections.abc import Mapping

import numpy as np

from twin.records import Priority, slug
from twin.rules.rule import MEASURES, Basis, Kind, Mode, Rule

# The figures of the approach were chosen on simulated squads and a month of one runner, so that half
# of all crossings are told a minute ahead with less than one false alarm per athlete and hour:
# `benchmarks/approach.py` tells how they do on others.
COMMON = (
    Rule(id="line", name="Above the line", limit=100, basis=Basis.LINE, hysteresis=2,
         priority=Priority.ALARM, escalate_s=np.inf),
    Rule(id="line-ahead", name="Line ahead", kind=Kind.APPROACH, limit=100, basis=Basis.LINE,
         window_s=300, chance=30, hysteresis=24, hold_s=3, calm_s=60, cool_down_s=600),
    Rule(id="nearly-spent", name="Nearly spent", measure="balance", limit=25, below=True,
         hysteresis=15, cool_down_s=120),
    Rule(id="sensor-lost", name="Sensor lost", measure="silence", limit=20, hold_s=0, calm_s=5,
         escalate_s=120),
    Rule(id="artefacts", name="Poor contact", measure="doubt", limit=30, hysteresis=15, hold_s=10,
         cool_down_s=300, priority=Priority.INFORMATION, spoken=False),
    Rule(id="off-twin", name="Not as expected", measure="residual", limit=10, hysteresis=5,
         hold_s=30, calm_s=30, cool_down_s=300, priority=Priority.INFORMATION, mode=Mode.SHADOW),
    Rule(id="drift", name="Heart rate drifts", measure="drift", limit=8, hysteresis=2, hold_s=60,
         calm_s=60, cool_down_s=600, priority=Priority.INFORMATION, mode=Mode.SHADOW),
    Rule(id="squad-hard", name="Three are very hard at it", limit=90, basis=Basis.MAXIMUM,
         hysteresis=2, at_least=3, hold_s=10, cool_down_s=300, priority=Priority.INFORMATION,
         mode=Mode.SHADOW),
)  # fmt: skip


def seeds(thresholds: Mapping[str, Mapping[str, float]]) -> tuple[Rule, ...]:
    """Return the common rules and one for each channel of ``THRESHOLDS``.

    The line of heart rate is a field of the athlete, which the common rules look at.

    Examples
    --------
    >>> [rule.id for rule in seeds({"Ada": {"power": 400}})][-1]
    'threshold-power'
    """
    channels = {channel for limits in thresholds.values() for channel in limits} - {"heart_rate"}
    return COMMON + tuple(_of_channel(channel, thresholds) for channel in sorted(channels))


def _of_channel(channel: str, thresholds: Mapping[str, Mapping[str, float]]) -> Rule:
    default = thresholds.get("default", {}).get(channel, np.nan)
    own = {
        slug(athlete): limits[channel]
        for athlete, limits in thresholds.items()
        if athlete != "default" and channel in limits
    }
    label = MEASURES[channel].label
    return Rule(
        id=f"threshold-{channel}".replace("_", "-"), name=f"{label} above its line",
        measure=channel, limit=default, own=own, priority=Priority.WARNING,
    )  # fmt: skip
