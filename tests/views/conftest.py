"""What the tests of the screens share with those of their states."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_SPEC = spec_from_file_location("state_fixtures", Path(__file__).parents[1] / "state/conftest.py")
_STATE = module_from_spec(_SPEC)
_SPEC.loader.exec_module(_STATE)
played = _STATE.played
