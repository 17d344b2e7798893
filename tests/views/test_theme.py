"""The palette can be read by everyone; local time is right; numbers read as they should."""

import itertools
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from twin.views import formats, theme

AA_TEXT = 4.5  # WCAG 2.2, 1.4.3
AA_GRAPHIC = 3.0  # WCAG 2.2, 1.4.11

# Machado, Oliveira, Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, blindness: str) -> np.ndarray:
    """CIE 1976 L*a*b* of a colour as somebody with this colour vision sees it."""
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(BLINDNESS[blindness]) @ linear, 0, 1)
    x, y, z = (
        np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116
        for v in XYZ @ seen / [0.9505, 1, 1.089]
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("scheme", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_text_colour_reaches_aa_on_page_and_card(scheme):
    for colour in (scheme.text, scheme.muted, scheme.alarm, scheme.good, scheme.primary):
        assert theme.contrast(colour, scheme.card) >= AA_TEXT, colour
        assert theme.contrast(colour, scheme.page) >= AA_TEXT, colour


@pytest.mark.parametrize("scheme", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_words_on_a_filled_ground_reach_aa(scheme):
    for fill in scheme.zones:
        assert theme.contrast(scheme.on_zone, fill) >= AA_TEXT, fill
    assert theme.contrast(scheme.on_alarm, scheme.alarm) >= AA_TEXT
    assert theme.contrast(scheme.on_primary, scheme.primary) >= AA_TEXT


@pytest.mark.parametrize("scheme", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_zone_fills_stand_out_from_page_and_card(scheme):
    for fill in scheme.zones:
        assert min(theme.contrast(fill, scheme.card), theme.contrast(fill, scheme.page)) >= (
            AA_GRAPHIC
        )


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("scheme", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_no_two_zones_look_alike_to_the_colour_blind(scheme, blindness):
    # A difference of 10 in L*a*b* is told apart at a glance; 2.3 is just noticeable.
    for one, other in itertools.combinations(scheme.zones, 2):
        difference = np.linalg.norm(lab(one, blindness) - lab(other, blindness))
        assert difference >= 12, (one, other)


def test_contrast_of_white_and_mid_grey_is_that_of_the_standards_tools():
    # #767676 on white is the well-known last grey that passes AA: 4.54.
    assert theme.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_a_zone_that_is_not_known_has_no_zone_colour():
    unknown = [theme.zone_colour(zone) for zone in (np.nan, 0, 6)]
    assert unknown == [theme.LIGHT.stale] * 3
    assert theme.zone_colour(1) == theme.LIGHT.zones[0]
    assert theme.zone_bars(float("nan")) == "▯▯▯▯▯"


def test_an_index_becomes_wall_time_without_a_zone():
    index = pd.DatetimeIndex(["2026-01-15T10:00Z", pd.NaT], name="time")
    wall = theme.local(index, "Europe/Ljubljana")
    assert wall.tz is None
    assert wall.name == "time"
    assert wall[0] == pd.Timestamp("2026-01-15T11:00")  # winter: one hour ahead of UTC
    assert pd.isna(wall[1])


def test_one_instant_and_no_instants_become_wall_time():
    instant = datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert theme.local(instant, "Europe/Ljubljana") == datetime(2026, 7, 1, 12)
    assert len(theme.local(np.empty(0, "datetime64[ns]"))) == 0


def test_the_clock_of_this_machine_does_not_jump_within_an_axis():
    times = np.array(["2026-03-29T00:30", "2026-03-29T02:30"], "datetime64[ns]")
    wall = theme.local(times)
    assert wall[1] - wall[0] == np.timedelta64(2, "h")


def test_both_schemes_name_the_same_css_properties():
    names = [
        {pair.split(":")[0] for pair in theme.css(dark=dark).split(";")} for dark in (False, True)
    ]
    assert names[0] == names[1]
    assert "--twin-zone-5" in names[0]


@pytest.mark.parametrize(
    ("speed", "words"), [(4.0, "4:10"), (2.5, "6:40"), (0.0, "–"), (float("nan"), "–")]
)
def test_pace_is_minutes_and_seconds_to_the_kilometre(speed, words):
    assert formats.pace(speed) == words  # 1000 m / 4 m/s = 250 s


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (59.6, "1:00"), (3599.7, "1:00:00"), (5025, "1:23:45"), (-5, "-0:05"),
     (float("nan"), "–")],
)  # fmt: skip
def test_a_time_span_carries_its_seconds_over(seconds, words):
    assert formats.duration(seconds) == words


def test_a_missing_number_is_a_dash_and_never_zero():
    nothing = float("nan")
    assert formats.number(nothing, 1, "W") == formats.distance_km(nothing) == formats.NOTHING
    assert formats.speed_of("cycling", nothing) == ("–", "km/h")
    assert formats.age(nothing) == "no signal"


def test_initials_come_from_first_and_last_name():
    assert formats.initials("ada maria lovelace") == "AL"
    assert formats.initials("X") == "X"
