"""What each action of a coach does to athletes, sessions and store, and how it is undone."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from twin.hub.marking import Marking
from twin.model.target import legs_of
from twin.protocols import Store
from twin.records import Action, ActionKind, Led, Note
from twin.schema import SPORTS

PAUSED = "Pause"  # so the period is called that a pause is kept as
_OVER = (ActionKind.OUT, ActionKind.END)
_IN_PERIODS = (ActionKind.END, ActionKind.PERIOD, ActionKind.PAUSE, ActionKind.RESUME)

Doing = Callable[[Led, Action], Coroutine[Any, Any, Action | None]]


class Deeds:
    """Carries out actions.

    Parameters
    ----------
    marking : Marking
        What happens to athletes.
    store : Store
        Where notes go.
    """

    def __init__(self, marking: Marking, store: Store) -> None:
        self._marking = marking
        self._store = store
        self._doing: Mapping[ActionKind, Doing] = {
            ActionKind.PLAN: self._plan, ActionKind.START: self._start, ActionKind.IN: self._in,
            ActionKind.OUT: self._out, ActionKind.END: self._end, ActionKind.LAP: self._lap,
            ActionKind.PERIOD: self._period, ActionKind.PAUSE: self._pause,
            ActionKind.RESUME: self._resume, ActionKind.MARKER: self._marker,
        }  # fmt: skip

    async def do(self, led: Led, action: Action) -> Action | None:
        """Carry out an action and return it with what came of it; None where nothing changed.

        Raises
        ------
        ValueError
            If it makes no sense now; says why.
        """
        return await self._doing[action.kind](led, action)

    async def undo(self, led: Led, action: Action) -> None:
        """Take back what the last action did; what was recorded meanwhile is kept.

        A start taken back leaves everybody recorded, as before it.
        """
        if action.kind is ActionKind.IN:
            await self._marking.end(self._marking.here(action.athletes), by_hand=True)
        elif action.kind is ActionKind.START:
            await self._marking.begin(self._marking.here(action.off))
        else:
            await self._marking.writing.ask(self._revert, led, action)

    def take_up(self, led: Led) -> None:
        """Go on with a session that a hub before this one left running."""
        plan, start = led.plan, led.start
        if start is not None:
            words = (plan.text, plan.sport) if plan else ("", "")
            self._marking.recorder.begin(start.id, *words, led.off, again=True)

    # --- there ----------------------------------------------------------------------------------

    async def _plan(self, led: Led, action: Action) -> Action:
        if action.sport and action.sport not in SPORTS:
            raise ValueError(f"no sport {action.sport!r}; there is {', '.join(SPORTS)}")
        if action.workout:
            legs_of(action.workout)
        if not 1 <= action.tolerance <= 50:
            raise ValueError(f"a tolerance of {action.tolerance:g} %, expected 1 to 50 %")
        return action

    async def _start(self, led: Led, action: Action) -> Action:
        if led.runs:
            raise ValueError("a session runs already; end it first")
        squad = self._marking.members(self._marking.chosen(()))
        off = tuple(member.id for member in squad if member.id not in action.athletes)
        plan = led.plan
        await self._marking.begin_anew(
            action.id, off=off,
            title=plan.text if plan else action.text, sport=plan.sport if plan else "",
        )  # fmt: skip
        return replace(action, off=off)

    async def _in(self, led: Led, action: Action) -> Action | None:
        recorded = self._marking.recorder.sessions
        coming = [i for i in self._marking.here(action.athletes)]
        members = self._marking.members(coming)
        new = tuple(member.id for member in members if member.id not in recorded)
        await self._marking.begin(coming, action.text)
        return replace(action, athletes=new) if new else None

    async def _out(self, led: Led, action: Action) -> Action | None:
        recorder = self._marking.recorder
        sessions, going = recorder.sessions, self._marking.here(action.athletes)
        ids = [member.id for member in self._marking.members(going)]
        ended = tuple(sessions[who].id for who in ids if who in sessions)
        awaited = tuple(who for who in ids if recorder.awaits(who))
        await self._marking.end(going, by_hand=True)
        return replace(action, sessions=ended, off=awaited) if going else None

    async def _end(self, led: Led, action: Action) -> Action | None:
        if led.ended and not self._marking.recorder.sessions:
            return None
        squad = self._marking.members(self._marking.chosen(()))
        everyone = tuple(member.id for member in squad)
        done = await self._out(led, replace(action, athletes=everyone))
        self._marking.recorder.leave_off()
        return done

    async def _lap(self, led: Led, action: Action) -> Action | None:
        recorded = self._marking.recorder.sessions
        here = self._marking.here(action.athletes)
        running = [i for i in here if self._marking.members([i])[0].id in recorded]
        for index in running:
            await self._marking.lap(index, action.text)
        names = tuple(member.id for member in self._marking.members(running))
        return replace(action, athletes=names) if names else None

    async def _period(self, led: Led, action: Action) -> Action | None:
        if led.pause is not None:
            raise ValueError("the session is paused; go on first")
        if action.text and not self._marking.recorder.sessions:
            raise ValueError(
                "nobody is recorded yet; a drill begins with the first sample or after it"
            )
        return await self._mark_period(action)

    async def _mark_period(self, action: Action) -> Action | None:
        recorder = self._marking.recorder
        runs = bool(recorder.periods) and recorder.periods[-1].end is None
        if not recorder.sessions or not (action.text or runs):
            return None
        await self._marking.writing.do(recorder.mark_period, action.text, action.time)
        return action

    async def _pause(self, led: Led, action: Action) -> Action:
        if not led.runs or led.pause is not None:
            raise ValueError("nothing runs that could be paused")
        recorder = self._marking.recorder
        periods = [period for period in recorder.periods if period.end is None]
        broken = periods[-1].name if periods else ""
        await self._marking.writing.do(recorder.mark_period, PAUSED, action.time)
        return replace(action, text=broken)

    async def _resume(self, led: Led, action: Action) -> Action:
        if led.pause is None:
            raise ValueError("the session is not paused")
        recorder, name = self._marking.recorder, led.pause.text
        await self._marking.writing.do(recorder.mark_period, name, action.time)
        return replace(action, text=name)

    async def _marker(self, led: Led, action: Action) -> Action | None:
        if not action.text:
            raise ValueError("a marker needs words")
        sessions = tuple(session.id for session in self._marking.recorder.sessions.values())
        note = Note(action.time, action.text, action.by)

        def mark() -> None:
            for session in sessions:
                self._store.add_note(session, note)

        await self._marking.writing.ask(mark)
        return replace(action, sessions=sessions) if sessions else None

    # --- and back -------------------------------------------------------------------------------

    def _revert(self, led: Led, last: Action) -> None:
        """On the writer thread: take back what an action did to the store."""
        recorder, were_last = self._marking.recorder, False
        if last.kind in _OVER:
            were_last = bool(last.sessions) and not recorder.sessions  # so their drill ended too
            recorder.reopen(last.sessions, last.off)
        if last.kind is ActionKind.END and led.start is not None:
            self.take_up(Led(led.actions[:-1]))
        if last.kind in _IN_PERIODS or (last.kind is ActionKind.OUT and were_last):
            recorder.unmark_period(last.time)
        elif last.kind is ActionKind.LAP:
            for member in self._marking.members(self._marking.here(last.athletes)):
                recorder.unmark_lap(member)
        elif last.kind is ActionKind.MARKER:
            for session in last.sessions:
                self._store.remove_note(session, Note(last.time, last.text, last.by))
        elif last.kind is ActionKind.EFFORT:
            for session in last.sessions:
                self._store.take_back_effort(session)
