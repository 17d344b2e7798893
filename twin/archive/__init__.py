"""Years of sessions at once: imported, repaired and summed up, here or on a Dask cluster."""

from twin.archive.catching_up import CatchingUp, catching_up
from twin.archive.importing import Imported, import_entries
from twin.archive.maxima import settle_max_hr
from twin.archive.repair_groups import grouped
from twin.archive.repairing import apply_repairs, find_faults, undo_repairs
from twin.archive.seasons import critical_powers, recall, season
from twin.archive.summaries import (
    QUICK_ROWS,
    Kept,
    fingerprints,
    fresh,
    keep_derived,
    kept_bests,
    stale_sessions,
    summaries,
    summarise,
)

__all__ = [
    "QUICK_ROWS",
    "CatchingUp",
    "Imported",
    "Kept",
    "apply_repairs",
    "catching_up",
    "critical_powers",
    "find_faults",
    "fingerprints",
    "fresh",
    "grouped",
    "import_entries",
    "keep_derived",
    "kept_bests",
    "recall",
    "season",
    "settle_max_hr",
    "stale_sessions",
    "summaries",
    "summarise",
    "undo_repairs",
]
