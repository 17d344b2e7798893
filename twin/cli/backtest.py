"""`twin backtest`: how well the twin would have forecast recorded sessions."""

from pathlib import Path

import click

from twin.cli.output import json_option, number_text, print_json, print_table, progress
from twin.errors import TwinError
from twin.files import read, recordings_in
from twin.model.backtest import PROTOCOLS, BacktestResult, Score, backtest
from twin.model.trace import STRIDE_S
from twin.records import Recording


@click.command("backtest", short_help="Score heart-rate forecasts on recordings of one athlete.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--horizons", default="30,60", show_default=True, help="Seconds ahead, by commas.")
@click.option(
    "--protocol", type=click.Choice(PROTOCOLS), default="X", show_default=True,
    help="X: parameters from earlier sessions; W: from the first 40 % of the session.",
)  # fmt: skip
@click.option("--known-workload", is_flag=True, help="The workload ahead is known, as in a plan.")
@json_option
@click.pass_context
def backtest_(
    context: click.Context,
    paths: tuple[Path, ...],
    horizons: str,
    protocol: str,
    known_workload: bool,
    as_json: bool,
) -> None:
    """Score the twin's heart-rate forecast on recordings of ONE athlete, beside persistence.

    A folder is one athlete; sessions are taken in order of their start. The exit status is 1 if a
    file could not be read; the others are scored.
    """
    horizons_s = _horizons(horizons)
    recordings, unread = _read_all(recordings_in(paths), quiet=as_json)
    if not recordings and not as_json:
        raise click.ClickException(f"no recording to score in {', '.join(map(str, paths))}")
    if not as_json:
        click.echo(f"Forecasting every {STRIDE_S} s; recordings: {len(recordings)}", err=True)
    result = backtest(
        recordings, horizons_s=horizons_s, protocol=protocol, known_workload=known_workload
    )
    for line in result.unscored:
        click.echo(f"not scored: {line}", err=True)
    if as_json:
        print_json(result.to_dict())
    else:
        _print(result, own_history=protocol == "X")
    context.exit(1 if unread or not result.files else 0)


def _horizons(text: str) -> tuple[int, ...]:
    try:
        horizons_s = tuple(int(part) for part in text.split(","))
    except ValueError:
        horizons_s = ()
    wrong = [h for h in horizons_s if not 1 <= h <= 3600 or h % STRIDE_S]
    if not horizons_s or wrong:
        raise click.BadParameter(
            f"--horizons: expected multiples of {STRIDE_S} s to 3600 such as 30,60,300, got {text!r}"
        )
    return horizons_s


def _read_all(files: list[Path], *, quiet: bool) -> tuple[list[Recording], int]:
    """Return the recordings in order of their start, and how many files could not be read."""
    recordings, unread = [], 0
    with progress(files, "Reading", quiet=quiet) as bar:
        for file in bar:
            try:
                recordings.append(read(file))
            except (TwinError, OSError) as error:
                click.echo(f"left out: {error}", err=True)
                unread += 1
    return sorted(recordings, key=lambda recording: recording.start), unread


def _row(name: str, horizon: int, score: Score) -> tuple[object, ...]:
    ratio = score.mae / score.persistence_mae if score.persistence_mae else float("nan")
    return (
        name, f"{horizon} s", score.n, number_text(score.mae, 2),
        number_text(score.persistence_mae, 2), number_text(ratio, 3),
        number_text(score.coverage[1], 2), number_text(score.half_width[1], 1),
    )  # fmt: skip


def _print(result: BacktestResult, *, own_history: bool) -> None:
    rows = [_row(f.file, h, s) for f in result.files for h, s in f.scores.items()]
    rows += [_row("mean over sessions", h, s) for h, s in result.pooled().items()]
    columns = [
        "session",
        "ahead",
        "forecasts",
        "error bpm",
        "persistence bpm",
        "ratio",
        "in 80 % band",
        "± bpm",
    ]
    print_table(columns, rows, "Nothing to score: no session is long enough or has a heart rate.")
    if result.files:
        click.echo(f"{len(result.files)} sessions; mean absolute errors")
    if own_history and (alone := result.without_history()):
        click.echo(
            f"{len(alone)} of them had no earlier session with the same input and went by what holds for "
            "people in general; --protocol W learns from the first 40 % of each."
        )
