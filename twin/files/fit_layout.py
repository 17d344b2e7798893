"""How a FIT file is laid out: which message follows which, and where it breaks.

Only the frame of each message is looked at (header, number, size), never its values. That is
enough to order messages of two kinds, which the decoders give apart, and to cut a damaged file
back to its sound part. Layout: FIT protocol, "Flexible and Interoperable Data Transfer (FIT)
Protocol", https://developer.garmin.com/fit/protocol/.
"""

import struct
from dataclasses import dataclass, field, replace

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
    starts, ends : list of int
        First byte of each of them, and the one after its last.
    forms : dict of int to set of bytes
        Definitions of each kind: byte order, number and fields.
    parts : list of (int, int)
        First and last byte (exclusive) of the messages of each chained file, up to the damage.
    damage : str
        Where and why the file could not be followed to its end; empty if it could.
    """

    kinds: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    forms: dict[int, set[bytes]] = field(default_factory=dict)
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
    found = Layout()
    at = 0
    while at < len(data):
        head = data[at] if data[at] in (12, 14) else 0
        if not head or data[at + 8 : at + 12] != _SIGNATURE:
            return replace(found, damage=f"no FIT header at byte {at}")
        begin = at + head
        end = begin + int(struct.unpack_from("<I", data, at + 4)[0])
        try:
            stop = _walk(data, begin, end, found)
        except _BrokenError as broken:
            found.parts.append((begin, broken.begin))
            return replace(found, damage=str(broken))
        found.parts.append((begin, stop))
        at = stop + 2
    return found


def sound_part(data: bytes) -> bytes:
    r"""Return the messages before the first damage as a whole FIT file with a right checksum.

    Empty if there is none.

    >>> file = whole_file(bytes([0x40, 0, 0, RECORD, 0, 1, 3, 1, 2, 0, 140]))
    >>> len(sound_part(file)), len(sound_part(file[:-3]))  # the record was cut off: two bytes
    (25, 23)
    """
    pieces = []
    for begin, end in layout(data).parts:
        if end > begin:
            pieces.append(whole_file(data[begin:end]))
    return b"".join(pieces)


def whole_file(messages: bytes) -> bytes:
    """Return messages as a FIT file, with header and checksum.

    >>> whole_file(b"")[8:12], len(whole_file(b""))
    (b'.FIT', 14)
    """
    head = struct.pack("<BBHI4s", 12, 0x20, 2199, len(messages), _SIGNATURE)
    return head + messages + struct.pack("<H", checksum(head + messages))


def _walk(data: bytes, at: int, end: int, found: Layout) -> int:
    """Add each data message up to `end`; return where the messages stop."""
    kinds, starts, ends = found.kinds.append, found.starts.append, found.ends.append
    known: dict[int, tuple[int, int]] = {}  # kind and size of a message, by its header
    size = len(data)
    while at < end:
        if at >= size:
            raise _BrokenError(f"the file ends at byte {at}, {end - at} bytes too early", at)
        header = data[at]
        if header in known:
            kind, length = known[header]
            after = at + length
            if after > size:
                raise _BrokenError(f"message cut off at byte {at}", at)
            kinds(kind)
            starts(at)
            ends(after)
        elif header & _DEFINITION and not header & _COMPRESSED:
            after, form = _definition(data, at, developer=bool(header & _DEVELOPER))
            known |= dict.fromkeys(_HEADERS[header & 0x0F], form)
            found.forms.setdefault(form[0], set()).add(data[at + 2 : after])
        else:
            raise _BrokenError(f"message of unknown form {_local(header)} at byte {at}", at)
        at = after
    return at


def _local(header: int) -> int:
    """Return the local number of a data message."""
    return (header >> 5) & 0x03 if header & _COMPRESSED else header & 0x0F


# Headers that data messages of each local number may have.
_HEADERS = tuple(
    tuple(h for h in range(256) if _local(h) == number and (h & _COMPRESSED or not h & _DEFINITION))
    for number in range(16)
)


def _definition(data: bytes, at: int, *, developer: bool) -> tuple[int, tuple[int, int]]:
    """Return where a definition ends, and the kind of the messages it defines and their size, header included."""
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
    return after, (kind, 1 + size)


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
