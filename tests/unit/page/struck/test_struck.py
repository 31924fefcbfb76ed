"""A stroke through the middle of digits strikes them out; their own bars and lines do not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.candidates.segment import Candidate, find_candidates
from camdigits.ink.binarize import InkMask, components
from camdigits.page.struck.find import find_struck
from camdigits.page.struck.glance import may_be_struck
from camdigits.page.struck.rules import is_scribble
from camdigits.page.struck.strokes import straight_strokes
from camdigits.types import Box

Plane = NDArray[np.uint8]
Points = tuple[tuple[int, int], ...]

# Digits as lines in a box of 60x100, at x = 100.
ZERO: Points = tuple(
    (130 + round(28 * np.sin(turn)), 100 + round(48 * np.cos(turn)))
    for turn in np.linspace(0, 2 * np.pi, 40)
)
FOUR: tuple[Points, ...] = (((150, 148), (150, 52), (100, 115), (160, 115)),)
SEVEN: tuple[Points, ...] = (((100, 55), (158, 55), (120, 148)), ((112, 100), (152, 100)))
TWO: Points = ((102, 70), (120, 52), (150, 60), (150, 85), (102, 148), (158, 148))
ONE: Points = ((130, 52), (130, 148))


def drawn(*lines: Points, shift: int = 0, onto: Plane | None = None) -> Plane:
    ink = np.zeros((220, 600), np.uint8) if onto is None else onto
    for line in lines:
        points = np.array(line, np.int32) + np.array([shift, 0], np.int32)
        cv2.polylines(ink, [points[:, None]], False, 255, 7)
    return ink


def struck_in(ink: Plane, labels: dict[int, int]) -> list[bool]:
    """Which digits are struck, by the place of their left edge; each is all ink there."""
    contrast = (ink // 255 * 100).astype(np.uint8)
    mask = InkMask(255 - contrast, ink, contrast, "dark", 1 / 2, *components(ink))
    wholes = find_candidates(mask, 10, set())
    digits = [_digit(mask, wholes, x) for x in labels]
    places = range(len(wholes), len(wholes) + len(digits))
    found = find_struck([*wholes, *digits], list(places), list(labels.values()))
    return [box is not None for box in found]


def _digit(mask: InkMask, wholes: list[Candidate], x: int) -> Candidate:
    """What stands in the 60 pixels from x on, cut from the ink it hangs together with."""
    whole = next(each for each in wholes if each.place.x <= x + 30 and each.place.right >= x + 35)
    if whole.place.w < 110:
        return whole
    window = np.ascontiguousarray(mask.ink[50:151, x : x + 60])
    place = Box(x, 50, 60, 101)
    return Candidate(place, place, window, 100.0, 7.0, mask, whole=whole)


@pytest.mark.parametrize(
    "line",
    [((75, 105), (190, 95)), ((75, 95), (190, 108)), ((80, 150), (185, 55))],
    ids=("rising", "falling", "slanted"),
)
@pytest.mark.parametrize(("shape", "label"), [(ZERO, 0), (TWO, 2)])
def test_stroke_through_a_digit_strikes_it_out(shape: Points, label: int, line: Points) -> None:
    ink = drawn(shape, line)
    assert struck_in(ink, {100: label}) == [True]


@pytest.mark.parametrize(
    ("lines", "label"),
    [
        ((ZERO,), 0),
        ((ZERO, ((108, 135), (152, 65))), 0),  # with a slash
        (FOUR, 4),
        (SEVEN, 7),
        ((TWO,), 2),
        ((ONE,), 1),
        ((ONE, ((100, 148), (160, 148))), 1),  # with a foot
        ((TWO, ((80, 165), (185, 165))), 2),  # underlined
        ((TWO, ((80, 148), (185, 148))), 2),  # underlined so closely that it touches
    ],
)
def test_digits_as_they_are_written_are_not_struck(lines: tuple[Points, ...], label: int) -> None:
    assert struck_in(drawn(*lines), {100: label}) == [False]


def test_two_strokes_and_crosses_strike_out() -> None:
    double = drawn(TWO, ((75, 90), (190, 85)), ((78, 115), (188, 110)))
    cross = drawn(ZERO, ((85, 50), (178, 150)), ((85, 150), (178, 50)))
    assert struck_in(double, {100: 2}) == struck_in(cross, {100: 0}) == [True]


def test_stroke_strikes_all_digits_out_that_it_runs_through() -> None:
    ink = drawn(TWO, ((80, 104), (360, 96)))
    ink = drawn(ZERO, shift=90, onto=ink)
    ink = drawn(TWO, shift=180, onto=ink)
    assert struck_in(ink, {100: 2, 190: 0, 280: 2}) == [True] * 3


@pytest.mark.parametrize("rise", [-14, -8, -3, 2, 6, 11])
@pytest.mark.parametrize("tip", [-7, 0, 7])
def test_line_between_corners_of_a_broad_stroke_strikes_out_as_its_middle_does(
    rise: int, tip: int
) -> None:
    # Its square end has a corner that sticks out of the rest of it.
    ink = drawn(ZERO, ((100, 100), (160, 100)))
    ink = drawn(TWO, shift=90, onto=ink)
    ink = drawn(ZERO, shift=180, onto=ink)
    corners = ((86, 93), (355, 93 - rise), (355 + tip, 100 - rise), (355, 107 - rise), (86, 107))
    cv2.fillPoly(ink, [np.array(corners, np.int32)], 255)
    assert struck_in(ink, {100: 0, 190: 2, 280: 0}) == [True] * 3


def test_correction_beside_is_not_struck() -> None:
    ink = drawn(TWO, ((80, 104), (190, 96)))
    ink = drawn(ZERO, shift=130, onto=ink)
    assert struck_in(ink, {100: 2, 230: 0}) == [True, False]


def test_ruled_line_through_digits_strikes_nothing_out() -> None:
    ink = drawn(TWO, ((0, 100), (599, 100)))
    assert struck_in(drawn(ZERO, shift=90, onto=ink), {100: 2, 190: 0}) == [False, False]


def test_fraction_bar_that_touches_its_numbers_strikes_nothing_out() -> None:
    ink = cv2.resize(drawn(TWO)[45:155], (600, 55), interpolation=cv2.INTER_NEAREST)
    page = np.vstack([ink, ink])
    cv2.line(page, (70, 55), (190, 55), 255, 7)
    contrast = (page // 255 * 100).astype(np.uint8)
    mask = InkMask(255 - contrast, page, contrast, "dark", 1 / 2, *components(page))
    wholes = [each for each in find_candidates(mask, 10, set()) if each.components == 1]
    assert len(wholes) == 1
    digits = []
    for top in (0, 58):
        place = Box(95, top, 70, 50)
        window = np.ascontiguousarray(page[place.y : place.bottom, place.x : place.right])
        digits.append(Candidate(place, place, window, 100.0, 7.0, mask, whole=wholes[0]))
    assert find_struck([*wholes, *digits], [1, 2], [2, 2]) == [None, None]


def test_no_digits_are_no_struck_ones() -> None:
    assert find_struck([], [], []) == []
    assert straight_strokes(np.zeros((32, 20), np.bool_)) == []


def test_box_holds_strokes_and_digits() -> None:
    ink = drawn(TWO, ((75, 104), (190, 96)))
    contrast = (ink // 255 * 100).astype(np.uint8)
    mask = InkMask(255 - contrast, ink, contrast, "dark", 1 / 2, *components(ink))
    (digit,) = find_candidates(mask, 10, set())
    assert find_struck([digit], [0], [2]) == [digit.box]
    assert digit.box.x <= 75 and digit.box.right >= 190


def test_zigzag_is_a_scribble_and_an_8_is_none() -> None:
    zigzag = np.zeros((36, 33), np.uint8)
    points = np.array([[2 + 3 * n, 3 if n % 2 else 32] for n in range(10)], np.int32)
    cv2.polylines(zigzag, [points[:, None]], False, 1, 2)
    eight = np.zeros((32, 22), np.uint8)
    cv2.ellipse(eight, (11, 8), (8, 7), 0, 0, 360, 1, 2)
    cv2.ellipse(eight, (11, 23), (9, 8), 0, 0, 360, 1, 2)
    assert is_scribble(zigzag > 0)
    assert not is_scribble(eight > 0)


def test_glance_passes_digits_with_strokes_and_few_others() -> None:
    struck = drawn(TWO, ((75, 105), (190, 95)))
    inks = [struck, drawn(ZERO), drawn(*SEVEN), drawn(TWO), drawn(ONE)]
    digits = []
    for ink in inks:
        contrast = (ink // 255 * 100).astype(np.uint8)
        mask = InkMask(255 - contrast, ink, contrast, "dark", 1 / 2, *components(ink))
        digits += find_candidates(mask, 10, set())
    assert may_be_struck(digits).tolist() == [True, False, False, False, False]
    assert may_be_struck([]).shape == (0,)
