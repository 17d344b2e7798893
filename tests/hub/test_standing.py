"""How sources stand, as the screens are told."""

from twin.hub.standing import status_of
from twin.records import SourceStatus


class Straps:
    """A source that knows how it stands."""

    name = "ble"
    athletes = ()

    async def batches(self, clock):
        yield None

    def status(self):
        return SourceStatus("ble", "waiting", "1 of 2 sensors: Ada lost")


def test_a_source_that_knows_how_it_stands_is_asked_while_it_is_live():
    assert status_of(Straps(), SourceStatus("ble", "live")).detail == "1 of 2 sensors: Ada lost"


def test_a_source_that_failed_is_told_as_the_hub_saw_it():
    failed = SourceStatus("ble", "failed", "no driver")
    assert status_of(Straps(), failed) is failed
