"""The real InfluxDB, to be killed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "parts"))
from influx_parts import bucket, gateway, influx_gateway, server  # noqa: F401
