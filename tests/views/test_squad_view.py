"""The script in the browser reads the frame as Python packs it, and the board does what it is told."""

import re

import numpy as np
import pytest

from twin.schema import STALE_AFTER_S
from twin.state import squad_frame
from twin.state.squad_frame import HEAD, ROW
from twin.views.assets import read_assets

SCRIPT = read_assets("squad_frame.js")
READERS = {"<i4": "getInt32", "<u4": "getUint32", "<u2": "getUint16", "|u1": "getUint8",
           "<f8": "getFloat64"}  # fmt: skip
NAMES = {"heart_rate": "rate"}


def constant(name: str) -> int:
    return int(re.search(rf"\b{name} = (\d+)", SCRIPT).group(1))


def test_the_script_knows_the_sizes_the_version_and_the_flags():
    assert constant("HEAD_BYTES") == HEAD.itemsize == 12
    assert constant("ROW_BYTES") == ROW.itemsize == 24
    assert constant("VERSION") == squad_frame.VERSION
    assert constant("STALE_AFTER_S") == STALE_AFTER_S
    assert constant("LIMIT_STEP_S") == squad_frame.LIMIT_STEP_S
    assert constant("LIMIT_UNKNOWN") == squad_frame.LIMIT_UNKNOWN
    for flag in ("RECORDING", "OLD_POSITION", "OLD_SPEED", "OLD_POWER"):
        assert constant(flag) == getattr(squad_frame, flag)


@pytest.mark.parametrize("field", [name for name in ROW.names if name != "state"])
def test_the_script_reads_each_field_where_python_puts_it(field):
    kind, offset = ROW.fields[field]
    place = f"at \\+ {offset}" if offset else "at"
    pattern = rf"{NAMES.get(field, field)}: .*data\.{READERS[kind.str]}\({place}[,)]"
    assert re.search(pattern, SCRIPT), field


def test_a_value_that_is_not_known_is_the_same_number_on_both_sides():
    assert "-2147483648" in SCRIPT
    assert np.iinfo("<i4").min == -2147483648
    assert "4294967295" in SCRIPT
    assert np.iinfo("<u4").max == 4294967295
    assert constant("NO_RATE") == np.iinfo("u1").max
