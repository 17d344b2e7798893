"""What a coach keeps beside the samples: alert rules, what they told, what is to be sent."""

from twin.store.alert_log import AlertLog
from twin.store.database import Database
from twin.store.letters import Letters
from twin.store.rulebook import Rulebook


class Coaching:
    """The books of a store that coaches write in; closed with the store.

    Parameters
    ----------
    database : Database
        Of the store.
    sends : bool
        Whether a webhook waits for letters.
    """

    def __init__(self, database: Database, *, sends: bool = False) -> None:
        self.sends = sends
        self.rulebook = Rulebook(database)
        self.alert_log = AlertLog(database)
        self.letters = Letters(database)
