"""A maker of FIT messages, for files that are no recordings."""

import pytest

from tests.files.conftest import FitMaker


@pytest.fixture
def fit():
    return FitMaker()
