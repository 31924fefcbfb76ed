"""Does a frame show what the last searched one did, and how did it move?"""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.ink.luma import coarse, full_range, sampled
from camdigits.types import Box, Luma
from camdigits.video.change.detection import HIDDEN_SHARE, ChangeDetector
from camdigits.video.change.regions import Masked
from camdigits.video.motion import Motion

BOXES = [Box(60 + 100 * place, 100, 40, 70) for place in range(4)]


def motion(detector: ChangeDetector, small: np.ndarray) -> Motion | None:
    """Return how the picture moved; None where it shows something else or uncovers too much."""
    change = detector.look(small)
    return change.motion if change and change.mask is None and change.is_near else None


def page(shift: tuple[float, float] = (0, 0), noise: float = 1.0, seed: int = 1) -> np.ndarray:
    """Return four digits on paper, as seen by a camera that moved by so many pixels."""
    plane = np.full((360, 640), 200, np.uint8)
    for box, text in zip(BOXES, "2047", strict=True):
        cv2.putText(plane, text, (box.x, box.bottom), cv2.FONT_HERSHEY_SIMPLEX, 2.5, 50, 7)
    move = np.array([[1.0, 0.0, shift[0]], [0.0, 1.0, shift[1]]])
    moved = cv2.warpAffine(plane, move, (640, 360), borderMode=cv2.BORDER_REPLICATE)
    grain = np.random.default_rng(seed).normal(0, noise, plane.shape)
    return np.clip(moved + grain, 0, 255).astype(np.uint8)


@pytest.fixture
def glance() -> ChangeDetector:
    small, factor = coarse(page())
    assert (small.shape, factor) == ((180, 320), 2)
    return ChangeDetector(small, factor, BOXES, sampled(page()))


def test_page_at_rest_did_not_move_whatever_the_noise(glance: ChangeDetector) -> None:
    assert motion(glance, coarse(page(noise=3.0, seed=2))[0]) == Motion()


def test_page_at_rest_is_told_by_a_sample_of_its_pixels(glance: ChangeDetector) -> None:
    assert glance.rests(sampled(page(noise=1.5, seed=2)))
    assert not glance.rests(sampled(page((2.0, 0.0), seed=2)))
    assert not glance.rests(sampled(with_stroke(page(seed=2), 120, 500)))
    assert not glance.rests(sampled(page()[:200]))


@pytest.mark.parametrize("shift", [(7.0, 0.0), (-4.5, 3.0), (2.0, -9.0), (18.0, -17.0)])
def test_shift_is_found_to_half_a_pixel(glance: ChangeDetector, shift: tuple[float, float]) -> None:
    moved = motion(glance, coarse(page(shift, seed=2))[0])
    assert moved is not None
    assert abs(moved.shift - complex(*shift)) < 0.5 + 320 * abs(moved.turn - 1)
    assert moved.turn == pytest.approx(1.0, abs=0.004)
    middle = moved.moved(np.array([[320.0, 180.0, 10.0, 10.0]]))[0, :2]
    assert middle == pytest.approx([320 + shift[0], 180 + shift[1]], abs=0.5)


def with_stroke(plane: np.ndarray, gray: int, x: int) -> np.ndarray:
    changed = plane.copy()
    cv2.line(changed, (x, 260), (x, 290), gray, 3)
    return changed


@pytest.mark.parametrize("shift", [(0.0, 0.0), (5.0, 2.0)])
def test_new_stroke_elsewhere_has_to_be_searched_for(
    glance: ChangeDetector, shift: tuple[float, float]
) -> None:
    assert motion(glance, coarse(with_stroke(page(shift, seed=2), 120, 500))[0]) is None


def test_stroke_that_changes_a_digit_is_noticed(glance: ChangeDetector) -> None:
    changed = page(seed=2)
    cv2.line(changed, (BOXES[1].x, 135), (BOXES[1].right, 135), 50, 5)
    assert motion(glance, coarse(changed)[0]) is None


def exposed(plane: np.ndarray, gain: float) -> np.ndarray:
    """Return a picture in other light, which falls off to the right."""
    falloff = np.linspace(1.02, 0.98, plane.shape[1])
    return np.clip(plane * gain * falloff, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("gain", [0.8, 0.9, 1.1, 1.2])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (7.0, -4.0)])
def test_exposure_is_no_change(
    glance: ChangeDetector, shift: tuple[float, float], gain: float
) -> None:
    moved = motion(glance, coarse(exposed(page(shift, seed=2), gain))[0])
    assert moved is not None
    middle = moved.moved(np.array([[320.0, 180.0, 10.0, 10.0]]))[0, :2]
    assert middle == pytest.approx([320 + shift[0], 180 + shift[1]], abs=1)


@pytest.mark.parametrize("gain", [0.85, 1.15])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (5.0, 2.0)])
def test_new_stroke_is_noticed_in_other_light(
    glance: ChangeDetector, shift: tuple[float, float], gain: float
) -> None:
    changed = exposed(with_stroke(page(shift, seed=2), 120, 500), gain)
    assert motion(glance, coarse(changed)[0]) is None


def test_hand_in_other_light_is_noticed(glance: ChangeDetector) -> None:
    covered = page(seed=2)
    cv2.circle(covered, (560, 300), 60, 150, cv2.FILLED)
    assert motion(glance, coarse(exposed(covered, 0.9))[0]) is None


def test_light_that_differs_by_more_is_something_else(glance: ChangeDetector) -> None:
    assert motion(glance, coarse(exposed(page(seed=2), 0.4))[0]) is None


def test_hand_before_a_digit_is_noticed(glance: ChangeDetector) -> None:
    covered = page(seed=2)
    cv2.circle(covered, (200, 140), 40, 150, cv2.FILLED)
    assert motion(glance, coarse(covered)[0]) is None


def test_blur_is_no_page_at_rest(glance: ChangeDetector) -> None:
    assert motion(glance, coarse(cv2.GaussianBlur(page(seed=2), (0, 0), 5))[0]) is None


@pytest.mark.parametrize("shift", [(0.0, 0.0), (1.6, 0.0), (-1.0, 1.4)])
def test_page_that_moved_a_little_behind_a_hand_is_followed(
    glance: ChangeDetector, shift: tuple[float, float]
) -> None:
    hidden = cv2.circle(page(shift, seed=2), (560, 300), 50, 120, cv2.FILLED)
    change = glance.look(coarse(hidden)[0])
    assert change is not None
    assert change.mask is not None
    middle = change.motion.moved(np.array([[220.0, 135.0, 10.0, 10.0]]))[0, :2]
    assert middle == pytest.approx([220 + shift[0], 135 + shift[1]], abs=0.5)
    if shift == (0.0, 0.0):
        assert change.motion == Motion()


def test_page_that_moved_far_has_uncovered_too_much(glance: ChangeDetector) -> None:
    assert motion(glance, coarse(page((40.0, 0.0)))[0]) is None


@pytest.mark.parametrize("shift", [(0.0, 0.0), (7.0, -4.0)])
def test_what_differs_is_told_where_the_searched_frame_had_it(
    glance: ChangeDetector, shift: tuple[float, float]
) -> None:
    covered = page(shift, seed=2)
    cv2.circle(covered, (200, 140), 50, 150, cv2.FILLED)
    change = glance.look(coarse(covered)[0])
    assert change is not None
    assert change.mask is not None
    assert change.motion.shift == pytest.approx(complex(*shift), abs=1.5)
    assert [Masked(change.mask, glance.factor).share(box) > HIDDEN_SHARE for box in BOXES] == [
        *(False, True),
        *(False, False),
    ]


@pytest.mark.parametrize("shift", [(0.0, 0.0), (7.0, -4.0)])
def test_what_is_hidden_is_restored_from_the_searched_frame(
    glance: ChangeDetector, shift: tuple[float, float]
) -> None:
    covered = exposed(page(shift, seed=2), 0.9)
    cv2.circle(covered, (200, 140), 50, 150, cv2.FILLED)
    small = coarse(covered)[0]
    change = glance.look(small)
    assert change is not None
    assert change.mask is not None
    restored = glance.restored(small, cv2.dilate(change.mask, np.ones((7, 7))), change.matrix)
    after = ChangeDetector(restored, 2, BOXES, restored)
    again = after.look(coarse(exposed(page(shift, seed=3), 0.9))[0])
    assert again is not None
    assert abs(again.motion.shift) < 0.5
    # At the edge of what was put back a few pixels may differ.
    assert again.mask is None or np.count_nonzero(again.mask) < 20


def test_another_page_or_size_is_nothing_known(glance: ChangeDetector) -> None:
    assert motion(glance, coarse(np.full((360, 640), 200, np.uint8))[0]) is None
    assert motion(glance, coarse(page()[:200])[0]) is None


def test_blank_page_is_alike_but_its_motion_cannot_be_told() -> None:
    blank = np.full((180, 320), 200, np.uint8)
    glance = ChangeDetector(blank, 1, [], blank)
    assert motion(glance, blank) == Motion()
    assert motion(glance, np.full((180, 320), 210, np.uint8)) == Motion()
    assert motion(glance, np.full((180, 320), 20, np.uint8)) is None


def test_video_luma_goes_from_black_to_white() -> None:
    plane = np.array([[0, 16, 125, 235, 255]], np.uint8)
    assert full_range(Luma(plane)).tolist() == [[0, 0, 127, 255, 255]]
    assert full_range(Luma(plane, is_full=True)) is plane


@pytest.mark.parametrize("shape", [(180, 320), (360, 640), (721, 1283), (2160, 3840), (1, 900)])
def test_sample_has_the_size_of_the_coarse_picture_and_keeps_the_mean(
    shape: tuple[int, int],
) -> None:
    plane = np.zeros(shape, np.uint8)
    plane[:, shape[1] // 2 :] = 100
    small, _ = coarse(plane)
    sample = sampled(plane)
    assert sample.shape == small.shape
    is_edge = np.abs(np.arange(small.shape[1]) - small.shape[1] // 2) <= 1
    assert (sample[:, ~is_edge] == small[:, ~is_edge]).all()


def test_coarse_picture_is_halved_and_keeps_the_mean() -> None:
    plane = np.zeros((721, 1283), np.uint8)
    plane[:, 640:] = 100
    small, factor = coarse(plane)
    assert (small.shape, factor) == ((180, 320), 4)
    assert (small[:, :160] == 0).all()
    assert (small[:, 160:] == 100).all()
