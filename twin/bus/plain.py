"""Frozen dataclasses <-> what JSON knows, by their type hints alone; pure.

A field that is added to a record travels without a line here. NaN is written as JSON's readers in
Python take it, and every float comes back to the last bit.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np


def to_plain(value: Any) -> Any:
    """Return a value as dictionaries, lists, text and numbers.

    Examples
    --------
    >>> from twin.records import Fault
    >>> to_plain(Fault("clean", 2, "no such channel"))
    {'step': 'clean', 'count': 2, 'last_error': 'no such channel'}
    """
    if is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [to_plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {key: to_plain(entry) for key, entry in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, np.datetime64):
        return int(value.astype("datetime64[ns]").astype(np.int64))
    if isinstance(value, Enum):
        return value.value
    return value.item() if isinstance(value, np.generic) else value


def from_plain(kind: Any, plain: Any) -> Any:
    """Return the value of a type that `to_plain` was given.

    Parameters
    ----------
    kind : type
        A dataclass, a plain type, ``tuple[X, ...]``, ``Mapping[str, X]`` or ``X | None`` of them.
    plain : object
        As `to_plain` made it.

    Examples
    --------
    >>> from twin.records import Fault
    >>> from_plain(tuple[Fault, ...], [{"step": "clean", "count": 2, "last_error": "?"}])
    (Fault(step='clean', count=2, last_error='?'),)
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        inner = next(a for a in arguments if a is not type(None))
        return None if plain is None else from_plain(inner, plain)
    if origin is tuple:
        return tuple(from_plain(arguments[0], entry) for entry in plain)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: from_plain(arguments[1], entry) for key, entry in plain.items()}
    if kind is datetime:
        return datetime.fromisoformat(plain)
    if kind is np.datetime64:
        return np.datetime64(plain, "ns")
    if is_dataclass(kind):
        return _record(kind, plain)
    return kind(plain) if isinstance(kind, type) and issubclass(kind, Enum) else plain


def _record(kind: Any, plain: Mapping[str, Any]) -> Any:
    hints = hints_of(kind)
    return kind(**{name: from_plain(hints[name], value) for name, value in plain.items()})


@lru_cache
def hints_of(kind: type) -> dict[str, Any]:
    """Return the types of the fields of a dataclass."""
    return get_type_hints(kind)
