"""How sessions are led, alert rules, what they told, what twins learnt: beside the samples."""

from twin.store.action_log import ActionLog
from twin.store.alert_log import AlertLog
from twin.store.calibrations import Calibrations
from twin.store.database import Database
from twin.store.finals import Finals
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
        self.action_log = ActionLog(database)
        self.rulebook = Rulebook(database)
        self.alert_log = AlertLog(database)
        self.letters = Letters(database)
        self.finals = Finals(database)
        self.calibrations = Calibrations(database)
