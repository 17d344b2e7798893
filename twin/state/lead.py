"""What the page that leads a session needs now: who trains, what runs, who has still to be asked."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import param

from twin.protocols import Live
from twin.records import Note, Period, Tick, utc
from twin.schema import ALL_NAMES, STALE_AFTER_S
from twin.state.answer import Answer, answered
from twin.state.period import running_period, told_period
from twin.state.worn import whole_or_none

_HR = ALL_NAMES.index("heart_rate")
_ASKED = 60  # sessions of the newest squad session that are asked about at most


class LeadState(param.Parameterized):
    """A session of the squad, for one page; all it knows is kept by hub and store, not by the page.

    Parameters
    ----------
    live : Live
        Follows the hub, and takes the commands of the page.
    """

    asked = param.String("[]", doc="Sessions that ended last and how hard they were, as JSON.")

    now = param.String("{}", doc="Who trains and what runs, as JSON.")

    def __init__(self, live: Live, **params: Any) -> None:
        super().__init__(**params)
        self._live = live
        self._recorded: frozenset[str] | None = None
        tick = live.tick()
        if tick is not None:
            self.show(tick)

    def show(self, tick: Tick) -> None:
        """Take a tick over: one change, whatever is in it."""
        changes = {"now": now_in(tick, running_period(self._live))}
        recorded = frozenset(tick.sessions)
        if recorded != self._recorded:
            self._recorded = recorded
            changes["asked"] = self._ended()
        self.param.update(**changes)

    def _ended(self) -> str:
        """Return the ended sessions of the newest squad session, with what was said of each."""
        store = self._live.store
        listed = store.sessions().head(_ASKED)
        listed = listed[(listed["state"] == "ended") & (listed["squad_session"] != "")]
        if len(listed):
            listed = listed[listed["squad_session"] == listed["squad_session"].iloc[0]]
        columns = (listed[name] for name in ("session", "athlete", "duration_s"))
        return json.dumps([
            {"session": str(session), "athlete": str(athlete), "minutes": round(float(length_s) / 60),
             "said": [note.text for note in store.notes(str(session))]}
            for session, athlete, length_s in zip(*columns, strict=True)
        ], ensure_ascii=False)  # fmt: skip

    def do(self, command: str, arguments: Mapping[str, Any]) -> Answer:
        """Carry out a command of the page; what the user can mend comes back as words.

        Parameters
        ----------
        command : str
            "start" or "end" (``athletes``, ``title``), "period" (``name``), "lap" (``athletes``),
            "marker" (``text``) or "effort" (``session``, ``rpe`` 0 to 10, ``text``).
        arguments : mapping
            As named; ``by`` is who says so.
        """
        return answered(self._do, command, arguments)

    def _do(self, command: str, arguments: Mapping[str, Any]) -> None:
        athletes = [str(one) for one in arguments.get("athletes", ())]
        if command == "start":
            if not athletes:
                raise ValueError("choose who trains")
            self._live.start_session(athletes, title=str(arguments.get("title", "")).strip())
        elif command == "end":
            self._live.end_session(athletes)
        elif command == "period":
            self._live.mark_period(str(arguments.get("name", "")).strip())
        elif command == "lap":
            for athlete in athletes:
                self._live.mark_lap(athlete)
        elif command in ("marker", "effort"):
            self._note(command, arguments)
        else:
            raise ValueError(f"{command!r} is not a command of this page")

    def _note(self, command: str, arguments: Mapping[str, Any]) -> None:
        tick = self._live.tick()
        if tick is None:
            raise ValueError("nothing is known yet")
        text, by = str(arguments.get("text", "")).strip(), str(arguments.get("by", ""))
        if command == "marker":
            if not text or not tick.sessions:
                raise ValueError("a marker needs words, and a session that runs")
            for session in tick.sessions.values():
                self._live.store.add_note(session.id, Note(utc(tick.time), text, by))
            return
        effort = int(arguments["rpe"])
        if not 0 <= effort <= 10:
            raise ValueError(f"effort is said from 0 to 10, got {effort}")
        session = self._live.store.session(str(arguments["session"]))
        words = f"RPE {effort}" + (f": {text}" if text else "")
        self._live.store.add_note(session.id, Note(session.end or session.start, words, by))
        self.asked = self._ended()


@lru_cache(maxsize=2)
def now_in(tick: Tick, period: Period | None) -> str:
    """Return who trains and what runs as JSON; the viewers of one process share it."""
    starts = [session.start for session in tick.sessions.values()]
    return json.dumps({
        "athletes": [
            {"id": who.id, "name": who.name, "rate": _rate(tick, place), "on": who.id in tick.sessions}
            for place, who in enumerate(tick.squad)
        ],
        "period": told_period(period) or None,
        "start": min(starts).isoformat() if starts else None,
        "time": utc(tick.time).isoformat(),
    }, ensure_ascii=False)  # fmt: skip


def _rate(tick: Tick, place: int) -> int | None:
    live = tick.age_s[_HR, place] <= STALE_AFTER_S
    return whole_or_none(float(tick.values[_HR, place])) if live else None
