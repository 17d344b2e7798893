"""Samples in InfluxDB's line protocol, as gateways such as Telegraf send them. Pure."""

import re
from typing import Any

from twin.sources.http_json import BodyError
from twin.sources.http_rows import Parsed, Row, RowError, make_row, parsed

PRECISIONS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
# A backslash takes the next sign along; in quotes, so does everything up to the closing one.
_WORD = r"(?:\\.|[^\\,= ])"
_TAG = re.compile(rf",({_WORD}+)=({_WORD}+)")
_VALUE = r'(?:"(?:\\.|[^"\\])*"|[^", ]+)'
_FIELD = re.compile(rf"({_WORD}+)=({_VALUE})(?:,|$)")
_LINE = re.compile(
    r"(?P<measurement>(?:\\.|[^\\, ])+)"
    rf"(?P<tags>(?:,{_WORD}+={_WORD}+)*)"
    rf" +(?P<fields>{_WORD}+={_VALUE}(?:,{_WORD}+={_VALUE})*)"
    r"(?: +(?P<time>-?\d{1,19}))? *"
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?[iu]?")
_ESCAPED = re.compile(r"\\([,= \\])")
_TIMES = 2**63


def parse_lines(body: bytes, *, now_ns: int, precision: str = "ns") -> Parsed:
    r"""Return the rows of lines such as ``samples,athlete=Ada heart_rate=141,power=250 1790848800``.

    Parameters
    ----------
    body : bytes
        UTF-8, one row a line; the name of the measurement is free, the tag ``athlete`` is not.
        ``rr_ms`` is one RR interval, which ends at the instant of its line.
    now_ns : int
        Our clock. [ns since 1970]
    precision : str
        Unit of the instants: "ns", "us", "ms" or "s".

    Raises
    ------
    BodyError
        If it is no text, or the unit is not known.

    Examples
    --------
    >>> body = b"samples,athlete=Ada\\ O. heart_rate=141i,battery=80 1790848800"
    >>> result = parse_lines(body, now_ns=1790848801 * 10**9, precision="s")
    >>> result.rows[0].athlete, result.rows[0].values, result.ignored
    ('Ada O.', {'heart_rate': 141.0}, ('battery',))
    """
    if precision not in PRECISIONS:
        raise BodyError(f"precision {precision!r} is not known: expected {', '.join(PRECISIONS)}")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BodyError("not UTF-8: expected JSON or lines of text") from None
    lines = enumerate(line.strip(" \r\t") for line in text.split("\n"))
    held = [(number, line) for number, line in lines if line and not line.startswith("#")]
    return parsed(held, lambda line: _row(line, PRECISIONS[precision], now_ns))


def _row(line: str, unit_ns: int, now_ns: int) -> tuple[Row, list[str]]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise RowError(f"not line protocol: {line[:60]!r}")
    tags = {_plain(name): _plain(value) for name, value in _TAG.findall(found["tags"])}
    if "athlete" not in tags:
        raise RowError("the tag athlete is missing")
    if found["time"] is None:
        raise RowError("the instant is missing: without it, no line could be sent a second time")
    time_ns = int(found["time"]) * unit_ns
    if abs(time_ns) >= _TIMES:
        raise RowError(f"time {found['time']} is out of range: another precision?")
    readings = _fields(found["fields"])
    return make_row(tags["athlete"], time_ns, readings, sport=tags.get("sport"), now_ns=now_ns)


def _fields(text: str) -> dict[str, Any]:
    """Return the fields by name; what is no number stays text."""
    fields: dict[str, Any] = {}
    for name, value in _FIELD.findall(text):
        number = _NUMBER.fullmatch(value)
        fields[_plain(name)] = float(value.rstrip("iu")) if number else value
    return fields


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
