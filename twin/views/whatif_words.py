"""What the twin says of two plans, in words and numbers for the page."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from twin.model.demand import InputKind
from twin.model.ledger import LEVELS
from twin.model.whatif import Answer
from twin.state.whatif_answers import Answers, Asked
from twin.state.whatif_start import level_words
from twin.views.formats import NOTHING, distance_km, duration, number

_LIKELY = LEVELS.index(0.80)


def standing(answers: Answers, asked_now: bool) -> list[str]:
    """Return where the plans begin, how much the twin knows, and what it does not."""
    state, words = answers.twin, []
    if answers.live:
        words.append(f"From now on: {state.heart_rate:.0f} bpm, today "
                     f"{state.offset:+.0f} ± {1.28 * state.offset_sd:.0f} bpm off the usual.")  # fmt: skip
    else:
        words.append(
            "From rest, on a day like any other; how today differs (SD 11 bpm) is in the bands."
        )
        if asked_now:
            words.append(
                "The twin of now is not at hand: no heart rate, or it lives in another process."
            )
    if answers.sessions:
        many = "session" if answers.sessions == 1 else "sessions"
        words.append(f"Learnt from {answers.sessions} {many} with {answers.kind}.")
    elif answers.kind is InputKind.NONE:
        words.append("From priors, and no workload is known: import sessions with power or speed.")
    else:
        words.append("From priors: no session of this athlete has taught the twin yet, "
                     "so it answers for people in general.")  # fmt: skip
    if answers.capacity is None and answers.kind in (InputKind.POWER, InputKind.RUNNING):
        words.append(
            "No balance of W' or D': that needs sessions with hard efforts of 2 to 15 min, or a test entered on the season's page."
        )
    return words


def table(answers: Answers, limit: float) -> list[dict[str, str]]:
    """Return the rows of the comparison: what, plan A, plan B."""

    def row(what: str, tell: Callable[[Answer], str]) -> dict[str, str]:
        both = (answers.a.answer, answers.b.answer)
        a, b = (NOTHING if told is None else tell(told) for told in both)
        return {"what": what, "a": a, "b": b}

    rows = [
        row("Time", lambda told: duration(len(told.heart_rate))),
        row("Distance", _distance),
        row("Heart rate, mean", lambda told: number(told.heart_rate.mean(), unit="bpm")),
        row("Heart rate, highest", _highest),
        row("At the end", _end),
    ]
    if limit > 0:
        rows.append(row(f"Reaches {limit:.0f} bpm", lambda told: _reaches(told, limit)))
    rows.append(row("In zones 4 and 5", lambda told: duration(told.zone_s[3:].sum())))
    rows.append(row("Load (Banister)", lambda told: number(told.banister_trimp, unit="au")))
    if answers.capacity is not None:
        power = answers.kind is InputKind.POWER
        name, unit, per = ("W'", "kJ", 1000.0) if power else ("D'", "m", 1.0)
        rows.append(row(f"Lowest {name}", lambda told: _lowest(told, unit, per)))
        rows.append(row(f"{name} empty", _empty))
    return rows


def hardest(answers: Answers, limit: float) -> list[dict[str, Any]]:
    """Return the inverse answers: how hard each plan may be below the limit, by certainty."""
    if limit <= 0:
        return []
    words = ("as expected", "in 9 of 10 cases", "in 39 of 40 cases")
    rows = []
    for place, certainty in enumerate(words):
        cells: dict[str, Any] = {}
        for letter, asked in (("a", answers.a), ("b", answers.b)):
            factor = asked.hardest[place]
            cells[letter] = _allowed(asked, factor, answers.kind)
            cells[f"scale_{letter}"] = _percent(factor)
        rows.append({"what": certainty, **cells})
    return rows


def _percent(factor: float) -> int | None:
    """Return an intensity that the slider can take, rounded to the safe side."""
    percent = math.floor(100 * factor) if math.isfinite(factor) else 0
    return min(percent, 150) if percent >= 50 else None


def _allowed(asked: Asked, factor: float, kind: InputKind) -> str:
    if asked.answer is None or not math.isfinite(factor):
        return NOTHING
    if factor == 0:
        return "not even at rest"
    level = asked.answer.planned.workload.level
    one = np.ptp(level) < 1e-6 * max(float(level.max()), 1e-9)
    # the answer was made at its own intensity; the factor is of the plan as written
    shown = f" = {level_words(kind, float(level[0]) * factor / asked.scale)}" if one else ""
    return f"{100 * factor:.0f} %{shown}"


def _distance(told: Answer) -> str:
    return f"{distance_km(told.planned.distance_m)} km" if told.planned.distance_m else NOTHING


def _highest(told: Answer) -> str:
    at = int(np.argmax(told.heart_rate))
    return f"{told.heart_rate[at]:.0f} ± {told.half_width[at, _LIKELY]:.0f} bpm"


def _end(told: Answer) -> str:
    return f"{told.heart_rate[-1]:.0f} ± {told.half_width[-1, _LIKELY]:.0f} bpm"


def _reaches(told: Answer, limit: float) -> str:
    expected, earliest = told.reaches(limit)
    if math.isfinite(expected):
        return f"at {duration(expected)}" + (
            f", from {duration(earliest)}" if earliest < expected else ""
        )
    return f"maybe from {duration(earliest)}" if math.isfinite(earliest) else "no"


def _lowest(told: Answer, unit: str, per: float) -> str:
    if told.balance is None:
        return NOTHING
    at = int(np.argmin(told.balance.left))
    left, half = told.balance.left[at] / per, told.balance.half_width[at] / per
    return f"{left:.1f} ± {half:.1f} {unit}" if per > 1 else f"{left:.0f} ± {half:.0f} {unit}"


def _empty(told: Answer) -> str:
    if told.balance is None:
        return NOTHING
    when, earliest = told.balance.empty_s, told.balance.earliest_empty_s
    if math.isfinite(when):
        return f"at {duration(when)}" + (f", from {duration(earliest)}" if earliest < when else "")
    return f"maybe from {duration(earliest)}" if math.isfinite(earliest) else "no"
