"""Recordings played as if live, at 1 to 60 times their speed.

The rule that keeps the store right: every sample is sent at most once, in the order of the
recording, with its own time. So what is stored does not depend on the speed, and going back to a
part already sent goes on from the furthest point instead: nothing is ever stored twice.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np

from twin.errors import SourceError
from twin.protocols import Clock
from twin.records import Athlete, Batch, Recording
from twin.sources.timeline import Timeline

SLOWEST, FASTEST = 1.0, 60.0
_BATCHES_PER_S = 20.0  # at most; faster replays put more than a second into a batch
_PAUSE_STEP_S = 0.1
_LATEST_S = 1.0  # further behind the clock, a replay goes on from now instead of catching up
_NS = 1_000_000_000


class Replay:
    """Plays recordings of one or several athletes; implements `twin.protocols.Player`.

    A stretch without any reading is waited through at the speed of the replay, with empty batches
    whose `now` goes on; one longer than 30 s is jumped over in 1 s of recording.

    Parameters
    ----------
    recordings : Recording or sequence of Recording
        One per athlete, each played at its own recorded times. A stored session plays as a
        `Recording` of its samples and RR intervals.
    athletes : sequence of Athlete, optional
        Whose they are; by default named after the file.
    speed : float
        Seconds of recording per second of clock, 1 to 60; may change while it plays.
    name : str, optional
        Name of the source; by default after the first file.

    Raises
    ------
    SourceError
        If nothing is to be played, the athletes do not fit or the speed is not accepted.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.date_range("2026-10-01 10:00", periods=3, freq="s", tz="UTC", name="time")
    >>> replay = Replay(Recording(pd.DataFrame({"heart_rate": [140.0, 141, 142]}, index), "running"))
    >>> replay.athletes[0].name, replay.position
    ('Athlete 1', 0.0)
    """

    def __init__(
        self,
        recordings: Recording | Sequence[Recording],
        athletes: Sequence[Athlete] = (),
        *,
        speed: float = 1.0,
        name: str = "",
    ) -> None:
        if isinstance(recordings, Recording):
            recordings = [recordings]
        self.athletes: Sequence[Athlete] = tuple(athletes) or _athletes_of(recordings)
        if len(self.athletes) != len(recordings):
            raise SourceError(f"{len(recordings)} recordings for {len(self.athletes)} athletes")
        self._timeline = Timeline(recordings)
        if not len(self._timeline):
            raise SourceError("the recordings hold no samples: nothing to replay")
        self.name = name or f"replay:{_title(recordings[0], 'recording')}"
        self.paused = False
        self.speed = speed
        self._played_ns = 0
        self._sent_ns = -1
        self._sought_ns: int | None = None

    @property
    def speed(self) -> float:
        """Seconds of recording per second of clock, 1 to 60."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if not SLOWEST <= speed <= FASTEST:
            raise SourceError(f"speed {speed} is not accepted: expected {SLOWEST:g} to {FASTEST:g}")
        self._speed = float(speed)

    @property
    def position(self) -> float:
        """Share played, 0..1; a long gap counts as the second it takes."""
        length_ns = self._timeline.length_ns
        at_ns = self._played_ns if self._sought_ns is None else self._sought_ns
        return at_ns / length_ns if length_ns else float(self._sent_ns >= 0)

    def seek(self, position: float) -> None:
        """Go on from this share; what lies between is left out.

        Going back to what was sent already has no effect: the replay goes on where it is.

        Raises
        ------
        SourceError
            If the share is not within 0..1.
        """
        if not 0 <= position <= 1:
            raise SourceError(f"position {position} is not accepted: expected 0 to 1")
        self._sought_ns = max(self._played_ns, round(position * self._timeline.length_ns))

    async def batches(self, clock: Clock) -> AsyncIterator[Batch]:
        """Yield batches as their time comes; ends after the last sample."""
        due = clock.now()
        while True:
            self._follow_seek()
            if self.paused:
                await clock.sleep(_PAUSE_STEP_S)
                due = clock.now()
                continue
            batch = self._timeline.between(self._sent_ns, self._played_ns)
            self._sent_ns = self._played_ns
            yield batch
            if self._sent_ns >= self._timeline.length_ns and self._sought_ns is None:
                return
            period_s = 1 / min(self._speed, _BATCHES_PER_S)
            due += np.timedelta64(round(period_s * _NS), "ns")
            late_s = (clock.now() - due) / np.timedelta64(1, "s")
            if late_s > _LATEST_S:
                due = clock.now()
            await clock.sleep(max(0.0, -late_s))
            if not self.paused:
                step_ns = round(period_s * self._speed * _NS)
                self._played_ns = min(self._played_ns + step_ns, self._timeline.length_ns)

    def _follow_seek(self) -> None:
        if self._sought_ns is not None and self._sought_ns > self._played_ns:
            self._played_ns, self._sent_ns = self._sought_ns, self._sought_ns - 1
        self._sought_ns = None


def _athletes_of(recordings: Sequence[Recording]) -> tuple[Athlete, ...]:
    """Name athletes after their files; equal names are numbered."""
    titles = [_title(r, f"Athlete {n}") for n, r in enumerate(recordings, 1)]
    return tuple(
        Athlete(title if titles.count(title) == 1 else f"{title} {number}", sport=recording.sport)
        for number, (title, recording) in enumerate(zip(titles, recordings, strict=True), 1)
    )


def _title(recording: Recording, otherwise: str) -> str:
    return Path(recording.path.removeprefix("session:")).name.split(".")[0] or otherwise
