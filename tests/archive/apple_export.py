"""A maker of Apple Health exports with known contents, as long as one likes.

python tests/archive/apple_export.py export.zip --bytes 2e9
"""

import argparse
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

ZONE = timezone(timedelta(hours=2))
FIRST = datetime(2024, 1, 1, tzinfo=ZONE)
RUN_AT, RUN_MINUTES = timedelta(hours=18), 30
_DEVICE = (
    "&lt;&lt;HKDevice: 0x282a45810&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, "
    "hardware:Watch6,2, software:9.1&gt;"
)
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
]>
<HealthData locale="en_GB">
 <ExportDate value="2026-10-01 12:00:00 +0200"/>
 <Me HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale"/>
"""


def resting_heart_rate(day: int) -> int:
    """Return what the watch sums up of a day. [bpm]"""
    return 45 + day % 7


def run_heart_rate(day: int, beat: int) -> int:
    """Return the heart rate of a run, every 5 s. [bpm]"""
    return 130 + (day + beat) % 40


def document(days: int, records_a_day: int, *, runs_every: int = 2) -> Iterator[bytes]:
    """Yield an ``export.xml`` in pieces: records first, day by day, then the workouts."""
    yield _HEAD.encode()
    for day in range(days):
        yield "".join(_records(day, records_a_day, runs=day % runs_every == 0)).encode()
    for day in range(0, days, runs_every):
        yield _workout(day).encode()
    yield b'<ActivitySummary dateComponents="2026-10-01"/></HealthData>\n'


def export(path: Path, days: int, records_a_day: int = 24, *, runs_every: int = 2) -> Path:
    """Write an ``export.zip``: the document, and the route of every run but the last."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        with packed.open("apple_health_export/export.xml", "w", force_zip64=True) as stream:
            for piece in document(days, records_a_day, runs_every=runs_every):
                stream.write(piece)
        for day in list(range(0, days, runs_every))[:-1]:
            packed.writestr(f"apple_health_export/workout-routes/route_{day}.gpx", _route(day))
    return path


def _records(day: int, count: int, *, runs: bool) -> Iterator[str]:
    midnight = FIRST + timedelta(days=day)
    yield _record("RestingHeartRate", midnight, "count/min", resting_heart_rate(day))
    yield _record("BodyMass", midnight + timedelta(hours=7), "lb", 132.277, source="Scales")
    beats = "".join(
        f'<InstantaneousBeatsPerMinute bpm="{60 + number % 2 * 2}" time="{time}"/>'
        for number, time in enumerate(f"7:00:{second:02d},50 AM" for second in range(40))
    )
    yield _record(
        "HeartRateVariabilitySDNN", midnight + timedelta(hours=7), "ms", 55 + day % 5,
        inside=f"<HeartRateVariabilityMetadataList>{beats}</HeartRateVariabilityMetadataList>",
    )  # fmt: skip
    for number in range(count):
        time = midnight + timedelta(seconds=number * 57_600 / count)
        yield _record("HeartRate", time, "count/min", 60 + number % 20)
    for beat in range(RUN_MINUTES * 12 if runs else 0):
        time = midnight + RUN_AT + timedelta(seconds=5 * beat)
        yield _record("HeartRate", time, "count/min", run_heart_rate(day, beat))
        yield _record("HeartRate", time, "count/min", 99, source="Other strap")
        yield _record("RunningSpeed", time, "km/hr", 12.6)


def _record(
    kind: str, time: datetime, unit: str, value: float, *, source: str = "Watch", inside: str = ""
) -> str:
    clock = f"{time:%Y-%m-%d %H:%M:%S %z}"
    identifier = f"HKQuantityTypeIdentifier{kind}"
    start = (
        f' <Record type="{identifier}" sourceName="{source}" sourceVersion="9.1" device="{_DEVICE}"'
        f' unit="{unit}" creationDate="{clock}" startDate="{clock}" endDate="{clock}"'
        f' value="{value}"'
    )
    return f"{start}>{inside}</Record>\n" if inside else f"{start}/>\n"


def _workout(day: int) -> str:
    begin = FIRST + timedelta(days=day) + RUN_AT
    end = begin + timedelta(minutes=RUN_MINUTES)
    return (
        ' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30"'
        f' durationUnit="min" sourceName="Watch" startDate="{begin:%Y-%m-%d %H:%M:%S %z}"'
        f' endDate="{end:%Y-%m-%d %H:%M:%S %z}">'
        f'<WorkoutEvent type="HKWorkoutEventTypeLap" date="{begin:%Y-%m-%d %H:%M:%S %z}"'
        ' duration="10.5" durationUnit="min"/>'
        f'<WorkoutRoute><FileReference path="/workout-routes/route_{day}.gpx"/></WorkoutRoute>'
        "</Workout>\n"
    )


def _route(day: int) -> str:
    begin = (FIRST + timedelta(days=day) + RUN_AT).astimezone(UTC)
    points = "".join(
        f'<trkpt lat="{46.5 + 1e-5 * second}" lon="7.25"><ele>560.0</ele>'
        f"<time>{begin + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}</time></trkpt>"
        for second in range(60)
    )
    return (
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><trkseg>{points}</trkseg></trk></gpx>"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--bytes", type=float, default=1e8)
    wanted = parser.parse_args()
    a_day = sum(map(len, document(2, 1440))) / 2
    export(wanted.path, int(1.01 * wanted.bytes / a_day) + 1, 1440)
