"""What the twins of a group tell beside their forecast: expectation, day, balance, own error."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from twin.model.calibration import LIVE_HORIZONS_S
from twin.model.demand import BPM_PER_UNIT, InputKind
from twin.model.features import DEMAND_SCALES_S
from twin.model.ledger import LEVELS, Maker
from twin.model.reserve import Capacities, reserve_of
from twin.model.squad_twin import SquadTwin
from twin.model.state_estimation import half_width_80
from twin.physiology import balance_live, steadiness
from twin.records import Floats
from twin.schema import INSIGHTS

NAMES = tuple(channel.name for channel in INSIGHTS)
_LINE = {name: line for line, name in enumerate(NAMES)}
_MINUTE = LIVE_HORIZONS_S.index(60)
_SHOWN = [LIVE_HORIZONS_S.index(horizon) for horizon in (30, 60, 120)]
_LIKELY = LEVELS.index(0.80)
_QUARTER_MINUTE = DEMAND_SCALES_S.index(15.0)
_LONGEST_S = 3600.0  # later is not worth telling


class GroupInsights:
    """Keeps the balances of a group, and tells what its twins know.

    Parameters
    ----------
    twin : SquadTwin
        Of the group.
    capacities : sequence of Capacities
        Of each member.
    """

    def __init__(self, twin: SquadTwin, capacities: Sequence[Capacities]) -> None:
        self._twin = twin
        self._capacities = list(capacities)
        self._kinds: list[InputKind] = []
        self._reserve = reserve_of([None] * len(capacities))
        self._balance = balance_live.full(self._reserve)
        self._steadiness = steadiness.unknown(len(capacities))

    def set_capacities(self, place: int, capacities: Capacities) -> None:
        """Follow a member with what was learnt anew, from full."""
        self._capacities[place] = capacities
        self._kinds = []

    def begin(self, place: int) -> None:
        """Begin a session of a member: rested, so full."""
        for column, full in (("left", self._reserve.w_prime), ("lowest", self._reserve.w_prime),
                             ("variance", None), ("above_s", None)):  # fmt: skip
            getattr(self._balance, column)[place] = 0.0 if full is None else full[place]
        self._steadiness.seen_s[place] = 0.0

    def step(self) -> None:
        """Take in the second that the twins have just taken in."""
        if self._kinds != self._twin.kinds:
            self._live_on(list(self._twin.kinds))
        level = self._twin.natural_input
        self._steadiness = steadiness.step(self._steadiness, level)
        if np.isfinite(self._reserve.w_prime).any():
            self._balance = balance_live.step(self._balance, level, self._reserve)

    def _live_on(self, kinds: list[InputKind]) -> None:
        """Go on with other inputs; who keeps theirs keeps the balance."""
        before, old = self._balance, self._kinds
        self._reserve = reserve_of(
            [c.get(kind) for c, kind in zip(self._capacities, kinds, strict=True)]
        )
        self._balance = balance_live.full(self._reserve)
        same = [i for i, kind in enumerate(old) if kind is kinds[i]]
        for name in ("left", "lowest", "variance", "above_s"):
            getattr(self._balance, name)[same] = getattr(before, name)[same]
        self._kinds = kinds

    def _empty_s(self) -> Floats:
        """Time until each balance is empty at the present workload; NaN where it is not. [s]"""
        unit = np.array([BPM_PER_UNIT[kind] for kind in self._twin.kinds])
        level = self._twin.demand.mean[:, _QUARTER_MINUTE] / np.where(unit > 0, unit, np.nan)
        above = level - self._reserve.critical_power
        time = np.maximum(self._balance.left, 0.0) / np.where(above > 0, above, np.nan)
        return np.where(time <= _LONGEST_S, time, np.nan)

    def balance(self) -> Floats:
        """Return what is left of W' or D'; NaN where it or heart rate is not known. [%]"""
        left = 100 * self._balance.left / self._reserve.w_prime
        return np.where(np.isnan(self._twin.heart_rate), np.nan, left)

    def table(self) -> Floats:
        """Return one line per channel of `twin.schema.INSIGHTS`; beats are left NaN."""
        twin = self._twin
        table = np.full((len(NAMES), len(twin.kinds)), np.nan)
        known = ~np.isnan(twin.heart_rate)
        works = known & np.array([kind is not InputKind.NONE for kind in twin.kinds])
        mean = twin.state.mean

        def put(name: str, values: Floats, where: npt.NDArray[np.bool_]) -> None:
            table[_LINE[name]] = np.where(where, values, np.nan)

        put("expected_heart_rate", twin.expected + mean[:, 0], works)
        put("expected_half_width", half_width_80(twin.state), works)
        put("day_offset", mean[:, 0], works)
        put("day_drift", mean[:, 1] * 3600, works & steadiness.is_steady(self._steadiness))
        full = self._reserve.w_prime
        put("balance", self.balance(), known)
        half = balance_live.half_width(self._balance, self._reserve)
        put("balance_half_width", 100 * half / full, known)
        put("balance_empty", self._empty_s(), known)
        skill, outlook = twin.ledger.skill, twin.outlook
        put("forecast_error", skill.error[:, _MINUTE], known)
        put("persistence_error", skill.persistence_error[:, _MINUTE], known)
        put("forecast_coverage", skill.coverage[:, _MINUTE, _LIKELY], known)
        if outlook.half_width.shape[-1] == len(LEVELS):
            put("persistence_share", outlook.share[:, _MINUTE, Maker.NOBODY], known)
            for level, place in ((50, 0), (95, 2)):
                for horizon, line in zip((30, 60, 120), _SHOWN, strict=True):
                    put(f"band{level}_{horizon}", outlook.half_width[:, line, place], known)
        return table
