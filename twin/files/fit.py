"""FIT: what watches, head units and sport apps write.

Sound files are read fast; damaged ones are salvaged up to the damage, with a warning.
"""

import numpy as np
import pandas as pd

from twin.errors import NoRecordingError, UnreadableFileError
from twin.files.content import Content
from twin.files.fit_beats import rr_intervals, with_strap_heart_rate
from twin.files.fit_channels import record_channels
from twin.files.fit_layout import layout
from twin.files.fit_messages import Messages, read_messages
from twin.files.fit_summary import devices_of, foot_cadence, laps_of, sport_of
from twin.files.fit_writer import CHANNELS, write_fit
from twin.files.timeline import timeline, utc_times
from twin.records import Recording

__all__ = ["CHANNELS", "read_fit", "recording_of", "write_fit"]

_AROUND = pd.Timedelta(minutes=1)


def read_fit(content: Content) -> Recording:
    """Return the recording in a FIT file.

    Raises
    ------
    NoRecordingError
        If it is sound and holds no record with a time: settings, a workout, a day's steps.
    UnreadableFileError
        If damage leaves none.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from twin.files.content import load
    >>> index = pd.to_datetime(["2026-10-01 10:00:00", "2026-10-01 10:00:01"], utc=True)
    >>> ride = Recording(pd.DataFrame({"heart_rate": [140.0, 141.0]}, index), "cycling")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_fit(ride, Path(folder) / "ride.fit")
    ...     content = load(Path(folder) / "ride.fit")
    >>> again = read_fit(content)
    >>> again.sport, again.samples["heart_rate"].tolist()
    ('cycling', [140.0, 141.0])
    """
    return recording_of(content, read_messages(content.data))


def recording_of(content: Content, messages: Messages) -> Recording:
    """Return decoded messages as a recording; errors as of `read_fit`, with the name of `content`.

    >>> from datetime import UTC, datetime
    >>> records = [{"timestamp": 1_790_000_000 + second, "heart_rate": 140} for second in range(2)]
    >>> content = Content("ride.fit", b"", datetime.now(UTC))
    >>> recording_of(content, Messages({"record": records})).samples["heart_rate"].tolist()
    [140.0, 140.0]
    """
    stamps = messages.record_column("timestamp")
    channels = record_channels(messages) if len(stamps) else {}
    if channels:
        rate = channels.get("heart_rate", np.full(len(stamps), np.nan))
        channels["heart_rate"] = with_strap_heart_rate(rate, messages)
        channels["cadence"] = foot_cadence(channels["cadence"], stamps, messages)
    mended = timeline(utc_times(stamps), channels)
    if mended.samples.empty:
        kind = UnreadableFileError if messages.damage else NoRecordingError
        raise kind(_nothing_in(content, messages))
    device, devices = devices_of(messages)
    rr = rr_intervals(content.data, messages)
    begin, end = mended.samples.index[0], mended.samples.index[-1]
    return Recording(
        mended.samples,
        sport_of(messages),
        rr[(rr.index >= begin - _AROUND) & (rr.index <= end + _AROUND)],
        laps_of(messages, mended.samples),
        device,
        devices,
        (*_damage(content.data, messages, len(mended.samples)), *mended.warnings),
    )


def _damage(data: bytes, messages: Messages, samples: int) -> tuple[str, ...]:
    """Return in words what was damaged and what came of it, nothing for a sound file."""
    if not messages.damage:
        return ()
    lost = "none seems lost, single values may be wrong"
    if layout(data).damage:
        lost = "what followed is lost"
    return (f"the file is damaged ({messages.damage}): {samples} samples were salvaged, {lost}",)


def _nothing_in(content: Content, messages: Messages) -> str:
    found = ", ".join(f"{len(m)} {kind}" for kind, m in messages.kinds.items() if m)
    because = f"; the file is damaged: {messages.damage}" if messages.damage else ""
    return (
        f"{content.name}: holds no samples (messages: {found or 'none'}), expected a FIT file with "
        f"records of a session{because}"
    )
