"""The squad as bytes: one small frame a tick, the same for every viewer.

Layout, little-endian, read by ``views/assets/squad_frame.js``: one `HEAD`, then one `ROW` for each
athlete in the order of the roster. A value that is not known is the largest of its type, or the
smallest where the type is signed: never 0.
"""

from functools import lru_cache

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
_HEART_RATE = _INDEX["heart_rate"]
# Field of a row, channel, and how many of the field's units one of the channel is; quality is no channel.
_MEASURED = (
    ("latitude", "latitude", 1e7), ("longitude", "longitude", 1e7),
    ("distance", "session_distance", 10), ("speed", "current_speed", 100), ("power", "power", 1),
    ("load", "banister_trimp", 10), ("heart_rate", "heart_rate", 1), ("quality", "", 254),
)  # fmt: skip
_FIELDS = tuple(field for field, _, _ in _MEASURED)
_CHANNELS = [_INDEX[channel] for _, channel, _ in _MEASURED if channel]
_SCALES = np.array([[scale] for _, _, scale in _MEASURED], np.float64)
_LIMITS = [np.iinfo(ROW[field]) for field in _FIELDS]
_MISSING = np.array([[float(of.min if of.min < 0 else of.max)] for of in _LIMITS])
_LOW = np.array([[float(of.min + (of.min < 0))] for of in _LIMITS])
_HIGH = np.array([[float(of.max - 1)] for of in _LIMITS])
_OLDEST = np.iinfo(ROW["age"]).max  # not known; what is older than can be told is one less
_FLAGS = ((_INDEX["latitude"], OLD_POSITION), (_INDEX["current_speed"], OLD_SPEED),
          (_INDEX["power"], OLD_POWER))  # fmt: skip


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
    for field, whole in zip(_FIELDS, _measured(tick, count), strict=True):
        rows[field] = whole
    age = np.rint(tick.age_s[_HEART_RATE, :count] * 10)
    rows["age"] = np.where(np.isnan(age), _OLDEST, np.minimum(age, _OLDEST - 1))
    zone = np.nan_to_num(tick.values[_INDEX["zone"], :count]).astype(np.uint8)
    rows["zone"] = zone | _limit_in(tick, count) << np.uint8(3)
    rows["state"] = _state(tick, count)
    return head.tobytes() + rows.tobytes()


def _measured(tick: Tick, count: int) -> Floats:
    """Return what was measured as whole numbers, a line a field; what does not fit is not known."""
    values = np.vstack([tick.values[_CHANNELS, :count], tick.quality[_HEART_RATE, :count]])
    scaled = np.rint(values * _SCALES)
    return np.where((scaled >= _LOW) & (scaled <= _HIGH), scaled, _MISSING)


def _limit_in(tick: Tick, count: int) -> npt.NDArray[np.uint8]:
    """Return the time to the limit in steps, rounded up; 0 not within 5 min."""
    time = tick.time_to_limit_s[:count] if len(tick.time_to_limit_s) else np.full(count, np.nan)
    steps = np.maximum(np.ceil(time / LIMIT_STEP_S), 1.0)
    soon = np.where(steps <= LIMIT_STEPS, steps, 0.0)
    return np.where(np.isnan(time), LIMIT_UNKNOWN, soon).astype(np.uint8)


def _state(tick: Tick, count: int) -> npt.NDArray[np.uint8]:
    state = tick.reason[_HEART_RATE, :count].astype(np.uint8) & np.uint8(15)
    for line, flag in _FLAGS:
        state[~(tick.age_s[line, :count] <= STALE_AFTER_S)] |= np.uint8(flag)
    recorded = [
        a.id in tick.sessions and tick.sessions[a.id].state == SessionState.LIVE for a in tick.squad
    ]
    state[np.array(recorded, bool)] |= np.uint8(RECORDING)
    return state
