"""What a coach keeps beside the samples: alert rules and what they told."""

from twin.store.alert_log import AlertLog
from twin.store.database import Database
from twin.store.rulebook import Rulebook


class Coaching:
    """The books of a store that coaches write in; closed with the store.

    Parameters
    ----------
    database : Database
        Of the store.
    """

    def __init__(self, database: Database) -> None:
        self.rulebook = Rulebook(database)
        self.alert_log = AlertLog(database)
