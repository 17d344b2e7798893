"""Starting the ECG and acceleration of a strap over its link."""

import asyncio
from collections.abc import Callable, Sequence

from bleak import BleakClient

from twin.sources import polar_pmd

_ANSWER_S = 2.0


def offers_streams(client: BleakClient) -> bool:
    """Whether a connected sensor has fast signals to offer."""
    return client.services.get_characteristic(polar_pmd.DATA) is not None


async def start_streams(
    client: BleakClient, wanted: Sequence[str], received: Callable[[str, bytes], None]
) -> str:
    """Let a sensor stream; return why it does not, empty if it does.

    Parameters
    ----------
    client : BleakClient
        Connected.
    wanted : sequence of str
        Of `polar_pmd.STREAMS`.
    received : callable
        Gets characteristic and packet; must return at once.
    """
    if not wanted:
        return ""
    if not offers_streams(client):
        return f"it offers no {' and no '.join(wanted)}"
    answers: asyncio.Queue[bytes] = asyncio.Queue()
    await client.start_notify(
        polar_pmd.CONTROL, lambda _, answer: answers.put_nowait(bytes(answer))
    )
    await client.start_notify(
        polar_pmd.DATA, lambda _, packet: received(polar_pmd.DATA, bytes(packet))
    )
    refusals = []
    for name in wanted:
        command = polar_pmd.STREAMS[name].start_command
        await client.write_gatt_char(polar_pmd.CONTROL, command, response=True)
        try:
            async with asyncio.timeout(_ANSWER_S):
                answer = await answers.get()
        except TimeoutError:
            refusals.append(f"no answer when asked for {name}")
        else:
            refusals.append(polar_pmd.refusal(answer))
    return "; ".join(filter(None, refusals))
