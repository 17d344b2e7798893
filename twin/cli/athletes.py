"""`twin athletes`: who is known, and their parameters."""

from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import click

from twin.cli.output import data_option, json_option, number_text, print_json, print_table, store_at
from twin.errors import UnknownAthleteError
from twin.records import Athlete

_EDITABLE = {f.name: f for f in fields(Athlete) if f.name != "id"}


@click.group("athletes", invoke_without_command=True)
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
        (a.id, a.name, a.sport, number_text(a.max_hr, 0, "bpm"), number_text(a.resting_hr, 0, "bpm"),
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
        known = next((a for a in store.athletes() if name in (a.id, a.name)), None)
        athlete = replace(known, **values) if known else Athlete(**{"name": name, **values})
        store.add_athlete(athlete)
    except (ValueError, UnknownAthleteError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        store.close()
    click.echo(f"{athlete.name} ({athlete.id}) {'changed' if known else 'added'}")


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
