"""Years of sessions at once: imported and summed up in parallel, here or on a Dask cluster."""

from twin.archive.importing import Imported, import_entries
from twin.archive.summaries import stale_sessions, summaries, summarise

__all__ = ["Imported", "import_entries", "stale_sessions", "summaries", "summarise"]
