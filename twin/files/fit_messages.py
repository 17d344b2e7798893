"""The messages of a FIT file, read fast where it is sound and salvaged where it is not.

The only home of fitfast.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import fitfast
import numpy as np

from twin.files.fit_bulk import intervals, is_plain, without_bulk
from twin.files.fit_layout import RECORD, Layout, layout, sound_part
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
    beats : ndarray of float64, shape (messages, n)
        RR intervals of the ``hrv`` messages, where they were read so; then neither those nor the
        records stand in `kinds`. [s]
    """

    kinds: Mapping[str, Sequence[Fields]]
    damage: str = ""
    columns: Mapping[str | int, Floats] = field(default_factory=dict)
    order: Sequence[int] = ()
    beats: Floats | None = None

    def of(self, kind: str) -> Sequence[Fields]:
        """Return the messages of one kind, none if the file has none."""
        return self.kinds.get(kind, ())

    @property
    def records(self) -> int:
        """How many record messages there are."""
        return len(next(iter(self.columns.values()), self.of("record")))

    def record_names(self) -> set[str | int]:
        """Return the names of the fields that occur in record messages.

        >>> sorted(Messages({"record": [{"power": 200}, {"speed": 3.0}]}).record_names())
        ['power', 'speed']
        """
        if self.columns:
            return set(self.columns)
        return set().union(*(record.keys() for record in self.of("record")))

    def record_column(self, name: str | int) -> Floats:
        """Return one field of every record message; NaN where it is absent or no number.

        >>> Messages({"record": [{"power": 200}, {}]}).record_column("power")
        array([200.,  nan])
        """
        if not self.columns:
            return numbers(self.of("record"), name)
        found = self.columns.get(name)
        return np.full(self.records, np.nan) if found is None else found


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

    >>> read_messages(b"no FIT file at all").damage
    'no FIT header at byte 0'
    """
    plan = layout(data)
    damage = plan.damage
    if not damage:
        try:
            return _decoded(data, plan)
        except fitfast.FitDecodeError as error:
            damage = str(error).removeprefix("FIT decode error").replace("):", ":").lstrip(": (")
            if damage.startswith("checksum mismatch"):
                with suppress(fitfast.FitDecodeError):
                    sound = sound_part(data)
                    return replace(_decoded(sound, layout(sound)), damage=damage)
    kinds: Mapping[str, Sequence[Fields]] = salvaged(data)
    if len(kinds.get("record", ())) < plan.kinds.count(RECORD):
        kinds = _before_damage(data) or kinds
    return Messages(kinds, damage)


def _before_damage(data: bytes) -> Mapping[str, Sequence[Fields]]:
    try:
        return _parsed(sound_part(data))
    except fitfast.FitDecodeError:
        return {}


def _decoded(data: bytes, plan: Layout) -> Messages:
    """Return the messages of a sound file; records and beats as columns where they can be had so."""
    columns = _guarded(partial(fitfast.records, degrees=False), data)
    is_whole = {len(column) for column in columns.values()} == {plan.kinds.count(RECORD)}
    if is_whole and is_plain(data, plan):
        rest = _parsed(without_bulk(data, plan))
        return Messages(rest, "", columns, plan.kinds, intervals(data, plan))
    return Messages(_parsed(data), "", columns if is_whole else {}, plan.kinds)


def _parsed(data: bytes) -> Mapping[str, Sequence[Fields]]:
    return dict(_guarded(fitfast.parse, data))


def _guarded(decode: Callable[[bytes], Mapping[Any, Any]], data: bytes) -> Mapping[Any, Any]:
    try:
        return decode(data)
    except BaseException as error:
        # Some damage makes the Rust code panic, which reaches us beside Exception and unnamed.
        if type(error).__name__ != "PanicException":
            raise
        raise fitfast.FitDecodeError(f"a message makes no sense ({error})") from None
