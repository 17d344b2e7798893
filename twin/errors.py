"""Every error this library raises on purpose, under one root."""


class TwinError(Exception):
    """Root of all errors raised by `twin`: ``except TwinError`` catches what a user can mend."""


class SettingsError(TwinError):
    """A setting has a value that is not accepted, or is not known."""


class UnreadableFileError(TwinError):
    """A file holds no samples that can be read, or is of no known format."""


class NoRecordingError(UnreadableFileError):
    """A file is sound but holds something else than a recorded session."""


class WorkerError(TwinError):
    """Work in other processes or on a cluster could not be done there."""


class StoreError(TwinError):
    """The store refused an operation: locked, damaged, or of a newer version."""


class StoreFullError(StoreError):
    """The disk is full: nothing more is recorded, nothing acknowledged is lost."""


class AthleteTakenError(StoreError):
    """Another hub records this athlete."""


class UnknownAthleteError(TwinError, KeyError):
    """No athlete of that name or id is known."""

    __str__ = Exception.__str__


class UnknownAlertError(TwinError, KeyError):
    """No alert of that id stands."""

    __str__ = Exception.__str__


class UnknownSessionError(TwinError, KeyError):
    """No session of that id is stored."""

    __str__ = Exception.__str__


class UnknownSensorError(TwinError, KeyError):
    """The sensor of that address belongs to nobody."""

    __str__ = Exception.__str__


class SourceError(TwinError):
    """A source of samples cannot be opened as it was described."""


class MalformedPacketError(TwinError):
    """A sensor sent a packet that its format does not allow; nothing of it is used."""


class BusError(TwinError):
    """The live bus does not carry: Redis is down, or another hub publishes on it."""


class BusTakenError(BusError):
    """Another hub publishes on this bus."""


class TooBusyError(TwinError):
    """More came than can be taken for the moment; nothing of it is kept, so send it again."""
