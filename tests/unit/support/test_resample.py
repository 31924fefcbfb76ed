"""Which calls may bring pictures to other sizes where that decides what is read."""

from __future__ import annotations

import ast
from pathlib import Path

import cv2
import numpy as np
import pytest

import camdigits
from camdigits.support.resample import EXACT_PX, average, interpolate, resample

PACKAGE = Path(camdigits.__file__).parent

CALLS = {
    "getRectSubPix",
    "linearPolar",
    "logPolar",
    "pyrDown",
    "pyrUp",
    "remap",
    "resize",
    "undistort",
    "warpAffine",
    "warpPerspective",
    "warpPolar",
}
"""What of OpenCV computes pixels between pixels."""
SHOWING = {
    "drawing/debug_view",
    "drawing/text",
    "measuring/outcome_pictures",
    "sinks/pictures/fit",
    "sinks/tables/pages",
    "video/propagation",  # boxes between two readings
    "web/api/picture",
    "web/forms/drawing",
    "web/streams/broadcast",
    "window/display",
    "window/placement",
    "window/teaching_mode",
}
"""Modules that only bring pictures to the size in which somebody looks at them."""
ALLOWED = {
    "support/resample": {"resize INTER_AREA", "resize INTER_LINEAR_EXACT"},
    "ink/binarize": {"resize INTER_NEAREST"},
    "candidates/propose": {"resize INTER_CUBIC"},  # by whole factors, which agrees
    "ink/colour": {"resize INTER_NEAREST", "resize INTER_LINEAR_EXACT"},
    "ink/glare": {"resize INTER_NEAREST"},
    "video/change/detection": {"warpAffine INTER_LINEAR | WARP_INVERSE_MAP"},
}
"""What reading may call: it gave the same on x86 and 64-bit Arm."""
UNTRIED = {
    "page/orientation/warp": {"warpPerspective as OpenCV likes"},
    "forms/sheet/alignment": {
        "resize INTER_AREA",
        "remap as OpenCV likes",
        "getRectSubPix as OpenCV likes",
    },
    "forms/sheet/crops": {"resize INTER_CUBIC"},
    "forms/sheet/reference": {"resize INTER_AREA", "warpPerspective as OpenCV likes"},
    "forms/still": {"resize INTER_AREA"},
    "video/memory/paper": {"warpAffine INTER_NEAREST"},
}
"""What it calls of pages that lie turned, of forms, and of what covers a page that moves, alone;
it was not tried on Arm."""


def calls_in(source: str) -> set[str]:
    """Return the calls that bring pictures to other sizes, each with its interpolation."""
    return {
        f"{node.func.attr} {_how(node)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CALLS
    }


def _how(call: ast.Call) -> str:
    named = [word.value for word in call.keywords if word.arg in ("interpolation", "flags")]
    return ast.unparse(named[0]).replace("cv2.", "") if named else "as OpenCV likes"


READING = {
    name: path
    for path in sorted(PACKAGE.rglob("*.py"))
    if (name := path.relative_to(PACKAGE).with_suffix("").as_posix()) not in SHOWING
    and not name.startswith("training/")
}


@pytest.mark.parametrize("name", READING)
def test_reading_calls_what_agrees_on_all_machines(name: str) -> None:
    used = calls_in(READING[name].read_text("utf-8"))

    assert used == ALLOWED.get(name, set()) | UNTRIED.get(name, set()), (
        "use camdigits.support.resample, or try tools/try_arm64.py"
    )


@pytest.mark.parametrize("name", sorted(SHOWING))
def test_modules_that_show_are_there(name: str) -> None:
    assert (PACKAGE / name).with_suffix(".py").exists()


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("cv2.resize(a, (3, 4))", "resize as OpenCV likes"),
        ("cv2.resize(a, size, interpolation=cv2.INTER_LINEAR)", "resize INTER_LINEAR"),
        ("b = cv2.resize(a, size, interpolation=how)[1:]", "resize how"),
        ("cv2.warpAffine(a, m, (3, 4), flags=cv2.INTER_CUBIC)", "warpAffine INTER_CUBIC"),
        ("cv2.pyrDown(a)", "pyrDown as OpenCV likes"),
    ],
)
def test_a_call_that_may_differ_is_seen(source: str, call: str) -> None:
    assert calls_in(source) == {call}
    assert not any(call in allowed for allowed in ALLOWED.values())


def test_smaller_is_averaged_and_larger_interpolated() -> None:
    plane = np.array([[0, 100], [100, 200]], np.uint8)

    assert resample(plane, (1, 1)).tolist() == [[100]]
    assert resample(plane, (2, 2)).tolist() == plane.tolist()
    assert resample(plane, (4, 2)).tolist() == [[0, 25, 75, 100], [100, 125, 175, 200]]


@pytest.mark.parametrize("size_wh", [(40, 30), (33, 45), (97, 61), (19, 23)])
def test_interpolation_is_right_to_a_level_and_on_the_mean(size_wh: tuple[int, int]) -> None:
    plane = np.random.default_rng(1).integers(0, 256, (30, 40), np.uint8)

    right = cv2.resize(plane.astype(np.float64), size_wh, interpolation=cv2.INTER_LINEAR)

    off = interpolate(plane, size_wh) - right
    assert np.abs(off).max() < 1
    assert abs(off.mean()) < 0.05  # INTER_LINEAR: 0.12 to 0.14 too dark


@pytest.mark.parametrize(
    ("shape", "size_wh"),
    [
        ((8, 6), (3, 4)),  # whole steps, by OpenCV
        ((8, 6), (4, 5)),
        ((45, 33), (15, 20)),
        ((79, 79), (40, 40)),
        ((3, 200), (80, 1)),
        ((30, 8), (8, 20)),  # one side stays
        ((257, 255), (80, 79)),
        ((255, 257), (2, 1)),
    ],
)
@pytest.mark.parametrize("values", [(0, 256), (0, 2)], ids=["grey", "bilevel"])
def test_averages_are_means(
    shape: tuple[int, int], size_wh: tuple[int, int], values: tuple[int, int]
) -> None:
    plane = np.random.default_rng(2).integers(*values, shape, np.uint8)
    if values[1] == 2:
        plane *= np.uint8(255)
    width, height = size_wh

    # Each old pixel cut in so many that new ones are whole, in integers.
    fine = plane.repeat(height, 0).repeat(width, 1).astype(np.int64)
    sums = fine.reshape(height, shape[0], width, shape[1]).sum(axis=(1, 3))

    mean = average(plane, size_wh)
    assert mean.dtype == np.uint8
    assert np.array_equal(mean, (2 * sums + plane.size) // (2 * plane.size))


def test_largest_plane_that_is_averaged_exactly_is_exact_when_white() -> None:
    white = np.full((EXACT_PX // 32, 32), 255, np.uint8)

    assert (average(white, (31, 63)) == 255).all()


def test_large_planes_are_averaged_to_a_level() -> None:
    plane = np.random.default_rng(3).integers(0, 256, (300, 400), np.uint8)

    exact = cv2.resize(plane.astype(np.float64), (123, 77), interpolation=cv2.INTER_AREA)

    assert np.abs(average(plane, (123, 77)) - exact).max() <= 0.51


def test_averaging_to_a_larger_size_is_left_to_opencv() -> None:
    plane = np.array([[0, 255], [255, 0]], np.uint8)

    assert average(plane, (4, 4)).shape == (4, 4)
