"""What each athlete usually reaches, from stored sessions: for limits that count from own history."""

from collections.abc import Sequence

import numpy as np

from twin.protocols import Store
from twin.records import Athlete
from twin.rules.plan import Usual
from twin.rules.rule import Basis, Rule
from twin.schema import MEASURED_NAMES

SESSIONS = 10  # the newest ones count
FEWEST = 3  # with less history nothing is usual
_SHARE = 0.95  # of the readings of a session lie below what it reached


def usual_of(store: Store, squad: Sequence[Athlete], rules: Sequence[Rule]) -> Usual:
    """Return by channel and athlete what rules with `Basis.USUAL` count from.

    It is the median over the newest ten sessions of the value that 95 % of the readings of each do
    not exceed; athletes with fewer than three sessions are absent, derived channels too.
    """
    wanted = {rule.measure for rule in rules if rule.basis is Basis.USUAL} & set(MEASURED_NAMES)
    usual: dict[str, dict[str, float]] = {channel: {} for channel in wanted}
    for athlete in squad if wanted else ():
        listed = store.sessions(athlete=athlete.id)
        newest = listed[listed["state"] != "live"].head(SESSIONS)["session"]
        tops = [_tops(store, str(session), sorted(wanted)) for session in newest]
        for channel in wanted:
            known = [top[channel] for top in tops if channel in top]
            if len(known) >= FEWEST:
                usual[channel][athlete.id] = float(np.median(known))
    return usual


def _tops(store: Store, session: str, channels: Sequence[str]) -> dict[str, float]:
    samples = store.samples(session, columns=list(channels))
    return {
        channel: float(samples[channel].quantile(_SHARE))
        for channel in channels
        if samples[channel].notna().any()
    }
