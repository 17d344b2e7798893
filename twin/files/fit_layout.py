"""How a FIT file is laid out: which message follows which, and where it breaks.

Only the frame of each message is looked at (header, number, size), never its values. That is
enough to order messages of two kinds, which the decoders give apart, and to cut a damaged file
back to its sound part. Layout: FIT protocol, "Flexible and Interoperable Data Transfer (FIT)
Protocol", https://developer.garmin.com/fit/protocol/.
"""

import struct
from dataclasses import dataclass, field

RECORD = 20
HRV = 78

_SIGNATURE = b".FIT"
_DEFINITION, _DEVELOPER, _COMPRESSED = 0x40, 0x20, 0x80
_LAST_BASE_TYPE = 16


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where in a FIT file.

    Parameters
    ----------
    kinds : list of int
        Global number of every data message, in the order of the file.
    parts : list of (int, int)
        First and last byte (exclusive) of the messages of each chained file, up to the damage.
    damage : str
        Where and why the file could not be followed to its end; empty if it could.
    """

    kinds: list[int] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)
    damage: str = ""


class _BrokenError(Exception):
    """The frame of a message cannot be followed; carries where it began."""

    def __init__(self, message: str, begin: int) -> None:
        super().__init__(message)
        self.begin = begin


def layout(data: bytes) -> Layout:
    """Return the order of the messages of a FIT file, as far as it can be followed.

    Examples
    --------
    >>> layout(b"no FIT file at all").damage
    'no FIT header at byte 0'
    """
    kinds: list[int] = []
    parts: list[tuple[int, int]] = []
    at = 0
    while at < len(data):
        head = data[at] if data[at] in (12, 14) else 0
        if not head or data[at + 8 : at + 12] != _SIGNATURE:
            return Layout(kinds, parts, f"no FIT header at byte {at}")
        begin = at + head
        end = begin + int(struct.unpack_from("<I", data, at + 4)[0])
        try:
            stop = _walk(data, begin, end, kinds)
        except _BrokenError as broken:
            parts.append((begin, broken.begin))
            return Layout(kinds, parts, str(broken))
        parts.append((begin, stop))
        at = stop + 2
    return Layout(kinds, parts)


def sound_part(data: bytes) -> bytes:
    """Return the messages before the first damage as a whole FIT file with a right checksum.

    Empty if there is none.
    """
    pieces = []
    for begin, end in layout(data).parts:
        if end > begin:
            head = struct.pack("<BBHI4s", 12, 0x20, 2199, end - begin, _SIGNATURE)
            piece = head + data[begin:end]
            pieces.append(piece + struct.pack("<H", checksum(piece)))
    return b"".join(pieces)


def _walk(data: bytes, at: int, end: int, kinds: list[int]) -> int:
    """Append the kind of each data message up to `end`; return where the messages stop."""
    sizes: dict[int, tuple[int, int]] = {}
    while at < end:
        if at >= len(data):
            raise _BrokenError(f"the file ends at byte {at}, {end - at} bytes too early", at)
        header = data[at]
        if header & _COMPRESSED:
            local, definition = (header >> 5) & 0x03, False
        else:
            local, definition = header & 0x0F, bool(header & _DEFINITION)
        if definition:
            after, sizes[local] = _definition(data, at, developer=bool(header & _DEVELOPER))
        else:
            if local not in sizes:
                raise _BrokenError(f"message of unknown form {local} at byte {at}", at)
            kind, size = sizes[local]
            after = at + 1 + size
            if after > len(data):
                raise _BrokenError(f"message cut off at byte {at}", at)
            kinds.append(kind)
        at = after
    return at


def _definition(data: bytes, at: int, *, developer: bool) -> tuple[int, tuple[int, int]]:
    """Return where a definition ends, and the kind and size of the messages it defines."""
    try:
        kind = int(struct.unpack_from(">H" if data[at + 2] else "<H", data, at + 3)[0])
        after = at + 6 + 3 * data[at + 5]
        size = sum(data[at + 7 : after : 3])
        if developer:
            begin = after + 1
            after = begin + 3 * data[after]
            size += sum(data[begin + 1 : after : 3])
    except (IndexError, struct.error):
        raise _BrokenError(f"definition cut off at byte {at}", at) from None
    if after > len(data):
        raise _BrokenError(f"definition cut off at byte {at}", at)
    fields = data[at + 8 : at + 6 + 3 * data[at + 5] : 3]
    if any(base_type & 0x1F > _LAST_BASE_TYPE for base_type in fields):
        raise _BrokenError(f"field of unknown type at byte {at}", at)
    return after, (kind, size)


def checksum(data: bytes) -> int:
    """Return the CRC-16 that ends a FIT file.

    >>> hex(checksum(b"123456789"))  # the check value of CRC-16/ARC
    '0xbb3d'
    """
    crc = 0
    for byte in data:
        crc = (crc >> 8) ^ _CRC[(crc ^ byte) & 0xFF]
    return crc


def _crc_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (0xA001 if byte & 1 else 0)
    return byte


_CRC = tuple(map(_crc_of, range(256)))
