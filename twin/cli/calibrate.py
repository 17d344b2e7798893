"""`twin calibrate`: what the twins learn from the stored sessions."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from twin.archive import stale_sessions, summarise
from twin.cli.background import background_option, step_back
from twin.cli.output import data_option, json_option, number_text, print_json, print_table, store_at
from twin.hub.calibrating import calibrate_stored
from twin.model.calibration import Calibration
from twin.model.demand import BPM_PER_UNIT, InputKind
from twin.store.calibrations import Calibrations

_NEWEST = 3  # sessions summed up with a calibration; the season asks for the others
_UNITS = {InputKind.POWER: "W", InputKind.CYCLING: "W", InputKind.CADENCE: "1/min"}


@click.command("calibrate", short_help="Calibrate twins from stored sessions.")
@click.argument("athletes", nargs=-1)
@background_option  # for the hub: one line when each is done
@data_option
@json_option
def calibrate_(
    athletes: tuple[str, ...], background: bool, data: Path | None, as_json: bool
) -> None:
    """Calibrate the twins of ATHLETES (none named: all) from their stored sessions.

    The hub does this by itself after each session; each version is kept in the catalogue.
    """
    if background:
        step_back()
    found = []
    with store_at(data) as store, Calibrations(store.folder) as shelf:
        known = {a.id: a.name for a in store.athletes()}
        chosen = [a for a in known if not athletes or a in athletes or known[a] in athletes]
        missing = [a for a in athletes if a not in (*known, *known.values())]
        if missing:
            raise click.BadParameter(
                f"no athlete {missing[0]!r}; known: {', '.join(known.values())}"
            )
        for athlete in chosen:
            learnt = calibrate_stored(store, shelf, athlete, now=_now())
            found.append((athlete, known[athlete], learnt))
            if background:
                click.echo(f"{athlete}\t{learnt.sessions}")
        for athlete in chosen if background else ():  # so that their newest sessions open whole
            for _ in summarise(store, stale_sessions(store, athlete=athlete)[:_NEWEST]):
                pass
    if not background:
        _report(found, as_json=as_json)


def _report(found: Sequence[tuple[str, str, Calibration]], *, as_json: bool) -> None:
    rows = [row for athlete, name, learnt in found for row in _rows(athlete, name, learnt)]
    if as_json:
        print_json(rows)
        return
    lines = [
        (r["name"], r["sessions"], r["input"],
         f"{number_text(r['gain'], 2)} ({number_text(r['gain_low'], 2)} to "
         f"{number_text(r['gain_high'], 2)}) bpm per {r['unit']}",
         number_text(r["response_time_s"], 0, "s"))
        for r in rows
    ]  # fmt: skip
    columns = ["athlete", "sessions", "lives on", "heart rate per unit (90 %)", "answers within"]
    print_table(
        columns, lines, "No athletes yet. Import sessions with: twin import PATH --athlete NAME"
    )


def _rows(athlete: str, name: str, learnt: Calibration) -> list[dict[str, Any]]:
    """Return one row for each input; the population's, 0 sessions, where nothing was learnt."""
    kinds = list(learnt.inputs) or [InputKind.NONE]
    return [
        {
            "athlete": athlete, "name": name, "input": str(kind),
            "sessions": learnt.of(kind).response.sessions,
            "unit": _UNITS.get(kind, "m/s"),
            "gain": learnt.of(kind).response.gain.value if BPM_PER_UNIT[kind] else float("nan"),
            "gain_low": learnt.of(kind).response.gain.low if BPM_PER_UNIT[kind] else float("nan"),
            "gain_high": learnt.of(kind).response.gain.high if BPM_PER_UNIT[kind] else float("nan"),
            "response_time_s": learnt.of(kind).response.response_time_s,
        }
        for kind in kinds
    ]  # fmt: skip


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
