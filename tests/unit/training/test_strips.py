"""Strips of rendered lines, with the characters that stand in them."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.networks.line_strips import GROUND, WINDOW, line_of
from camdigits.networks.model_card import CHARACTERS
from camdigits.training.pages import Page, render_page
from camdigits.training.sets.strip_augment import vary_strips
from camdigits.training.sets.strips import BLANK, FRAMES, UNCLEAR, characters_on, is_seen, strips_of
from camdigits.types import Box
from tests.support.digits import make_digits


def page(
    digits: list[tuple[int, int]],
    marks: list[tuple[int, str]] | None = None,
    walls: list[int] | None = None,
) -> Page:
    """Return a page with digits and marks at columns, 30 pixels high on one line."""
    ends = [[[x, 40.0], [x, 110.0]] for x in walls or []]
    return Page(
        np.full((160, 600, 3), 220, np.uint8),
        tuple((Box(x, 60, 20, 30), label) for x, label in digits),
        (),
        tuple((Box(x, 84 if sign in ".," else 70, 6, 6), sign) for x, sign in marks or []),
        np.array(ends, np.float64).reshape(-1, 2, 2),
    )


def names(page: Page, count: int | None = None) -> str:
    line = line_of([box for box, _ in page.digits[:count]])
    short = {"wall": "|", "other": "@"}
    found = [CHARACTERS[each.code] for each in characters_on(line, page)]
    return "".join(short.get(name, name) for name in found)


@pytest.mark.parametrize(
    ("digits", "marks", "walls", "text"),
    [
        ([(100, 7), (140, 5)], [(126, ".")], [], "7.5"),
        ([(100, 7), (140, 5)], [(80, "-"), (165, "=")], [], "-75="),
        ([(100, 7), (140, 5)], [(126, "*")], [], "7x5"),
        ([(100, 7), (140, 5)], [(165, "q")], [], "75@"),
        ([(100, 7), (140, 5)], [], [90, 130, 170], "|7|5|"),
    ],
)
def test_characters_stand_in_reading_order(digits, marks, walls, text) -> None:
    assert names(page(digits, marks, walls)) == text


def test_what_stands_off_the_line_is_left_out() -> None:
    own = page([(100, 7), (140, 5)], [(126, "-")], [])
    above = Page(own.image, (*own.digits, (Box(120, 10, 20, 30), 3)), (), own.marks, own.walls)

    assert names(above, 2) == "7-5"


def test_line_that_does_not_cross_is_no_wall() -> None:
    own = page([(100, 7), (140, 5)])
    walls = np.array([[[130.0, 40.0], [130.0, 70.0]], [[80.0, 90.0], [200.0, 92.0]]])

    assert names(Page(own.image, own.digits, (), (), walls)) == "75"


@pytest.mark.parametrize("kind", ["marks", "ledger"])
def test_pages_give_windows_with_texts_and_frames(kind: str) -> None:
    images, labels = make_digits(40)
    rendered = render_page(np.random.default_rng(3), images, labels, kind, (640, 360))
    strips = strips_of(np.random.default_rng(4), rendered)
    again = strips_of(np.random.default_rng(4), rendered)

    assert len(strips) > 0
    assert strips.images.shape == (len(strips), 32, WINDOW)
    assert strips.frames.shape == (len(strips), FRAMES)
    assert np.array_equal(strips.images, again.images)
    assert np.array_equal(strips.texts, again.texts)
    assert ((strips.texts >= UNCLEAR) & (strips.texts < BLANK)).all()
    shown = [set(row[row >= 0].tolist()) - {BLANK} for row in strips.frames]
    told = [set(row[row >= 0].tolist()) for row in strips.texts]
    assert all(one <= other for one, other in zip(shown, told, strict=True))


def test_varied_strips_stay_strips() -> None:
    images = np.full((6, 32, WINDOW), GROUND, np.uint8)
    images[:, 8:24, 40:46] = 192
    varied = vary_strips(np.random.default_rng(0), images)

    assert varied.shape == (6, 32, WINDOW, 1)
    assert varied.dtype == np.float32
    assert 0 <= varied.min() < varied.max() <= 1
    assert np.array_equal(varied, vary_strips(np.random.default_rng(0), images))
    middles = varied[..., 0].sum(axis=1).argmax(axis=1)
    assert (abs(middles - 43) <= 4).all()


@pytest.mark.parametrize(
    ("ground", "ink", "is_found"),
    [(220, 120, True), (220, 212, False), (40, 46, True), (40, 43, False)],
)
def test_only_what_differs_from_its_ground_is_seen(ground: int, ink: int, is_found: bool) -> None:
    plane = np.full((80, 80), ground, np.uint8)
    plane[20:60, 36:44] = ink

    assert is_seen(plane, Box(28, 20, 24, 40)) == is_found
