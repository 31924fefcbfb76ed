"""Ink is told from ground in any light; blank paper stays blank."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.ink.binarize import KERNEL_PX, _close, components, ink_masks, noise_level

REACH = 1 / 8


def paper(height: int = 300, width: int = 400, gray: int = 200, noise: float = 2.0) -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.clip(gray + rng.normal(0, noise, (height, width)), 0, 255).astype(np.uint8)


def draw_stroke(picture: np.ndarray, gray: int) -> np.ndarray:
    """A slanted stroke 4 px wide; returns where it is."""
    where = np.zeros(picture.shape, np.uint8)
    cv2.line(where, (150, 100), (190, 180), 255, 4)
    picture[where > 0] = gray
    return where


def mask_of(picture: np.ndarray, polarity: str) -> np.ndarray:
    return next(ink_masks(picture, polarity, REACH)).ink


@pytest.mark.parametrize("gray", [40, 120, 200, 250])
def test_blank_paper_has_next_to_no_ink(gray):
    for mask in ink_masks(paper(gray=gray), "auto", REACH):
        assert np.count_nonzero(mask.ink) < 0.001 * mask.ink.size


@pytest.mark.parametrize(
    ("ground", "ink", "polarity"),
    [
        (200, 60, "dark"),
        (200, 175, "dark"),
        (60, 20, "dark"),
        (40, 200, "light"),
        (90, 130, "light"),
    ],
)
def test_stroke_is_ink_and_paper_is_not(ground, ink, polarity):
    picture = paper(gray=ground)
    where = draw_stroke(picture, ink)
    found = mask_of(picture, polarity)
    assert np.count_nonzero(found & where) > 0.9 * np.count_nonzero(where)
    grown = cv2.dilate(where, np.ones((5, 5), np.uint8))
    assert np.count_nonzero(found & ~grown) < 0.001 * found.size


def test_stroke_is_found_in_a_strong_gradient_of_light():
    light = np.linspace(0.2, 1.0, 400)
    picture = np.tile((220 * light).astype(np.uint8), (300, 1))
    for x in range(20, 400, 60):
        picture[100:160, x : x + 4] = (picture[100:160, x : x + 4] * 0.5).astype(np.uint8)
    found = mask_of(picture, "dark")
    for x in range(20, 400, 60):
        assert found[110:150, x + 1 : x + 3].all()


def test_edge_of_a_shadow_alone_is_not_a_digit_wide_blob():
    picture = paper()
    picture[:, 200:] = (picture[:, 200:] * 0.6).astype(np.uint8)
    found = mask_of(picture, "dark")
    assert not found[:, 260:].any()


@pytest.mark.parametrize(("polarity", "expected"), [("dark", {"dark"}), ("light", {"light"})])
def test_polarity_asked_for_is_the_only_one(polarity, expected):
    masks = list(ink_masks(paper(), polarity, REACH))
    assert {mask.polarity for mask in masks} == expected


def test_both_polarities_are_tried_by_default():
    assert {mask.polarity for mask in ink_masks(paper(), "auto", REACH)} == {"dark", "light"}


def test_noise_level_is_the_standard_deviation_of_the_noise():
    assert noise_level(paper(noise=5)) == pytest.approx(5, rel=0.15)
    assert noise_level(np.full((50, 50), 128, np.uint8)) == 0


def test_noise_level_is_not_fooled_by_writing():
    picture = paper(noise=3)
    for row in range(10, 300, 20):
        cv2.putText(picture, "12345 67890", (5, row), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 30, 1)
    assert noise_level(picture) < 5


def test_mask_with_a_ruled_line_is_given_once_more_without_it():
    picture = paper()
    picture[150:152] = 90
    draw_stroke(picture, 60)
    with_line, without_line = ink_masks(picture, "dark", REACH)
    assert with_line.ink[150, 20:120].mean() > 200
    assert without_line.ink[150, 20:120].mean() < 20


def gridded(ink: int, line: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Paper with a printed grid and a stroke in a cell; returns where the stroke is, too."""
    picture = paper()
    for place in range(20, 400, 60):
        picture[:, place : place + 3] = picture[place : place + 3, :] = line
    where = np.zeros(picture.shape, np.uint8)
    cv2.line(where, (160, 95), (185, 125), 255, 4)
    picture[where > 0] = ink
    return picture, where


def test_ink_that_is_pale_beside_printed_lines_is_given_too():
    picture, where = gridded(ink=150)

    plain, without_lines, paler = ink_masks(picture, "dark", REACH)

    assert plain.has_lines and not without_lines.has_lines and not paler.has_lines
    found = [np.count_nonzero(mask.ink & where) for mask in (plain, without_lines, paler)]
    assert found[0] == found[1] == 0
    assert found[2] > 0.9 * np.count_nonzero(where)
    around = cv2.dilate(where, np.ones((5, 5), np.uint8))
    assert np.count_nonzero(paler.ink & ~around) < 0.001 * where.size


def test_ink_as_strong_as_the_lines_costs_no_third_mask():
    picture, _ = gridded(ink=20)

    assert len(list(ink_masks(picture, "dark", REACH))) == 2


@pytest.mark.parametrize(("side", "is_ground"), [(KERNEL_PX - 1, False), (KERNEL_PX, True)])
def test_ground_is_what_has_room_for_the_neighbourhood(side, is_ground):
    plane = np.full((80, 80), 200, np.uint8)
    plane[20 : 20 + side, 20 : 20 + side] = 50
    assert bool(_close(plane).min() == 50) == is_ground


def test_components_of_a_mask_are_its_pieces_of_ink():
    picture = paper(noise=0)
    where = draw_stroke(picture, 60)
    mask = next(ink_masks(picture, "dark", REACH))
    assert tuple(mask.stats[0]) == (0, 0, 0, 0, 0)
    assert mask.stats[1:, cv2.CC_STAT_AREA].max() == pytest.approx(np.count_nonzero(where), rel=0.1)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.05, 0.09, 0.11, 0.5, 0.97])
def test_components_are_those_of_opencv_whether_ink_is_sparse_or_not(share: float):
    grain = np.random.default_rng(1).random((31, 47), np.float32)
    ink = np.uint8(255) * (grain < share).astype(np.uint8)
    labels, stats = components(ink)
    _, expected, extents, _ = cv2.connectedComponentsWithStats(ink)
    assert labels.dtype == stats.dtype == np.int32
    assert stats.shape == extents.shape
    # Its labels may come in another order.
    pairs = set(zip(labels.ravel().tolist(), expected.ravel().tolist(), strict=True))
    assert len(pairs) == len(stats)
    for ours, theirs in pairs - {(0, 0)}:
        assert tuple(stats[ours]) == tuple(extents[theirs])
    assert not stats[0].any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 2), (17, 5)])
def test_smallest_pictures_are_read_without_complaint(shape):
    for mask in ink_masks(np.full(shape, 100, np.uint8), "auto", REACH):
        assert mask.ink.shape == shape
