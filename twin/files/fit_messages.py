"""The messages of a FIT file, read fast where it is sound and salvaged where it is not.

The only home of fitfast.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import fitfast
import numpy as np

from twin.files.fit_layout import RECORD, layout, sound_part
from twin.files.fit_salvage import salvaged
from twin.records import Floats

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
    columns : mapping of str to ndarray of float64
        Numeric fields of the record messages, NaN = absent, where the decoder gave them so; else
        empty, and they are made from `kinds`.
    order : sequence of int
        Global number of every message, in the order of the file; empty where nobody looked.
    """

    kinds: Mapping[str, Sequence[Fields]]
    damage: str = ""
    columns: Mapping[str | int, Floats] = field(default_factory=dict)
    order: Sequence[int] = ()

    def of(self, kind: str) -> Sequence[Fields]:
        """Return the messages of one kind, none if the file has none."""
        return self.kinds.get(kind, ())

    def record_names(self) -> set[str | int]:
        """Return the names of the fields that occur in record messages."""
        if self.columns:
            return set(self.columns)
        return set().union(*(record.keys() for record in self.of("record")))

    def record_column(self, name: str | int) -> Floats:
        """Return one field of every record message; NaN where it is absent or no number."""
        if not self.columns:
            return numbers(self.of("record"), name)
        found = self.columns.get(name)
        return np.full(len(self.of("record")), np.nan) if found is None else found


def numbers(messages: Sequence[Fields], name: str | int) -> Floats:
    """Return one field of every message as a column; NaN where it is absent or no number.

    >>> numbers([{"speed": 1.5}, {}, {"speed": [1, 2]}], "speed")
    array([1.5, nan, nan])
    """
    values = [message.get(name, np.nan) for message in messages]
    try:
        column = np.array(values, dtype="float64")
    except (TypeError, ValueError):
        column = np.array([_number(value) for value in values], dtype="float64")
    return column if column.ndim == 1 else np.array([_number(v) for v in values], dtype="float64")


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def read_messages(data: bytes) -> Messages:
    """Return the messages of a FIT file.

    A file whose checksum alone is wrong is given the right one. A damaged file is read by the slower
    decoder of the format's owner up to the damage. Where that loses records (it knows no compressed
    time stamps), the part before the damage is made a whole file and read fast.
    """
    plan = layout(data)
    damage = plan.damage
    if not damage:
        try:
            return replace(_decoded(data), order=plan.kinds)
        except fitfast.FitDecodeError as error:
            damage = str(error).removeprefix("FIT decode error").replace("):", ":").lstrip(": (")
            if damage.startswith("checksum mismatch"):
                with suppress(fitfast.FitDecodeError):
                    return replace(_decoded(sound_part(data)), damage=damage)
    kinds: Mapping[str, Sequence[Fields]] = salvaged(data)
    if len(kinds.get("record", ())) < plan.kinds.count(RECORD):
        kinds = _before_damage(data) or kinds
    return Messages(kinds, damage)


def _before_damage(data: bytes) -> Mapping[str, Sequence[Fields]]:
    try:
        return _parsed(sound_part(data))
    except fitfast.FitDecodeError:
        return {}


def _decoded(data: bytes) -> Messages:
    kinds = _parsed(data)
    columns = fitfast.records(data, degrees=False)
    rows = {len(column) for column in columns.values()}
    return Messages(kinds, columns=columns if rows == {len(kinds.get("record", ()))} else {})


def _parsed(data: bytes) -> Mapping[str, Sequence[Fields]]:
    try:
        return dict(fitfast.parse(data))
    except BaseException as error:
        # Some damage makes the Rust code panic, which reaches us beside Exception and unnamed.
        if type(error).__name__ != "PanicException":
            raise
        raise fitfast.FitDecodeError(f"a message makes no sense ({error})") from None
