"""Faults of a session told in few lines: those of one kind together, those that change nothing apart."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from twin.records import FaultGroup, Proposal

_MANY_GAPS = 0.01  # share of the samples; fewer values filled by a line change no figure


def grouped(proposals: Sequence[Proposal], samples: int) -> list[FaultGroup]:
    """Return faults by kind, in order of the first of each.

    Parameters
    ----------
    proposals : sequence of Proposal
        All of a session, by time.
    samples : int
        How many samples the session has.

    Notes
    -----
    Gaps that a line fills are one kind for all channels, faults of the clock and doubles each their own.
    Gaps matter from a hundredth of the samples of a channel on; everything else always does.

    Examples
    --------
    >>> from datetime import UTC, datetime, timedelta
    >>> from twin.records import Edit
    >>> at = [datetime(2026, 10, 1, 10, minute, tzinfo=UTC) for minute in range(3)]
    >>> gap = [Proposal("short gap", Edit("bridge", "speed", t, t), 1, np.nan, 3.0, 0.8) for t in at]
    >>> [(group.words, group.matters) for group in grouped(gap, 3600)]
    [('short gaps: 3 values in 3 places (speed), filled by a line', False)]
    """
    kinds: dict[tuple[str, str], list[tuple[int, Proposal]]] = {}
    for number, proposal in enumerate(proposals, 1):
        kinds.setdefault(_kind(number, proposal), []).append((number, proposal))
    return [_group(kind, numbered, samples) for kind, numbered in kinds.items()]


def ranges(numbers: Sequence[int]) -> str:
    """Return numbers in few words.

    >>> ranges([1, 3, 4, 5, 9])
    '1, 3-5, 9'
    """
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)


def _kind(number: int, proposal: Proposal) -> tuple[str, str]:
    if _is_gap(proposal):
        return "gaps", ""
    if not proposal.edit.channel:
        return proposal.fault, str(number)
    return proposal.fault, proposal.edit.channel


def _is_gap(proposal: Proposal) -> bool:
    return bool(proposal.edit.kind == "bridge" and np.isnan(proposal.before))


def _group(
    kind: tuple[str, str], numbered: Sequence[tuple[int, Proposal]], samples: int
) -> FaultGroup:
    numbers, proposals = zip(*numbered, strict=True)
    gaps = kind[0] == "gaps"
    missing = Counter[str]()
    for proposal in proposals:
        missing[proposal.edit.channel.replace("_", " ")] += proposal.samples
    total = sum(missing.values())
    words = proposals[0].edit.reason
    if gaps:
        words = (f"short gaps: {total} value{'s' * (total > 1)} in {len(numbers)} place{'s' * (len(numbers) > 1)} "
                 f"({', '.join(missing)}), filled by a line")  # fmt: skip
    elif len(numbers) > 1:
        channel = kind[1].replace("_", " ")
        words = f"{channel}: {kind[0]} in {len(numbers)} places, {total} samples"
    matters = not gaps or max(missing.values()) > _MANY_GAPS * samples
    return FaultGroup(tuple(proposals), tuple(numbers), matters, words)
