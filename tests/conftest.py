"""What every test may ask for."""

from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Real recordings beside the project, where somebody put them."""
    folder = PROJECT.parent / "shared" / "data"
    if not (folder / "MANIFEST.csv").is_file():
        pytest.skip(f"no real recordings at {folder}")
    return folder
