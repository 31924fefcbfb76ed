from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.pages import KINDS, Page, render_page
from camdigits.training.pages.ground.cells import comb_words, is_comb_of
from camdigits.training.pages.ground.scenes import lay_things
from camdigits.training.pages.writing.drawing import GlyphSupply
from camdigits.training.pages.writing.glyphs import MARK, Glyph, thin
from camdigits.training.pages.writing.inks import take_pen
from camdigits.training.pages.writing.layout import Handwriting, Stroke, Word, numbers_of_words
from camdigits.training.pages.writing.letters import FONTS
from camdigits.training.pages.writing.marks import OPERATORS, operator, word
from camdigits.training.pages.writing.numbers import numbers_in
from camdigits.training.pages.writing.shapes import NUMBER_OF_SHAPES, shape
from camdigits.training.pages.writing.strikes import STRIKE, STRIKES
from camdigits.training.pages.writing.texts import Writer
from camdigits.types import Box

WITHOUT_DIGITS = ("clutter", "blank", "nothing")
WITH_DIGITS = tuple(kind for kind in KINDS if kind not in WITHOUT_DIGITS)


def drawn_digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """A 0, a 1 and a 7 drawn with lines, in MNIST's size and place."""
    digits = np.zeros((3, 28, 28), np.uint8)
    cv2.ellipse(digits[0], (14, 14), (6, 9), 0, 0, 360, 255, 2, cv2.LINE_AA)
    cv2.line(digits[1], (14, 4), (14, 23), 255, 2, cv2.LINE_AA)
    corners = np.array([[8, 5], [19, 5], [12, 23]])
    cv2.polylines(digits[2], [corners], False, 255, 2, cv2.LINE_AA)
    return digits, np.array([0, 1, 7])


def render(kind: str, seed: int = 0, size_wh: tuple[int, int] = (1280, 720)) -> Page:
    return render_page(np.random.default_rng(seed), *drawn_digits(), kind, size_wh)


@pytest.mark.parametrize("kind", WITHOUT_DIGITS)
def test_pages_without_digits_have_an_empty_truth(kind: str) -> None:
    page = render(kind)
    assert page.digits == ()
    assert page.numbers == ()


@pytest.mark.parametrize("kind", WITH_DIGITS)
def test_every_kind_shows_digits_inside_the_picture(kind: str) -> None:
    page = render(kind)
    height, width = page.image.shape[:2]
    assert kind == "tight" or (width, height) == (1280, 720)
    assert page.image.dtype == np.uint8
    assert page.digits
    for box, label in page.digits:
        assert box.x >= 0 and box.right <= width and box.y >= 0 and box.bottom <= height
        assert label in (0, 1, 7)


@pytest.mark.parametrize("kind", WITH_DIGITS)
def test_numbers_spell_the_digits_in_order(kind: str) -> None:
    page = render(kind, seed=1)
    spelled = "".join(filter(str.isdigit, "".join(page.numbers)))
    assert spelled == "".join(str(label) for _, label in page.digits)


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_gives_the_same_bytes(kind: str) -> None:
    one, two = render(kind, seed=5, size_wh=(320, 240)), render(kind, seed=5, size_wh=(320, 240))
    assert np.array_equal(one.image, two.image)
    assert one.digits == two.digits


def test_another_seed_gives_another_page() -> None:
    assert not np.array_equal(render("plain", seed=1).image, render("plain", seed=2).image)


@pytest.mark.parametrize("seed", range(4))
def test_truth_boxes_are_those_of_the_ink_in_the_picture(seed: int) -> None:
    page = render("plain", seed)
    for box, _ in page.digits:
        # On paper without lines the ink is what is darker than halfway to the darkest.
        x, y = max(0, box.x - 4), max(0, box.y - 4)
        grey = page.image[y : box.bottom + 4, x : box.right + 4].astype(np.float32).mean(axis=2)
        paper = np.median(np.concatenate([grey[0], grey[-1]]))
        ink = grey < (paper + np.percentile(grey, 3)) / 2
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        found = (x + columns[0], y + rows[0], x + columns[-1] + 1, y + rows[-1] + 1)
        assert found == pytest.approx((box.x, box.y, box.right, box.bottom), abs=2)


def test_small_digits_keep_their_size_in_pixels() -> None:
    heights = [box.h for seed in range(6) for box, label in render("small", seed).digits]
    assert min(heights) >= 14 and max(heights) <= 38


def test_other_digits_grow_with_the_picture() -> None:
    small, large = render("marker", 3, (640, 360)), render("marker", 3, (1280, 720))
    assert small.digits[0][0].h * 2 == pytest.approx(large.digits[0][0].h, rel=0.25)


def test_coloured_pens_differ_from_paper_more_in_colour_than_in_brightness() -> None:
    paler = 0
    for seed in range(6):
        page = render("coloured", seed)
        for box, _ in page.digits:
            part = page.image[box.y : box.bottom, box.x : box.right].reshape(-1, 3)
            low, high = np.percentile(part, (5, 90), axis=0)
            gray = np.percentile(part @ (0.114, 0.587, 0.299), (5, 90))
            paler += int((high - low).max() > 1.5 * np.ptp(gray))
    assert paler > 10


def test_no_digit_lies_under_a_mirrored_lamp() -> None:
    clipped = 0
    for seed in range(6):
        page = render("glare", seed)
        is_white = page.image.min(axis=2) >= 250
        clipped += int(is_white.sum())
        for box, _ in page.digits:
            assert is_white[box.y : box.bottom, box.x : box.right].mean() < 0.05
    assert clipped > 1000


def test_digits_of_a_number_stand_closer_than_numbers_in_rows() -> None:
    page = render("rows", seed=2)
    inside, between = [], []
    digits = iter(page.digits)
    last = None
    for number in page.numbers:
        for place in range(len(number)):
            box = next(digits)[0]
            if last is not None and abs(box.y - last.y) < box.h / 2:
                (inside if place else between).append((box.x - last.right) / box.h)
            last = box
    assert max(inside) < min(between)


def test_touching_digits_of_a_number_share_ink() -> None:
    page = render("touching", seed=1)
    overlapping = sum(
        one.right >= two.x and one.x < two.x and abs(one.y - two.y) < one.h / 2
        for (one, _), (two, _) in zip(page.digits, page.digits[1:], strict=False)
    )
    assert overlapping >= len(page.digits) / 3


def test_blackboard_is_dark_with_lighter_ink() -> None:
    page = render("blackboard")
    box = page.digits[0][0]
    inside = page.image[box.y : box.bottom, box.x : box.right]
    assert np.median(page.image) < 100
    assert np.percentile(inside, 98) > np.median(page.image) + 40


def test_arguments_are_not_written_to() -> None:
    digits, labels = drawn_digits()
    digits.setflags(write=False)
    labels.setflags(write=False)
    assert render_page(np.random.default_rng(0), digits, labels, "plain").digits


def test_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'newspaper'.*plain"):
        render("newspaper")


def test_picture_too_small_says_its_size() -> None:
    with pytest.raises(ValueError, match="40x300"):
        render("plain", size_wh=(40, 300))


@pytest.mark.parametrize(
    ("digits", "labels"),
    [
        (np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64)),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.int64)),
        (np.zeros((2, 784), np.uint8), np.zeros(2, np.int64)),
        (np.zeros((2, 28, 28), np.float32), np.zeros(2, np.int64)),
    ],
)
def test_digits_of_another_form_are_refused(
    digits: NDArray[np.uint8], labels: NDArray[np.int64]
) -> None:
    with pytest.raises(DataError):
        render_page(np.random.default_rng(0), digits, labels, "plain")


def test_thinning_keeps_a_line_and_makes_it_thin() -> None:
    mask = np.zeros((20, 40), np.uint8)
    mask[6:13, 5:35] = 1
    spine = thin(mask)
    assert spine.sum(axis=0).max() == 1
    assert 22 <= spine.sum() <= 30
    assert cv2.connectedComponents(spine, connectivity=8)[0] == 2


def test_thinning_keeps_a_ring_closed() -> None:
    mask = np.zeros((60, 60), np.uint8)
    cv2.circle(mask, (30, 30), 20, 1, 7)
    spine = thin(mask)
    assert cv2.connectedComponents(1 - spine, connectivity=4)[0] == 3


def test_thinning_nothing_gives_nothing() -> None:
    assert not thin(np.zeros((5, 5), np.uint8)).any()


VARIED = KINDS[KINDS.index("sums") :]
MARKED = ("sums", "words", "cells", "strings", "bleed")


@pytest.mark.parametrize("kind", ("sums", "words", "strings"))
def test_truth_of_varied_pages_holds_ink(kind: str) -> None:
    page = render(kind, seed=3, size_wh=(640, 360))
    grey = page.image.astype(np.float32).mean(axis=2)
    spreads = [float(np.ptp(grey[b.y : b.bottom, b.x : b.right])) for b, _ in page.digits]
    # Ink differs from its ground by more than the paper's grain does.
    assert np.median(spreads) > 25


def test_tight_picture_shows_one_number_and_little_else() -> None:
    for seed in range(4):
        page = render("tight", seed, (640, 360))
        (number,) = page.numbers
        assert len(number) == len(page.digits)
        tallest = max(box.bottom for box, _ in page.digits) - min(box.y for box, _ in page.digits)
        assert page.image.shape[0] < 3 * tallest


@pytest.mark.parametrize("kind", MARKED)
def test_only_written_digits_are_in_the_truth(kind: str) -> None:
    # All written digits are ones, so a sign or letter told as a digit would have to be one too,
    # and the numbers would not spell the digits.
    digits, labels = drawn_digits()
    page = render_page(np.random.default_rng(4), digits[1:2], labels[1:2], kind, (640, 360))
    assert {label for _, label in page.digits} == {1}
    spelled = "".join(filter(str.isdigit, "".join(page.numbers)))
    assert spelled == "1" * len(page.digits)


def test_struck_numbers_are_no_truth_and_lie_under_a_stroke() -> None:
    pages = [render("struck", seed, (640, 360)) for seed in range(4)]
    assert sum(len(page.struck) for page in pages) > 4
    for page in pages:
        assert sum(map(len, page.numbers)) == len(page.digits)
        strikes = [box for box, sign in page.marks if sign == STRIKE]
        assert all(any(box.intersection(strike) for strike in strikes) for box in page.struck)
        assert not {box for box, _ in page.digits} & set(page.struck)


@pytest.mark.parametrize("kind", STRIKES)
def test_strikes_run_over_what_they_strike_out(kind: str) -> None:
    low, high, height = np.array([100.0, 40.0]), np.array([180.0, 80.0]), 40.0
    for seed in range(20):
        lines = STRIKES[kind][0](np.random.default_rng(seed), low, high, height)
        points = np.concatenate(lines)
        assert points[:, 0].min() < low[0] + 10 and points[:, 0].max() > high[0] - 10
        assert low[1] < points[:, 1].mean() < high[1]


def test_words_and_operators_are_no_digits() -> None:
    rng = np.random.default_rng(0)
    pen = take_pen(rng, "gel")
    for sign in sorted(OPERATORS):
        assert operator(rng, sign, pen).label == MARK
    for font in FONTS:
        assert word(rng, "SOlIBZgq", pen, font).label == MARK


def test_signs_between_digits_break_numbers() -> None:
    rng = np.random.default_rng(0)
    pen = take_pen(rng, "gel")
    handwriting = Handwriting(40.0, 0.0, 0.0, (1, 3), (0.1, 0.3), (1.0, 2.0), 1.5)
    writer = Writer(rng, GlyphSupply(rng, *drawn_digits(), pen), pen, handwriting)
    assert [len(number) for number in writer.write("##+#=a###").numbers] == [2, 1, 3]


def test_every_shape_of_a_digit_is_as_high_as_its_ink() -> None:
    rng = np.random.default_rng(0)
    for index in range(NUMBER_OF_SHAPES):
        glyph = shape(rng, index, take_pen(rng, "ballpoint"))
        assert 0 <= glyph.label <= 9
        assert np.ptp(glyph.outline[:, 1]) > 50


def test_things_never_cover_a_digit() -> None:
    scene = np.ones((120, 160, 3), np.float32)
    whole = ((Box(0, 0, 160, 120), 1),)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        assert np.array_equal(lay_things(rng, scene, whole), scene)


@pytest.mark.parametrize("kind", VARIED)
def test_varied_kinds_render_small_pictures(kind: str) -> None:
    image = render(kind, seed=2, size_wh=(160, 120)).image
    assert image.shape == (120, 160, 3) or kind == "tight"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", ("12",)),
        ("-7.5", ("-7.5",)),
        ("- 4", ("-4",)),
        ("12/05/2026", ("12/05/2026",)),
        ("12:30:15", ("12:30:15",)),
        ("84-33", ("84-33",)),
        ("9 - 4", ("9", "4")),
        ("1.234,56", ("1.234,56",)),
        ("1. 2) (3) 4.-", ("1", "2", "3", "4")),
        ("16+9=25", ("16", "9", "25")),
        ("2/4 + 1,5", ("2", "4", "1,5")),
        ("8:5=x", ("8", "5")),
        ("-4x = 3", ("4", "3")),
        ("(12) 345-6789", ("12", "345-6789")),
        ("abc", ()),
    ],
)
def test_numbers_of_a_text_have_their_marks(text: str, numbers: tuple[str, ...]) -> None:
    assert numbers_in(text) == numbers


def test_digits_of_a_comb_are_one_number() -> None:
    glyph = Glyph(np.zeros((4, 4), np.float32), np.zeros((4, 2), np.float32), 7, None)
    single = Word((Stroke(glyph, np.eye(2, 3)),), "7")
    cells = {0: single, 1: single, 3: single, 4: single}

    assert is_comb_of(cells, 1.8)
    assert numbers_of_words(comb_words(cells)) == ("77", "77")
    assert numbers_of_words(comb_words(cells)[1:]) == ("7", "77")


def test_cells_that_are_wide_or_hold_more_than_a_digit_are_no_comb() -> None:
    glyph = Glyph(np.zeros((4, 4), np.float32), np.zeros((4, 2), np.float32), 7, None)
    stroke = Stroke(glyph, np.eye(2, 3))
    single, double = Word((stroke,), "7"), Word((stroke, stroke), "77")

    assert not is_comb_of({0: single, 1: single, 2: single}, 2.4)
    assert not is_comb_of({0: single, 1: double, 2: single}, 1.8)
    assert not is_comb_of({0: single, 1: single}, 1.8)
