"""The squad as bytes: one small frame a tick, the same for every viewer.

Layout, little-endian, read by ``views/assets/squad_frame.js``: one `HEAD`, then one `ROW` for each
athlete in the order of the roster. A value that is not known is the largest of its type, or the
smallest where the type is signed: never 0.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from twin.records import Floats, SessionState, Tick
from twin.schema import ALL_NAMES, STALE_AFTER_S

VERSION = 2

HEAD = np.dtype([
    ("time", "<f8"),  # ms since 1970, UTC, of the newest source
    ("count", "<u2"),  # rows that follow
    ("version", "u1"),
    ("roster", "u1"),  # number of the roster these rows belong to, modulo 256
])  # fmt: skip

ROW = np.dtype([
    ("latitude", "<i4"),  # 1e-7 deg
    ("longitude", "<i4"),  # 1e-7 deg
    ("distance", "<u4"),  # 0.1 m, since the session began
    ("speed", "<u2"),  # cm/s
    ("power", "<u2"),  # W
    ("load", "<u2"),  # 0.1 au, Banister
    ("age", "<u2"),  # 0.1 s, of the heart rate
    ("heart_rate", "u1"),  # bpm
    ("zone", "u1"),  # 1 to 5, 0 below zone 1, in the lower three bits; `_limit_in` in the upper
    ("quality", "u1"),  # 0 to 254 for 0 to 1, of the heart rate
    ("state", "u1"),  # `Reason` of the heart rate in the lower four bits, flags in the upper
])  # fmt: skip

LIMIT_STEP_S = 10  # of the time until expected heart rate reaches the limit
LIMIT_STEPS = 30  # longest time that is told: 5 min
LIMIT_UNKNOWN = 31

RECORDING = 16
OLD_POSITION = 32
OLD_SPEED = 64
OLD_POWER = 128

_INDEX = {name: index for index, name in enumerate(ALL_NAMES)}


@lru_cache(maxsize=2)
def squad_frame(tick: Tick, roster: int = 0) -> bytes:
    """Return a tick as the bytes of one frame; the viewers of one process share them.

    Parameters
    ----------
    tick : Tick
        The squad now.
    roster : int
        Number of the roster the rows belong to.

    Returns
    -------
    bytes
        12 for the head and 24 for each athlete.
    """
    count = len(tick.squad)
    head = np.zeros((), HEAD)
    head["time"] = tick.time.astype("datetime64[us]").astype(np.int64) / 1000
    head["count"] = count
    head["version"] = VERSION
    head["roster"] = roster % 256
    rows = np.zeros(count, ROW)
    value = {name: tick.values[_INDEX[name], :count] for name in _INDEX}
    rows["latitude"] = _whole(value["latitude"], 1e7, "<i4")
    rows["longitude"] = _whole(value["longitude"], 1e7, "<i4")
    rows["distance"] = _whole(value["session_distance"], 10, "<u4")
    rows["speed"] = _whole(value["current_speed"], 100, "<u2")
    rows["power"] = _whole(value["power"], 1, "<u2")
    rows["load"] = _whole(value["banister_trimp"], 10, "<u2")
    rows["age"] = _whole(tick.age_s[_INDEX["heart_rate"], :count], 10, "<u2", clip=True)
    rows["heart_rate"] = _whole(value["heart_rate"], 1, "u1")
    zone = np.nan_to_num(value["zone"], nan=0.0).astype(np.uint8)
    rows["zone"] = zone | _limit_in(tick, count) << np.uint8(3)
    rows["quality"] = _whole(tick.quality[_INDEX["heart_rate"], :count], 254, "u1")
    rows["state"] = _state(tick, count)
    return head.tobytes() + rows.tobytes()


def _whole(values: Floats, scale: float, kind: str, *, clip: bool = False) -> npt.NDArray[Any]:
    """Return values as whole numbers of a small type; what does not fit is not known."""
    limits = np.iinfo(kind)
    missing = limits.min if limits.min < 0 else limits.max
    low, high = limits.min + (limits.min < 0), limits.max - 1
    scaled = np.rint(values * scale)
    if clip:
        scaled = np.clip(scaled, low, high)
    known = (scaled >= low) & (scaled <= high)
    return np.where(known, scaled, missing).astype(kind)


def _limit_in(tick: Tick, count: int) -> npt.NDArray[np.uint8]:
    """Return the time to the limit in steps, rounded up; 0 not within 5 min."""
    time = tick.time_to_limit_s[:count] if len(tick.time_to_limit_s) else np.full(count, np.nan)
    steps = np.maximum(np.ceil(time / LIMIT_STEP_S), 1.0)
    soon = np.where(steps <= LIMIT_STEPS, steps, 0.0)
    return np.where(np.isnan(time), LIMIT_UNKNOWN, soon).astype(np.uint8)


def _state(tick: Tick, count: int) -> npt.NDArray[np.uint8]:
    state = tick.reason[_INDEX["heart_rate"], :count].astype(np.uint8) & np.uint8(15)
    for name, flag in (
        ("latitude", OLD_POSITION),
        ("current_speed", OLD_SPEED),
        ("power", OLD_POWER),
    ):
        age = tick.age_s[_INDEX[name], :count]
        state[~(age <= STALE_AFTER_S)] |= np.uint8(flag)
    recorded = [
        a.id in tick.sessions and tick.sessions[a.id].state == SessionState.LIVE for a in tick.squad
    ]
    state[np.array(recorded, bool)] |= np.uint8(RECORDING)
    return state
