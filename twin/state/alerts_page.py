"""What the page of alerts needs now: the log, the rules with their versions, the lab, an answer."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import pandas as pd
import param

from twin.hub.calibrating import known_twins
from twin.hub.lab import Verdict, trials_of, try_rules
from twin.hub.rulings import read_rules
from twin.hub.usual import usual_of
from twin.protocols import Live
from twin.records import Alert, Priority, Tick, athlete_named
from twin.rules.rule import MEASURES, Basis, Kind, Measure, Mode, Rule, problems
from twin.rules.stored import from_text, to_text
from twin.rules.words import describe
from twin.state.answer import Answer, answered
from twin.state.questions import answer
from twin.store.coaching import Coaching

SHOWN = 200  # lines of the log; the export has all
_MOMENTS = 200
_EXPORT = 100_000


class AlertsState(param.Parameterized):
    """Alerts and rules, for one page; headless.

    Parameters
    ----------
    live : Live
        Follows the hub, and takes changes of rules.
    coaching : Coaching
        Where rules and alerts are kept.
    """

    choices = param.String("{}", doc="What a rule may be made of, as JSON.")

    lab = param.String("{}", doc="What the rule lab found, as JSON.")

    log = param.String("[]", doc="The alerts that were, newest first, as JSON.")

    rules = param.String("[]", doc="Every rule, in words and in full, as JSON.")

    said = param.String("", doc="The answer to the last question.")

    search = param.String("", doc="Words that the lines of the log must hold.")

    def __init__(self, live: Live, coaching: Coaching, **params: Any) -> None:
        super().__init__(**params)
        self._live = live
        self._coaching = coaching
        self._alerts: tuple[Alert, ...] | None = None
        self._to_read = 0
        self.choices = json.dumps({
            "measures": [[m.name, _label(m), m.unit] for m in MEASURES.values()],
            "kinds": [kind.value for kind in Kind],
            "bases": [basis.value for basis in Basis],
            "modes": [mode.value for mode in Mode],
            "priorities": [[int(p), p.name.lower()] for p in Priority],
            "athletes": [[a.id, a.name] for a in live.store.athletes()],
        })  # fmt: skip
        self.refresh()
        self.param.watch(lambda _: self._read_log(), "search")

    def show(self, tick: Tick) -> None:
        """Read the log again when the alerts have changed, and once more when that is on disk."""
        if tick.alerts != self._alerts:
            self._alerts, self._to_read = tick.alerts, 3
        if self._to_read:
            self._to_read -= 1
            self._read_log()

    def refresh(self) -> None:
        """Read rules and log from the store."""
        book = self._coaching.rulebook
        there = [
            {"words": describe(rule), "rule": json.loads(to_text(rule)),
             "undoable": book.before(rule.id) is not None} for rule in read_rules(book)
        ]  # fmt: skip
        gone = [(id_, book.before(id_)) for id_ in book.removed()]
        there += [
            {"words": "removed", "rule": {"id": id_, "name": from_text(text).name, "mode": "removed"}}
            for id_, text in gone if text
        ]  # fmt: skip
        self.rules = json.dumps(there, ensure_ascii=False)
        self._read_log()

    def _read_log(self) -> None:
        found = self._coaching.alert_log.search(self.search, most=SHOWN)
        self.log = found.to_json(orient="records", date_format="iso")

    def export(self) -> str:
        """Return the log that is searched for as CSV, times in UTC."""
        return self._coaching.alert_log.search(self.search, most=_EXPORT).to_csv(index=False)

    # --- commands -------------------------------------------------------------------------------

    def do(self, command: str, arguments: Mapping[str, Any]) -> Answer:
        """Carry out a command of the page; what the user can mend comes back as words.

        Parameters
        ----------
        command : str
            "save" a rule, "undo" or "strike" one, "ask" a question, "search" the log, "try" a rule
            in the lab.
        arguments : mapping
            ``rule`` (as JSON, or its id), ``name`` of who does it, ``words``; of the lab ``last``
            sessions and ``athlete``.
        """
        return answered(self._do, command, arguments)

    def _do(self, command: str, arguments: Mapping[str, Any]) -> None:
        if command in ("save", "undo", "strike"):
            name, rule = str(arguments.get("name", "")), str(arguments["rule"])
            if command == "save":
                rule = to_text(self._by_id(from_text(rule)))
            self._live.change_rule(command, rule, name=name)
            self.refresh()
        elif command == "ask":
            self.said = answer(str(arguments.get("words", "")), self._live.tick())
        elif command == "search":
            self.search = str(arguments.get("words", ""))
        elif command == "try":
            self.lab = self._tried(arguments)
        else:
            raise ValueError(f"{command!r} is not a command of this page")

    def _by_id(self, rule: Rule) -> Rule:
        """Return a rule with the ids of athletes that are given by id or name, in any capitals.

        Raises
        ------
        UnknownAthleteError
            If nobody is called that, or several are.
        """
        tick = self._live.tick()
        known = {a.id: a for a in (*self._live.store.athletes(), *(tick.squad if tick else ()))}

        def id_of(words: str) -> str:
            return athlete_named(known.values(), words).id

        own = {id_of(words): limit for words, limit in rule.own.items()}
        return replace(rule, own=own, athletes=tuple(map(id_of, rule.athletes)))

    def _tried(self, arguments: Mapping[str, Any]) -> str:
        rule = self._by_id(from_text(str(arguments["rule"])))
        wrong = problems(rule)
        if wrong:
            raise ValueError("; ".join(wrong))
        kept = [known for known in read_rules(self._coaching.rulebook) if known.id == rule.id]
        versions: list[Rule] = [*kept, replace(rule, version=kept[0].version + 1 if kept else 1)]
        if kept and replace(versions[1], version=kept[0].version) == kept[0]:
            versions = versions[:1]
        athlete = str(arguments.get("athlete", "")) or None
        trials = trials_of(self._live.store, athlete=athlete, last=int(arguments.get("last", 10)))
        athletes = {trial.athlete.id: trial.athlete for trial in trials}
        usual = usual_of(self._live.store, list(athletes.values()), versions)
        known = known_twins(self._coaching.calibrations)
        return told(try_rules(versions, trials, known=known, usual=usual), len(trials))


def _label(measure: Measure) -> str:
    """Return words for a measure that no other one has."""
    alone = sum(other.label == measure.label for other in MEASURES.values()) == 1
    return measure.label if alone else f"{measure.label}, {measure.name}"


def told(verdicts: Sequence[Verdict], sessions: int) -> str:
    """Return what the lab found as JSON; what is not known is null."""
    return json.dumps({
        "sessions": sessions,
        "versions": [
            {"words": describe(v.rule), "version": v.rule.version,
             **{name: None if isinstance(x, float) and math.isnan(x) else x
                for name, x in asdict(v.score).items()},
             "moments": [_plain(asdict(m)) for m in v.moments if m.change != "cleared"][:_MOMENTS]}
            for v in verdicts
        ],
    }, ensure_ascii=False)  # fmt: skip


def _plain(moment: dict[str, Any]) -> dict[str, Any]:
    return {n: x.isoformat() if isinstance(x, pd.Timestamp) else x for n, x in moment.items()}
