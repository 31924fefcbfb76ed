"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA_VARIABLE = "CAMDIGITS_TEST_DATA"


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder with MNIST and real photos that some tests measure on."""
    folder = os.environ.get(DATA_VARIABLE)
    if not folder:
        pytest.skip(f"{DATA_VARIABLE} does not name a folder with mnist/ and photos/")
    return Path(folder)
