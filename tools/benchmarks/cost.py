"""What reading one frame costs, counted in yardsticks: what any contour loop does before it reads.

Both are processor time of one thread in the same run, so that a busy machine matters little.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits import Recognizer
from camdigits.training.data.dataset import load_dataset
from camdigits.training.pages import render_page

Image = NDArray[np.uint8]

DIGITS = (27, 33)
"""Fewest and most digits of the page that is read."""
RUNS = 15
_HELD_BACK = 55_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading a frame costs.

    Attributes:
        digits: on the page.
        yardstick_ms: grey, adaptive threshold and contours of the same frame.
        still: yardsticks that reading it as a still takes.
        fast: and as a frame of a video, all of it searched.
    """

    digits: int
    yardstick_ms: float
    still: float
    fast: float


def measure_cost(mnist: Path) -> Cost:
    """Read a 1280x720 page of numbers in rows.

    Args:
        mnist: what `load_dataset` takes.
    """
    digits = load_dataset(mnist).train
    images, labels = digits.images[_HELD_BACK:], digits.labels[_HELD_BACK:]
    pages = (render_page(np.random.default_rng(seed), images, labels, "rows") for seed in range(99))
    page = next(page for page in pages if DIGITS[0] <= len(page.digits) <= DIGITS[1])
    recognizer = Recognizer()
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yardstick_ms = fastest_ms(lambda: yardstick(page.image), 3 * RUNS)
        still, fast = (
            fastest_ms(lambda fast=fast: recognizer.detect(page.image, fast=fast)) / yardstick_ms
            for fast in (False, True)
        )
    finally:
        cv2.setNumThreads(threads)
    return Cost(len(page.digits), yardstick_ms, still, fast)


def cost_line(cost: Cost) -> str:
    """Return the costs as a sentence."""
    return (
        f"One 1280x720 frame with {cost.digits} digits, one thread: as a still {cost.still:.1f} "
        f"yardsticks, fast {cost.fast:.1f} (a yardstick took {cost.yardstick_ms:.2f} ms)."
    )


def yardstick(image: Image) -> object:
    """Do what every contour loop begins with."""
    gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    mean = cv2.ADAPTIVE_THRESH_MEAN_C
    ink = cv2.adaptiveThreshold(gray, 255, mean, cv2.THRESH_BINARY_INV, 31, 10)
    return cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)


def fastest_ms(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the processor time of the fastest of some runs, in milliseconds."""
    work()
    times = []
    for _ in range(runs):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return 1e3 * min(times)
