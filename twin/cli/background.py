"""Commands that a dashboard runs beside itself: they let everything else go first."""

import os

import click

background_option = click.option("--background", is_flag=True, hidden=True)


def step_back() -> None:
    """Let everything else on the machine go first."""
    if hasattr(os, "nice"):
        os.nice(10)
