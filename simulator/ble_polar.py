"""What chest straps of Polar offer beside the heart rate: ECG and acceleration, when asked for.

The ECG has its R waves where the simulated heart beats, so what arrives can be held against the truth.

References
----------
.. [1] Polar, *Polar BLE SDK*: control point and frame layouts of the measurement data service.
.. [2] P. E. McSharry et al., "A dynamical model for generating synthetic electrocardiogram signals",
   IEEE Trans. Biomed. Eng. 50, 2003: a beat as a sum of Gaussian waves. doi:10.1109/TBME.2003.808805
"""

import struct
from collections.abc import Sequence

import numpy as np
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Service

from twin.records import Floats

_SERVICE, _CONTROL, _DATA = (f"FB005C8{i}-02E7-F387-1CAD-8ACD2D8DF0C8" for i in (0, 1, 2))
ECG, ACCELERATION = 0, 2
ECG_HZ = 130.5  # what is called 130 Hz runs up to 1 % off
ECG_SAMPLES = 73  # that fit into a packet
_FIRST_YEAR_S = 946_684_800  # the strap's clock counts from 2000
# P, Q, R, S, T: after the R wave [s], height [uV], width [s].
_WAVES = ((-0.17, 110, 0.025), (-0.03, -120, 0.010), (0.0, 1100, 0.011), (0.03, -260, 0.011),
          (0.24, 300, 0.045))  # fmt: skip


class PolarStreams:
    """The measurement data service of one strap."""

    def __init__(self) -> None:
        self.wanted: set[int] = set()  # measurements that were started
        self.sent = 0  # packets of them
        self._control: Characteristic[bytes] = Characteristic(
            _CONTROL,
            Characteristic.Properties.READ | Characteristic.Properties.WRITE
            | Characteristic.Properties.INDICATE,
            Characteristic.READABLE | Characteristic.WRITEABLE,
            CharacteristicValue(read=lambda _: bytes([0x0F, 1 << ECG | 1 << ACCELERATION]),
                                write=self._obey),
        )  # fmt: skip
        self._data: Characteristic[bytes] = Characteristic(
            _DATA, Characteristic.Properties.NOTIFY, Characteristic.Permissions(0), b""
        )
        self.service = Service(_SERVICE, [self._control, self._data])
        self._device: Device | None = None

    def belong(self, device: Device) -> None:
        """Send over this device from now on; what it streams ends with each link."""
        self._device = device
        device.on(Device.EVENT_CONNECTION, lambda _: self.wanted.clear())

    async def _obey(self, connection: Connection, command: bytes) -> None:
        operation, measurement = command[0], command[1] & 0x3F
        error = 0 if measurement in (ECG, ACCELERATION) else 2
        if not error and operation == 2:
            self.wanted.add(measurement)
        if operation == 3:
            self.wanted.discard(measurement)
        answer = bytes([0xF0, operation, measurement, error, 0])
        if self._device is not None:
            await self._device.indicate_subscriber(connection, self._control, answer)

    async def send(self, packet: bytes) -> None:
        """Send a packet if its measurement was started."""
        if self._device is not None and packet[0] in self.wanted:
            self.sent += 1
            await self._device.notify_subscribers(self._data, packet)


def ecg_frame(stamp_s: float, microvolts: Sequence[int]) -> bytes:
    """Return a packet of ECG whose last sample was measured at `stamp_s`. [s since 1970, uV]

    >>> ecg_frame(946684800.000000001, [-2]).hex()[-8:]
    '00feffff'
    """
    stamp_ns = round((stamp_s - _FIRST_YEAR_S) * 1e9)
    values = b"".join(value.to_bytes(3, "little", signed=True) for value in microvolts)
    return struct.pack("<BQB", ECG, stamp_ns, 0) + values


def acceleration_frame(stamp_s: float, milli_g: Sequence[tuple[int, int, int]]) -> bytes:
    """Return a packet of acceleration, x, y, z for each sample. [s since 1970, 1e-3 g]"""
    stamp_ns = round((stamp_s - _FIRST_YEAR_S) * 1e9)
    values = b"".join(struct.pack("<hhh", *sample) for sample in milli_g)
    return struct.pack("<BQB", ACCELERATION, stamp_ns, 1) + values


def ecg(times_s: Floats, beats_s: Floats) -> Floats:
    """Return the voltage at each instant, with an R wave at each beat. [uV]

    Parameters
    ----------
    times_s, beats_s : ndarray
        On one clock. [s]

    Examples
    --------
    >>> at = np.array([0.5, 1.0])
    >>> voltage = ecg(at, np.array([1.0]))
    >>> bool(voltage[1] > 1000), bool(abs(voltage[0]) < 1)
    (True, True)
    """
    voltage = np.zeros(len(times_s))
    since = times_s[:, np.newaxis] - np.asarray(beats_s)[np.newaxis, :]
    for after_s, height, width_s in _WAVES:
        voltage += height * np.exp(-0.5 * ((since - after_s) / width_s) ** 2).sum(axis=1)
    return voltage


class EcgFeed:
    """The ECG of one athlete in packets, as its beats become known."""

    def __init__(self) -> None:
        self._beats_s = np.empty(0)
        self._next_s = np.nan

    def packets(self, beats_s: Floats, until_s: float) -> list[bytes]:
        """Return the packets complete by `until_s`; all beats shortly after it are known. [s]"""
        self._beats_s = np.concatenate([self._beats_s, beats_s])
        if np.isnan(self._next_s):
            self._next_s = until_s
        found = []
        while self._next_s + ECG_SAMPLES / ECG_HZ < until_s:
            times_s = self._next_s + np.arange(ECG_SAMPLES) / ECG_HZ
            values = np.rint(ecg(times_s, self._beats_s)).astype(int).tolist()
            found.append(ecg_frame(float(times_s[-1]), values))
            self._next_s += ECG_SAMPLES / ECG_HZ
        self._beats_s = self._beats_s[self._beats_s > self._next_s - 2]
        return found
