"""Printed pages: type stands on its line, and pages say what is printed and what is written."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.errors import DataError
from camdigits.training.data.dataset import Digits
from camdigits.training.pages.printing.forms import render_form
from camdigits.training.pages.printing.setting import printed_text, set_text
from camdigits.training.pages.printing.typefaces import Typeface, load_typefaces
from camdigits.training.print_views import HAND, render_print_page, render_print_views
from camdigits.training.progress import NoProgress
from tests.support.digits import make_digits

needs_opencv_5 = pytest.mark.skipif(not hasattr(cv2, "FontFace"), reason="OpenCV 4 has no fonts")
pytestmark = needs_opencv_5


@pytest.fixture(scope="module")
def families():
    # One that OpenCV brings along.
    return ((Typeface(Path("sans")),),)


@pytest.fixture(scope="module")
def digits() -> Digits:
    return Digits(*make_digits(300))


def test_digits_in_type_have_one_height_and_stand_on_the_baseline(families):
    word = set_text(families[0][0], "1470", 50.0, (1.0, 0.0))
    edges = [stroke.outline() for stroke in word.strokes]
    assert all(abs(edge[:, 1].max()) < 2 for edge in edges)
    assert all(abs(np.ptp(edge[:, 1]) - 50) < 3 for edge in edges)
    assert all(a[:, 0].max() < b[:, 0].min() for a, b in itertools.pairwise(edges))
    assert word.digits == "1470"


def test_wide_type_is_wider_and_spaces_leave_no_ink(families):
    plain, wide = (set_text(families[0][0], "1 4", 50.0, (w, 0.0)).outline() for w in (1.0, 1.2))
    assert np.ptp(wide[:, 0]) == pytest.approx(1.2 * np.ptp(plain[:, 0]), rel=0.02)
    assert set_text(families[0][0], " ", 50.0, (1.0, 0.0)).strokes == ()


def test_printed_texts_have_ink_and_no_placeholders():
    rng = np.random.default_rng(0)
    texts = [printed_text(rng) for _ in range(500)]
    assert all(text.strip() and "#" not in text and "@" not in text for text in texts)
    assert any(text.isdecimal() for text in texts)


def test_pages_say_where_ink_is_and_are_the_same_again(families, digits):
    pages = [
        render_form(np.random.default_rng(n), digits.images, digits.labels, families, (640, 480))
        for n in (*range(6), *range(6))
    ]
    for page, again in zip(pages[:6], pages[6:], strict=True):
        assert np.array_equal(page.image, again.image)
        assert (page.hand, page.printed) == (again.hand, again.printed)
        assert page.image.shape == (480, 640, 3)
        for box, _ in (*page.hand, *page.printed):
            assert box.x >= 0 and box.y >= 0 and box.right <= 640 and box.bottom <= 480
    assert any(page.hand for page in pages) and any(page.printed for page in pages)


def test_every_second_page_is_written_by_hand_alone(families, digits):
    for number in (0, 2):
        page = render_print_page(np.random.default_rng(number), number, digits, families)
        assert page.hand and not page.printed


def test_views_of_pages_are_the_same_again(families, digits):
    views, again = (render_print_views(digits, families, 4, 7, NoProgress()) for _ in range(2))
    assert np.array_equal(views.images, again.images)
    assert views.images.shape == (len(views), 40, 40, 2)
    assert {0, 1} == set(views.writings.tolist())
    assert (views.writings[views.pages % 2 == 0] == HAND).all()


def test_a_folder_without_fonts_and_a_file_that_is_none_are_refused(tmp_path):
    with pytest.raises(DataError, match="there are no fonts"):
        load_typefaces(tmp_path)
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    with pytest.raises(DataError, match="cannot read the font"):
        load_typefaces(tmp_path)
