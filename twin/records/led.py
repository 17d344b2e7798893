"""A session as a coach leads it: the actions taken so far, and what follows from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class ActionKind(StrEnum):
    """What a coach can do."""

    PLAN = "plan"
    START = "start"
    IN = "in"  # athletes taken in: late, or back from the bench
    OUT = "out"
    PERIOD = "period"  # without words: the one that runs ends
    PAUSE = "pause"
    RESUME = "resume"
    LAP = "lap"
    MARKER = "marker"
    END = "end"
    EFFORT = "effort"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a coach did.

    Parameters
    ----------
    id : str
        The same in all hubs that were told.
    kind : ActionKind
        What was done.
    time : datetime
        Instant on the clock of the samples, UTC.
    athletes : tuple of str
        Ids of those whom it concerned.
    text : str
        Title of a plan, name of a period, words of a marker; of a pause the period it broke into.
    by : str
        Who did it.
    sport : str
        Of a plan, one of `twin.schema.SPORTS`; empty = each athlete's own.
    workout : str
        Of a plan, as people write it; empty = none.
    tolerance : float
        Of a plan: how far from a target is still on it. [%]
    off : tuple of str
        Of a start: ids of those who were there and do not train. Of an end, or out:
        of those who had sent nothing yet.
    sessions : tuple of str
        Sessions that it ended, or that it tells of.
    """

    id: str
    kind: ActionKind
    time: datetime
    athletes: tuple[str, ...] = ()
    text: str = ""
    by: str = ""
    sport: str = ""
    workout: str = ""
    tolerance: float = 5.0
    off: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Led:
    """The session that is led, or was last: everything about it follows from its actions.

    Parameters
    ----------
    actions : tuple of Action
        The oldest first, without those taken back.

    Examples
    --------
    >>> from datetime import UTC, timedelta
    >>> ten = datetime(2026, 10, 1, 10, tzinfo=UTC)
    >>> led = Led()
    >>> for minute, kind in enumerate([ActionKind.START, ActionKind.PAUSE, ActionKind.RESUME]):
    ...     led = led.then(Action(str(minute), kind, ten + timedelta(minutes=minute)))
    >>> led.elapsed_s(ten + timedelta(minutes=5))
    240.0
    """

    actions: tuple[Action, ...] = ()

    def then(self, action: Action) -> "Led":
        """Return it after one more action; a plan or a start after the end begins another one."""
        anew = self.ended and action.kind in (ActionKind.PLAN, ActionKind.START)
        return Led((action,) if anew else (*self.actions, action))

    def _last(self, *kinds: ActionKind) -> Action | None:
        return next((one for one in reversed(self.actions) if one.kind in kinds), None)

    @property
    def plan(self) -> Action | None:
        """The plan that counts."""
        return self._last(ActionKind.PLAN)

    @property
    def start(self) -> Action | None:
        """Where it started; None before."""
        return self._last(ActionKind.START)

    @property
    def ended(self) -> bool:
        """Whether it has been ended."""
        last = self._last(ActionKind.START, ActionKind.END)
        return last is not None and last.kind is ActionKind.END

    @property
    def runs(self) -> bool:
        """Whether it has started and not ended."""
        return self.start is not None and not self.ended

    @property
    def pause(self) -> Action | None:
        """The pause that lasts; None while it goes on."""
        last = self._last(ActionKind.PAUSE, ActionKind.RESUME, ActionKind.START, ActionKind.END)
        return last if last is not None and last.kind is ActionKind.PAUSE else None

    @property
    def off(self) -> frozenset[str]:
        """Ids of the athletes who were there and do not train now."""
        off: set[str] = set()
        for one in self.actions:
            if one.kind is ActionKind.START:
                off = set(one.off)
            elif one.kind is ActionKind.OUT:
                off |= set(one.athletes)
            elif one.kind is ActionKind.IN:
                off -= set(one.athletes)
        return frozenset(off)

    def elapsed_s(self, now: datetime) -> float:
        """Return how long it has run until `now` or its end, pauses left out; NaN before. [s]"""
        if self.start is None:
            return float("nan")
        elapsed_s, since = 0.0, None
        for one in self.actions:
            if one.kind in (ActionKind.START, ActionKind.RESUME):
                since = one.time
            elif one.kind in (ActionKind.PAUSE, ActionKind.END) and since is not None:
                elapsed_s += (one.time - since).total_seconds()
                since = None
        return elapsed_s + (max(0.0, (now - since).total_seconds()) if since else 0.0)


def led_together(hubs: Iterable[Sequence[Action]]) -> Led:
    """Return what several hubs were told as one session, each action once with all its athletes.

    Examples
    --------
    >>> from datetime import UTC
    >>> ten = datetime(2026, 10, 1, 10, tzinfo=UTC)
    >>> north, south = (Action("7", ActionKind.LAP, ten, (who,)) for who in ("ada", "bo"))
    >>> [action.athletes for action in led_together([[north], [south]]).actions]
    [('ada', 'bo')]
    """
    found: dict[str, Action] = {}
    for action in (action for actions in hubs for action in actions):
        known = found.get(action.id)
        found[action.id] = action if known is None else replace(
            known, athletes=_each(known.athletes, action.athletes), off=_each(known.off, action.off),
            sessions=_each(known.sessions, action.sessions),
        )  # fmt: skip
    return Led(tuple(sorted(found.values(), key=lambda action: action.time)))


def _each(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *others)))
