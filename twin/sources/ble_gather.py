"""From readings of many sensors to one batch: who speaks for an athlete, what makes a row. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from twin.records import NO_WAVES, Batch, Beats, Waves
from twin.schema import MEASURED_NAMES, SIGNAL_NAMES
from twin.sources.ble_readings import Reading, Wave

_FRESH_NS = 3_000_000_000  # a sensor silent for longer does not speak for its athlete any more
_LEAST_NS = 1000  # between two rows of one athlete
_MARGIN = 0.2  # by so much another sensor must be better to take over
# The number of each fast signal where it comes from a second sensor.
_SECOND = np.array(
    [SIGNAL_NAMES.index(f"second_{name}") if f"second_{name}" in SIGNAL_NAMES else number
     for number, name in enumerate(SIGNAL_NAMES)], np.uint8,
)  # fmt: skip
_ROW = {name: row for row, name in enumerate(MEASURED_NAMES)}


@dataclass(frozen=True, slots=True)
class Heard:
    """A reading with whose it is, which sensor sent it, and how good that is, 0 to 1."""

    athlete: int
    sensor: str
    quality: float
    reading: Reading


class Gatherer:
    """Makes batches; remembers who speaks for each athlete and the instants used so far.

    Two sensors of a kind on one athlete are both kept connected; the better speaks until it falls
    silent or becomes clearly worse. What the other measures is kept beside, as ``second_heart_rate``
    and the like.

    Examples
    --------
    >>> reading = Reading(1_000_000_000, (("heart_rate", 141.0),))
    >>> batch = Gatherer().batch([Heard(0, "a", 1.0, reading)], np.datetime64(2, "s"))
    >>> batch["heart_rate"], batch.time[0] == np.datetime64(1, "s")
    (array([141.]), np.True_)
    """

    def __init__(self) -> None:
        self._speaker: dict[tuple[int, str], tuple[str, float, int]] = {}
        self._newest_ns: dict[int, int] = {}
        self._newest_beat_ns: dict[int, int] = {}

    def batch(self, heard: Iterable[Heard], now: np.datetime64) -> Batch:
        """Return the readings as rows; one of an athlete holds what different sensors measured."""
        rows: list[tuple[int, int, dict[str, float]]] = []
        open_row: dict[int, int] = {}
        beats: list[tuple[int, int, float]] = []
        waves: list[tuple[int, Wave]] = []
        for item in heard:
            values = [(c, v) for c, v in item.reading.values if self._speaks(item, c)]
            kept = self._new_beats(item)
            beats += kept
            waves += self._beside(item, values, kept)
            if not values:
                continue
            at = open_row.get(item.athlete)
            if at is None or any(channel in rows[at][2] for channel, _ in values):
                open_row[item.athlete] = at = len(rows)
                rows.append((item.athlete, self._instant(item), {}))
            rows[at][2].update(values)
        return replace(_as_batch(rows, beats, now), waves=_as_waves(waves))

    def _speaks(self, item: Heard, channel: str) -> bool:
        """Whether this sensor gives the athlete's value of a channel; it may take over."""
        key = (item.athlete, channel)
        time_ns = item.reading.time_ns
        sensor, quality, last_ns = self._speaker.get(key, ("", -1.0, 0))
        is_other = sensor != item.sensor
        if is_other and time_ns - last_ns < _FRESH_NS and item.quality < quality + _MARGIN:
            return False
        self._speaker[key] = (item.sensor, item.quality, time_ns)
        return True

    def _instant(self, item: Heard) -> int:
        """Return the instant of a new row; no two of one athlete are equal. [ns]"""
        before_ns = self._newest_ns.get(item.athlete, 0)
        self._newest_ns[item.athlete] = max(item.reading.time_ns, before_ns + _LEAST_NS)
        return self._newest_ns[item.athlete]

    def _beside(
        self, item: Heard, values: list[tuple[str, float]], beats: list[tuple[int, int, float]]
    ) -> Iterator[tuple[int, Wave]]:
        """Yield what is kept beside the samples: fast signals, and all of a sensor that is second."""
        wave, reading = item.reading.wave, item.reading
        if wave is not None:
            first = self._speaks(item, "wave")
            yield item.athlete, wave if first else replace(wave, signal=_SECOND[wave.signal])
        spoken = {channel for channel, _ in values}
        rest = [(reading.time_ns, c, v) for c, v in reading.values if c not in spoken]
        heard = {instant_ns for _, instant_ns, _ in beats}
        rest += [(ns, "rr_ms", rr_ms) for ns, rr_ms in reading.beats if ns not in heard]
        if rest:
            times_ns, channels, numbers = zip(*rest, strict=True)
            codes = [SIGNAL_NAMES.index(f"second_{channel}") for channel in channels]
            yield (
                item.athlete,
                Wave(np.array(times_ns, np.int64), np.array(codes, np.uint8), np.array(numbers)),
            )

    def _new_beats(self, item: Heard) -> list[tuple[int, int, float]]:
        """Return the beats that come after all before, also when another strap takes over."""
        if not item.reading.beats or not self._speaks(item, "heart_rate"):
            return []
        newest_ns = self._newest_beat_ns.get(item.athlete, -1)
        fresh = [
            (item.athlete, instant_ns, rr_ms)
            for instant_ns, rr_ms in item.reading.beats
            if instant_ns > newest_ns
        ]
        if fresh:
            self._newest_beat_ns[item.athlete] = fresh[-1][1]
        return fresh


def _as_waves(parts: list[tuple[int, Wave]]) -> Waves:
    if not parts:
        return NO_WAVES
    return Waves(
        np.concatenate([np.full(len(wave.value), athlete, np.int32) for athlete, wave in parts]),
        np.concatenate([wave.time_ns for _, wave in parts]).view("datetime64[ns]"),
        np.concatenate([wave.signal for _, wave in parts]),
        np.concatenate([wave.value for _, wave in parts]),
    )


def _as_batch(
    rows: list[tuple[int, int, dict[str, float]]],
    beats: list[tuple[int, int, float]],
    now: np.datetime64,
) -> Batch:
    values = np.full((len(MEASURED_NAMES), len(rows)), np.nan)
    for column, (_, _, channels) in enumerate(rows):
        for channel, value in channels.items():
            values[_ROW[channel], column] = value
    return Batch(
        np.array([athlete for athlete, _, _ in rows], np.int32),
        np.array([time_ns for _, time_ns, _ in rows], np.int64).view("datetime64[ns]"),
        values,
        beats=Beats(
            np.array([athlete for athlete, _, _ in beats], np.int32),
            np.array([instant_ns for _, instant_ns, _ in beats], np.int64).view("datetime64[ns]"),
            np.array([rr_ms for _, _, rr_ms in beats], np.float64),
        ),
        now=now,
    )
