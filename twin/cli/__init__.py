"""The `twin` command."""

from importlib import import_module
from typing import Any

import click

import twin
from twin.errors import TwinError

# Command -> module, loaded only when used: `twin --help` must not wait for a plot library.
_COMMANDS = {
    "athletes": "athletes",
    "backtest": "backtest",
    "calibrate": "calibrate",
    "ble": "ble",
    "delete": "sessions",
    "doctor": "doctor",
    "export": "sessions",
    "hub": "serve",
    "import": "imports",
    "repair": "repair",
    "report": "report",
    "rules": "rules",
    "serve": "serve",
    "season": "season",
    "sessions": "sessions",
    "show": "sessions",
    "simulate": "simulate",
    "store": "store",
    "summarise": "imports",
}


class _Commands(click.Group):
    """Loads a command's module when it is called, and shows our errors as one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"twin.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TwinError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(twin.__version__, prog_name="twin")
def main() -> None:
    """Watch, understand and forecast athletes while they train."""
