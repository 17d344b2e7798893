"""Settings: `config.yaml`, `.env` and the environment become one frozen `Settings`.

The only reader of the environment. Rising precedence: defaults, `.env`, `config.yaml`,
environment. A wrong value stops the start with one line that names setting, value and what is
accepted.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml
from dotenv import dotenv_values

from twin.errors import SettingsError
from twin.schema import CHANNELS

OPEN_STREET_MAP = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs.

    Each field is a setting by its upper-case name, such as ``DATA_DIR``.
    """

    simulation_mode: bool = field(
        default=False, metadata={"doc": "live data from simulated athletes"}
    )
    data_frequency: float = field(
        default=1.0, metadata={"doc": "seconds between two samples of the squad"}
    )
    thresholds: Mapping[str, Mapping[str, float]] = field(
        default_factory=dict,
        metadata={"doc": "lines not to cross, per athlete name and `default`: {channel: value}"},
    )
    influxdb_url: str = field(
        default="", metadata={"doc": "InfluxDB server; empty = embedded store only"}
    )
    influxdb_token: str = field(default="", metadata={"doc": "token for InfluxDB"})
    influxdb_org: str = field(default="", metadata={"doc": "organisation in InfluxDB"})
    influxdb_bucket: str = field(default="twin", metadata={"doc": "bucket in InfluxDB"})
    redis_url: str = field(
        default="", metadata={"doc": "Redis that carries the live bus; empty = one process"}
    )
    api_key: str = field(
        default="", metadata={"doc": "key that HTTP clients must send; empty = closed"}
    )
    webhook_url: str = field(
        default="", metadata={"doc": "where alerts are posted to; empty = nowhere"}
    )
    webhook_secret: str = field(
        default="", metadata={"doc": "key that signs what is posted; needed with WEBHOOK_URL"}
    )
    dashboard_password: str = field(
        default="",
        metadata={"doc": "password of all pages, or a JSON file {name: password}; empty = open"},
    )
    cookie_secret: str = field(
        default="", metadata={"doc": "signs the login; empty = a new one at each start"}
    )
    debug: bool = field(default=False, metadata={"doc": "log every step"})
    ble: str = field(
        default="", metadata={"doc": "Bluetooth adapter, or bumble:TRANSPORT for a virtual one"}
    )
    data_dir: Path = field(default=Path("data"), metadata={"doc": "home of the embedded store"})
    map_tiles: str = field(
        default="", metadata={"doc": "tiles under the maps: true, or an address; false: none"}
    )


def load(folder: Path | str = ".", environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a folder and the environment.

    Parameters
    ----------
    folder : path
        Where `.env` and `config.yaml` are looked for; both may be absent.
    environment : mapping, optional
        Stands for ``os.environ``.

    Raises
    ------
    SettingsError
        If a value is not accepted, or a file names a setting that does not exist.

    Examples
    --------
    >>> load("/nonexistent", {"DATA_FREQUENCY": "0.5"}).data_frequency
    0.5
    """
    folder = Path(folder)
    values: dict[str, Any] = {}
    for origin, layer in (
        (".env", _read_dotenv(folder / ".env")),
        ("config.yaml", _read_yaml(folder / "config.yaml")),
        ("environment", os.environ if environment is None else environment),
    ):
        values |= _accepted(layer, origin)
    return Settings(**values)


def _read_dotenv(path: Path) -> Mapping[str, Any]:
    try:
        return dotenv_values(path) if path.is_file() else {}
    except ValueError as error:
        raise SettingsError(f"{path} is no text in UTF-8: {error}") from error


def _read_yaml(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        words = " ".join(str(error).split())
        raise SettingsError(f"{path} is not valid YAML: {words}") from error
    except ValueError as error:
        raise SettingsError(f"{path} is no text in UTF-8: {error}") from error
    if not isinstance(content, dict | None):
        raise SettingsError(
            f"{path} must hold settings as NAME: value, got {type(content).__name__}"
        )
    return content or {}


def _accepted(layer: Mapping[str, Any], origin: str) -> dict[str, Any]:
    """Check one layer; names unknown to us are an error in our own files, not in the environment."""
    known = {f.name.upper(): f.name for f in fields(Settings)}
    accepted = {}
    for name, value in layer.items():
        if name.upper() not in known or (origin == "environment" and name not in known):
            if origin == "environment":
                continue
            raise SettingsError(f"{origin}: unknown setting {name!r}; known: {', '.join(known)}")
        key = known[name.upper()]
        try:
            accepted[key] = _PARSERS.get(key, str)(value)
        except (ValueError, TypeError) as error:
            raise SettingsError(
                f"{origin}: {name.upper()}={value!r} is not accepted: {error}"
            ) from error
    return accepted


def _boolean(value: Any) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False, "": False}
    word = str(value).strip().lower()
    if word not in words:
        raise ValueError("expected true or false")
    return words[word]


def _tiles(value: Any) -> str:
    """Accept true or false, or the address of a tile server with {z}, {x} and {y} in it."""
    text = str(value).strip()
    if all(part in text for part in ("{z}", "{x}", "{y}")):
        return _url("https", "http")(text)
    try:
        return OPEN_STREET_MAP if _boolean(text) else ""
    except ValueError:
        example = OPEN_STREET_MAP
        raise ValueError(f"expected true, false or an address such as {example}") from None


def _password(value: Any) -> str:
    """Accept words or a file of names; a file that is missing must not become the password."""
    password = str(value)
    if password.endswith(".json") and not Path(password).is_file():
        raise ValueError("there is no such file")
    return password


def _interval_s(value: Any) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = float("nan")
    if not 0.04 <= seconds <= 60:
        raise ValueError("expected seconds between two samples, 0.04 to 60")
    return seconds


def _url(*schemes: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        url = str(value).strip()
        if url and not url.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(f"expected an address such as {schemes[0]}://host:port")
        return url

    return parse


_THRESHOLDS = 'expected {"default": {"heart_rate": 185}, "Ada": {"heart_rate": 178}}'


def _thresholds(value: Any) -> dict[str, dict[str, float]]:
    """Accept a mapping, or the same as JSON: {"default": {"heart_rate": 185}, "Ada": {...}}."""
    if isinstance(value, str):
        try:
            value = json.loads(value or "{}")
        except json.JSONDecodeError as error:
            raise ValueError(f"{_THRESHOLDS}; not JSON: {error}") from error
    if not isinstance(value, dict) or not all(
        isinstance(limits, dict) for limits in value.values()
    ):
        raise ValueError(_THRESHOLDS)
    return {
        str(athlete): {name: _threshold(athlete, name, limit) for name, limit in limits.items()}
        for athlete, limits in value.items()
    }


def _threshold(athlete: Any, channel: Any, limit: Any) -> float:
    if channel not in CHANNELS:
        raise ValueError(f"{channel!r} of {athlete!r} is no channel; {_THRESHOLDS}")
    if isinstance(limit, bool) or not isinstance(limit, int | float):
        raise ValueError(f"{channel} of {athlete} must be a number, got {limit!r}")
    known = CHANNELS[channel]
    if not known.low <= limit <= known.high:
        expected = f"{known.low:g} to {known.high:g} {known.unit}"
        raise ValueError(f"{channel} of {athlete} is {limit:g}, expected {expected}")
    return float(limit)


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "simulation_mode": _boolean,
    "data_frequency": _interval_s,
    "thresholds": _thresholds,
    "influxdb_url": _url("http", "https"),
    "webhook_url": _url("https", "http"),
    "redis_url": _url("redis", "rediss", "unix"),
    "dashboard_password": _password,
    "debug": _boolean,
    "map_tiles": _tiles,
    "data_dir": Path,
}
