"""`twin import`: recorded files and folders into the store."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import click

from twin.cli.output import (
    clock_text,
    data_option,
    json_option,
    print_json,
    progress,
    store_at,
)
from twin.errors import StoreError, TwinError
from twin.files import content_hash, read, recordings_in
from twin.protocols import Store
from twin.records import Athlete, Note, Recording, Session

_FILES_AT_ONCE = 100  # then they leave the log, which stays short


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file."""

    file: str
    ok: bool
    session: str | None = None
    sport: str | None = None
    start: datetime | None = None
    duration_s: float | None = None
    samples: int = 0
    channels: tuple[str, ...] = ()
    rr_intervals: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--athlete", required=True, help="Name or id; added if new.")
@data_option
@json_option
@click.pass_context
def import_(
    context: click.Context, paths: tuple[Path, ...], athlete: str, data: Path | None, as_json: bool
) -> None:
    """Import recorded files or folders (FIT, TCX, GPX, CSV; plain, .gz or .zip).

    A file imported before adds nothing. The exit status is 1 if any file failed; the good ones
    are kept.
    """
    store = store_at(data)
    try:
        owner = known_or_new(store, athlete)
        files = recordings_in(paths)
        results = []
        with progress(files, "Importing", quiet=as_json) as bar:
            for number, file in enumerate(bar, 1):
                results.append(import_file(store, file, owner))
                if number % _FILES_AT_ONCE == 0 or number == len(files):
                    with suppress(StoreError):  # a hub will do it
                        store.compact()
    finally:
        store.close()
    if as_json:
        print_json([asdict(result) for result in results])
    else:
        _print(results)
    context.exit(0 if results and all(result.ok for result in results) else 1)


def known_or_new(store: Store, name: str) -> Athlete:
    """Return the athlete of that id or name; one not known is added."""
    for athlete in store.athletes():
        if name in (athlete.id, athlete.name):
            return athlete
    return store.add_athlete(Athlete(name=name))


def import_file(store: Store, file: Path, athlete: Athlete) -> Imported:
    """Keep one file as a session; a file that cannot be read is told, not raised."""
    try:
        recording = read(file)
        session = store.add_recording(recording, athlete, content=content_hash(file))
        _note_warnings(store, session, recording)
    except (TwinError, OSError) as error:
        return Imported(str(file), ok=False, error=str(error))
    return Imported(
        file=str(file),
        ok=True,
        session=session.id,
        sport=recording.sport,
        start=recording.start,
        duration_s=recording.duration_s,
        samples=len(recording.samples),
        channels=tuple(recording.samples.columns),
        rr_intervals=len(recording.rr),
        warnings=recording.warnings,
    )


def _note_warnings(store: Store, session: Session, recording: Recording) -> None:
    """Keep what the reader mended as notes of the session, once."""
    if recording.warnings and not store.notes(session.id):
        for warning in recording.warnings:
            store.add_note(session.id, Note(recording.start, warning, author="import"))


def _print(results: list[Imported]) -> None:
    for result in results:
        name = Path(result.file).name
        if not result.ok:
            click.secho(f"failed   {name}: {result.error}", fg="red")
            continue
        what = f"{result.sport}, {clock_text(result.duration_s or 0)}, {result.samples} samples"
        beats = f", {result.rr_intervals} RR intervals" if result.rr_intervals else ""
        click.echo(f"ok       {name}: {what}{beats} -> {result.session}")
        for warning in result.warnings:
            click.secho(f"         {warning}", fg="yellow")
    good = sum(result.ok for result in results)
    click.echo(f"{good} of {len(results)} files are in the store.")
