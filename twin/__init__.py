"""Athlete Digital Twin: watch, understand and forecast athletes while they train.

``import twin`` is quick and does nothing: no socket, no thread, no environment is read.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.archive.seasons import season
    from twin.archive.summaries import summarise
    from twin.files import read, write
    from twin.hub.calibrating import history
    from twin.hub.starting import live
    from twin.model.asking import what_if
    from twin.model.backtest import backtest
    from twin.model.calibration import calibrate
    from twin.records import Athlete
    from twin.store import open_store
    from twin.views.report_session import session_report

__version__ = "0.1.0"

__all__ = [
    "Athlete",
    "__version__",
    "backtest",
    "calibrate",
    "history",
    "live",
    "open_store",
    "read",
    "season",
    "session_report",
    "summarise",
    "what_if",
    "write",
]

_HOMES = {
    "Athlete": "twin.records",
    "backtest": "twin.model.backtest",
    "calibrate": "twin.model.calibration",
    "history": "twin.hub.calibrating",
    "live": "twin.hub",
    "open_store": "twin.store",
    "read": "twin.files",
    "season": "twin.archive.seasons",
    "session_report": "twin.views.report_session",
    "summarise": "twin.archive",
    "what_if": "twin.model.asking",
    "write": "twin.files",
}


def __getattr__(name: str) -> Any:
    """Load the public functions when they are first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'twin' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
