"""What a coach should look at now: alerts and mutes, shared by every screen of every process.

Rules raise alerts and end them; people acknowledge and mute. The board keeps how each stands and
every tick carries it whole, so a page that comes late shows the same.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from twin.errors import UnknownAlertError
from twin.protocols import Clock
from twin.records import Alert, AlertState, Mute, utc


class AlertBoard:
    """The alerts that stand and the mutes that hold; lives on the hub's loop.

    `standing` is replaced, never changed, so that other threads may read it and an unchanged one
    is the same object.

    Parameters
    ----------
    clock : Clock
        Of the hub; mutes end by it.
    on_change : callable
        Called after each change, such as `Ticker.request`: screens are told at once.
    """

    def __init__(self, clock: Clock, on_change: Callable[[], None]) -> None:
        self.standing: tuple[Alert, ...] = ()
        self._mutes: tuple[Mute, ...] = ()
        self._clock = clock
        self._on_change = on_change

    @property
    def mutes(self) -> tuple[Mute, ...]:
        """The mutes that still hold; the same object while none has ended."""
        now = self._now()
        if any(mute.until <= now for mute in self._mutes):
            self._mutes = tuple(mute for mute in self._mutes if mute.until > now)
        return self._mutes

    def put(self, alert: Alert) -> None:
        """Raise an alert, or change the one with its id."""
        if any(known.id == alert.id for known in self.standing):
            self.standing = tuple(alert if a.id == alert.id else a for a in self.standing)
        else:
            self.standing = (*self.standing, alert)
        self._on_change()

    def drop(self, alert: str) -> None:
        """Take an alert off the board; one that is not there is no error."""
        self.standing = tuple(known for known in self.standing if known.id != alert)
        self._on_change()

    def is_muted(self, athlete: str, kind: str) -> bool:
        """Tell whether alerts of this kind of this athlete are muted now."""
        return any(mute.athlete in ("", athlete) and mute.kind in ("", kind) for mute in self.mutes)

    def acknowledge(self, alert: str, *, name: str, note: str = "") -> None:
        """Note who has seen an alert; the first to do so is kept, later words are added.

        Raises
        ------
        UnknownAlertError
            If no such alert stands.
        ValueError
            If nobody says so.
        """
        if not name.strip():
            raise ValueError("an alert is acknowledged by a name, got an empty one")
        for known in self.standing:
            if known.id == alert:
                state = known.state if known.state == AlertState.ENDED else AlertState.ACKNOWLEDGED
                said = "\n".join(filter(None, (known.note, note)))
                by = known.acknowledged_by or name
                self.put(replace(known, state=state, acknowledged_by=by, note=said))
                return
        raise UnknownAlertError(f"no alert {alert!r} stands; it may have been taken off meanwhile")

    def mute(self, athlete: str, kind: str, *, minutes: float, name: str, note: str = "") -> None:
        """Hold for a while what is empty for all: an athlete, by id, and a kind of alert.

        Raises
        ------
        ValueError
            If nobody says so, or not for how long. Zero minutes end it.
        """
        if not name.strip():
            raise ValueError("alerts are muted by a name, got an empty one")
        if not 0 <= minutes <= 24 * 60:
            raise ValueError(f"alerts are muted for 0 to 1440 minutes, got {minutes}")
        until = self._now() + timedelta(minutes=minutes)
        others = tuple(m for m in self._mutes if (m.athlete, m.kind) != (athlete, kind))
        self._mutes = (*others, Mute(athlete, kind, until, name, note))
        self._on_change()

    def _now(self) -> datetime:
        return utc(self._clock.now())
