"""`twin simulate --ble`: a squad's sensors in a virtual air that other programs plug into.

Lines on the standard input make trouble, so that one can watch what a program does about it:
``vanish NAME``, ``appear NAME``, ``hang-up NAME`` and ``send NAME HEX`` (any bytes in place of a
measurement); NAME is an athlete, the strap is meant; ``all`` means every sensor. ``pause`` and ``go``
silence them all and let them go on; ``count`` tells how much was sent to subscribers.
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable

from simulator.air import Air
from simulator.air_server import serve_adapters
from simulator.ble_sensor import VirtualSensor, linked
from simulator.ble_squad import BleSquad
from simulator.source import open_source
from twin.protocols import Clock, Source, WallClock
from twin.settings import Settings

Say = Callable[[str], None]


async def serve(
    squad: str | Source, say: Say, *, port: int, host: str = "127.0.0.1", extras: int = 1000,
    loss: float = 0.0, max_links: int = 1000, supervision_s: float = 1.0,
    interval_ms: float = 100.0, ecg: bool = False, clock: Clock | None = None,
) -> None:  # fmt: skip
    """Serve the sensors of a simulated squad until cancelled.

    Parameters
    ----------
    squad : str or Source
        As `simulator.open_source` takes it, such as "30:running"; or a recording that is played.
    say : callable
        Gets lines for the user.
    port, host : int, str
        Where adapters are given out; port 0 takes a free one.
    extras : int
        How many athletes wear more than a strap.
    loss : float
        Share of advertisements lost, 0 to 1.
    max_links : int
        Links that one adapter can hold.
    supervision_s : float
        A link is lost when nothing was heard for so long. [s]
    interval_ms : float
        Between two advertisements. [ms]
    ecg : bool
        Straps offer an ECG.
    clock : Clock, optional
        Time.

    Raises
    ------
    SourceError
        If the squad cannot be understood.
    OSError
        If the port is taken.
    """
    air = Air(supervision_s=supervision_s, advertising_loss=loss)
    source = open_source(squad, Settings()) if isinstance(squad, str) else squad
    worn = BleSquad(source, air, extras=extras, interval_ms=interval_ms, ecg=ecg)
    server = await serve_adapters(air, port=port, host=host, max_links=max_links)
    taken = server.sockets[0].getsockname()[1]
    say(f"{len(worn.sensors)} virtual sensors of {len(source.athletes)} athletes in the air")
    say(f"BLE=bumble:tcp-client:{host}:{taken}")
    commands = asyncio.create_task(_obey(worn, say))
    try:
        await worn.run(clock or WallClock())
    finally:
        commands.cancel()
        server.close()


async def _obey(squad: BleSquad, say: Say) -> None:
    """Do what the lines of the standard input say."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        line = sys.stdin.readline()
        if line:
            lines.put_nowait(line)
        else:
            loop.remove_reader(sys.stdin)

    with contextlib.suppress(
        OSError, ValueError, NotImplementedError
    ):  # not a pipe, not a terminal
        loop.add_reader(sys.stdin, read)
    while True:
        line = await lines.get()
        say(await obey(squad, line) or f"not understood: {line.strip()}")


async def obey(squad: BleSquad, line: str) -> str:
    """Make the trouble that a line asks for; returns what was done, empty if not understood."""
    command, _, rest = line.strip().partition(" ")
    if command in ("pause", "go", "count"):
        squad.paused = command == "pause" or (squad.paused and command == "count")
        return f"{command}: {sum(sensor.all_sent for sensor in squad.sensors)} packets sent"
    name, packet = rest, ""
    if command == "send":
        name, _, packet = rest.rpartition(" ")
    sensors = [s for s in squad.sensors if name == "all" or (s in squad.straps and s.name == name)]
    for sensor in sensors:
        if not await _trouble(command, sensor, packet):
            return ""
    return f"{command}: {len(sensors)} sensors, {linked(squad.sensors)} linked" if sensors else ""


async def _trouble(command: str, sensor: VirtualSensor, packet: str) -> bool:
    if command == "vanish":
        sensor.radio.vanish()
    elif command == "appear":
        sensor.radio.appear()
    elif command == "hang-up":
        await sensor.hang_up()
    elif command == "send":
        try:
            await sensor.notify(bytes.fromhex(packet))
        except ValueError:
            return False
    else:
        return False
    return True
