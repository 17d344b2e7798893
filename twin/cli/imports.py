"""`twin import`: recorded files, folders and whole archives into the store."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from twin.archive import Imported, import_entries, settle_max_hr, stale_sessions, summarise
from twin.archive.work import Workers
from twin.cli.athletes import athlete_called
from twin.cli.background import background_option, step_back
from twin.cli.output import (
    clock_text,
    data_option,
    json_option,
    print_json,
    progress,
    store_at,
)
from twin.files import Entry, entries_in
from twin.store import EmbeddedStore

_ALONE_BELOW = 16  # files: to start other processes takes as long as to read these
_COLOURS = {"failed": "red", "skipped": "yellow", "double": "yellow"}

workers_option = click.option(
    "--workers", type=click.IntRange(min=1), help="Processes; else one for each core."
)
dask_option = click.option(
    "--dask", default="", metavar="ADDRESS", help="Let a Dask cluster do it: tcp://host:8786."
)


@click.command("import", short_help="Import recorded files, folders, zips and archives.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--athlete", required=True, help="Name or id; added if new.")
@click.option("--dry-run", is_flag=True, help="Read and tell, keep nothing.")
@click.option("--doubles", is_flag=True, help="Keep what covers the time of a session stored.")
@workers_option
@dask_option
@data_option
@json_option
@click.pass_context
def import_(
    context: click.Context, paths: tuple[Path, ...], athlete: str, dry_run: bool, doubles: bool,
    workers: int | None, dask: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Import recorded files, folders, zips and the archives of Garmin, Strava, Polar and Apple.

    FIT, TCX, GPX, PWX, CSV, GoldenCheetah; daily values of HRV4Training and Elite HRV. Nothing is
    kept twice, neither the same content nor the same session in two formats; ended with Ctrl-C, the
    same command goes on. The exit status is 1 if any file failed; the good ones are kept.
    """
    entries = entries_in(paths)
    with store_at(data) as store:
        owner, _ = athlete_called(store, athlete)
        found = import_entries(
            store, entries, owner, workers=workers_for(len(entries), workers, dask),
            dry_run=dry_run, doubles=doubles,
        )  # fmt: skip
        results, ended = _gathered(found, entries, quiet=as_json)
        _sum_up(store, results)
    results.sort(key=lambda result: result.place)
    if as_json:
        print_json([_fields(result) for result in results])
    else:
        _print(results, len(entries), ended=ended, dry_run=dry_run)
    context.exit(0 if ended and results and all(result.ok for result in results) else 1)


@click.command("summarise", short_help="Compute the figures of sessions that are missing or stale.")
@click.option("--athlete", help="Only of this one, by name or id.")
@workers_option
@dask_option
@data_option
@background_option
def summarise_(
    athlete: str | None, workers: int | None, dask: str, data: Path | None, background: bool
) -> None:
    """Compute the figures of all sessions that have none, or whose code or athlete changed."""
    if background:
        step_back()
    with store_at(data) as store:
        for known in [athlete] if athlete else [known.id for known in store.athletes()]:
            settle_max_hr(store, known)
        stale = stale_sessions(store, athlete=athlete)
        found = summarise(store, stale, workers=workers_for(len(stale), workers, dask))
        if background:  # for a page: how far it is, session by session
            for done, _ in enumerate(found, 1):
                click.echo(f"{done} {len(stale)}")
            return
        with progress(range(len(stale)), "Summing up", quiet=False) as bar:
            done = sum(1 for _ in zip(bar, found, strict=True))
        click.echo(f"{done} sessions summed up.")


def workers_for(things: int, workers: int | None, dask: str) -> Workers:
    """Return who does the work: as told, else all cores if it is worth starting processes."""
    if workers is None:
        workers = 1 if things < _ALONE_BELOW else os.cpu_count() or 1
    return Workers(workers, dask)


def _sum_up(store: EmbeddedStore, results: list[Imported]) -> None:
    """Compute the figures of a few new sessions, so that they open whole; of an archive it takes too long."""
    new = [result.session for result in results if result.status == "new" and result.session]
    for _ in summarise(store, new) if len(new) < _ALONE_BELOW else ():
        pass


def _gathered(
    found: Iterator[Imported], entries: list[Entry], *, quiet: bool
) -> tuple[list[Imported], bool]:
    """Return the results, and whether all is done: Ctrl-C ends it in order."""
    results: list[Imported] = []
    seen: set[int] = set()
    with progress(entries, "Importing", quiet=quiet) as bar:
        steps = iter(bar)
        try:
            for result in found:
                results.append(result)
                if result.place not in seen:
                    seen.add(result.place)
                    next(steps, None)
        except KeyboardInterrupt:
            return results, False
    return results, True


def _fields(result: Imported) -> dict[str, Any]:
    fields = asdict(result)
    del fields["place"]  # they stand in order
    return fields


def _print(results: list[Imported], files: int, *, ended: bool, dry_run: bool) -> None:
    for result in results:
        _print_one(result)
    statuses = Counter(result.status for result in results)
    counts = ", ".join(f"{number} {status}" for status, number in statuses.most_common())
    good = sum(result.ok and result.status != "skipped" for result in results)
    if dry_run:
        click.echo(f"Dry run, nothing kept: {counts}.")
        return
    click.echo(f"{good} of {len(results)} files are in the store.")
    if len(results) > 1:
        click.echo(f"{counts}.")
    if not ended:
        click.secho(
            f"Interrupted after {len(results)} of {files}: the same command goes on from here.",
            fg="yellow",
        )


def _print_one(result: Imported) -> None:
    name = Path(result.file).name
    if result.error is not None:
        click.secho(f"{result.status:<8} {name}: {result.error}", fg=_COLOURS[result.status])
        return
    if result.sport is None:
        click.echo(f"ok       {name}: {result.daily} daily values new or changed")
        return
    what = f"{result.sport}, {clock_text(result.duration_s or 0)}, {result.samples} samples"
    beats = f", {result.rr_intervals} RR intervals" if result.rr_intervals else ""
    kept = f" -> {result.session}" if result.session else ""
    told = {"new": "ok", "known": "ok"}.get(result.status, result.status)
    click.secho(f"{told:<8} {name}: {what}{beats}{kept}", fg=_COLOURS.get(result.status))
    for warning in result.warnings:
        click.secho(f"         {warning}", fg="yellow")
