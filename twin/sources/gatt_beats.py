"""Where beats lie on the line of time: RR intervals summed, begun anew after every gap.

A strap sends the intervals of the beats since its last packet, not their instants. Summing them
keeps the distances exact; the first beat is placed by the arrival of its packet.
"""

from collections.abc import Sequence

from twin.sources.gatt import RR_PER_S

_NO_INTERVAL = (0, 65535)  # what straps send in place of an interval
_REPORT_NS = 1_000_000_000  # a strap tells of a beat within about a second
_SLACK_NS = 1_500_000_000
_LEAST_NS = 1_000_000  # between two beats that had to be moved apart
_NS_PER_TICK = 1_000_000_000 / RR_PER_S  # 976562.5


class BeatLine:
    """Instants of the beats of one strap; they only grow, and no two are equal.

    Examples
    --------
    >>> line = BeatLine()
    >>> line.place((1024, 512), arrival_ns=10_000_000_000)  # anchored a second before it came
    [(8500000000, 1000.0), (9000000000, 500.0)]
    >>> line.place((1024,), arrival_ns=11_200_000_000)  # summed: 1 s later, whenever it came
    [(10000000000, 1000.0)]
    """

    def __init__(self) -> None:
        self._anchor_ns: int | None = None  # an instant on the line ...
        self._ticks = 0  # ... and the intervals since
        self._newest_ns = -1

    def restart(self) -> None:
        """Begin anew with the next packet: after a gap the sum means nothing."""
        self._anchor_ns = None

    def place(self, rr_ticks: Sequence[int], *, arrival_ns: int) -> list[tuple[int, float]]:
        """Return instant and length of each interval of a packet. [ns, ms]

        Parameters
        ----------
        rr_ticks : sequence of int
            As received, oldest first; 0 and 65535 stand for no interval and are left out. [1/1024 s]
        arrival_ns : int
            When the packet came, UTC. [ns]
        """
        intervals = [ticks for ticks in rr_ticks if ticks not in _NO_INTERVAL]
        if not intervals:
            return []
        anchor_ns = self._anchor_ns
        if anchor_ns is None or not self._fits(anchor_ns, intervals, arrival_ns):
            anchor_ns = arrival_ns - _REPORT_NS - round(sum(intervals) * _NS_PER_TICK)
            self._anchor_ns, self._ticks = anchor_ns, 0
        placed = []
        for ticks in intervals:
            self._ticks += ticks
            instant_ns = anchor_ns + round(self._ticks * _NS_PER_TICK)
            self._newest_ns = max(instant_ns, self._newest_ns + _LEAST_NS)
            placed.append((self._newest_ns, ticks * 1000 / RR_PER_S))
        return placed

    def _fits(self, anchor_ns: int, intervals: Sequence[int], arrival_ns: int) -> bool:
        """Whether the sum still goes with the clock: never ahead of it, never far behind."""
        end_ns = anchor_ns + round((self._ticks + sum(intervals)) * _NS_PER_TICK)
        longest_ns = round(max(intervals) * _NS_PER_TICK)
        return 0 <= arrival_ns - end_ns <= _REPORT_NS + _SLACK_NS + longest_ns
