"""JSON that training programs write: its values as columns, what is no number as NaN."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from twin.errors import UnreadableFileError
from twin.files.content import Content
from twin.records import Floats


def parsed_json(content: Content, key: str, kind: str) -> Any:
    """Return what stands under a key of a JSON document.

    Raises
    ------
    UnreadableFileError
        If the text is no JSON, or holds no such key.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> parsed_json(Content("x.json", b'{"RIDE": {"A": 1}}', datetime.now(UTC)), "RIDE", "an activity")
    {'A': 1}
    """
    try:
        document = json.loads(content.data.decode("utf-8-sig", "replace"))
    except ValueError as error:
        raise UnreadableFileError(
            f"{content.name}: is no JSON ({error}), expected {kind}"
        ) from error
    if not isinstance(document, dict) or key not in document:
        raise UnreadableFileError(f"{content.name}: has no {key!r}, expected {kind}")
    return document[key]


def fields(value: object) -> dict[str, Any]:
    """Return an object of the document; an empty one where something else stands.

    >>> fields({"a": 1}), fields("no object")
    ({'a': 1}, {})
    """
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return a list of the document; an empty one where something else stands.

    >>> items([1, 2]), items(None)
    ([1, 2], [])
    """
    return value if isinstance(value, list) else []


def number(value: object, *, up_to: float) -> float:
    """Return a number; 0 where none stands, or one that is larger than can be true.

    >>> number(120, up_to=1e3), number("x", up_to=1e3), number(-1e300, up_to=1e3)
    (120.0, 0.0, 0.0)
    """
    if not isinstance(value, int | float) or not abs(value) <= up_to:
        return 0.0
    return float(value)


def column(rows: Sequence[Any], key: str) -> Floats:
    """Return one number of each row; NaN where it is absent or none.

    >>> column([{"HR": 140}, {}, {"HR": "x"}], "HR")
    array([140.,  nan,  nan])
    """
    values = [row.get(key) if isinstance(row, dict) else None for row in rows]
    plain = [
        v if isinstance(v, int | float) and not isinstance(v, bool) else np.nan for v in values
    ]
    return np.array(plain, dtype="float64")
