"""Morning values as the apps write them; expected values are those written."""

from datetime import UTC, date, datetime

import pytest

from twin.errors import UnreadableFileError
from twin.files.content import Content
from twin.files.daily import is_daily, read_daily

HRV4TRAINING = """date, timestamp_measurement, HR, AVNN, SDNN, rMSSD, pNN50, LF, HF, trainingRPE
2026-10-01 , 2026-10-01 06:50:11 +0000, 48.5, 1237.1, 81.2, 74.6, 42.0, 1200, 900, -
2026-10-02 , 2026-10-02 06:48:59 +0000, 50, 1200, -, 0, 40, 1100, 800, 5

2026-10-03 , 2026-10-03 06:51:30 +0000, 52, 1150, 70.5, 61, 35, 1000, 700, 4
2026-10-03 , 2026-10-03 08:01:30 +0000, 54, 1111, 66, 55.5, 33, 990, 690, 4
"""
ELITE = """\ufeffMember,Date Time Start,Type,HRV,HR,lnRmssd,Rmssd,Nn50,Pnn50,Sdnn
ada,2026-10-01 06:50:11,readiness,62,47,4.1,60.3,51,33.1,71.9
ada,2026-10-02 06:49:00,readiness,60,49,4.0,54.6,44,30.0,
"""


def content(text: str) -> Content:
    return Content("days.csv", text.encode(), datetime(2026, 10, 4, tzinfo=UTC))


def values(text: str) -> dict[tuple[int, str], float]:
    assert is_daily(content(text))
    return {(value.day.day, value.name): value.value for value in read_daily(content(text))}


def test_hrv4training_gives_a_value_of_each_name_and_day_and_of_several_the_last():
    assert values(HRV4TRAINING) == {
        (1, "resting_heart_rate"): 48.5, (1, "sdnn"): 81.2, (1, "rmssd"): 74.6,
        (2, "resting_heart_rate"): 50,  # rMSSD 0 and SDNN "-" were not measured
        (3, "resting_heart_rate"): 54, (3, "sdnn"): 66, (3, "rmssd"): 55.5,
    }  # fmt: skip
    assert {value.source for value in read_daily(content(HRV4TRAINING))} == {"HRV4Training"}


def test_elite_hrv_is_known_by_its_columns():
    assert values(ELITE) == {
        (1, "resting_heart_rate"): 47, (1, "sdnn"): 71.9, (1, "rmssd"): 60.3,
        (2, "resting_heart_rate"): 49, (2, "rmssd"): 54.6,
    }  # fmt: skip
    assert {value.source for value in read_daily(content(ELITE))} == {"Elite HRV"}


def test_days_before_months_are_told_by_a_date_that_can_be_nothing_else():
    table = "date,HR,rMSSD\n2026-02-10,50,60\n2026-13-10,52,62\n"
    days = {value.day for value in read_daily(content(table))}
    assert days == {date(2026, 10, 2), date(2026, 10, 13)}


def test_a_table_without_a_value_is_refused_and_a_recording_is_none():
    with pytest.raises(UnreadableFileError, match="1 rows, none with a date and a value"):
        read_daily(content("date,HR,rMSSD\n2026-10-01,-,0\n"))
    assert not is_daily(content("time,heart_rate\n2026-10-01T10:00:00Z,140\n"))
    assert not is_daily(content(""))


@pytest.mark.parametrize("cell", ["", '"', "2026-10-1", "nan", "\x00", "1e999"])
def test_a_cell_that_is_no_date_or_value_costs_its_row_alone(cell):
    table = f"date,HR,rMSSD\n2026-10-01,50,60\n{cell},{cell},{cell}\n"
    assert len(read_daily(content(table))) == 2
