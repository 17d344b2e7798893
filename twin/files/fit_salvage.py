"""Messages of a damaged FIT file, by the decoder of the format's owner.

The only home of garmin_fit_sdk. It is loaded when first needed: its profile is large.
"""

from collections.abc import Mapping
from typing import Any

FIT_EPOCH_S = 631_065_600  # 1989-12-31T00:00:00Z in Unix seconds

_TIMES = ("timestamp", "start_time", "time_created", "local_timestamp")


def salvaged(data: bytes) -> dict[str, list[dict[str | int, Any]]]:
    """Return the messages before the damage, by kind, with times in Unix seconds.

    >>> salvaged(b"no FIT file at all")
    {}
    """
    from garmin_fit_sdk import Decoder, Stream

    try:
        decoded: Any
        decoded, _ = Decoder(Stream.from_byte_array(bytearray(data))).read(
            convert_datetimes_to_dates=False,
            enable_crc_check=False,  # a wrong checksum is no reason to drop the records
            merge_heart_rates=False,  # done alike for sound and damaged files in fit_beats
        )
    except (TypeError, ValueError):  # a definition so wrong that the decoder itself stumbles
        return {}
    names = {m["key"]: m.get("field_name") for m in decoded.get("field_description_mesgs", ())}
    return {
        key.removesuffix("_mesgs"): [_plain(message, names) for message in found]
        for key, found in decoded.items()
    }


def product_name(maker: str, product: int | str) -> str:
    """Return the model's name for a number of the FIT profile, the number where it has none.

    >>> product_name("garmin", 1036)
    'edge500'
    """
    if maker not in ("garmin", "dynastream") or not isinstance(product, int):
        return str(product)
    from garmin_fit_sdk import Profile

    return str(Profile["types"]["garmin_product"].get(product, product))


def _plain(message: dict[str | int, Any], names: Mapping[int, Any]) -> dict[str | int, Any]:
    """Give a message the form that the fast decoder gives."""
    plain = dict(message)
    for number, value in plain.pop("developer_fields", {}).items():
        name = names.get(number)
        if isinstance(name, str):
            plain[name] = value
    for name in _TIMES:
        if isinstance(plain.get(name), int):
            plain[name] += FIT_EPOCH_S
    return plain
