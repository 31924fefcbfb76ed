"""What was right, missed, wrong and false on a picture, in colours."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.drawing.text import Colour
from camdigits.measuring.outcome_pictures import (
    FALSE,
    HIT,
    MISSED,
    TILE_WH,
    WRONG,
    draw_outcome,
    measure_and_draw,
    outcome_sheet,
)
from camdigits.measuring.truth import Truth
from camdigits.types import Box, Digit
from tests.support.readings import ONE, SEVEN, picture, reading_of, sample

CAPTION_PX = 22


def has_colour(tile: NDArray[np.uint8], colour: Colour) -> bool:
    return bool((tile[CAPTION_PX:] == colour).all(axis=2).any())


@pytest.mark.parametrize(
    ("truth", "read", "colour"),
    [
        pytest.param(((SEVEN.box, 7),), (SEVEN,), HIT, id="hit"),
        pytest.param(((SEVEN.box, 7),), (), MISSED, id="missed"),
        pytest.param((), (SEVEN,), FALSE, id="false"),
        pytest.param(((SEVEN.box, 2),), (SEVEN,), WRONG, id="wrong"),
    ],
)
def test_each_outcome_has_its_colour_alone(
    truth: tuple[tuple[Box, int], ...], read: tuple[Digit, ...], colour: Colour
) -> None:
    tile = draw_outcome(sample(Truth(truth)), [(d.box, d.label) for d in read])
    every = (HIT, MISSED, FALSE, WRONG)
    assert [has_colour(tile, one) for one in every] == [one == colour for one in every]


def test_caption_is_the_legend() -> None:
    caption = draw_outcome(sample(Truth()), [])[:CAPTION_PX]
    for colour in (HIT, MISSED, FALSE, WRONG):
        assert (caption == colour).all(axis=2).any()


def test_drawing_leaves_the_picture_as_it_is() -> None:
    untouched = sample(Truth(((SEVEN.box, 7),)))
    draw_outcome(untouched, [(ONE.box, 1)])
    assert np.array_equal(untouched.image, picture())


def test_tiles_fill_a_sheet_row_by_row() -> None:
    outcome = measure_and_draw(lambda image: reading_of(SEVEN), sample(Truth()))
    assert outcome.drawing is not None
    sheet = outcome_sheet([outcome.drawing] * 4)
    assert sheet.shape == (2 * TILE_WH[1], 3 * TILE_WH[0], 3)
    assert np.array_equal(sheet[TILE_WH[1] :, : TILE_WH[0]], outcome.drawing)
