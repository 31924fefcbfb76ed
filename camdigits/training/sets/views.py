"""Views of candidates as reading makes them, with the verdict that a page's truth gives on each."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.segment import Candidate
from camdigits.candidates.suppression import area, iou, shared_area
from camdigits.networks.classifier import Classifier
from camdigits.networks.judge import stack_views
from camdigits.networks.mnist_form import stack_mnist_forms
from camdigits.networks.model_card import VERDICTS
from camdigits.training.data.dataset import Digits
from camdigits.training.pages import render_page
from camdigits.training.progress import Progress
from camdigits.training.sets.crops import propose_all
from camdigits.types import Box

PART, SEVERAL, OTHER = (VERDICTS.index(name) for name in ("part", "several", "other"))
UNCLEAR = -1
"""A candidate that shows a digit by half: no example of anything."""

DIGIT_IOU = 0.7
"""From this overlap on a candidate is the digit..."""
OTHER_IOU = 0.55
"""...and up to this one it is none."""
MOSTLY = 0.6
"""Share of its area from which on a box lies in another one."""
PER_PAGE = 90
"""Examples of each verdict but "digit" that a page gives at most."""

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """Views with what they show.

    Attributes:
        images: ``(n, 40, 40, 3) uint8``; see `camdigits.networks.judge.stack_views`.
        verdicts: ``(n,) uint8``, places in `camdigits.networks.model_card.VERDICTS`.
    """

    images: Image
    verdicts: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.images)


def give_verdicts(boxes: Sequence[Box], truth: Sequence[tuple[Box, int]]) -> NDArray[np.int8]:
    """Return what each box shows: a place in `VERDICTS`, or `UNCLEAR`.

    Args:
        boxes: of the candidates.
        truth: box and label of every digit on the page.
    """
    verdicts = np.full(len(boxes), OTHER, np.int8)
    if not boxes or not truth:
        return verdicts
    own, true = (
        np.array([box.as_list() for box in them], np.float64)
        for them in (boxes, [box for box, _ in truth])
    )
    shared, overlaps = shared_area(own, true), iou(own, true)
    best = overlaps.max(axis=1)
    verdicts[(shared / area(own)[:, None]).max(axis=1) > MOSTLY] = PART
    verdicts[(shared / area(true) > MOSTLY).sum(axis=1) >= 2] = SEVERAL
    verdicts[best > OTHER_IOU] = UNCLEAR
    labels = np.array([label for _, label in truth], np.int8)
    is_whole = best >= DIGIT_IOU
    verdicts[is_whole] = labels[overlaps[is_whole].argmax(axis=1)]
    return verdicts


def is_digit(verdicts: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """Mark the verdicts that say one whole digit."""
    return np.asarray((verdicts >= 0) & (verdicts < PART))


def render_views(
    digits: Digits,
    plan: Sequence[tuple[str, tuple[int, int]]],
    seed: int,
    classifier: Classifier,
    progress: Progress,
) -> Views:
    """Render pages and look at what is proposed on them.

    The same digits, plan, seed and classifier give the same views.

    Args:
        digits: what is written on the pages.
        plan: kind and (width, height) of each page.
        seed: where chance comes from.
        classifier: of what is no digit, half of what is shown is what it is surest of.
        progress: told after every page.
    """

    def look(number: int) -> tuple[list[Candidate], Image, NDArray[np.int8]]:
        rng = np.random.default_rng([seed, number])
        page = render_page(rng, digits.images, digits.labels, *plan[number])
        found = propose_all(page.image)
        verdicts = give_verdicts([each.box for each in found], page.digits)
        return (
            found,
            stack_mnist_forms([c.ink for c in found], [c.ink_stroke_px for c in found]),
            verdicts,
        )

    images, verdicts = [np.zeros((0, 40, 40, 3), np.uint8)], [np.zeros(0, np.uint8)]
    with ThreadPoolExecutor(max_workers=2) as workers:  # OpenCV and NumPy let go of the lock
        for done, (found, crops, given) in enumerate(workers.map(look, range(len(plan))), start=1):
            rng = np.random.default_rng([seed, done, 1])
            kept = _choose(rng, given, classifier(crops).max(axis=1))
            images.append(stack_views([found[place] for place in kept]))
            verdicts.append(given[kept].astype(np.uint8))
            progress.prepare(done, len(plan))
    return Views(np.concatenate(images), np.concatenate(verdicts))


def _choose(
    rng: np.random.Generator, verdicts: NDArray[np.int8], confidence: NDArray[np.float32]
) -> NDArray[np.intp]:
    """Return all digits, and of each other verdict the most confusing ones and some by chance."""
    kept = [np.flatnonzero(is_digit(verdicts))]
    for verdict in (PART, SEVERAL, OTHER):
        places = np.flatnonzero(verdicts == verdict)
        surest = places[np.argsort(-confidence[places], kind="stable")]
        rest = rng.permutation(surest[PER_PAGE // 2 :])
        kept += [surest[: PER_PAGE // 2], rest[: PER_PAGE // 2]]
    return np.concatenate(kept)
