"""Faults and repairs of a session as tables, in words for the screen."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from twin.records import Edit, FaultGroup, Proposal
from twin.views.theme import local


def faults_table(lines: Sequence[FaultGroup | Proposal]) -> pd.DataFrame:
    """Return one row per fault, or per kind of fault, in words for the screen."""
    rows = [_of_kind(line) if isinstance(line, FaultGroup) else _of_one(line) for line in lines]
    return pd.DataFrame(
        rows, columns=["At", "Fault", "Channel", "Samples", "Before", "After", "Sure"]
    )


def _of_kind(group: FaultGroup) -> tuple[object, ...]:
    first = group.proposals[0]
    channels = dict.fromkeys(p.edit.channel.replace("_", " ") for p in group.proposals)
    return (f"{local(first.edit.start):%H:%M:%S}", f"{len(group.proposals)} × {first.fault}",
            ", ".join(channels), group.samples, "", "", f"{group.confidence:.0%}")  # fmt: skip


def _of_one(proposal: Proposal) -> tuple[object, ...]:
    edit = proposal.edit
    return (f"{local(edit.start):%H:%M:%S}", proposal.fault, edit.channel.replace("_", " ") or "all",
            proposal.samples, value_words(proposal, proposal.before), value_words(proposal, proposal.after),
            f"{proposal.confidence:.0%}")  # fmt: skip


def edits_table(edits: Sequence[Edit]) -> pd.DataFrame:
    """Return one row per repair in force, in words for the screen."""
    rows = [
        (f"{local(e.start):%H:%M:%S}", e.reason, e.author,
         f"{local(e.made):%d %b %Y %H:%M}" if e.made else "")
        for e in edits
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Mended at", "Why", "By", "On"])


def value_words(proposal: Proposal, value: float) -> str:
    """Return a value before or after a repair, in words for the screen."""
    return "missing" if np.isnan(value) else f"{value:.4g} {proposal.unit}".rstrip()
