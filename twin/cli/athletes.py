"""`twin athletes`: who is known, and their parameters."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import click

from twin.cli.output import data_option, json_option, number_text, print_json, print_table, store_at
from twin.errors import UnknownAthleteError
from twin.model.highest import origin_words
from twin.protocols import Store
from twin.records import Athlete, who_is_called, why_nobody
from twin.state.capacity import keep_capacity
from twin.state.weeks import today_here

_EDITABLE = {f.name: f for f in fields(Athlete) if f.name not in ("id", "max_hr_from")}
_TESTED = {"power": "power", "speed": "running speed"}  # by what a user calls it


@click.group(
    "athletes",
    invoke_without_command=True,
    short_help="List the athletes; add one or change parameters with set.",
)
@data_option
@json_option
@click.pass_context
def athletes_(context: click.Context, data: Path | None, as_json: bool) -> None:
    """List the athletes; `twin athletes set` adds one or changes parameters."""
    if context.invoked_subcommand is not None:
        return
    store = store_at(data)
    known = store.athletes()
    store.close()
    if as_json:
        print_json([asdict(athlete) for athlete in known])
        return
    rows = (
        (a.id, a.name, a.sport, f"{number_text(a.max_hr, 0, 'bpm')}, {origin_words(a.max_hr_from)}",
         number_text(a.resting_hr, 0, "bpm"),
         number_text(a.heart_rate_limit, 0, "bpm"), a.zone_method)
        for a in known
    )  # fmt: skip
    columns = ["id", "name", "sport", "max", "resting", "limit", "zones by"]
    print_table(columns, rows, "No athletes yet. Add one with: twin athletes set NAME max_hr=190")


@athletes_.command("set")
@click.argument("name")
@click.argument("changes", nargs=-1, metavar="[PARAMETER=VALUE]...")
@data_option
def set_(name: str, changes: tuple[str, ...], data: Path | None) -> None:
    """Add the athlete NAME, or change parameters: max_hr=190 resting_hr=48 name=Ada."""
    values = dict(_parsed(change) for change in changes)
    store = store_at(data)
    try:
        found, known = athlete_called(store, name)
        athlete = store.add_athlete(found.changed(values))
    except (ValueError, UnknownAthleteError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        store.close()
    click.echo(f"{athlete.name} ({athlete.id}) {'changed' if known else 'added'}")


def athlete_called(store: Store, name: str) -> tuple[Athlete, bool]:
    """Return the athlete of an id or name, else a new one, and whether the store knows them.

    Raises
    ------
    UnknownAthleteError
        If the name belongs to several.
    click.ClickException
        If it is empty.
    """
    people = store.athletes()
    found = who_is_called(people, name)
    if found is None and any(one.name.casefold() == name.casefold() for one in people):
        raise UnknownAthleteError(why_nobody(people, name))
    try:
        new = Athlete(name)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    found = found or who_is_called(people, new.id)
    return found or new, found is not None


def _parsed(change: str) -> tuple[str, Any]:
    """Return parameter and value of ``parameter=value``."""
    parameter, equals, text = change.partition("=")
    if not equals or parameter not in _EDITABLE:
        raise click.BadParameter(
            f"expected PARAMETER=VALUE with one of {', '.join(_EDITABLE)}; got {change!r}"
        )
    if _EDITABLE[parameter].type is str:
        return parameter, text
    try:
        return parameter, int(text) if parameter == "birth_year" else float(text)
    except ValueError as error:
        raise click.BadParameter(f"{parameter} must be a number, got {text!r}") from error


@athletes_.command("test")
@click.argument("name")
@click.argument("kind", type=click.Choice(list(_TESTED)))
@click.argument("critical")
@click.argument("reserve")
@click.option("--day", default="", help="Of the test, such as 2026-03-03; else today.")
@data_option
def tested_(name: str, kind: str, critical: str, reserve: str, day: str, data: Path | None) -> None:
    """Enter a test of NAME: power 262 18.4 [W, kJ], or speed 4:10 200 [min:s/km or m/s, m]."""
    typed = {"kind": _TESTED[kind], "critical": critical, "reserve": reserve, "day": day}
    store = store_at(data)
    try:
        kept = keep_capacity(store, name, typed, today=today_here())
    except (ValueError, UnknownAthleteError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        store.close()
    click.echo(f"{name}: the test of {kind} holds from {kept.day} on")
