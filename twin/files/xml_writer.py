"""Columns of a recording as the texts of XML elements."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd

from twin.files.csv_writer import iso_times
from twin.records import Floats

__all__ = ["attribute", "elements", "escape", "iso_times", "positional"]


def positional(value: float) -> str:
    """Return a number with all its digits and no exponent, as XML decimals are written.

    >>> positional(1e-7), positional(46.5), positional(3.0)
    ('0.0000001', '46.5', '3')
    """
    return np.format_float_positional(value, trim="-")


def attribute(text: str) -> str:
    """Return a text for an attribute in double quotes, without what XML cannot hold.

    >>> attribute('a "b" & c')
    'a &quot;b&quot; &amp; c'
    """
    return escape("".join(letter for letter in text if letter.isprintable()))


def elements(
    samples: pd.DataFrame, tags: Mapping[str, str], whole: Mapping[str, tuple[float, float]]
) -> list[list[str]]:
    """Return for each row the elements of the channels that are measured in it.

    Parameters
    ----------
    samples : DataFrame
        Channels; those without a tag are passed over.
    tags : mapping of str to str
        Element name by channel, in the order wanted; ``"a/b"`` puts ``b`` in ``a``.
    whole : mapping of str to (float, float)
        Channels that the format holds as whole numbers only, and the range it holds.

    Examples
    --------
    >>> samples = pd.DataFrame({"heart_rate": [140.4, np.nan], "speed": [3.25, 3.5]})
    >>> tags = {"heart_rate": "HeartRateBpm/Value", "speed": "Speed"}
    >>> elements(samples, tags, {"heart_rate": (1.0, 255.0)})[1]
    ['<Speed>3.5</Speed>']
    """
    rows: list[list[str]] = [[] for _ in range(len(samples))]
    for channel, tag in tags.items():
        if channel in samples:
            values = _held(samples[channel].to_numpy("float64"), whole.get(channel))
            opening = "".join(f"<{part}>" for part in tag.split("/"))
            closing = "".join(f"</{part}>" for part in reversed(_names(tag)))
            for row in np.flatnonzero(~np.isnan(values)):
                rows[row].append(f"{opening}{positional(values[row])}{closing}")
    return rows


def _held(values: Floats, limits: tuple[float, float] | None) -> Floats:
    if limits is None:
        return np.where(np.isinf(values), np.nan, values)
    rounded = np.round(values)
    return np.where((rounded >= limits[0]) & (rounded <= limits[1]), rounded, np.nan)


def _names(tag: str) -> Sequence[str]:
    return [part.split(" ")[0] for part in tag.split("/")]
