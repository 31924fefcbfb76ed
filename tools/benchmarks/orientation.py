"""Counts how often the orientation of a page is found, by the number of its digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.samples import load
from camdigits.measuring.pages import Sample
from camdigits.measuring.truth import Truth
from camdigits.page.choose import Detection
from camdigits.page.orientation.turns import TURNS, Orientation, page_score
from camdigits.training.pages import KINDS
from camdigits.types import Box

HEADER = "| pages | digits | n | right as they are | right where turned |\n|---|---|---:|---:|---:|"
CLASSES = ((1, "1"), (2, "2"), (4, "3-4"), (9, "5-9"), (1 << 30, "10 and more"))
"""Most digits of a class, and its name."""
PARTS = (1, 2, 3, 4, 6)
"""Digits on the parts that are cut out of rendered pages."""

# Digits of these can hardly be read, or stand among what is none.
_LEFT_OUT = ("blank", "clutter", "touching")
_ATTEMPTS = 10
_MARGIN = 0.6

Detect = Callable[[np.ndarray], list[Detection]]


def pages(data: Path, count: int) -> Iterator[tuple[str, Iterator[Sample]]]:
    """Yield the sets of pages: photos, and rendered pages with parts of them."""
    yield "photos", load("photos", data, 0)
    yield "rendered", (part for kind in KINDS for part in _rendered(kind, data, count))


def table_rows(detect: Detect, name: str, samples: Iterable[Sample]) -> list[str]:
    """Read every page in the four orientations, and return a set's lines of the table."""
    counts: Counter[str] = Counter()
    right: Counter[tuple[str, bool]] = Counter()
    for sample in samples:
        size = next(name for most, name in CLASSES if len(sample.truth.digits) <= most)
        found = [detect(np.ascontiguousarray(np.rot90(sample.image, -turn))) for turn in range(4)]
        counts[size] += 1
        for needed in range(4):
            # The page as it lies before it is turned `needed` times: its readings change places.
            views = [found[(turn - needed) % 4] for turn in range(4)]
            scores = {
                float(angle): page_score(view) for angle, view in zip(TURNS, views, strict=True)
            }
            right[size, needed > 0] += Orientation("auto").look(scores) == TURNS[needed]
    return [
        f"| {name} | {size} | {count} | {right[size, False] / count:.2f} "
        f"| {right[size, True] / (count * (len(TURNS) - 1)):.2f} |"
        for _, size in CLASSES
        if (count := counts[size])
    ]


def _rendered(kind: str, data: Path, count: int) -> Iterator[Sample]:
    if kind in _LEFT_OUT:
        return
    for place, sample in enumerate(load(kind, data, count)):
        yield sample
        rng = np.random.default_rng([len(kind), place])
        for wanted in PARTS:
            part = cut_part(sample, wanted, rng)
            if part is not None:
                yield part


def cut_part(sample: Sample, wanted: int, rng: np.random.Generator) -> Sample | None:
    """Return a part of a page with so many whole digits that stand side by side, if one is found.

    A part that would cut another digit is not taken.
    """
    boxes = [box for box, _ in sample.truth.digits]
    for _ in range(_ATTEMPTS if len(boxes) >= wanted else 0):
        part = _around(boxes, boxes[rng.integers(len(boxes))], wanted, sample.image.shape)
        touched = [box for box in boxes if box.intersection(part)]
        if len(touched) == wanted and all(box.intersection(part) == box.area for box in touched):
            image = sample.image[part.y : part.bottom, part.x : part.right]
            digits = [
                (Box(box.x - part.x, box.y - part.y, box.w, box.h), label)
                for box, label in sample.truth.digits
                if box in touched
            ]
            return Sample(f"{sample.name}-{wanted}", image, Truth(tuple(digits)))
    return None


def _around(boxes: Sequence[Box], first: Box, wanted: int, shape: tuple[int, ...]) -> Box:
    """Return the box around a digit and its nearest neighbours, those beside it first."""

    def distance(box: Box) -> float:
        (x, y), (first_x, first_y) = box.center, first.center
        return (x - first_x) ** 2 / 9 + (y - first_y) ** 2

    around = first
    for box in sorted(boxes, key=distance)[:wanted]:
        around = around.union(box)
    margin = int(_MARGIN * first.h)
    wide = Box(around.x - margin, around.y - margin, around.w + 2 * margin, around.h + 2 * margin)
    return wide.clipped(Box(0, 0, shape[1], shape[0]))
