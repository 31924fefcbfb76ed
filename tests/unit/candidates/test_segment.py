"""Candidates: generous, but no specks, lines or blobs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.candidates.segment import Candidate, cut_candidate, find_candidates
from camdigits.ink.binarize import InkMask, components
from camdigits.types import Box


def mask_of(ink: np.ndarray) -> InkMask:
    contrast = (ink // 255 * 100).astype(np.uint8)
    return InkMask(255 - contrast, ink, contrast, "dark", 1 / 2, *components(ink))


def candidates_of(ink: np.ndarray) -> list[Candidate]:
    return find_candidates(mask_of(ink), 10, set())


def blank(height: int = 400, width: int = 600) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def draw_zero(ink: np.ndarray, x: int, y: int, height: int = 40, stroke: int = 4) -> Box:
    center, axes = (x + height // 3, y + height // 2), (height // 3, height // 2)
    cv2.ellipse(ink, center, axes, 0, 0, 360, 255, stroke)
    rows, columns = np.nonzero(ink[y - stroke : y + height + stroke])
    del rows
    return Box(x, y, int(np.ptp(columns)) + 1, height)


def boxes(ink: np.ndarray) -> list[Box]:
    return [each.box for each in candidates_of(ink) if each.could_be_digit]


def test_no_ink_gives_no_candidates():
    assert boxes(blank()) == []


@pytest.mark.parametrize("height", [14, 40, 150, 300])
def test_digit_of_any_size_is_one_candidate(height):
    ink = blank()
    draw_zero(ink, 100, 50, height, max(2, height // 10))
    (box,) = boxes(ink)
    assert box.h == pytest.approx(height, abs=max(4, height // 8))


def test_speck_is_no_candidate():
    ink = blank()
    ink[100:103, 100:103] = 255
    assert boxes(ink) == []


@pytest.mark.parametrize(
    ("what", "box"),
    [
        ("a ruled line", Box(10, 100, 500, 2)),
        ("a minus", Box(100, 100, 40, 5)),
        ("a margin line", Box(100, 5, 2, 390)),
        ("a filled square", Box(100, 100, 60, 60)),
    ],
)
def test_what_is_plainly_no_digit_is_no_candidate(what, box):
    ink = blank()
    ink[box.y : box.bottom, box.x : box.right] = 255
    assert boxes(ink) == [], what


def test_digit_cut_by_the_frame_is_no_candidate():
    ink = blank()
    draw_zero(ink, -10, 100)
    assert boxes(ink) == []


def test_digit_touching_the_edge_of_a_tight_crop_is_a_candidate():
    ink = blank(44, 200)
    draw_zero(ink, 60, 0, 44)
    assert len(boxes(ink)) == 1


def test_digits_inside_a_grid_are_candidates_of_their_own():
    ink = blank()
    ink[20:380:60, 20:560] = 255
    ink[20:380, 20:560:60] = 255
    draw_zero(ink, 95, 95, 30, 3)
    assert any(box.h < 40 for box in boxes(ink))


def test_bar_above_a_body_is_also_proposed_joined():
    ink = blank()
    ink[100:104, 108:130] = 255
    cv2.ellipse(ink, (115, 130), (14, 16), 0, -120, 150, 255, 4)
    assert any(box.y <= 100 and box.bottom >= 145 for box in boxes(ink))


@pytest.mark.parametrize(("bar", "is_joined"), [
    (Box(130, 100, 28, 5), True),
    (Box(130, 130, 28, 5), False),
    (Box(150, 100, 28, 5), False),
    (Box(130, 100, 5, 28), False),
])  # fmt: skip
def test_bar_that_a_five_has_to_its_right_is_proposed_joined(bar, is_joined):
    ink = blank()
    cv2.ellipse(ink, (112, 130), (12, 16), 0, -120, 150, 255, 4)
    ink[100:122, 100:104] = 255
    ink[bar.y : bar.bottom, bar.x : bar.right] = 255
    assert any(box.right == bar.right and box.bottom > 145 for box in boxes(ink)) == is_joined


def test_lone_bar_is_a_candidate():
    ink = blank()
    ink[100:160, 200:205] = 255
    assert boxes(ink) == [Box(200, 100, 5, 60)]


def test_candidate_holds_only_its_own_ink():
    ink = blank()
    draw_zero(ink, 100, 100, 60)
    ink[125:128, 118:121] = 255
    whole = max(candidates_of(ink), key=lambda candidate: candidate.box.area)
    assert whole.ink.shape == (whole.box.h, whole.box.w)
    assert not whole.ink[20:30, 18:22].any()


def test_texture_gives_a_bounded_number_of_candidates():
    rng = np.random.default_rng(0)
    coarse = (rng.random((80, 120)) < 0.2).astype(np.uint8) * 255
    ink = cv2.resize(coarse, (1200, 800), interpolation=cv2.INTER_NEAREST)
    assert len(candidates_of(ink)) <= 900


def test_scaled_candidate_stands_where_it_was_in_the_larger_picture():
    ink = blank()
    draw_zero(ink, 100, 100)
    (candidate,) = candidates_of(ink)
    assert candidate.scaled(2).box == candidate.box.scaled(2)
    assert candidate.scaled(2).stroke_px == 2 * candidate.stroke_px


def test_piece_known_from_another_mask_is_passed_over():
    ink = blank()
    draw_zero(ink, 100, 100)
    known: set[tuple[int, ...]] = set()
    assert len(find_candidates(mask_of(ink), 10, known)) == 1
    draw_zero(ink, 300, 100)
    (new,) = find_candidates(mask_of(ink), 10, known)
    assert new.box.x > 250


def test_touching_digits_are_one_candidate_that_can_be_cut():
    ink = blank()
    for place in range(6):
        draw_zero(ink, 60 + 28 * place, 100)
    (row,) = candidates_of(ink)
    assert row.could_be_several
    assert not row.could_be_digit
    larger = row.scaled(2)
    pieces = cut_candidate(larger)
    assert all(piece.whole is larger for piece in pieces)
    for place in range(6):
        true = Box(60 + 28 * place, 99, 30, 42).scaled(2)
        assert max(true.iou(piece.box) for piece in pieces) > 0.6


def test_slim_digit_is_not_cut():
    ink = blank()
    draw_zero(ink, 100, 100)
    (zero,) = candidates_of(ink)
    assert cut_candidate(zero) == []
