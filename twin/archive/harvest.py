"""What a file holds: a recording, daily values, or words on why it holds neither."""

from dataclasses import dataclass

from twin.errors import NoRecordingError, UnreadableFileError
from twin.files import read_content
from twin.files.content import Content
from twin.files.daily import is_daily, read_daily
from twin.model.highest import highest_heart_rate
from twin.pipeline import way_m
from twin.records import DailyValue, Recording


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read; travels to a worker."""

    place: int
    name: str
    identity: str
    content: Content


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a file held; travels back.

    Parameters
    ----------
    place : int
        Of its entry.
    name : str
        How it is called in the report.
    identity : str
        Hash of the content: what has the same was imported already.
    recording : Recording or None
        If it is one.
    daily : tuple of DailyValue
        If it is a table of them.
    error : str
        Why it is neither, in words.
    is_recording : bool
        False where the file is sound and simply something else.
    distance_m : float
        Way covered, for lists. [m]
    highest_hr : float
        Highest heart rate that was held. [bpm]
    """

    place: int
    name: str
    identity: str
    recording: Recording | None = None
    daily: tuple[DailyValue, ...] = ()
    error: str = ""
    is_recording: bool = True
    distance_m: float = float("nan")
    highest_hr: float = float("nan")


def harvest(job: Job) -> Harvest:
    """Return what a file holds; what cannot be read is told, not raised."""
    try:
        if is_daily(job.content):
            return Harvest(job.place, job.name, job.identity, daily=read_daily(job.content))
        recording = read_content(job.content, job.name)
    except NoRecordingError as error:
        return Harvest(job.place, job.name, job.identity, error=str(error), is_recording=False)
    except UnreadableFileError as error:
        return Harvest(job.place, job.name, job.identity, error=str(error))
    return of_recording(job.place, job.name, job.identity, recording)


def of_recording(place: int, name: str, identity: str, recording: Recording) -> Harvest:
    """Return a recording as harvest, with its way and highest heart rate."""
    samples, sport = recording.samples, recording.sport
    return Harvest(
        place, name, identity, recording,
        distance_m=way_m(samples, sport), highest_hr=highest_heart_rate(samples, sport),
    )  # fmt: skip
