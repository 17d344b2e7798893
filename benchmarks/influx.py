"""Line protocol beside the client's three ways, and how fast an outbox is caught up.

    python -m benchmarks.influx [--rows 20000] [--url http://host:8086 --bucket B --token T]

Rows of 15 float fields, 15 % of them missing; every way writes the same lines, which is checked by
parsing. Times move between runs and machines: the ratios are the result. With an address, ten
minutes of 30 athletes are also sent there from an outbox.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from influxdb_client import Point, WritePrecision
from influxdb_client.client.write.dataframe_serializer import data_frame_to_list_of_points
from influxdb_client.client.write_api import PointSettings

from twin.records import Athlete, Batch, Session
from twin.schema import MEASURED_NAMES
from twin.store import EmbeddedStore
from twin.store.influx import Address, InfluxServer
from twin.store.instants import from_ns
from twin.store.line_protocol import encode_lines, head
from twin.store.sender import Sender

NAMES = MEASURED_NAMES[:15]
ATHLETES = 30
START_NS = 1_790_848_800_000_000_000
MISSING = 0.15


class Rows:
    """Values as devices round them, of 30 athletes."""

    def __init__(self, rows: int) -> None:
        chance = np.random.default_rng(1)
        self.series = np.arange(rows, dtype=np.int32) % ATHLETES
        self.time = (START_NS + np.arange(rows) // ATHLETES * 10**9).view("datetime64[ns]")
        self.values = np.round(chance.normal(150, 20, (len(NAMES), rows)), 1)
        self.values[chance.random(self.values.shape) < MISSING] = np.nan
        self.ids = [f"20261001T100000-a{n}" for n in range(ATHLETES)]
        frame = pd.DataFrame(self.values.T, columns=list(NAMES))
        frame["athlete"] = [f"a{n}" for n in self.series]
        frame["session"] = [self.ids[n] for n in self.series]
        self.frame = frame.set_index(pd.DatetimeIndex(self.time, tz="UTC"))

    def ours(self) -> bytes:
        heads = [head("samples", f"a{n}", session) for n, session in enumerate(self.ids)]
        return encode_lines(heads, self.series, self.time, self.values, NAMES)

    def _records(self) -> list[tuple[int, int, list[float]]]:
        instants = self.time.view(np.int64).tolist()
        return list(zip(self.series.tolist(), instants, self.values.T.tolist(), strict=True))

    def points(self) -> bytes:
        lines = []
        for n, instant, values in self._records():
            point = Point("samples").tag("athlete", f"a{n}").tag("session", self.ids[n])
            for name, value in zip(NAMES, values, strict=True):
                point.field(name, value)
            lines.append(point.time(instant, WritePrecision.NS).to_line_protocol())
        return "\n".join(lines).encode()

    def dicts(self) -> bytes:
        lines = [
            Point.from_dict(
                {
                    "measurement": "samples",
                    "tags": {"athlete": f"a{n}", "session": self.ids[n]},
                    "fields": dict(zip(NAMES, values, strict=True)),
                    "time": instant,
                },
                WritePrecision.NS,
            ).to_line_protocol()
            for n, instant, values in self._records()
        ]
        return "\n".join(lines).encode()

    def dataframe(self) -> bytes:
        made = data_frame_to_list_of_points(
            self.frame, PointSettings(), WritePrecision.NS,
            data_frame_measurement_name="samples", data_frame_tag_columns=["athlete", "session"],
        )  # fmt: skip
        return "\n".join(made).encode()


def parsed(body: bytes) -> list[tuple[str, dict[str, float], str]]:
    """Return series, fields and instant of each line."""
    split = (line.split(" ") for line in body.decode().split("\n"))
    return [
        (series, {k: float(v) for k, v in (f.split("=") for f in fields.split(","))}, instant)
        for series, fields, instant in split
    ]


def rows_per_s(encode: Callable[[], bytes], rows: int) -> float:
    """Return the rows encoded in a second of processor time, which other programs do not disturb."""
    taken = []
    for _ in range(3):
        begun = time.process_time()
        encode()
        taken.append(time.process_time() - begun)
    return rows / float(np.median(taken))


def compare(rows: int) -> None:
    made = Rows(rows)
    ways = {
        "Point": made.points,
        "dict": made.dicts,
        "DataFrame": made.dataframe,
        "ours": made.ours,
    }
    truth = parsed(made.points())
    print(f"{'line protocol':14}{'rows/CPU s':>12}{'x Point':>9}")
    base = 0.0
    for name, encode in ways.items():
        assert parsed(encode()) == truth, name  # noqa: S101
        speed = rows_per_s(encode, rows)
        base = base or speed
        print(f"{name:14}{speed:12,.0f}{speed / base:9.1f}", flush=True)


def catch_up(address: Address, seconds: int = 600) -> None:
    """Send an outage of ten minutes of 30 athletes."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedStore(Path(folder)) as store:
        ids = []
        for n in range(ATHLETES):
            store.add_athlete(Athlete(f"bench {n}"))
            session = Session("", f"bench-{n}", "running", from_ns(START_NS))
            ids.append(store.start_session(session).id)
        everyone = np.arange(ATHLETES, dtype=np.int32)
        chance = np.random.default_rng(2)
        for second in range(seconds):
            now = np.full(ATHLETES, np.datetime64(START_NS + second * 10**9, "ns"))
            channels = {name: np.round(chance.normal(150, 9, ATHLETES), 1) for name in NAMES[:12]}
            store.append(Batch.of(everyone, now, **channels), ids)
        server = InfluxServer(address)
        sender = Sender(store.outbox(server.sink), server)
        begun = time.perf_counter()
        while sender.step() == 0.0:
            pass
        taken = time.perf_counter() - begun
        print(f"{sender.status().state}: {seconds * ATHLETES:,} rows of 12 fields in {taken:.1f} s, "
              f"{seconds * ATHLETES / taken:,.0f} rows/s")  # fmt: skip
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--url", default="")
    parser.add_argument("--bucket", default="twin")
    parser.add_argument("--token", default="")
    options = parser.parse_args()
    compare(options.rows)
    if options.url:
        catch_up(Address(options.url, options.bucket, options.token))


if __name__ == "__main__":
    main()
