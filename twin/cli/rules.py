"""`twin rules`: the alert rules, and what they would have told in sessions that were."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from twin.cli.output import data_option, json_option, number_text, print_json, print_table, store_at
from twin.files import read, recordings_in
from twin.hub.calibrating import known_twins
from twin.hub.lab import Trial, Verdict, trials_of, try_rules
from twin.hub.rulings import Rulings
from twin.hub.usual import usual_of
from twin.records import Athlete
from twin.rules.rule import Rule, problems
from twin.rules.stored import from_text, to_text
from twin.rules.words import describe
from twin.store import EmbeddedStore


@click.group("rules", short_help="List alert rules, and try them on sessions or recordings.")
def rules_() -> None:
    """List alert rules, and try them on stored sessions or recordings before they are switched on."""


@rules_.command("list")
@data_option
@json_option
def list_(data: Path | None, as_json: bool) -> None:
    """List the rules of the store."""
    with store_at(data) as store:
        rules = _rules(store)
    if as_json:
        print_json([json.loads(to_text(rule)) for rule in rules])
        return
    rows = [(r.id, r.version, r.mode.value, r.priority.name.lower(), describe(r)) for r in rules]
    print_table(("rule", "version", "mode", "priority", "tells when"), rows, "No rules yet.")


@rules_.command("backtest", short_help="Try rules on sessions that were: how often, how early.")
@click.argument("rule_ids", metavar="[RULE]...", nargs=-1)
@click.option("--last", default=10, show_default=True, help="Newest sessions to try them on.")
@click.option("--athlete", help="Only sessions of this athlete, by name or id.")
@click.option("--file", "files", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="A recording or folder in place of stored sessions.")  # fmt: skip
@click.option("--line", "line", type=float, help="Line of the athlete of the recordings, in bpm.")
@click.option("--max-hr", type=float, default=190, show_default=True, help="Of the same athlete.")
@click.option("--with", "changes", multiple=True, metavar="FIELD=VALUE",
              help="Try a changed version beside, such as limit=88 or hold_s=10.")  # fmt: skip
@click.option("--moments", is_flag=True, help="Say what would have been told, and when.")
@data_option
@json_option
def backtest_(
    rule_ids: tuple[str, ...], last: int, athlete: str | None, files: tuple[Path, ...],
    line: float | None, max_hr: float, changes: tuple[str, ...], moments: bool,
    data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Try rules on sessions that were: how often, how early, how many for nothing.

    Without RULE all rules are tried. The steps are those of the live hub.
    """
    with store_at(data) as store:
        rules = _chosen(_rules(store), rule_ids)
        if changes:
            rules = [version for rule in rules for version in (rule, _changed(rule, changes))]
        if files:
            who = Athlete("Athlete", max_hr=max_hr, heart_rate_limit=line or float("nan"))
            trials = [Trial(p.name, who, read(p).samples) for p in recordings_in(list(files))]
        else:
            trials = trials_of(store, athlete=athlete, last=last)
        usual = usual_of(store, [] if files else store.athletes(), rules)
        known = {} if files else known_twins(store.coaching().calibrations)
        verdicts = try_rules(rules, trials, known=known, usual=usual)
    if as_json:
        print_json([_plain(verdict) for verdict in verdicts])
    else:
        _print(verdicts, moments=moments)


def _rules(store: EmbeddedStore) -> list[Rule]:
    return list(Rulings(store.coaching().rulebook, {}).rules)


def _chosen(rules: list[Rule], wanted: tuple[str, ...]) -> list[Rule]:
    known = {rule.id: rule for rule in rules}
    for name in wanted:
        if name not in known:
            raise click.BadParameter(f"no rule {name!r}; there is {', '.join(known)}")
    return [known[name] for name in wanted] if wanted else rules


def _changed(rule: Rule, changes: tuple[str, ...]) -> Rule:
    """Return a rule with fields changed as the user wrote them."""
    fields: dict[str, Any] = json.loads(to_text(rule))
    for change in changes:
        name, given, value = change.partition("=")
        if not given or name not in fields or name in ("id", "own", "athletes"):
            raise click.BadParameter(f"--with: expected FIELD=VALUE of a rule, got {change!r}")
        try:
            fields[name] = json.loads(value)
        except json.JSONDecodeError:
            fields[name] = value
    try:
        changed = replace(from_text(json.dumps(fields)), version=rule.version + 1)
    except (TypeError, ValueError) as error:
        raise click.BadParameter(f"--with: {error}") from error
    wrong = problems(changed)
    if wrong:
        raise click.BadParameter("; ".join(wrong))
    return changed


def _plain(verdict: Verdict) -> dict[str, Any]:
    return {
        "rule": verdict.rule.id,
        "version": verdict.rule.version,
        "tells_when": describe(verdict.rule),
        **asdict(verdict.score),
        "moments": [asdict(moment) for moment in verdict.moments],
    }


def _print(verdicts: list[Verdict], *, moments: bool) -> None:
    rows = [
        (f"{v.rule.id}@{v.rule.version}", describe(v.rule), number_text(v.score.per_hour, 2),
         v.score.alerts, v.score.suppressed, v.score.duplicates,
         f"{v.score.foreseen}/{v.score.crossings}" if v.score.crossings else "-",
         number_text(v.score.lead_s, 0, "s"), number_text(v.score.false_per_hour, 2))
        for v in verdicts
    ]  # fmt: skip
    print_table(
        ("rule", "tells when", "per hour", "alerts", "suppressed", "duplicates", "foreseen", "lead",
         "false per hour"),
        rows, "No rules yet.",
    )  # fmt: skip
    click.echo(f"over {verdicts[0].score.hours:.1f} hours of athletes" if verdicts else "")
    for moment in (m for v in verdicts for m in v.moments if moments):
        click.echo(
            f"{moment.time:%Y-%m-%d %H:%M:%S}Z  {moment.session}  {moment.change}: {moment.text}"
        )
