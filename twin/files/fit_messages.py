"""The messages of a FIT file, read fast where it is sound and salvaged where it is not.

The only home of fitfast.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import fitfast

from twin.files.fit_layout import RECORD, layout, sound_part
from twin.files.fit_salvage import salvaged

Fields = Mapping[str | int, Any]  # one message as the decoders give it: field name to value


@dataclass(frozen=True, slots=True, eq=False)
class Messages:
    """Decoded messages, by kind and in the order of the file.

    Parameters
    ----------
    kinds : mapping of str to sequence of Fields
        Messages by the name of the FIT profile (``"record"``, ``"lap"``, ...). Scale and offset
        are applied, invalid values absent, times in Unix seconds, positions in semicircles;
        developer fields stand under their own names.
    damage : str
        What was wrong with the file; empty if nothing.
    """

    kinds: Mapping[str, Sequence[Fields]]
    damage: str = ""

    def of(self, kind: str) -> Sequence[Fields]:
        """Return the messages of one kind, none if the file has none."""
        return self.kinds.get(kind, ())


def read_messages(data: bytes) -> Messages:
    """Return the messages of a FIT file.

    A damaged file is read by the slower decoder of the format's owner up to the damage. Where that
    loses records (it knows no compressed time stamps), the part before the damage is made a whole
    file and read fast.
    """
    plan = layout(data)
    damage = plan.damage
    if not damage:
        try:
            return Messages(_parsed(data))
        except fitfast.FitDecodeError as error:
            damage = str(error).removeprefix("FIT decode error").replace("):", ":").lstrip(": (")
    kinds: Mapping[str, Sequence[Fields]] = salvaged(data)
    if len(kinds.get("record", ())) < plan.kinds.count(RECORD):
        kinds = _before_damage(data) or kinds
    return Messages(kinds, damage)


def _before_damage(data: bytes) -> Mapping[str, Sequence[Fields]]:
    try:
        return _parsed(sound_part(data))
    except fitfast.FitDecodeError:
        return {}


def _parsed(data: bytes) -> Mapping[str, Sequence[Fields]]:
    try:
        return dict(fitfast.parse(data))
    except BaseException as error:
        # Some damage makes the Rust code panic, which reaches us beside Exception and unnamed.
        if type(error).__name__ != "PanicException":
            raise
        raise fitfast.FitDecodeError(f"a message makes no sense ({error})") from None
