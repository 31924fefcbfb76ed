"""Crops as reading makes them: pages are rendered, and go through camdigits' own first stages.

What the threshold, the line removal and the area averaging do to a digit is nothing that MNIST
shows; and what else they find on a page (letters, strokes of digits, cells of a grid, grain) is
what the network must learn not to take for a digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.propose import propose, propose_faint
from camdigits.candidates.segment import Candidate, cut_candidate
from camdigits.networks.mnist_form import stack_mnist_forms
from camdigits.training.data.dataset import Digits
from camdigits.training.pages import Page, render_page
from camdigits.training.progress import Progress
from camdigits.training.sets.page_kinds import page_kinds
from camdigits.types import Box

Image = NDArray[np.uint8]

NONE = 10
"""Label of what is no digit."""
DIGIT_IOU = 0.7
"""From this overlap on a candidate is the digit..."""
OTHER_IOU = 0.5
"""...and up to this one it is none; what lies between is left out."""
BAR_ASPECT = 0.35
"""Anything narrower, as width over height, looks like a one whatever it is: no example of none."""
OTHERS_PER_PAGE = 120


@dataclass(frozen=True, slots=True, eq=False)
class Crops:
    """Crops with what they are.

    Attributes:
        images: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0.
        labels: ``(n,) uint8``: 0 to 9, or `NONE`.
    """

    images: Image
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.images)

    @property
    def digits(self) -> Digits:
        """Those that are digits."""
        is_digit = self.labels != NONE
        return Digits(self.images[is_digit], self.labels[is_digit])

    @property
    def others(self) -> Image:
        """``(n, 28, 28) uint8``: those that are none."""
        return np.asarray(self.images[self.labels == NONE])


def propose_all(image: Image) -> list[Candidate]:
    """Return everything on a picture that reading could ever take for a digit, pieces included.

    Args:
        image: ``(height, width, 3) uint8`` BGR.
    """
    gray = cast(Image, cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    whole = [*propose(gray), *propose_faint(gray, "auto")]
    found = [each for each in whole if each.could_be_digit]
    for each in whole:
        found += cut_candidate(each)
    return found


def cut_crops(image: Image) -> tuple[list[Box], Image]:
    """Return what reading takes for possible digits.

    Args:
        image: ``(height, width, 3) uint8`` BGR.

    Returns:
        Boxes in pixels of `image`, and ``(n, 28, 28) uint8`` crops in MNIST form.
    """
    found = propose_all(image)
    return [each.box for each in found], stack_mnist_forms(
        [c.ink for c in found], [c.ink_stroke_px for c in found]
    )


def label_crops(boxes: Sequence[Box], truth: Sequence[tuple[Box, int]]) -> NDArray[np.int16]:
    """Return what each box shows: 0 to 9, `NONE`, or -1 where it shows a digit by half.

    Args:
        boxes: of the candidates.
        truth: box and label of every digit on the page.
    """
    labels = np.full(len(boxes), NONE, np.int16)
    for place, box in enumerate(boxes):
        overlaps = [box.iou(true) for true, _ in truth]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best >= 0 and overlaps[best] >= DIGIT_IOU:
            labels[place] = truth[best][1]
        elif (best >= 0 and overlaps[best] > OTHER_IOU) or box.w < BAR_ASPECT * box.h:
            labels[place] = -1
    return labels


def render_crops(digits: Digits, pages: int, seed: int, progress: Progress) -> Crops:
    """Render pages and cut them up; the same digits, number and seed give the same crops.

    Args:
        digits: what is written on the pages.
        pages: how many are rendered.
        seed: where chance comes from.
        progress: told after every page.
    """

    plan = page_kinds(pages)

    def cut(number: int) -> Crops:
        return _cut(np.random.default_rng([seed, number]), digits, plan[number])

    parts = []
    with ThreadPoolExecutor(max_workers=2) as workers:  # OpenCV and NumPy let go of the lock
        for done, part in enumerate(workers.map(cut, range(pages)), start=1):
            parts.append(part)
            progress.prepare(done, pages)
    return Crops(
        np.concatenate([np.zeros((0, 28, 28), np.uint8), *(part.images for part in parts)]),
        np.concatenate([np.zeros(0, np.uint8), *(part.labels for part in parts)]),
    )


def _cut(rng: np.random.Generator, digits: Digits, plan: tuple[str, tuple[int, int]]) -> Crops:
    page: Page = render_page(rng, digits.images, digits.labels, *plan)
    boxes, images = cut_crops(page.image)
    labels = label_crops(boxes, page.digits)
    others = np.flatnonzero(labels == NONE)
    few = rng.permutation(others)[:OTHERS_PER_PAGE]
    keep = np.concatenate([np.flatnonzero((labels >= 0) & (labels < NONE)), np.sort(few)])
    return Crops(images[keep], labels[keep].astype(np.uint8))
