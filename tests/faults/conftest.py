"""The real InfluxDB, to be killed."""

from influx_parts import bucket, gateway, influx_gateway, server  # noqa: F401
