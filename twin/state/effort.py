"""How hard a session was, as pages tell it."""

from twin.physiology.training_load import session_rpe
from twin.protocols import Store
from twin.records import Effort, Note


def effort_load(effort: Effort | None, duration_s: float) -> int | None:
    """Return the load of a session from its perceived effort; None where nobody said. [au]

    Examples
    --------
    >>> effort_load(Effort(7), 3600)
    420
    """
    return None if effort is None else round(session_rpe(effort.rating, duration_s))


def effort_note(store: Store, session: str) -> tuple[Note, ...]:
    """Return how hard a session was, with its load, as a note at its end; empty where nobody said."""
    said, kept = store.effort(session), store.session(session)
    if said is None or kept.end is None:
        return ()
    load = effort_load(said, (kept.end - kept.start).total_seconds())
    words = f": {said.text}" if said.text else ""
    return (
        Note(kept.end, f"RPE {said.rating:g}, load {load} (RPE times minutes){words}", said.author),
    )
