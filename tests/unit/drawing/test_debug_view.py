"""The debug view shows digits, rejected candidates, masks and crops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits import Recognizer
from camdigits.drawing.debug_view import DIGIT, REASONS, debug_picture
from camdigits.drawing.text import Colour
from camdigits.page.inspection import Inspection
from tests.cli.pages import blank, page

SIDE = 640


@pytest.fixture(scope="module")
def inspection() -> Inspection:
    found = Recognizer().inspect(page())
    assert found.detections
    return found


def has_colour(picture: NDArray[np.uint8], colour: Colour) -> bool:
    return bool((picture == colour).all(axis=2).any())


def test_digits_are_boxed_and_labelled_on_the_picture(inspection: Inspection) -> None:
    height, width = inspection.image.shape[:2]
    drawn = debug_picture(inspection, SIDE)[:height, :width]
    blue = (drawn == DIGIT).all(axis=2)
    for detection in inspection.detections:
        box = detection.box
        assert blue[box.y : box.bottom, box.x - 1].all()


def test_nothing_is_rejected_without_colour_and_reason(inspection: Inspection) -> None:
    height, width = inspection.image.shape[:2]
    all_rejected = debug_picture(replace(inspection, detections=()), SIDE)
    assert has_colour(all_rejected[:height, :width], REASONS[0])
    # Without digits only the legend, which counts none, is blue.
    assert not has_colour(all_rejected[:, :width], DIGIT)


def test_crops_are_shown_as_the_classifier_saw_them(inspection: Inspection) -> None:
    drawn = debug_picture(inspection, SIDE)[..., 0]
    best = max(
        (place for place, verdict in enumerate(inspection.verdicts()) if not verdict),
        key=lambda place: inspection.probabilities[place].max(),
    )
    enlarged = inspection.crops[best].repeat(2, axis=0).repeat(2, axis=1)[2:-2, 2:-2]
    first = np.lib.stride_tricks.sliding_window_view(drawn[:, :56], enlarged.shape)
    assert (first == enlarged).all(axis=(2, 3)).any()


def test_every_mask_is_shown(inspection: Inspection) -> None:
    with_masks = debug_picture(inspection, SIDE)
    without = debug_picture(replace(inspection, masks=()), SIDE)
    assert with_masks.size > without.size


def test_rows_of_crops_are_limited(inspection: Inspection) -> None:
    many = replace(
        inspection,
        candidates=inspection.candidates * 40,
        crops=np.tile(inspection.crops, (40, 1, 1)),
        probabilities=np.tile(inspection.probabilities, (40, 1)),
    )
    few_rows, more_rows = debug_picture(many, SIDE, 2), debug_picture(many, SIDE, 4)
    assert more_rows.shape[0] > few_rows.shape[0]
    assert more_rows.shape[1] == few_rows.shape[1]


@pytest.mark.parametrize(
    "image",
    [blank(), np.zeros((1, 1, 3), np.uint8), np.full((3, 900, 3), 255, np.uint8)],
    ids=["blank", "one pixel", "a line"],
)
def test_picture_without_candidates_is_drawn(image: NDArray[np.uint8]) -> None:
    drawn = debug_picture(Recognizer().inspect(image), SIDE)
    assert drawn.dtype == np.uint8
    assert min(drawn.shape[:2]) > 0


def test_the_picture_is_not_written_to(inspection: Inspection) -> None:
    before = inspection.image.copy()
    debug_picture(inspection, max(inspection.image.shape))
    assert np.array_equal(inspection.image, before)
