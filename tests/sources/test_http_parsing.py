"""What phones and gateways send, as rows; whatever comes, nothing is raised but words for them."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from influxdb_client import Point, WritePrecision

from twin.schema import MEASURED_NAMES
from twin.sources.http_json import BodyError, parse_json, parse_owntracks
from twin.sources.http_lines import parse_lines
from twin.sources.http_rows import LONGEST_NAME, Row

NOW_S = 1_790_848_800  # 2026-10-01T10:00:00Z, by `date -u -d 2026-10-01T10:00 +%s`
NOW_NS = NOW_S * 10**9
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=LONGEST_NAME).filter(
    lambda text: text.isprintable() and any(map(str.isalnum, text)) and not text.endswith("\\")
)


def rows_of(*samples: object) -> tuple[Row, ...]:
    return parse_json(json.dumps(samples).encode(), now_ns=NOW_NS).rows


def reason(**sample: object) -> str:
    found = parse_json(json.dumps([sample]).encode(), now_ns=NOW_NS)
    assert not found.rows
    return found.refused[0].reason


def test_json_gives_rows_with_readings_in_the_units_of_the_glossary():
    (row,) = rows_of(
        {"athlete": " Ada  Lovelace ", "time": "2026-10-01T12:00:00.25+02:00", "heart_rate": 141,
         "power": None, "rr_ms": [425.5, 430], "sport": "rowing"}
    )  # fmt: skip
    assert row == Row("Ada Lovelace", NOW_NS + 250_000_000, {"heart_rate": 141.0},
                      (425.5, 430.0), "rowing")  # fmt: skip
    assert row.id == "ada-lovelace"


@pytest.mark.parametrize("time", ["2026-10-01T10:00:00Z", NOW_S, float(NOW_S)])
def test_an_instant_is_iso_8601_or_seconds(time):
    assert rows_of({"athlete": "Ada", "time": time, "power": 0})[0].time_ns == NOW_NS


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        ({"time": NOW_S, "power": 1}, "athlete must be a name, got None"),
        ({"athlete": "", "time": NOW_S, "power": 1}, "athlete must be a name"),
        ({"athlete": "x" * 81, "time": NOW_S, "power": 1}, "at most 80 characters"),
        ({"athlete": "!?", "time": NOW_S, "power": 1}, "athlete must be a name"),
        ({"athlete": "Ada", "power": 1}, "time is missing"),
        ({"athlete": "Ada", "time": "10:00", "power": 1}, "not ISO 8601"),
        ({"athlete": "Ada", "time": "2026-10-01T10:00:00", "power": 1}, "no offset"),
        ({"athlete": "Ada", "time": NOW_S * 1000, "power": 1}, "milliseconds?"),
        ({"athlete": "Ada", "time": True, "power": 1}, "no number of seconds"),
        ({"athlete": "Ada", "time": 10**400, "power": 1}, "milliseconds?"),
        ({"athlete": "Ada", "time": 0, "power": 1}, "clock is not set"),
        ({"athlete": "Ada", "time": NOW_S + 3600, "power": 1}, "3600 s ahead"),
        ({"athlete": "Ada", "time": NOW_S}, "no reading: expected heart_rate, power"),
        ({"athlete": "Ada", "time": NOW_S, "hart_rate": 1}, "got 'hart_rate'"),
        ({"athlete": "Ada", "time": NOW_S, "heart_rate": "141"}, "must be a number [bpm]"),
        ({"athlete": "Ada", "time": NOW_S, "heart_rate": 10**400}, "must be finite"),
        ({"athlete": "Ada", "time": NOW_S, "zone": 3}, "computed here"),
        ({"athlete": "Ada", "time": NOW_S, "rr_ms": [0.8]}, "200 to 3000 ms"),
        ({"athlete": "Ada", "time": NOW_S, "rr_ms": "800"}, "must be numbers [ms]"),
        ({"athlete": "Ada", "time": NOW_S, "power": 1, "sport": "chess"}, "'chess' is not known"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_refused_with_the_reason(sample, words):
    assert words in reason(**sample)


def test_the_good_rows_of_a_body_are_kept_and_unknown_readings_named():
    good = {"athlete": "Ada", "time": NOW_S, "heart_rate": 141, "battery": 80}
    found = parse_json(json.dumps({"samples": [good, 7, good]}).encode(), now_ns=NOW_NS)
    assert [row.values for row in found.rows] == [{"heart_rate": 141.0}] * 2
    assert [refusal.row for refusal in found.refused] == [1]
    assert found.ignored == ("battery",)


def test_a_missing_value_is_no_reading():
    body = b'[{"athlete": "Ada", "time": %d, "heart_rate": NaN, "power": 3}]' % NOW_S
    assert parse_json(body, now_ns=NOW_NS).rows[0].values == {"power": 3.0}


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"7", b'"x"', b"[" * 100_000, b"\xff{"])
def test_a_body_that_is_no_list_of_samples_is_refused_whole(body):
    with pytest.raises(BodyError):
        parse_json(body, now_ns=NOW_NS)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["athlete", "time", "samples", "_type", "lat", "lon", "tst", "vel", "acc",
                         "rr_ms", "sport", "topic", *MEASURED_NAMES]) | st.text(max_size=5),
        inner, max_size=6),
    max_leaves=20,
)  # fmt: skip


@given(anything)
@example([{"athlete": "Ada", "time": 1e999, "power": 1}])
def test_no_json_whatsoever_breaks_the_parsers(content):
    body = json.dumps(content).encode(errors="surrogatepass")
    for parse in (parse_json, lambda body, now_ns: parse_owntracks(body, "Ada", now_ns=now_ns)):
        try:
            found = parse(body, now_ns=NOW_NS)
        except BodyError:
            continue
        assert all(row.values or row.rr_ms for row in found.rows)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b's,athlete=a f="' + b'\\"' * 50)
def test_no_text_whatsoever_breaks_the_parsers(body):
    for parse in (parse_json, parse_lines):
        try:
            found = parse(body, now_ns=NOW_NS)
        except BodyError:
            continue
        assert all(row.values or row.rr_ms for row in found.rows)


@given(
    names,
    st.dictionaries(st.sampled_from(MEASURED_NAMES), st.floats(-1e6, 1e6), min_size=1),
    st.dictionaries(
        names, st.text(st.characters(codec="utf-8", exclude_categories=["C"])), max_size=2
    ),
    st.integers(0, 10**9),
)
def test_lines_as_influxdbs_own_client_writes_them_are_read_back(athlete, values, texts, ago_ns):
    point = Point("samples from a gateway").tag("athlete", athlete).time(
        NOW_NS - ago_ns, WritePrecision.NS
    )  # fmt: skip
    for name, value in {**texts, **values}.items():
        point.field(name, value)
    found = parse_lines(point.to_line_protocol().encode(), now_ns=NOW_NS)
    assert found.refused == ()
    (row,) = found.rows
    assert (row.athlete, row.time_ns) == (" ".join(athlete.split()), NOW_NS - ago_ns)
    assert row.values == values


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("samples", "not line protocol"),
        ("samples,athlete=Ada heart_rate 1790848800000000000", "not line protocol"),
        ("samples heart_rate=141 1790848800000000000", "tag athlete"),
        ("samples,athlete=Ada heart_rate=141", "instant is missing"),
        ('samples,athlete=Ada heart_rate="141" 1790848800000000000', "must be a number"),
        ("samples,athlete=Ada heart_rate=true 1790848800000000000", "must be a number"),
        ("samples,athlete=Ada heart_rate=141 1790848800", "clock is not set"),
        ("samples,athlete=Ada heart_rate=141 9999999999999999999", "out of range"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_with_its_number(line, words):
    body = f"# a comment\n\nsamples,athlete=Bo power=3i {NOW_NS}\r\n{line}\n"
    found = parse_lines(body.encode(), now_ns=NOW_NS)
    assert [row.values for row in found.rows] == [{"power": 3.0}]
    ((number, reason),) = [(refusal.row, refusal.reason) for refusal in found.refused]
    assert number == 3
    assert words in reason


@pytest.mark.parametrize(
    ("precision", "instant"), [("s", NOW_S), ("ms", NOW_S * 1000), ("ns", NOW_NS)]
)
def test_instants_of_lines_have_a_precision(precision, instant):
    body = f"samples,athlete=Ada power=3 {instant}".encode()
    assert parse_lines(body, now_ns=NOW_NS, precision=precision).rows[0].time_ns == NOW_NS
    with pytest.raises(BodyError, match="'min' is not known: expected ns, us, ms, s"):
        parse_lines(body, now_ns=NOW_NS, precision="min")


def test_a_long_line_without_an_end_is_refused_at_once():
    body = b'samples,athlete=Ada heart_rate="' + b'a\\"' * 300_000
    assert parse_lines(body, now_ns=NOW_NS).refused


def located(user: str = "", **message: object) -> Row | str:
    found = parse_owntracks(json.dumps(message).encode(), user, now_ns=NOW_NS)
    return found.rows[0] if found.rows else found.refused[0].reason


# As the OwnTracks Booklet prints it, with a topic as phones send it in HTTP mode.
PHONE = {"_type": "location", "acc": 20, "alt": 520, "batt": 81, "lat": 48.1, "lon": 11.5,
         "tid": "JJ", "topic": "owntracks/jane/phone", "tst": NOW_S, "vel": 36}  # fmt: skip


def test_a_phone_tells_where_its_athlete_is():
    row = located(**PHONE)
    assert row == Row(
        "jane", NOW_NS, {"latitude": 48.1, "longitude": 11.5, "altitude": 520.0, "speed": 10.0}
    )  # 36 km/h
    assert located("Ada", **PHONE).athlete == "Ada"
    assert located(**{**PHONE, "topic": None}).athlete == "JJ"


def test_a_speed_or_height_that_a_phone_does_not_know_is_missing():
    row = located(**{**PHONE, "vel": -1, "alt": None})
    assert row.values == {"latitude": 48.1, "longitude": 11.5}


def test_a_position_of_a_radio_mast_is_refused():
    assert "uncertain by 1500 m" in located(**{**PHONE, "acc": 1500})
    assert located(**{**PHONE, "lat": None}) == "lat is missing"


def test_other_messages_of_phones_hold_nothing():
    for body in (b"", b'{"_type": "transition", "event": "enter"}', b'{"_type": "lwt"}'):
        assert parse_owntracks(body, "Ada", now_ns=NOW_NS).rows == ()
    with pytest.raises(BodyError, match="switch encryption off"):
        parse_owntracks(b'{"_type": "encrypted", "data": "x"}', "Ada", now_ns=NOW_NS)


def test_the_clock_of_these_tests_is_right():
    assert datetime.fromtimestamp(NOW_S, UTC).isoformat() == "2026-10-01T10:00:00+00:00"
