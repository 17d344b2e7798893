"""From rules to people: what a rule finds becomes an alert on the board and a line in the log."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from twin.hub.alerts import AlertBoard
from twin.hub.rulings import Rulings
from twin.hub.usual import usual_of
from twin.hub.watch import Watch
from twin.hub.webhook import letter_of
from twin.hub.writing import Writing
from twin.protocols import Store
from twin.records import Alert, AlertState, Athlete, Priority, Session, utc
from twin.rules.plan import Plan
from twin.rules.rule import Basis, Kind, Mode, Rule
from twin.rules.step import Change, Transition
from twin.rules.words import alert_words, suppressed_words
from twin.schema import CHANNELS
from twin.store.coaching import Coaching

_SUPPRESSED_FOR = timedelta(minutes=2)  # so long a suppressed alert is shown

Key = tuple[str, str]  # rule, athlete


@dataclass(frozen=True, slots=True)
class _Case:
    """An alert that lasts, and how it was told."""

    alert: Alert
    rule: Rule
    told: str
    session: str


class Desk:
    """The alerts of one live process.

    Parameters
    ----------
    board : AlertBoard
        What screens show.
    store : Store
        What the history of the athletes is read from.
    coaching : Coaching, optional
        Where the rules are kept, and what they told.
    thresholds : mapping
        ``THRESHOLDS`` of the settings, for a store without rules.
    writing : Writing
        The writer thread.
    """

    def __init__(
        self,
        board: AlertBoard,
        store: Store,
        coaching: Coaching | None,
        thresholds: Mapping[str, Mapping[str, float]],
        writing: Writing,
    ) -> None:
        self.rulings = Rulings(coaching.rulebook if coaching else None, thresholds)
        self.watch = Watch(self._found, self.rulings.rules)
        self._sessions: Mapping[str, Session] = {}
        self._board = board
        self._log = coaching.alert_log if coaching else None
        self._letters = coaching.letters if coaching and coaching.sends else None
        self._writing = writing
        self._store = store
        self._cases: dict[Key, _Case] = {}
        self._sent: set[str] = set()  # ids of alerts that the webhook has heard of
        if self._log is not None:
            self._log.close_open()

    # --- what people do -------------------------------------------------------------------------

    async def acknowledge(self, alert: str, *, name: str, note: str = "") -> None:
        """Note who has seen an alert; it will not rise further."""
        self._board.acknowledge(alert, name=name, note=note)
        for key, case in self._cases.items():
            if case.alert.id == alert:
                self.watch.acknowledge(*key)
                seen = next(known for known in self._board.standing if known.id == alert)
                self._cases[key] = replace(case, alert=seen)
                self._keep(self._cases[key])

    async def mute(
        self, athlete: str, kind: str, *, minutes: float, name: str, note: str = ""
    ) -> None:
        """Tell nothing of an athlete (by id; empty: all) and rule (empty: any) for a while."""
        self._board.mute(athlete, kind, minutes=minutes, name=name, note=note)

    async def rule(self, command: str, text: str, *, name: str) -> None:
        """Change the rules: "save" one given as JSON, "undo" or "strike" the one of an id.

        "reload" takes over what another hub has changed in the same store.

        Raises
        ------
        ValueError
            If nobody says so, or the rule makes no sense.
        """
        if not name.strip():
            raise ValueError("rules are changed by a name, got an empty one")
        changes = {"save": self.rulings.save, "undo": self.rulings.undo,
                   "strike": self.rulings.strike}  # fmt: skip
        if command not in (*changes, "reload"):
            raise ValueError(f"{command!r} is no change of a rule; there is {', '.join(changes)}")
        if command in changes:
            await self._writing.ask(changes[command], text, author=name)
        self.set_rules(await self._writing.ask(self.rulings.read))
        self._look_back()

    def join(self, squad: Sequence[Athlete]) -> None:
        """Watch these athletes; those before them are watched already. On the hub's loop."""
        self.watch.set_squad(squad)
        self._look_back()

    def _look_back(self) -> None:
        """Read what is usual for the squad, where a rule counts from it."""
        rules, squad, loop = self.rulings.rules, self.watch.plan.squad, asyncio.get_running_loop()

        def read() -> None:
            usual = usual_of(self._store, squad, rules)
            loop.call_soon_threadsafe(self.watch.set_rules, rules, usual)

        if any(rule.basis is Basis.USUAL for rule in rules):
            self._writing.soon(read)

    def set_rules(self, rules: Sequence[Rule]) -> None:
        """Go on with other rules; alerts of those that are gone or changed are over."""
        before = {rule.id: rule.version for rule in self.watch.plan.rules}
        self.watch.set_rules(rules)
        after = {rule.id: rule.version for rule in self.watch.plan.rules}
        for key in [k for k in self._cases if before.get(k[0]) != after.get(k[0])]:
            self._end(key, None)

    def begin_session(self, athletes: Sequence[Athlete], places: Sequence[int]) -> None:
        """Start the alerts of these athletes anew."""
        ids = {athlete.id for athlete in athletes}
        for key in [k for k in self._cases if k[1] in ids]:
            self._end(key, None)
        self.watch.begin_session(places)

    def close(self) -> None:
        """End every alert: nobody watches from here on."""
        for key in list(self._cases):
            self._end(key, None)

    def tidy(self, now: datetime, sessions: Mapping[str, Session]) -> None:
        """Take off what was shown long enough, and show what is muted no longer; on every tick."""
        self._sessions = sessions
        shown = {alert.id for alert in self._board.standing}
        for key, case in list(self._cases.items()):
            alert = case.alert
            if alert.state is AlertState.SUPPRESSED and now - alert.time >= _SUPPRESSED_FOR:
                self._end(key, None)
            elif case.told == "shadow":
                continue
            elif self._board.is_muted(alert.athlete, alert.kind):
                if alert.id in shown:
                    self._board.drop(alert.id)
            elif alert.id not in shown:
                self._board.put(alert)

    # --- what rules find ------------------------------------------------------------------------

    def _found(self, plan: Plan, found: Transition) -> None:
        rule = plan.rules[found.rule]
        athlete = plan.squad[found.athlete].id if found.athlete >= 0 else ""
        key = (rule.id, athlete)
        time = utc(np.datetime64(found.second, "s").astype("datetime64[ns]"))
        case = self._cases.get(key)
        if found.change is Change.CLEARED:
            self._end(key, time)
        elif found.change is Change.ESCALATED and case is not None:
            louder = Priority(min(case.alert.priority + 1, Priority.ALARM))
            self._cases[key] = replace(case, alert=replace(case.alert, priority=louder))
            self._show(self._cases[key], "escalated")
        elif found.change in (Change.RAISED, Change.SUPPRESSED):
            if case is not None:
                self._end(key, time)
            self._raise(key, rule, _alert(plan, rule, found, time))

    def _raise(self, key: Key, rule: Rule, alert: Alert) -> None:
        told = "shadow" if rule.mode is Mode.SHADOW else "shown"
        if told == "shown" and self._board.is_muted(alert.athlete, alert.kind):
            told = "muted"
        session = self._sessions.get(alert.athlete)
        self._cases[key] = _Case(alert, rule, told, session.id if session else "")
        self._show(self._cases[key], "raised")

    def _show(self, case: _Case, event: str) -> None:
        if case.told != "shadow" and not self._board.is_muted(case.alert.athlete, case.alert.kind):
            self._board.put(case.alert)
            self._send(case, event)
        self._keep(case)

    def _send(self, case: _Case, event: str) -> None:
        """Put what the rule wants sent on its way to the webhook; doubtful data never."""
        alert = case.alert
        if self._letters is None or not case.rule.sent or alert.state is AlertState.SUPPRESSED:
            return
        names = {athlete.id: athlete.name for athlete in self.watch.plan.squad}
        letter = letter_of(event, alert, names.get(alert.athlete, ""))
        self._writing.soon(self._letters.put, letter)
        self._sent.add(alert.id)

    def _end(self, key: Key, time: datetime | None) -> None:
        """Take an alert off the board; it stays in the log, ended where that was seen."""
        case = self._cases.pop(key, None)
        if case is None:
            return
        if case.alert.state is not AlertState.SUPPRESSED:
            ended = replace(case.alert, state=AlertState.ENDED, ended=time)
            self._keep(replace(case, alert=ended))
            if ended.id in self._sent:  # who heard of it hears of its end
                self._send(replace(case, alert=ended), "ended")
                self._sent.discard(ended.id)
        self._board.drop(case.alert.id)

    def _keep(self, case: _Case) -> None:
        if self._log is not None:
            self._writing.soon(self._log.keep, case.alert, told=case.told, version=case.rule.version,
                       session=case.session)  # fmt: skip


def _alert(plan: Plan, rule: Rule, found: Transition, time: datetime) -> Alert:
    athlete = plan.squad[found.athlete] if found.athlete >= 0 else None
    limit = float(plan.limit[found.rule, found.athlete]) if athlete else rule.limit
    name = athlete.name if athlete else ""
    text = alert_words(rule, name, found.value, limit)
    suppressed = found.change is Change.SUPPRESSED
    return Alert(
        id=f"{found.second}-{secrets.token_hex(4)}",
        athlete=athlete.id if athlete else "",
        kind=rule.id,
        channel=rule.measure if rule.measure in CHANNELS else "",
        value=found.value,
        line=found.bound if rule.kind is Kind.APPROACH else limit,
        time=time,
        priority=Priority.INFORMATION if suppressed else rule.priority,
        text=suppressed_words(text, found.doubt) if suppressed else text,
        state=AlertState.SUPPRESSED if suppressed else AlertState.ACTIVE,
        spoken=rule.spoken and not suppressed,
    )
