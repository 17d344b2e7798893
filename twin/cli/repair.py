"""`twin repair`: what is wrong with stored sessions, mended and taken back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import numpy as np

from twin.archive import apply_repairs, find_faults, grouped, undo_repairs
from twin.archive.repair_groups import ranges
from twin.archive.repairing import SURE
from twin.cli.output import data_option, json_option, print_json, print_table, store_at
from twin.records import Edit, FaultGroup, Proposal
from twin.store import EmbeddedStore

_HEADINGS = ["no.", "fault", "from (UTC)", "samples", "before", "after", "sure", "what"]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the user asked for: these numbers, from this confidence on, by whom, and whether all."""

    only: tuple[int, ...]
    sure: float
    by: str
    everything: bool


def _numbers(
    _context: click.Context, _option: click.Parameter, given: Sequence[str]
) -> tuple[int, ...]:
    """Return the numbers of 3, 5-9 or 3,5-9."""
    found: list[int] = []
    for part in ",".join(given).split(",") if given else ():
        first, _, last = part.strip().partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()):
            raise click.BadParameter(f"must be numbers such as 3 or 5-9, got {part!r}")
        found += range(int(first), int(last or first) + 1)
    return tuple(found)


@click.command("repair", short_help="Find and mend faults of stored sessions.")
@click.argument("sessions", nargs=-1)
@click.option(
    "--find", "action", flag_value="find", default=True, help="Tell what seems wrong (default)."
)
@click.option("--apply", "action", flag_value="apply", help="Mend what --find tells.")
@click.option("--undo", "action", flag_value="undo", help="Take repairs back.")
@click.option(
    "--list", "action", flag_value="list", help="Tell what was repaired, by whom and when."
)
@click.option("--only", multiple=True, metavar="NO.", callback=_numbers,
              help="These of the list alone: 3, 5-9.")  # fmt: skip
@click.option("--sure", default=SURE, type=click.FloatRange(0, 1), show_default=True,
              help="Apply from this confidence on.")  # fmt: skip
@click.option("--all", "everything", is_flag=True,
              help="Each fault in a line of its own, those too that change no figure.")  # fmt: skip
@click.option("--by", default="command line", show_default=True, help="Who repairs.")
@data_option
@json_option
def repair_(
    sessions: tuple[str, ...], action: str, only: tuple[int, ...], sure: float, everything: bool,
    by: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Find and mend faults of stored sessions: all of them if none is named.

    Spikes, drop-outs, a heart rate that stands still or counts steps, GPS jumps, wrong clocks and
    double recordings. What was recorded never changes: a repair is put on top, with its author and
    time, and is taken back with --undo. Numbers of --only are those of --find, for --undo of --list.
    """
    if only and len(sessions) != 1:
        raise click.UsageError("--only takes numbers of one session: name it")
    wish = _Wish(only, sure, by, everything)
    with store_at(data) as store:
        ended = store.sessions()
        named = sessions or tuple(ended[ended["state"] != "live"]["session"])
        report = {name: _ACTIONS[action](store, name, wish) for name in named}
    if as_json:
        print_json([{"session": name, action: rows} for name, rows in report.items()])
        return
    told = [name for name, rows in report.items()
            if (rows and everything) or any(map(_matters, rows))]  # fmt: skip
    for name in sessions or told:
        click.secho(name, bold=True)
        _print(action, report[name], wish)
    if not told and not sessions:
        click.echo(_NOTHING[action])


def _matters(row: dict[str, Any]) -> bool:
    return bool(row.get("matters", True))


def _found(store: EmbeddedStore, session: str) -> dict[int, tuple[Proposal, FaultGroup]]:
    """Return every fault by its number, with its kind."""
    proposals = find_faults(store, session, now=datetime.now(UTC))
    return {
        number: (proposal, group)
        for group in grouped(proposals, store.session(session).samples)
        for number, proposal in zip(group.numbers, group.proposals, strict=True)
    }


def _find(store: EmbeddedStore, session: str, wish: _Wish) -> list[dict[str, Any]]:
    found = _found(store, session)
    return [_proposed(n, *found[n]) for n in sorted(found) if not wish.only or n in wish.only]


def _apply(store: EmbeddedStore, session: str, wish: _Wish) -> list[dict[str, Any]]:
    found = _found(store, session)
    _refuse_unknown(wish.only, found)
    chosen = wish.only or [
        number for number, (proposal, group) in found.items()
        if proposal.confidence >= wish.sure and (group.matters or wish.everything)
    ]  # fmt: skip
    if chosen:
        apply_repairs(store, session, [found[number][0] for number in chosen], author=wish.by)
    return [_proposed(number, *found[number]) for number in sorted(chosen)]


def _undo(store: EmbeddedStore, session: str, wish: _Wish) -> list[dict[str, Any]]:
    standing = {edit.number: edit for edit in store.edits().of(session)}
    _refuse_unknown(wish.only, standing)
    numbers = list(wish.only or standing)
    undo_repairs(store, session, numbers)
    return [_applied(edit) for edit in store.edits().history(session) if edit.number in numbers]


def _list(store: EmbeddedStore, session: str, wish: _Wish) -> list[dict[str, Any]]:
    return [_applied(edit) for edit in store.edits().history(session)
            if not wish.only or edit.number in wish.only]  # fmt: skip


_ACTIONS = {"find": _find, "apply": _apply, "undo": _undo, "list": _list}
_NOTHING = {
    "find": "Nothing seems wrong.",
    "apply": "Nothing to mend that is sure enough.",
    "undo": "Nothing was repaired.",
    "list": "Nothing was repaired.",
}


def _refuse_unknown(only: Sequence[int], known: dict[int, Any]) -> None:
    unknown = sorted(set(only) - set(known))
    if unknown:
        raise click.BadParameter(f"no number {unknown[0]} in the list", param_hint="--only")


def _proposed(number: int, proposal: Proposal, group: FaultGroup) -> dict[str, Any]:
    fields = asdict(proposal)
    edit = fields.pop("edit")
    kept = ("kind", "channel", "start", "end", "value", "reason")
    return {
        "number": number,
        **fields,
        "unit": proposal.unit,
        **{name: edit[name] for name in kept},
        "group": group.words,
        "matters": group.matters,
    }


def _applied(edit: Edit) -> dict[str, Any]:
    return asdict(edit)


def _print(action: str, rows: list[dict[str, Any]], wish: _Wish) -> None:
    if action in ("find", "apply"):
        _print_faults(action, rows, each=wish.everything or bool(wish.only))
        return
    texts = [
        [r["number"], r["kind"], r["channel"] or "all", f"{r['start']:%Y-%m-%d %H:%M:%S}",
         r["author"], _moment(r["made"]), _moment(r["undone"]), r["reason"]]
        for r in rows
    ]  # fmt: skip
    headings = ["no.", "repair", "channel", "from (UTC)", "by", "made", "taken back", "why"]
    print_table(headings, texts, _NOTHING[action])


def _print_faults(action: str, rows: list[dict[str, Any]], *, each: bool) -> None:
    """Print a line for each fault or kind of fault; what changes no figure is counted below."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if each or _matters(row):
            kinds.setdefault(str(row["number"]) if each else row["group"], []).append(row)
    print_table(_HEADINGS, [_line(kind) for kind in kinds.values()], _NOTHING[action])
    for words in dict.fromkeys(r["group"] for r in rows if not each and not _matters(r)):
        click.echo(f"Without effect on a figure, each shown by --all: {words}")


def _line(kind: list[dict[str, Any]]) -> list[object]:
    first, several = kind[0], len(kind) > 1
    return [
        ranges([row["number"] for row in kind]), first["fault"], f"{first['start']:%Y-%m-%d %H:%M:%S}",
        sum(row["samples"] for row in kind), "" if several else _value(first, "before"),
        "" if several else _value(first, "after"), f"{min(row['confidence'] for row in kind):.2f}",
        first["group"] if several else first["reason"],
    ]  # fmt: skip


def _value(row: dict[str, Any], name: str) -> str:
    return "missing" if np.isnan(row[name]) else f"{row[name]:.6g} {row['unit']}".rstrip()


def _moment(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M}" if instant else "-"
