"""How everything looks: colours of the schemes and of the zones, and local time on axes.

The only home of time-zone conversion: everything below the screens is UTC.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from twin.schema import ZONE_COUNT

FONT = "Roboto, 'Segoe UI', system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Surface:
    """Colours of one scheme, light or dark.

    Text and muted text reach a contrast of 4.5 on `page` and `card`; `alarm` and `good` do too.
    """

    page: str
    card: str
    text: str
    muted: str
    line: str
    primary: str
    on_primary: str
    alarm: str
    on_alarm: str
    good: str
    stale: str
    zones: tuple[str, str, str, str, str]  # 1 to 5
    on_zone: str


LIGHT = Surface(
    page="#f3f5f8", card="#ffffff", text="#10161d", muted="#516070", line="#d5dce4",
    primary="#1b4f8f", on_primary="#ffffff", alarm="#b3002d", on_alarm="#ffffff",
    good="#0a6b4d", stale="#667482",
    zones=("#64748b", "#2563d9", "#0a7d63", "#b85c00", "#9d0d3f"), on_zone="#ffffff",
)  # fmt: skip
DARK = Surface(
    page="#0b1016", card="#161d26", text="#eef2f6", muted="#a3b0be", line="#2a3542",
    primary="#7fb3f5", on_primary="#0b1016", alarm="#ff6b81", on_alarm="#0b1016",
    good="#4fd6a5", stale="#8b98a6",
    zones=("#8b98aa", "#4595ff", "#34d8ab", "#ffc24d", "#ff4f7b"), on_zone="#0b1016",
)  # fmt: skip


def surface(*, dark: bool) -> Surface:
    """Return the colours of the dark or the light scheme."""
    return DARK if dark else LIGHT


def zone_colour(zone: float, *, dark: bool = False) -> str:
    """Return the fill of a zone; below zone 1 and for NaN the muted colour.

    The five fills stay apart under the three kinds of colour blindness. A zone is never told
    by its colour alone: show its number, or `zone_bars`, beside it.

    Parameters
    ----------
    zone : float
        1 to 5. [1]
    dark : bool
        Scheme of the page.

    Examples
    --------
    >>> zone_colour(5)
    '#9d0d3f'
    >>> zone_colour(float("nan")) == LIGHT.stale
    True
    """
    scheme = surface(dark=dark)
    known = not math.isnan(zone) and 1 <= zone <= ZONE_COUNT
    return scheme.zones[int(zone) - 1] if known else scheme.stale


def zone_bars(zone: float) -> str:
    """Return a zone as a shape: filled and empty bars.

    >>> zone_bars(3)
    '▮▮▮▯▯'
    """
    filled = 0 if math.isnan(zone) else int(zone)
    return "▮" * filled + "▯" * (ZONE_COUNT - filled)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours [1]_, 1 to 21.

    Parameters
    ----------
    one, other : str
        Colours as ``#rrggbb``.

    References
    ----------
    .. [1] Web Content Accessibility Guidelines 2.2, "contrast ratio", W3C 2023.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def css(*, dark: bool) -> str:
    """Return the colours as CSS custom properties, ``--twin-card`` to ``--twin-zone-5``."""
    scheme = surface(dark=dark)
    names = ("page", "card", "text", "muted", "line", "primary", "on_primary",
             "alarm", "on_alarm", "good", "stale", "on_zone")  # fmt: skip
    pairs = [(name.replace("_", "-"), getattr(scheme, name)) for name in names]
    pairs += [(f"zone-{number}", fill) for number, fill in enumerate(scheme.zones, 1)]
    return "".join(f"--twin-{name}:{value};" for name, value in pairs)


def material() -> dict[str, Any]:
    """Return the theme of `panel_material_ui`, both schemes."""
    return {"light": _palette(LIGHT), "dark": _palette(DARK)}


def _palette(scheme: Surface) -> dict[str, Any]:
    return {
        "palette": {
            "primary": {"main": scheme.primary, "contrastText": scheme.on_primary},
            "error": {"main": scheme.alarm, "contrastText": scheme.on_alarm},
            "success": {"main": scheme.good},
            "background": {"default": scheme.page, "paper": scheme.card},
            "text": {"primary": scheme.text, "secondary": scheme.muted},
            "divider": scheme.line,
        },
        "typography": {"fontFamily": FONT},
        "shape": {"borderRadius": 8},
        "components": {
            # Seen by who goes by keyboard, and large enough for a finger.
            "MuiButtonBase": {"styleOverrides": {"root": {
                "&.Mui-focusVisible": {"outline": f"3px solid {scheme.primary}", "outlineOffset": 2},
            }}},
            "MuiButton": {"styleOverrides": {"root": {"minHeight": 44}}},
            "MuiIconButton": {"styleOverrides": {"root": {"minHeight": 44, "minWidth": 44}}},
            "MuiOutlinedInput": {
                "styleOverrides": {"input": {"minHeight": 44, "boxSizing": "border-box"}}
            },
            "MuiSlider": {"styleOverrides": {"thumb": {
                "&.Mui-focusVisible": {"outline": f"3px solid {scheme.primary}"},
            }}},
        },
    }  # fmt: skip


def local(times: Any, zone: str | tzinfo | None = None) -> Any:
    """Return UTC instants as wall time without a zone, as axes want them.

    Parameters
    ----------
    times : datetime, DatetimeIndex or ndarray of datetime64
        Instants in UTC; those without a zone are taken as UTC. NaT stays NaT.
    zone : str or tzinfo, optional
        Where the clock hangs, such as ``"Europe/Ljubljana"``; without it, this machine's.

    Returns
    -------
    datetime, DatetimeIndex or ndarray of datetime64[ns]
        Of the kind given, without a zone.

    Notes
    -----
    On this machine's clock the offset of the first instant holds for all, so that an axis does
    not jump when daylight saving time begins or ends during a session.

    Examples
    --------
    >>> local(np.array(["2026-07-01T10:00"], "datetime64[s]"), "Europe/Ljubljana")[0]
    np.datetime64('2026-07-01T12:00:00.000000000')
    """
    if isinstance(times, datetime) and not isinstance(times, pd.Timestamp):
        aware = times if times.tzinfo else times.replace(tzinfo=UTC)
        return aware.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).replace(
            tzinfo=None
        )
    index = pd.DatetimeIndex(pd.to_datetime(np.atleast_1d(times), utc=True))
    wall = index.tz_convert(zone or _zone_here(index)).tz_localize(None)
    if isinstance(times, np.ndarray):
        return wall.to_numpy("datetime64[ns]")
    return wall.rename(times.name) if isinstance(times, pd.DatetimeIndex) else wall[0]


def _zone_here(index: pd.DatetimeIndex) -> tzinfo | None:
    known = index.dropna()
    instant = known[0].to_pydatetime(warn=False) if len(known) else datetime.now(UTC)
    return instant.astimezone().tzinfo
