"""Small recordings made by hand, for machines without real ones."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

FIT_EPOCH_S = 631_065_600
START = 1_790_000_000  # 2026-09-21T14:13:20Z in Unix seconds

_CODES = {0x00: "B", 0x02: "B", 0x01: "b", 0x83: "h", 0x84: "H", 0x85: "i", 0x86: "I", 0x07: "s"}


@dataclass
class FitMaker:
    """Writes FIT messages byte by byte, after the published protocol."""

    body: bytearray = field(default_factory=bytearray)

    def add(self, kind: int, *fields: tuple[int, int, int | bytes | list[int]]) -> "FitMaker":
        """Add a definition and a message of (number, base type, value) fields."""
        sizes, payload = [], b""
        for _, base, value in fields:
            values = value if isinstance(value, list) else [value]
            packed = value if isinstance(value, bytes) else b"".join(
                struct.pack("<" + _CODES[base], item) for item in values
            )  # fmt: skip
            sizes.append(len(packed))
            payload += packed
        definition = struct.pack("<BBBHB", 0x40, 0, 0, kind, len(fields))
        for (number, base, _), size in zip(fields, sizes, strict=True):
            definition += bytes((number, size, base))
        self.body += definition + b"\x00" + payload
        return self

    def record(self, second: int, *fields: tuple[int, int, int]) -> "FitMaker":
        return self.add(20, (253, 0x86, START - FIT_EPOCH_S + second), *fields)

    def rate(self, second: int, bpm: int) -> "FitMaker":
        return self.record(second, (3, 0x02, bpm))

    def beats(self, *rr_ms: int) -> "FitMaker":
        return self.add(78, (0, 0x84, [*rr_ms, *[0xFFFF] * (5 - len(rr_ms))]))

    def session(self, sport: int, begin: int, end: int) -> "FitMaker":
        start = START - FIT_EPOCH_S
        return self.add(
            18, (253, 0x86, start + end), (2, 0x86, start + begin), (5, 0x00, sport)
        )  # fmt: skip

    def lap(self, begin: int, end: int, *took_ms: int) -> "FitMaker":
        start = START - FIT_EPOCH_S
        took = [(7, 0x86, elapsed_ms) for elapsed_ms in took_ms]
        return self.add(19, (253, 0x86, start + end), (2, 0x86, start + begin), *took)

    def file(self) -> bytes:
        """Return the file with header and checksum."""
        whole = struct.pack("<BBHI4s", 12, 0x20, 2199, len(self.body), b".FIT") + bytes(self.body)
        return whole + struct.pack("<H", _checksum(whole))


def _checksum(data: bytes) -> int:
    # CRC-16/ARC, bit by bit: reflected polynomial 0xA001.
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return crc


@pytest.fixture
def fit() -> FitMaker:
    return FitMaker()


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file and return its path."""

    def write(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


TCX = """<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
 xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2"><Activities>
<Activity Sport="Running"><Id>2026-10-01T10:00:00Z</Id>
<Lap StartTime="2026-10-01T10:00:00Z"><TotalTimeSeconds>2</TotalTimeSeconds>
<AverageHeartRateBpm><Value>99</Value></AverageHeartRateBpm><Cadence>77</Cadence><Track>
<Trackpoint><Time>2026-10-01T10:00:00Z</Time><Position><LatitudeDegrees>46.5</LatitudeDegrees>
<LongitudeDegrees>7.25</LongitudeDegrees></Position><AltitudeMeters>560</AltitudeMeters>
<DistanceMeters>0</DistanceMeters><HeartRateBpm><Value>140</Value></HeartRateBpm>
<Extensions><ns3:TPX><ns3:Speed>3.5</ns3:Speed><ns3:RunCadence>85</ns3:RunCadence>
<ns3:Watts>250</ns3:Watts></ns3:TPX></Extensions></Trackpoint>
<Trackpoint><Time>2026-10-01T12:00:01+02:00</Time><HeartRateBpm><Value>142</Value></HeartRateBpm>
</Trackpoint></Track></Lap>
<Lap StartTime="2026-10-01T10:05:00Z"><TotalTimeSeconds>1</TotalTimeSeconds><Track>
<Trackpoint><Time>2026-10-01T10:05:00</Time><HeartRateBpm><Value>120</Value></HeartRateBpm>
</Trackpoint></Track></Lap>
<Creator><Name>Watch One</Name></Creator></Activity></Activities></TrainingCenterDatabase>"""

GPX = """<?xml version="1.0"?><gpx version="1.1" creator="Watch Two"
 xmlns="http://www.topografix.com/GPX/1/1" xmlns:q="urn:any"><trk><type>cycling</type><trkseg>
<trkpt lat="46.5" lon="7.25"><ele>560.5</ele><time>2026-10-01T10:00:00Z</time><extensions>
<power>210</power><q:TrackPointExtension><q:hr>131</q:hr><q:cad>88</q:cad><q:atemp>17</q:atemp>
</q:TrackPointExtension></extensions></trkpt>
<trkpt lat="46.6" lon="7.35"><ele>561</ele><time>2026-10-01T10:00:01Z</time></trkpt></trkseg>
<trkseg><trkpt lat="46.7" lon="7.45"><time>2026-10-01T10:10:00Z</time></trkpt></trkseg>
</trk></gpx>"""


@pytest.fixture
def tcx() -> str:
    return TCX


@pytest.fixture
def gpx() -> str:
    return GPX
