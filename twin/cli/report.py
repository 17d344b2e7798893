"""`twin report`: one file of HTML on a session, an athlete's week or the squad's week."""

from pathlib import Path

import click

from twin.cli.output import data_option, store_at
from twin.protocols import Store
from twin.records.plain import slug


@click.command("report", short_help="Write a session or a week as one file to open or print.")
@click.argument("session", required=False)
@click.option("--athlete", help="Name or id: the report of a week.")
@click.option("--squad", is_flag=True, help="The report of everybody's week.")
@click.option("--week", default="", help="Such as 2026-W40; else the week that runs.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write."
)
@data_option
def report_(
    session: str | None, athlete: str | None, squad: bool, week: str, output: Path | None,
    data: Path | None,
) -> None:  # fmt: skip
    """Write a report: one file that opens without internet and prints to A4.

    Of a SESSION, of a week of one --athlete, or of a week of the --squad.
    """
    if [bool(session), bool(athlete), squad].count(True) != 1:
        raise click.UsageError("name a session (twin sessions lists them), --athlete or --squad")
    with store_at(data) as store:
        if session:
            name, page = session, _session(store, session)
        else:
            name, page = _week(store, athlete, week)
    _write(output or Path(f"{name}.html"), page)


def _session(store: Store, session: str) -> str:
    # Charts take a second to load, which no other command should wait for.
    from twin.views.report_session import session_report

    return session_report(store, session)


def _week(store: Store, athlete: str | None, words: str) -> tuple[str, str]:
    """Return a name for the file, and the report of a week: the athlete's, else the squad's."""
    from twin.state.weeks import monday_of, today_here, week_name
    from twin.views.report_week import athlete_week_report, squad_week_report

    try:
        monday = monday_of(words, today_here())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--week") from error
    if athlete is None:
        return f"squad-{week_name(monday)}", squad_week_report(store, monday)
    page = athlete_week_report(store, athlete, monday)
    return f"{slug(athlete)}-{week_name(monday)}", page


def _write(target: Path, page: str) -> None:
    try:
        target.write_text(page, encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(target), error.strerror or str(error)) from error
    click.echo(f"{target} written, {len(page.encode()) / 1000:.0f} kB")
