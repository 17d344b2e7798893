"""Leading a session: every action of a coach is carried out, kept, and can be taken back."""

import asyncio
import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from twin.bus.plain import from_plain, to_plain
from twin.hub.deeds import Deeds
from twin.hub.marking import Marking
from twin.protocols import Store
from twin.records import Action, ActionKind, Effort, Led
from twin.store.action_log import ActionLog

_TAKEN_UP_WITHIN = timedelta(hours=12)  # what a hub left running goes on with the next


def new_id() -> str:
    """Return a name for an action: when, and a few letters of its own."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


class Leader:
    """The squad's session as coaches lead it: one in each hub, told alike where there are several.

    Parameters
    ----------
    marking : Marking
        What happens to athletes.
    store : Store
        Where notes and efforts go.
    log : ActionLog, optional
        Where actions are kept; a session that the last hub left running goes on.
    hub : str
        Whose actions they are; empty where one hub has all athletes.
    now : datetime
        On the clock of the hub.
    """

    def __init__(
        self, marking: Marking, store: Store, log: ActionLog | None, hub: str, now: datetime
    ) -> None:
        self._marking, self._store, self._log, self._hub = marking, store, log, hub
        self._deeds = Deeds(marking, store)
        self._turn = asyncio.Lock()  # two coaches may press at once: one after the other
        self.led = self._kept()
        if self.led.runs and self.led.start is not None:
            if abs(now - self.led.start.time) < _TAKEN_UP_WITHIN:
                self._deeds.take_up(self.led)
            else:
                self.led = Led((self.led.plan,) if self.led.plan else ())

    def _kept(self) -> Led:
        bodies = self._log.newest(self._hub) if self._log else []
        return Led(tuple(from_plain(Action, json.loads(body)) for body in bodies))

    async def lead(self, kind: str, **words: Any) -> None:
        """Carry out an action; "undo" takes the last one back, given its ``id``.

        Parameters
        ----------
        kind : str
            An `ActionKind`, or "undo".
        **words
            Fields of an `Action`, and the ``rating`` of an effort.

        Raises
        ------
        ValueError
            If it makes no sense now; says why.
        """
        async with self._turn:
            if kind == "undo":
                await self._undo(str(words["id"]))
            else:
                await self._act(kind, words)

    async def _act(self, kind: str, words: dict[str, Any]) -> None:
        rating = words.pop("rating", None)
        lists = {name: tuple(words.get(name, ())) for name in ("athletes", "sessions")}
        named: dict[str, Any] = {"id": new_id(), "time": self._marking.newest()} | words | lists
        action = Action(**named, kind=ActionKind(kind))
        if action.kind is ActionKind.EFFORT:
            await self._say_effort(action, rating)
            return
        if action.kind is ActionKind.START and self.led.ended and self.led.plan is not None:
            await self._do(replace(self.led.plan, id=f"{action.id}-plan", time=action.time))
        await self._do(action)

    async def _do(self, action: Action) -> None:
        done = await self._deeds.do(self.led, action)
        if done is not None:
            await self._keep(done)

    async def _say_effort(self, action: Action, rating: Any) -> None:
        """Keep how hard a session was; its words stand there, not among the actions."""
        said = Effort(float(rating), action.text, action.by)
        for session in action.sessions:
            await self._marking.writing.ask(self._store.say_effort, session, said)
        await self._keep(replace(action, text=""))

    async def _keep(self, action: Action) -> None:
        self.led = self.led.then(action)
        if self._log is not None:
            body, first = json.dumps(to_plain(action)), self.led.actions[0].id
            await self._marking.writing.ask(self._log.keep, self._hub, first, action.id, body=body)

    async def _undo(self, name: str) -> None:
        if not self.led.actions or self.led.actions[-1].id != name:
            raise ValueError("something else was done since; look again at what would be undone")
        await self._deeds.undo(self.led, self.led.actions[-1])
        if self._log is None:
            self.led = Led(self.led.actions[:-1])
        else:
            await self._marking.writing.ask(self._log.take_back, self._hub, name)
            self.led = await self._marking.writing.ask(self._kept)

    # --- as other pages and notebooks say it ------------------------------------------------------

    async def start_session(self, athletes: Sequence[str] = (), *, title: str = "") -> None:
        """Record these athletes from their next sample on (none named: all), sums at zero."""
        await self.lead("in", athletes=self._ids(athletes), text=title)

    async def end_session(self, athletes: Sequence[str] = ()) -> None:
        """End the sessions of these athletes (none named: all); they wait for `start_session`."""
        await self.lead("out" if athletes else "end", athletes=self._ids(athletes))

    async def mark_lap(self, athlete: str, label: str = "") -> None:
        """End the running lap of an athlete and begin the next."""
        await self.lead("lap", athletes=self._ids([athlete]), text=label)

    async def mark_period(self, name: str) -> None:
        """Begin a period of the squad; the one that runs ends. An empty name only ends it."""
        await self.lead("period", text=name)

    def _ids(self, athletes: Sequence[str]) -> tuple[str, ...]:
        members = self._marking.members(self._marking.chosen(athletes))
        return tuple(member.id for member in members)
