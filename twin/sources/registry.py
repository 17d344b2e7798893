"""Sources by their description, such as ``simulator:12`` or ``replay:ride.fit@20``."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from twin.errors import SourceError
from twin.protocols import Source
from twin.records import Athlete, Pairing, Recording
from twin.settings import Settings
from twin.sources.http import HttpSource, nothing_stored
from twin.sources.http_known import Lookup
from twin.sources.replay import FASTEST, SLOWEST, Replay

KINDS = {
    "ble": "ble[:all][:listen][:ecg]",
    "http": "http",
    "replay": "replay:PATH[@SPEED] or replay:session:ID[@SPEED]",
    "simulator": "simulator:ATHLETES[:SPORT][@SPEED]",
}


Paired = Callable[[], Sequence[tuple[Pairing, Athlete]]]


def open_sources(
    descriptions: Sequence[str],
    settings: Settings,
    *,
    read: Callable[[str], Recording],
    paired: Paired = tuple,
    stored_before: Lookup | None = None,
) -> list[Source]:
    """Open the sources of a hub.

    Parameters
    ----------
    descriptions : sequence of str
        Each ``kind:details``; the kinds are those of `KINDS`.
    settings : Settings
        Handed on to the sources.
    read : callable
        Gives the recording of a path, or of ``session:ID``.
    paired : callable
        Gives the Bluetooth sensors of the squad, each with its athlete.
    stored_before : callable, optional
        Asks the store which readings it holds, so that nothing sent again is kept twice.

    Raises
    ------
    SourceError
        If a kind is not known, a source cannot be opened or a speed is not accepted.

    Examples
    --------
    >>> open_sources(["treadmill"], Settings(), read=lambda path: Recording(None))
    Traceback (most recent call last):
    twin.errors.SourceError: unknown source 'treadmill'; known: ble[:all][:listen][:ecg], http, replay:PATH[@SPEED] or \
replay:session:ID[@SPEED], simulator:ATHLETES[:SPORT][@SPEED]
    """
    return [
        _open_http(settings, stored_before)
        if description == "http"
        else _open(description, settings, read, paired)
        for description in descriptions
    ]


def _open(
    description: str, settings: Settings, read: Callable[[str], Recording], paired: Paired
) -> Source:
    kind, _, details = description.partition(":")
    if kind == "replay":
        return _open_replay(details, read)
    if kind == "simulator":
        return _open_simulator(details, settings)
    if kind == "ble":
        return _open_ble(details, settings, paired)
    raise SourceError(f"unknown source {description!r}; known: {', '.join(KINDS.values())}")


def _open_replay(details: str, read: Callable[[str], Recording]) -> Replay:
    """Open a replay; the speed is a number after the last @, unless a file is called so."""
    path, at, ending = details.rpartition("@")
    speed = _number(ending) if at and not Path(details).exists() else None
    if speed is None:
        path, speed = details, 1.0
    if not path:
        raise SourceError(f"a replay needs a file: {KINDS['replay']}")
    if not SLOWEST <= speed <= FASTEST:
        raise SourceError(
            f"replay:{details}: speed {ending} is not accepted: expected {SLOWEST:g} to {FASTEST:g}"
        )
    return Replay(read(path), speed=speed)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _open_simulator(details: str, settings: Settings) -> Source:
    """Open simulated athletes; found by name, because the library stands without them."""
    try:
        home = import_module("simulator.source")
    except ModuleNotFoundError as error:
        raise SourceError(f"the package 'simulator' is not complete here: {error}") from error
    source: Source = home.open_source(details, settings)
    return source


def _open_ble(details: str, settings: Settings, paired: Paired) -> Source:
    """Open the Bluetooth sensors; their library is loaded only now."""
    words = set(details.split(":")) - {""}
    if not words <= {"all", "listen", "ecg"}:
        raise SourceError(f"ble:{details} is not understood; expected {KINDS['ble']}")
    source: Source = import_module("twin.sources.ble").BleSource(
        paired(),
        ble=settings.ble,
        takes_all="all" in words,
        listens="listen" in words,
        streams=("ecg",) if "ecg" in words else (),
        frequency_s=settings.data_frequency,
    )
    return source


def _open_http(settings: Settings, stored_before: Lookup | None) -> HttpSource:
    frequency_s = settings.data_frequency
    return HttpSource(stored_before or nothing_stored, frequency_s=frequency_s)
