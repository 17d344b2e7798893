"""Line protocol says what the client's own `Point` says, to the last bit."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from influxdb_client import Point, WritePrecision

from twin.store.line_protocol import encode_lines, head, tag, text_field, untag

NAMES = ("heart_rate", "power", "speed")
SLUG = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", min_size=1)
INSTANT = st.integers(-(2**62), 2**62)
VALUE = st.one_of(st.just(math.nan), st.floats(allow_nan=True, allow_infinity=True))


def parsed(line):
    """Return measurement, tags, fields and instant of a line without escapes."""
    series, fields, instant = line.split(" ")
    measurement, *tags = series.split(",")
    values = (field.split("=") for field in fields.split(","))
    return (
        measurement,
        dict(pair.split("=") for pair in tags),
        {name: float(value).hex() for name, value in values},
        int(instant),
    )


def encoded(rows, names=NAMES, heads=None):
    """Return the lines of rows of (series, instant, values)."""
    heads = heads or [head("samples", "ada", "s-1")]
    series = np.array([row[0] for row in rows], np.int32)
    time = np.array([row[1] for row in rows], "datetime64[ns]")
    values = np.array([row[2] for row in rows], float).reshape(-1, len(names)).T
    body = encode_lines(heads, series, time, values, names)
    return body.decode().split("\n") if body else []


@settings(deadline=None)  # a loaded machine is slow at times
@given(SLUG, SLUG, st.lists(st.tuples(INSTANT, st.tuples(VALUE, VALUE, VALUE)), max_size=5))
def test_every_row_says_what_a_point_of_the_client_says(athlete, session, rows):
    lines = encoded([(0, *row) for row in rows], heads=[head("samples", athlete, session)])
    points = []
    for instant, values in rows:
        point = Point("samples").tag("athlete", athlete).tag("session", session)
        for name, value in zip(NAMES, values, strict=True):
            point.field(name, None if math.isinf(value) else value)
        if line := point.time(instant, WritePrecision.NS).to_line_protocol():
            points.append(parsed(line))
    assert [parsed(line) for line in lines] == points


@settings(deadline=None)  # a loaded machine is slow at times
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_is_a_float_of_the_protocol_with_every_digit(value):
    (line,) = encoded([(0, 7, [value])], ["speed"])
    written = line.split(" ")[1].removeprefix("speed=")
    # No "i", "u", quote or word: nothing a server reads as another kind.
    assert re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", written)
    assert float(written).hex() == value.hex()


def test_what_was_not_measured_is_left_out_and_a_row_of_nothing_has_no_line():
    rows = [(0, 1, [1, math.nan, 3]), (0, 2, [math.nan] * 3), (0, 3, [math.nan, math.inf, 5])]
    assert encoded(rows) == [
        "samples,athlete=ada,session=s-1 heart_rate=1,speed=3 1",
        "samples,athlete=ada,session=s-1 speed=5 3",
    ]


def test_rows_of_several_series_each_get_their_own_beginning():
    heads = [head("rr", "ada", "s"), head("rr", "bea", "t")]
    lines = encoded([(1, 5, [800.5]), (0, 6, [900])], ["rr_ms"], heads)
    assert lines == [
        "rr,athlete=bea,session=t rr_ms=800.5 5",
        "rr,athlete=ada,session=s rr_ms=900 6",
    ]


def test_nothing_gives_nothing():
    assert encoded([]) == []
    assert (
        encode_lines(["s "], np.zeros(1, int), np.zeros(1, "M8[ns]"), np.empty((0, 1)), []) == b""
    )


@settings(deadline=None)  # a loaded machine is slow at times
@given(st.text(min_size=1))
def test_any_text_is_a_tag_of_safe_letters_and_comes_back(text):
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return
    assert re.fullmatch(r"[A-Za-z0-9_.~%-]+", tag(text))
    assert untag(tag(text)) == text


@pytest.mark.parametrize("text", ['say "hi"', "back\\slash", "two\nlines\r\n"])
def test_a_text_stays_on_its_line_and_in_its_quotes(text):
    field = text_field(text)
    assert "\n" not in field
    assert re.fullmatch(r'"(?:[^"\\]|\\["\\])*"', field)
