"""The server under contract: anybody's, or the real one behind the gateway."""

import os
from collections.abc import Iterator

import pytest

from influx_parts import bucket, gateway, influx_gateway  # noqa: F401
from twin import settings
from twin.store.influx import Address, InfluxServer


@pytest.fixture
def contract_address(request: pytest.FixtureRequest) -> Address:
    """Return the server of INFLUXDB_URL if `make contract` asked for it, else ours."""
    if os.environ.get("TWIN_CONTRACT"):
        return Address.of(settings.load("/nonexistent"))
    ours = request.getfixturevalue("gateway")
    return Address(ours.url, request.getfixturevalue("bucket"), ours.faults.token)


@pytest.fixture
def contract_server(contract_address: Address) -> Iterator[InfluxServer]:
    server = InfluxServer(contract_address)
    yield server
    server.close()
