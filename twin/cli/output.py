"""How commands open the store and print: for people by default, ``--json`` for programs."""

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np
import pandas as pd

from twin import settings
from twin.settings import Settings
from twin.store import EmbeddedStore, open_store

T = TypeVar("T")

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the store; else DATA_DIR of the settings.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, times in UTC.")


def settings_with(data: Path | None) -> Settings:
    """Return the settings, the data folder replaced where the user names one."""
    loaded = settings.load()
    return replace(loaded, data_dir=data) if data is not None else loaded


def store_at(data: Path | None) -> EmbeddedStore:
    """Open the store; sessions cut off by a crash are marked as interrupted first."""
    store = open_store(settings_with(data).data_dir)
    store.recover()
    return store


def print_json(value: Any) -> None:
    """Print a value as JSON; NaN becomes null, times ISO 8601 in UTC."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, indent=1))


def _plain(value: Any) -> Any:
    """Return the value with only what JSON knows."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, float | np.floating):
        return None if not np.isfinite(value) else float(value)
    if isinstance(value, np.integer):
        return int(value)
    return value


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], empty: str) -> None:
    """Print rows under their headings; `empty` is said where there are none."""
    texts = [[str(cell) for cell in row] for row in rows]
    if not texts:
        click.echo(empty)
        return
    widths = [max(map(len, column)) for column in zip(columns, *texts, strict=True)]
    for line in (columns, *texts):
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def progress(
    things: Sequence[T], label: str, *, quiet: bool
) -> AbstractContextManager[Iterable[T]]:
    """Return the things to go through, with a bar for people; nothing is drawn in a pipe."""
    hidden = quiet or not sys.stderr.isatty()
    bar: AbstractContextManager[Iterable[T]] = click.progressbar(
        things, label=label, file=sys.stderr, hidden=hidden
    )
    return bar


def clock_text(seconds: float) -> str:
    """Return a duration as h:mm:ss.

    >>> clock_text(3723.4)
    '1:02:03'
    """
    if not np.isfinite(seconds):
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def number_text(value: float, decimals: int = 0, unit: str = "") -> str:
    """Return a number with its unit, a dash where it is missing."""
    if value is None or not np.isfinite(value):
        return "-"
    return f"{value:.{decimals}f} {unit}".rstrip()
