"""InfluxDB's line protocol from columns: one text line per row, written by Arrow and not by Python.

Fields are floats only, because a server refuses a field whose kind changes; instants are
nanoseconds, because coarser ones merge samples; tags are slugs, because not every server quotes
what it sends back.
"""

from collections.abc import Sequence
from urllib.parse import quote, unquote

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twin.records import Floats, Indices, Times


def tag(text: str) -> str:
    """Return a text as a tag: letters, digits, ``_.-~`` stay, the rest becomes ``%`` and its bytes.

    >>> tag("20261001T100000-jürgen")
    '20261001T100000-j%C3%BCrgen'
    """
    return quote(text, safe="")


def untag(text: str) -> str:
    """Return what `tag` was given.

    >>> untag("j%C3%BCrgen")
    'jürgen'
    """
    return unquote(text)


def head(measurement: str, athlete: str, session: str, repeat: int | None = None) -> str:
    """Return how every line of one session begins.

    >>> head("samples", "ada", "20261001T100000-ada", 0)
    'samples,athlete=ada,repeat=0,session=20261001T100000-ada '
    """
    repeated = "" if repeat is None else f",repeat={repeat}"
    return f"{measurement},athlete={tag(athlete)}{repeated},session={tag(session)} "


def text_field(text: str) -> str:
    r"""Return a text as a field in quotes; a line break becomes a space.

    >>> text_field('the "long"\nrun')
    '"the \\"long\\" run"'
    """
    escaped = " ".join(text.splitlines()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def encode_lines(
    heads: Sequence[str], series: Indices, time: Times, values: Floats, names: Sequence[str]
) -> bytes:
    """Return rows as line protocol, one line each and none at the end.

    Parameters
    ----------
    heads : sequence of str
        How the lines of each series begin, as `head` makes it.
    series : ndarray of int, shape (n,)
        Which head each row has.
    time : ndarray of datetime64[ns], shape (n,)
        Instant, UTC.
    values : ndarray of float64, shape (len(names), n)
        One line per field. What is not finite is left out; a row without any value has no line.
    names : sequence of str
        The name of each field.

    Examples
    --------
    >>> time = np.array(["2026-10-01T10:00:00"], "datetime64[ns]")
    >>> values = np.array([[141.0], [np.nan], [3.25]])
    >>> encode_lines(["samples,athlete=ada "], np.array([0]), time, values, ["hr", "power", "speed"])
    b'samples,athlete=ada hr=141,speed=3.25 1790848800000000000'
    """
    # Arrow's join loses the place of a row that is null everywhere, so such rows go before it.
    held = np.flatnonzero(np.isfinite(values).any(axis=0))
    if not len(held):
        return b""
    fields = pc.binary_join_element_wise(
        *(_field(name, line) for name, line in zip(names, values[:, held], strict=True)),
        ",",
        null_handling="skip",
    )
    begins = pa.array(heads).take(pa.array(series[held]))
    instants = pc.cast(pa.array(time[held].view(np.int64)), pa.string())
    ends = pc.binary_join_element_wise(fields, instants, " ")
    return _joined(pc.binary_join_element_wise(begins, ends, ""))


def _field(name: str, line: npt.NDArray[np.float64]) -> pa.Array:
    """Return ``name=value`` of each row, null where there is no value; every digit is kept."""
    numbers = pc.cast(pa.array(line, mask=~np.isfinite(line)), pa.string())
    return pc.binary_join_element_wise(f"{name}=", numbers, "")


def _joined(lines: pa.Array) -> bytes:
    whole = pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines)
    body: bytes = pc.binary_join(whole, "\n")[0].as_buffer().to_pybytes()
    return body
