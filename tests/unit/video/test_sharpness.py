"""Which frames are blurred, against those before them."""

from __future__ import annotations

import tracemalloc

import cv2
import numpy as np
import pytest

from camdigits.video.sharpness import SharpnessGate, sharpness


def page(blur_px: float = 0.0, text: str = "2047", size_wh: tuple[int, int] = (640, 360)):
    image = np.full((size_wh[1], size_wh[0]), 220, np.uint8)
    cv2.putText(image, text, (60, 220), cv2.FONT_HERSHEY_SIMPLEX, 5, 40, 12, cv2.LINE_AA)
    noise = np.random.default_rng(1).normal(0, 2, image.shape)
    soft = cv2.GaussianBlur(image, (0, 0), blur_px) if blur_px else image
    return np.clip(soft + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("size_wh", [(1, 1), (9, 1), (1, 9), (5, 200), (1280, 720)])
def test_picture_without_edges_has_no_sharpness(size_wh):
    assert sharpness(np.full((size_wh[1], size_wh[0]), 90, np.uint8)) == 0


def test_noise_is_not_sharp():
    noise = np.random.default_rng(1).normal(90, 3, (360, 640))
    assert sharpness(noise.astype(np.uint8)) == 0


def test_page_is_sharp_again_as_soon_as_it_is_uncovered():
    gate = SharpnessGate()
    cover = np.random.default_rng(1).normal(150, 2, (360, 640)).astype(np.uint8)
    for step in range(10):
        gate.update(sharpness(page()), step / 10)
    for step in range(10, 40):
        gate.update(sharpness(cover), step / 10)
    assert gate.update(sharpness(page()), 4.0)


def test_blur_lowers_it_and_contents_hardly_do():
    sharp, other, blurred = sharpness(page()), sharpness(page(text="1")), sharpness(page(3.0))
    assert 0.5 * sharp < other < 2 * sharp
    assert blurred < 0.2 * min(sharp, other)


def test_first_frames_have_a_say_whatever_they_are():
    gate = SharpnessGate()
    assert gate.update(0.01, 0.0)


def test_frame_far_below_those_before_is_blurred():
    gate = SharpnessGate()
    assert all(gate.update(1.0, step / 10) for step in range(10))
    assert gate.update(0.7, 1.0)
    assert not gate.update(0.5, 1.1)
    assert gate.update(1.0, 1.2)


def test_what_lasts_becomes_usual():
    gate = SharpnessGate()
    for step in range(10):
        gate.update(1.0, step / 10)
    said = [gate.update(0.3, 1 + step / 10) for step in range(30)]
    assert said[:5] == [False] * 5
    assert said[-10:] == [True] * 10


def test_time_that_falls_begins_anew():
    gate = SharpnessGate()
    gate.update(1.0, 100.0)
    assert gate.update(0.1, 0.0)


@pytest.mark.parametrize("stays", [False, True])
def test_a_page_that_stays_is_remembered_for_as_long_as_it_does(stays):
    gate = SharpnessGate()
    gate.update(1.0, 0.0)
    for step in range(1, 60 if stays else 1):
        gate.stay(step / 10)
    assert gate.update(0.3, 6.0) == (not stays)


def test_what_is_remembered_does_not_grow_with_time():
    gate = SharpnessGate()
    gate.update(1.0, 0.0)
    tracemalloc.start()
    for step in range(200_000):
        gate.stay(step / 10)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 100_000
