"""The benchmark of the orientation counts right and wrong turns."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from camdigits.measuring.pages import Sample
from camdigits.measuring.truth import Truth
from camdigits.page.choose import Detection
from camdigits.types import Box

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))

from benchmarks import orientation

FOUR = Truth(tuple((Box(20 + 30 * place, 40, 20, 30), 3) for place in range(4)))


def page() -> Sample:
    image = np.zeros((100, 200, 3), np.uint8)
    image[0, 0] = 255
    return Sample("page", image, FOUR)


def reads_upright(image: np.ndarray) -> list[Detection]:
    """Read four digits, and only where the white corner is at the top left."""
    sure = np.eye(10, dtype=np.float32)[3]
    return [Detection(box, sure) for box, _ in FOUR.digits] if image[0, 0].any() else []


def test_every_turn_of_a_page_that_reads_one_way_is_right() -> None:
    assert orientation.table_rows(reads_upright, "photos", [page()]) == [
        "| photos | 3-4 | 1 | 1.00 | 1.00 |"
    ]


def test_page_that_cannot_be_read_is_right_only_as_it_is() -> None:
    assert orientation.table_rows(lambda image: [], "photos", [page()]) == [
        "| photos | 3-4 | 1 | 1.00 | 0.00 |"
    ]


def test_part_has_whole_digits_with_their_places() -> None:
    part = orientation.cut_part(page(), 1, np.random.default_rng(0))
    # Six tenths of the height are left around a digit, and the next one stands closer.
    assert part is None
    everything = orientation.cut_part(page(), 4, np.random.default_rng(0))
    assert everything is not None
    assert everything.image.shape == (66, 146, 3)
    assert [box.as_list() for box, _ in everything.truth.digits] == [
        [18 + 30 * place, 18, 20, 30] for place in range(4)
    ]
