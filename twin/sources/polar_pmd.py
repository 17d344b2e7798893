"""Polar Measurement Data: ECG and acceleration of chest straps, and when each value was measured.

Strict and pure, as all that reads packets here: a frame of a type that is not known is malformed.

References
----------
.. [1] Polar, *Polar BLE SDK*, https://github.com/polarofficial/polar-ble-sdk: frame layouts, and
   *TimeSystemExplained* on the strap's own clock.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.errors import MalformedPacketError
from twin.schema import SIGNAL_NAMES
from twin.sources.gatt_fields import Fields

_BASE = "fb005c8{}-02e7-f387-1cad-8acd2d8df0c8"
CONTROL, DATA = _BASE.format(1), _BASE.format(2)
_START, _ANSWER, _STARTED_ALREADY = 0x02, 0xF0, 6
_STRAY_NS = 1_000_000_000  # further from its arrival, a frame is placed anew


@dataclass(frozen=True, slots=True)
class Stream:
    """One measurement that a strap can send.

    Parameters
    ----------
    name : str
        As a pairing names it.
    measurement, frame_type : int
        Polar's numbers.
    rate_hz : int
        Nominal; straps run up to 1 % off. [Hz]
    settings : tuple of (int, int)
        What it is started with: number of the setting and its value.
    signals : tuple of str
        What each sample holds, of `twin.schema.SIGNALS`.
    width : int
        Bytes of each value.
    """

    name: str
    measurement: int
    frame_type: int
    rate_hz: int
    settings: tuple[tuple[int, int], ...]
    signals: tuple[str, ...]
    width: int

    @property
    def start_command(self) -> bytes:
        """What is written to the control point.

        >>> STREAMS["ecg"].start_command.hex()
        '02000001820001010e00'
        """
        settings = b"".join(
            bytes([number, 1]) + value.to_bytes(2, "little") for number, value in self.settings
        )
        return bytes([_START, self.measurement]) + settings


# Settings: 0 sample rate [Hz], 1 resolution [bit], 2 range [g].
STREAMS = {
    "ecg": Stream("ecg", 0, 0, 130, ((0, 130), (1, 14)), ("ecg",), 3),
    "acceleration": Stream(
        "acceleration", 2, 1, 50, ((0, 50), (1, 16), (2, 8)),
        ("acceleration_x", "acceleration_y", "acceleration_z"), 2,
    ),
}  # fmt: skip
_BY_NUMBER = {stream.measurement: stream for stream in STREAMS.values()}


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Samples of one packet.

    Parameters
    ----------
    stream : Stream
        Of which measurement.
    stamp_ns : int
        The strap's own clock at the last sample. [ns]
    values : ndarray of int64, shape (samples, signals)
        As sent. [uV, or 1e-3 g]
    """

    stream: Stream
    stamp_ns: int
    values: npt.NDArray[np.int64]


def decode_frame(packet: bytes | bytearray) -> Frame:
    """Return the samples of a data packet.

    Raises
    ------
    MalformedPacketError
        If it is cut, holds no sample, or is of a kind that was not asked for.

    Examples
    --------
    >>> frame = decode_frame(bytes.fromhex("00 0100000000000000 00 ff0000 feffff"))
    >>> frame.values.ravel().tolist(), frame.stamp_ns
    ([255, -2], 1)
    """
    fields = Fields(packet, "measurement data")
    measurement, stamp_ns, kind = fields.unsigned(1), fields.unsigned(8), fields.unsigned(1)
    stream = _BY_NUMBER.get(measurement)
    if stream is None or kind != stream.frame_type:
        raise MalformedPacketError(
            f"measurement {measurement} of frame type {kind} is not known here: {bytes(packet).hex()}"
        )
    size = stream.width * len(stream.signals)
    if not fields.left or fields.left % size:
        raise MalformedPacketError(
            f"measurement data cut short: {fields.left} bytes are no samples of {size}"
        )
    raw = np.frombuffer(packet, np.uint8, offset=len(packet) - fields.left)
    parts = raw.reshape(-1, len(stream.signals), stream.width).astype(np.int64)
    values = (parts << 8 * np.arange(stream.width)).sum(axis=2)
    top = 1 << 8 * stream.width - 1
    return Frame(stream, stamp_ns, (values ^ top) - top)


def refusal(answer: bytes | bytearray) -> str:
    """Return why a strap did not start, from its answer at the control point; empty if it did.

    >>> refusal(bytes.fromhex("f00200000001")), refusal(bytes.fromhex("f002000500"))
    ('', 'the strap refuses to stream: error 5')
    """
    data = bytes(answer)
    if len(data) < 4 or data[0] != _ANSWER or data[1] != _START:
        return f"the strap gave no answer that is known: {data.hex()}"
    return (
        "" if data[3] in (0, _STARTED_ALREADY) else f"the strap refuses to stream: error {data[3]}"
    )


class WaveLine:
    """Instants of the samples of one measurement: even between two stamps, and ever growing.

    The first frame is placed by its arrival; the strap's clock counts from there, until it strays
    from ours by more than a second.

    Examples
    --------
    >>> line = WaveLine()
    >>> frame = decode_frame(bytes.fromhex("00 0100000000000000 00 ff0000 feffff"))
    >>> line.place(frame, arrival_ns=1_000_000_000).tolist()
    [992307692, 1000000000]
    """

    def __init__(self) -> None:
        self.rate_hz = math.nan  # by the strap's clock; NaN before the second frame
        self._offset_ns: int | None = None
        self._last_stamp_ns = 0
        self._newest_ns = -1

    def restart(self) -> None:
        """Begin anew with the next frame: what was sent meanwhile is not known."""
        self._offset_ns = None

    def place(self, frame: Frame, *, arrival_ns: int) -> npt.NDArray[np.int64]:
        """Return the instant of each sample, UTC. [ns]"""
        count, stamp_ns = len(frame.values), frame.stamp_ns
        nominal_ns = count * 1_000_000_000 / frame.stream.rate_hz
        offset_ns, span_ns = self._offset_ns, float(stamp_ns - self._last_stamp_ns)
        if offset_ns is None or abs(arrival_ns - stamp_ns - offset_ns) > _STRAY_NS:
            offset_ns, span_ns = arrival_ns - stamp_ns, nominal_ns
        elif not 0.9 * nominal_ns < span_ns < 1.1 * nominal_ns:
            span_ns = nominal_ns  # a frame in between was lost
        else:
            self.rate_hz = count * 1e9 / span_ns
        self._offset_ns, self._last_stamp_ns = offset_ns, stamp_ns
        steps = np.arange(1 - count, 1) * (span_ns / count)
        instants = stamp_ns + offset_ns + np.rint(steps).astype(np.int64)
        growing: npt.NDArray[np.int64] = np.maximum(
            instants, self._newest_ns + np.arange(1, count + 1)
        )
        self._newest_ns = int(growing[-1])
        return growing


def signal_numbers(stream: Stream) -> npt.NDArray[np.uint8]:
    """Return the numbers of a measurement's signals in `twin.schema.SIGNALS`."""
    return np.array([SIGNAL_NAMES.index(name) for name in stream.signals], np.uint8)
