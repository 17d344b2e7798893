"""`twin sessions`, `show`, `export`, `delete`: what is stored."""

from dataclasses import asdict, replace
from math import nan
from pathlib import Path
from typing import Any

import click
import pandas as pd

from twin.cli.output import (
    clock_text,
    data_option,
    json_option,
    number_text,
    print_json,
    print_table,
    store_at,
)
from twin.files import left_out, write
from twin.hub import as_recording
from twin.pipeline import Summary, derive, summary
from twin.protocols import Store
from twin.records import Athlete
from twin.state.review import ReviewState
from twin.state.review_rest import Rest, rest_of

_FIELDS = [
    "session",
    "athlete",
    "sport",
    "start",
    "end",
    "duration_s",
    "samples",
    "source",
    "state",
]


@click.command("sessions")
@click.option("--athlete", help="Name or id.")
@click.option("--since", help="From this day or instant on, such as 2026-10-01.")
@click.option("--until", help="Before this day or instant.")
@data_option
@json_option
def sessions_(
    athlete: str | None, since: str | None, until: str | None, data: Path | None, as_json: bool
) -> None:
    """List the sessions, newest first; those being recorded included."""
    store = store_at(data)
    try:
        table = store.sessions(athlete=athlete, since=since, until=until)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    finally:
        store.close()
    if as_json:
        print_json([_fields(row) for _, row in table.iterrows()])
        return
    rows = (
        (r["session"], r["athlete"], r["sport"], f"{r['start']:%Y-%m-%d %H:%M}",
         clock_text(r["duration_s"]), number_text((r["distance"] or nan) / 1000, 2, "km"), r["samples"],
         r["state"])
        for _, r in table.iterrows()
    )  # fmt: skip
    empty = "No sessions yet. Import files with: twin import PATH... --athlete NAME"
    print_table(
        ["session", "athlete", "sport", "start (UTC)", "time", "distance", "samples", "state"],
        rows,
        empty,
    )


def _fields(row: pd.Series) -> dict[str, Any]:
    """Return a row of the session table as the public JSON fields."""
    fields = {name: row[name] for name in _FIELDS}
    times = {
        name: row[name].to_pydatetime() if pd.notna(row[name]) else None
        for name in ("start", "end")
    }
    return {**fields, **times, "state": str(row["state"])}


@click.command("show")
@click.argument("session")
@data_option
@json_option
def show_(session: str, data: Path | None, as_json: bool) -> None:
    """Show one session: what it is, and its summary."""
    store = store_at(data)
    try:
        stored = store.session(session)
        table = store.sessions(athlete=stored.athlete)
        row = table[table["session"] == session].iloc[0]
        athlete = _athlete(store, stored.athlete).doing(stored.sport)
        result = summary(derive(store.samples(session), athlete), athlete)
        laps, beats = store.laps(session), len(store.rr(session))
        rest = rest_of(store, ReviewState(store, session=session).open())
    finally:
        store.close()
    if as_json:
        print_json(
            {**_fields(row), "summary": asdict(result), "laps": [asdict(lap) for lap in laps],
             "rr_intervals": beats, "rest": None if rest is None else _rest_fields(rest)}
        )  # fmt: skip
        return
    if not result.duration_s > 0:  # of beats alone
        result = replace(result, duration_s=row.duration_s)
    click.echo(
        f"{row.session}  {row.athlete}, {row.sport}, {row.start:%Y-%m-%d %H:%M} UTC, {row.state}"
    )
    for label, text in [*_lines(result), *_beat_lines(beats, rest)]:
        click.echo(f"  {label:<18} {text}")
    click.echo(f"  {'laps':<18} {len(laps)}")


def _lines(result: Summary) -> list[tuple[str, str]]:
    """Return the summary as labelled lines with units."""
    zones = "  ".join(f"{z}: {clock_text(s)}" for z, s in enumerate(result.time_in_zone_s, 1))
    return [
        ("time", clock_text(result.duration_s)),
        ("moving", clock_text(result.moving_time_s)),
        ("distance", number_text((result.distance_m or nan) / 1000, 2, "km")),
        ("ascent", number_text(result.ascent_m, 0, "m")),
        ("heart rate", f"{number_text(result.mean_heart_rate)} mean, "
                       f"{number_text(result.max_heart_rate, 0, 'bpm')} max"),
        ("power", f"{number_text(result.mean_power)} mean, {number_text(result.max_power, 0, 'W')} max"),
        ("load (Banister)", number_text(result.banister_trimp, 1, "au")),
        ("load (Edwards)", number_text(result.edwards_trimp, 1, "au")),
        ("time in zones", zones),
    ]  # fmt: skip


def _beat_lines(beats: int, rest: Rest | None) -> list[tuple[str, str]]:
    """Return RR intervals, and variability of the quietest five minutes, as labelled lines; none without."""
    lines = [("RR intervals", str(beats))] if beats else []
    if rest is not None:
        lines += [
            ("RMSSD", f"{number_text(rest.rmssd, 1, 'ms')}, quietest 5 min from {rest.start:%H:%M:%S} "
                      f"UTC, {number_text(rest.heart_rate, 0, 'bpm')}"),
            ("SDNN", number_text(rest.sdnn, 1, "ms")),
        ]  # fmt: skip
    return lines


def _rest_fields(rest: Rest) -> dict[str, Any]:
    """Return variability of the quietest five minutes as the public JSON fields."""
    names = ("start", "end", "heart_rate", "rmssd", "sdnn", "pnn50", "sd1", "sd2", "artefact_share")
    return {name: getattr(rest, name) for name in names}


def _athlete(store: Store, athlete: str) -> Athlete:
    return next(a for a in store.athletes() if a.id == athlete)


@click.command("export")
@click.argument("session")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet", "fit", "tcx", "gpx"]),
    help="Else by the suffix of the output, else csv.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write."
)
@click.option("--raw", is_flag=True, help="As recorded, without repairs.")
@data_option
def export_(
    session: str, form: str | None, output: Path | None, raw: bool, data: Path | None
) -> None:
    """Write a session to a file.

    CSV and Parquet hold it to the last bit, RR intervals and laps in files beside it. FIT, TCX and
    GPX are for other programs: what they have no place for is told.
    """
    target = output or Path(f"{session}.{form or 'csv'}")
    store = store_at(data)
    try:
        recording = as_recording(store, session, repaired=not raw)
        written = write(recording, target, format=form)
        lost = left_out(recording, target, format=form)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.FileError(str(target), error.strerror or str(error)) from error
    finally:
        store.close()
    click.echo(f"{len(recording.samples)} samples written to {', '.join(map(str, written))}")
    if lost:
        click.secho(f"The format has no place for: {', '.join(lost)}", fg="yellow", err=True)


@click.command("delete")
@click.argument("sessions", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option
def delete_(sessions: tuple[str, ...], yes: bool, data: Path | None) -> None:
    """Delete sessions with all their samples."""
    store = store_at(data)
    try:
        for session in sessions:
            stored = store.session(session)
            question = f"Delete {session} with {stored.samples} samples?"
            if yes or click.confirm(question):
                store.delete_session(session)
                click.echo(f"{session} deleted")
    finally:
        store.close()
