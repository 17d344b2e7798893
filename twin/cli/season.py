"""`twin season`: where an athlete stands, and what is unusual."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pandas as pd

from twin.archive import recall, season
from twin.cli.output import clock_text, data_option, json_option, number_text, print_json, store_at
from twin.model.season import LOADS, Season, days_of, standing_of, weeks_of

_WEEKS = 8


@click.command("season", short_help="Show the season of an athlete: load, form, what is unusual.")
@click.argument("athlete")
@click.option("--sport", default="", help="Only this one.")
@click.option("--load", type=click.Choice(LOADS), default=LOADS[0], help="Method of the load.")
@data_option
@json_option
def season_(athlete: str, sport: str, load: str, data: Path | None, as_json: bool) -> None:
    """Show the season of ATHLETE: fitness, fatigue, form, weeks, and what is unusual."""
    with store_at(data) as store:
        found = season(store, athlete, sport=sport)
        unusual = recall(store, athlete).unusual
    days, weeks = days_of(found, load), weeks_of(found, load)
    known = set(found.sessions["session"])
    told = [asdict(one) | {"what": str(one.what)} for one in unusual if one.session in known]
    standing = asdict(standing_of(days, found.today))
    if as_json:
        print_json({
            "athlete": found.athlete.name, "sport": sport, "load": load, "today": str(found.today),
            "sessions": len(found.sessions), "without_figures": found.stale, "standing": standing,
            "weeks": _weeks(weeks), "unusual": told,
        })  # fmt: skip
        return
    _print(found, standing, weeks, told)


def _weeks(weeks: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): value for name, value in row.items()}
        | {"week": str(row["week"].date()), "sessions": int(row["sessions"])}
        for row in weeks.to_dict("records")
    ]


def _print(
    found: Season, standing: dict[str, Any], weeks: pd.DataFrame, told: list[dict[str, Any]]
) -> None:
    click.echo(f"{found.athlete.name}, {len(found.sessions)} sessions")
    if found.stale:
        click.secho(f"{found.stale} of them lack figures: twin summarise", fg="yellow", err=True)
    for name in ("fitness", "fatigue", "form", "week", "before"):
        label = {"week": "last 7 days", "before": "usual week"}.get(name, name)
        click.echo(f"  {label:<12} {number_text(standing[name], 0, 'au')}")
    totals = weeks.groupby("week")[["load", "hours", "sessions"]].sum().tail(_WEEKS)
    for week, row in totals.iterrows():
        click.echo(f"  week of {pd.Timestamp(str(week)):%Y-%m-%d}  {number_text(row['load'], 0, 'au'):>8}"
                   f"  {clock_text(3600 * row['hours']):>8}  {row['sessions']:.0f} sessions")  # fmt: skip
    for one in told:
        click.echo(
            f"  {one['session']}: {one['what']} ({number_text(one['value'], 2)}, usually "
            f"{number_text(one['usual'], 2)} {one['unit'] if one['unit'] != '1' else ''})".replace(" )", ")")
        )  # fmt: skip
