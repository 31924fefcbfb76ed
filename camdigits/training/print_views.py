"""Views of handwritten digits and of print, from rendered pages, as the print detector sees them.

Both go through the same cameras and lie on the same grounds, often on one page.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.networks.print_detector import stack_print_views
from camdigits.training.data.dataset import Digits
from camdigits.training.pages import render_page
from camdigits.training.pages.printing.forms import FormPage, render_form
from camdigits.training.pages.printing.typefaces import Families
from camdigits.training.progress import Progress
from camdigits.types import Box

HAND, PRINT = 0, 1
LOOKALIKES = frozenset("IlOoQDSZBbgqizTCG|/)(GAsy")
"""What else than digits is read as one."""
LETTERS_PER_PAGE = 15
"""Other letters of a page that are learnt from at most..."""
PRINTED_PER_PAGE = 70
"""...and digits and what looks like them."""
JITTER = 0.05
"""How far an edge of a box lies from where reading would see it, as a share of its height."""
LEAST_PX = 11
"""Lower print is not read."""

# Everything that is written on, each as often as it stands here; every second page is a form.
_KINDS: tuple[tuple[str, tuple[int, int]], ...] = (
    ("plain", (960, 540)),
    ("rows", (960, 540)),
    ("sums", (960, 540)),
    ("scene", (960, 540)),
    ("words", (960, 540)),
    ("cells", (960, 540)),
    ("marker", (960, 540)),
    ("ruled", (960, 540)),
    ("pale", (960, 540)),
    ("scene", (1280, 720)),
    ("squared", (960, 540)),
    ("strings", (960, 540)),
    ("ledger", (960, 540)),
    ("blackboard", (960, 540)),
    ("tilted", (960, 540)),
    ("dim", (960, 540)),
    ("small", (640, 480)),
    ("touching", (640, 480)),
    ("tight", (640, 360)),
    ("marks", (960, 540)),
    ("blur", (640, 360)),
    ("bleed", (960, 540)),
)
_FORM_SIZES = ((960, 540), (640, 480), (1280, 720), (720, 960))


@dataclass(frozen=True, slots=True, eq=False)
class PrintViews:
    """Views with what they show.

    Attributes:
        images: ``(n, 40, 40, 2) uint8``; see `camdigits.networks.print_detector.stack_print_views`.
        writings: ``(n,) uint8``, `HAND` or `PRINT`.
        pages: ``(n,) int32``, number of the page that each is of.
    """

    images: NDArray[np.uint8]
    writings: NDArray[np.uint8]
    pages: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.images)


def render_print_page(
    rng: np.random.Generator, number: int, digits: Digits, families: Families
) -> FormPage:
    """Return a page: each second one a form, the others written by hand alone.

    Args:
        rng: every choice comes from it.
        number: of the page, from 0; says what kind it is.
        digits: what is written by hand.
        families: the fonts of what is printed.
    """
    if number % 2:
        size_wh = _FORM_SIZES[number // 2 % len(_FORM_SIZES)]
        return render_form(rng, digits.images, digits.labels, families, size_wh)
    kind, size_wh = _KINDS[number // 2 % len(_KINDS)]
    page = render_page(rng, digits.images, digits.labels, kind, size_wh)
    return FormPage(page.image, page.digits, ())


def render_print_views(
    digits: Digits, families: Families, pages: int, seed: int, progress: Progress
) -> PrintViews:
    """Render pages and look at their digits, and at the print that is read as digits.

    The same arguments give the same views.

    Args:
        digits: what is written by hand.
        families: the fonts of what is printed.
        pages: how many are rendered.
        seed: where chance comes from.
        progress: told after every page.
    """

    def render(number: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        rng = np.random.default_rng([seed, number])
        return _views_of(rng, render_print_page(rng, number, digits, families))

    images, writings, numbers = [np.zeros((0, 40, 40, 2), np.uint8)], [], []
    with ThreadPoolExecutor(max_workers=2) as workers:  # OpenCV and NumPy let go of the lock
        for done, (seen, given) in enumerate(workers.map(render, range(pages)), start=1):
            images.append(seen)
            writings.append(given)
            numbers.append(np.full(len(given), done - 1, np.int32))
            progress.prepare(done, pages)
    return PrintViews(np.concatenate(images), np.concatenate(writings), np.concatenate(numbers))


def _views_of(
    rng: np.random.Generator, page: FormPage
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    gray = np.asarray(cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY), np.uint8)
    printed = [(box, sign) for box, sign in page.printed if box.h >= LEAST_PX]
    like, others = (
        [box for box, sign in printed if (sign.isdecimal() or sign in LOOKALIKES) == is_like]
        for is_like in (True, False)
    )
    few = _some(rng, like, PRINTED_PER_PAGE) + _some(rng, others, LETTERS_PER_PAGE)
    boxes = [_jittered(rng, box, gray) for box in [*(box for box, _ in page.hand), *few]]
    writings = np.array([HAND] * len(page.hand) + [PRINT] * len(few), np.uint8)
    return stack_print_views(gray, boxes), writings


def _some(rng: np.random.Generator, boxes: list[Box], most: int) -> list[Box]:
    return [boxes[place] for place in np.sort(rng.permutation(len(boxes))[:most])]


def _jittered(rng: np.random.Generator, box: Box, plane: NDArray[np.uint8]) -> Box:
    left, top, right, bottom = np.rint(
        np.array([box.x, box.y, box.right, box.bottom]) + rng.normal(0.0, JITTER * box.h, 4)
    ).astype(int)
    bounds = Box(0, 0, plane.shape[1], plane.shape[0])
    x, y = min(max(0, int(left)), bounds.w - 1), min(max(0, int(top)), bounds.h - 1)
    return Box(x, y, max(1, int(right) - x), max(1, int(bottom) - y)).clipped(bounds)
