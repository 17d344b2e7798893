"""Reading the fields of a Bluetooth packet one after the other, never past its end."""

from twin.errors import MalformedPacketError


class Fields:
    """A packet with a place to read on from; everything in it is little-endian.

    Parameters
    ----------
    packet : bytes
        As the sensor sent it.
    kind : str
        What it should be, for the error's words.

    Examples
    --------
    >>> fields = Fields(bytes.fromhex("06fb0c"), "example")
    >>> fields.unsigned(1), fields.signed(2)
    (6, 3323)
    >>> fields.unsigned(1)
    Traceback (most recent call last):
    twin.errors.MalformedPacketError: example cut short: 06fb0c ends before byte 4
    """

    def __init__(self, packet: bytes | bytearray, kind: str) -> None:
        self._packet = bytes(packet)
        self._kind = kind
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return len(self._packet) - self._at

    def unsigned(self, size: int) -> int:
        """Return the next bytes as an unsigned number."""
        return int.from_bytes(self._taken(size), "little")

    def signed(self, size: int) -> int:
        """Return the next bytes as a number in two's complement."""
        return int.from_bytes(self._taken(size), "little", signed=True)

    def end(self, *, reserved_flags: int = 0) -> None:
        """Make sure that nothing is left over.

        A flag that is reserved today may announce a field of a later edition of the format; fields
        stand in the order of their flags, so what we read before it is sound and the rest unknown.
        """
        if self.left and not reserved_flags:
            raise MalformedPacketError(
                f"{self._kind} too long: {self._packet.hex()} should end after {self._at} bytes"
            )

    def _taken(self, size: int) -> bytes:
        if self.left < size:
            raise MalformedPacketError(
                f"{self._kind} cut short: {self._packet.hex() or 'an empty packet'} ends before "
                f"byte {self._at + size}"
            )
        self._at += size
        return self._packet[self._at - size : self._at]
