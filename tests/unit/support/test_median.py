"""The median is NumPy's, and does not load what NumPy's loads."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camdigits.support.median import median


@given(st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_it_is_numpys(values: list[float]) -> None:
    assert median(values) == pytest.approx(np.median(values))


def test_it_takes_small_integers_of_any_shape() -> None:
    assert median(np.array([[250, 255], [0, 254]], np.uint8)) == 252


def test_reading_a_picture_loads_no_masked_arrays() -> None:
    code = (
        "import sys, numpy as np; from camdigits import Recognizer\n"
        "picture = np.full((200, 300, 3), 230, np.uint8)\n"
        "for x in (60, 160): picture[60:140, x : x + 10] = 30\n"
        "reading = Recognizer().read(picture)\n"
        "assert reading.numbers; sys.exit('numpy.ma' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=200).returncode == 0
