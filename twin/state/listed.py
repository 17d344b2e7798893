"""Listed sessions with their athletes told apart: the store lists names, which two may share."""

import pandas as pd

from twin.protocols import Store
from twin.records import told_apart


def whose(store: Store, listed: pd.DataFrame) -> pd.DataFrame:
    """Return sessions as the store lists them, with the id behind a name that several share."""
    people = store.athletes()
    called = told_apart(people)
    names = listed["athlete"].copy()
    present = set(names)
    for one in people:
        if called[one.id] != one.name and one.name in present:
            theirs = set(store.sessions(athlete=one.id)["session"])
            names[listed["session"].isin(theirs) & (listed["athlete"] == one.name)] = called[one.id]
    return listed.assign(athlete=names)
