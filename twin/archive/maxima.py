"""The maximal heart rate of athletes who entered none: from age and from all their sessions."""

from datetime import date, datetime

from twin.model.highest import CHANNELS, highest_heart_rate, with_known_max
from twin.records import Athlete, athlete_named
from twin.records.people import ENTERED
from twin.store import EmbeddedStore


def settle_max_hr(store: EmbeddedStore, athlete: str, *, today: date | None = None) -> Athlete:
    """Give an athlete the maximal heart rate that age and sessions tell, and keep it.

    Sessions that were not looked at yet are: about 20 ms each. One entered stays as it is.

    Parameters
    ----------
    store : EmbeddedStore
        With the sessions; those left out by a repair do not count.
    athlete : str
        Id or name.
    today : date, optional
        Else the day of this machine.

    Returns
    -------
    Athlete
        As kept now.

    Raises
    ------
    UnknownAthleteError
        If nobody has that name.
    """
    highest = store.figures().highest(athlete)
    who = athlete_named(store.athletes(), athlete)
    if who.max_hr_from == ENTERED:
        return who
    for session in [session for session, rate in highest.items() if rate is None]:
        samples = store.samples(session, columns=CHANNELS)
        rate = highest_heart_rate(samples, store.session(session).sport)
        store.figures().keep_highest(session, rate)
    left_out = store.edits().left_out()
    highest = store.figures().highest(who.id)
    starts = store.sessions(athlete=who.id).set_index("session")["start"]
    seen = [
        (starts[session].to_pydatetime().astimezone().date(), rate or 0.0)
        for session, rate in highest.items() if session not in left_out
    ]  # fmt: skip
    today = today or datetime.now().astimezone().date()
    settled = with_known_max(who, seen, year=today.year)
    return who if settled == who else store.add_athlete(settled)
