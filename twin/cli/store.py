"""`twin store`: look after what is kept on this disk, and bring it to a server."""

from dataclasses import asdict
from pathlib import Path

import click

from twin.cli.output import data_option, json_option, print_json, settings_with, store_at
from twin.store.backup import backup, restore
from twin.store.maintenance import Health, check, megabytes
from twin.store.outbox import Backlog
from twin.store.sending import bring_back, send_all


@click.group("store", short_help="Check, copy and restore the store; bring it to InfluxDB.")
def store_() -> None:
    """Check, copy and restore the store; bring its history to InfluxDB."""


@store_.command("check", short_help="Read everything and tell what is damaged; --mend mends.")
@click.option(
    "--mend", is_flag=True, help="Put in order what can be; damaged files are kept aside."
)
@data_option
@json_option
@click.pass_context
def check_(context: click.Context, mend: bool, data: Path | None, as_json: bool) -> None:
    """Read everything and tell what is damaged, and what a server has still to take.

    The exit status is 1 if something is damaged or was refused by a server.
    """
    health = check(settings_with(data).data_dir, mend=mend)
    if as_json:
        print_json(asdict(health))
    else:
        _print(health)
    refused = any(backlog.dead_lines for backlog in health.backlogs)
    context.exit(1 if health.faults or refused else 0)


def _print(health: Health) -> None:
    click.echo(
        f"{health.sessions} sessions, {health.files} files, {health.appends} appends in the log,"
        f" {health.megabytes:.1f} MB"
    )
    for words in health.mended:
        click.secho(f"mended   {words}", fg="yellow")
    for fault in health.faults:
        click.secho(f"damaged  {fault}", fg="red")
    if not health.faults:
        click.secho("whole    every row can be read", fg="green")
    for backlog in health.backlogs:
        _print_backlog(backlog)


def _print_backlog(backlog: Backlog) -> None:
    waiting = f"{backlog.rows} rows and {backlog.sessions} sessions wait"
    idle = not backlog.rows and not backlog.sessions
    click.secho(
        f"server   {backlog.sink}: {'has everything' if idle else waiting}",
        fg="green" if idle else "yellow",
    )
    if backlog.trouble:
        click.secho(f"         {backlog.trouble}", fg="yellow")
    if backlog.dead_lines:
        click.secho(
            f"refused  {backlog.dead_lines} lines, kept here; once the server is mended: "
            "twin store sync --refused",
            fg="red",
        )


@store_.command("compact", short_help="Bring what stands in the log into Parquet files.")
@data_option
def compact_(data: Path | None) -> None:
    """Bring what stands in the log into Parquet files; a hub does so by itself."""
    folder = settings_with(data).data_dir
    with store_at(data) as store:
        before = megabytes(folder)
        store.compact(grace_s=0.0)
        store.shrink()
    click.echo(f"{before:.1f} MB before, {megabytes(folder):.1f} MB now")


@store_.command("sync", short_help="Bring the history to the server of INFLUXDB_URL.")
@click.option("--again", is_flag=True, help="Send everything, also what the server has already.")
@click.option("--back", is_flag=True, help="Also bring sessions here that only the server has.")
@click.option("--refused", is_flag=True, help="Also send what the server refused before.")
@data_option
def sync_(again: bool, back: bool, refused: bool, data: Path | None) -> None:
    """Bring the history to the server of INFLUXDB_URL; nothing is written twice."""
    settings = settings_with(data)
    store = store_at(data)
    try:
        lines = sum(send_all(store, settings, again=again, dead=refused))
        click.echo(f"{lines} lines sent to {settings.influxdb_url}")
        if back:
            brought = [session.id for session in bring_back(store, settings)]
            click.echo(f"{len(brought)} sessions brought back")
    finally:
        store.close()


@store_.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_option
def backup_(file: Path, data: Path | None) -> None:
    """Copy the store into one file; recording may go on meanwhile."""
    backup(settings_with(data).data_dir, file)
    click.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


@store_.command("restore", short_help="Put a backup in the place of the store.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option
def restore_(file: Path, yes: bool, data: Path | None) -> None:
    """Put a backup in the place of the store; end `twin serve` and notebooks first."""
    folder = settings_with(data).data_dir
    if not yes:
        click.confirm(f"Replace what is in {folder.resolve()}?", abort=True)
    before = restore(folder, file)
    click.echo(f"{folder.resolve()} is as in {file}")
    if before is not None:
        click.echo(f"What was there before: {before}")
