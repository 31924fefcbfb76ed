"""Measures weights crop by crop: are digits named rightly, and does what is none stay unread?

Nothing here was trained on; the photos and the validation digits are for choosing, the other
hands (USPS, Semeion, ARDIS) are not.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.samples import load
from camdigits.measuring.pages import Sample
from camdigits.measuring.truth import Truth
from camdigits.networks.mnist_form import stack_mnist_forms
from camdigits.training.data.dataset import load_dataset
from camdigits.training.progress import NoProgress
from camdigits.training.sets.crops import BAR_ASPECT, cut_crops, render_crops
from camdigits.training.settings import TrainSettings
from camdigits.training.trainer import split
from camdigits.types import Box

Image = NDArray[np.uint8]
Classify = Callable[[Image], NDArray[np.float32]]

HEADER = (
    "| crops | n | label right | at or above the threshold | at or above 0.99 |\n"
    "|---|---:|---:|---:|---:|"
)
FOUND_IOU = 0.5
"""A digit of a photo counts as proposed from this overlap on."""
APART_IOU = 0.3
"""Below this overlap with every digit a candidate shows something else."""
OTHER_HANDS = ("usps_test", "usps_train", "semeion", "ardis_test", "ardis_train")
_PAGES = 64
# A page of a book and a logo show printed digits or what passes for them.
_NO_EXAMPLES = ("page", "text", "logo", "chessboard_RGB", "multipage", "multipage_rgb")


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """Crops of one origin.

    Attributes:
        name: of the origin.
        images: ``(n, 28, 28) uint8`` in MNIST form.
        labels: ``(n,)``, 0 to 9; None where no crop is a digit.
    """

    name: str
    images: Image
    labels: NDArray[np.integer] | None = None


def exams(data: Path, settings: TrainSettings) -> Iterator[Exam]:
    """Yield what there is to measure with in a folder.

    Args:
        data: folder with mnist/, photos/, negatives/ and others/, as far as they are there.
        settings: those of the weights: they say which digits were held back.
    """
    if (data / "mnist").exists():
        _, validation = split(load_dataset(data / "mnist").train, settings)
        yield Exam("validation digits", validation.images, validation.labels)
        crops = render_crops(validation, _PAGES, settings.seed + 1, NoProgress())
        yield Exam("digits of rendered pages", crops.digits.images, crops.digits.labels)
        yield Exam("other things on rendered pages", crops.others)
    yield from _of_photos(list(load("photos", data, 0)))
    for name in OTHER_HANDS:
        path = data / "others" / f"{name}.npz"
        if path.is_file():
            yield other_hand(name, path)
    yield _without_digits("pictures without digits", load("negatives", data, 0))
    yield _without_digits("scikit-image's pictures", _scikit_image())


def table_row(exam: Exam, classify: Classify, threshold: float) -> str:
    """Return the exam's line of the table that `HEADER` begins."""
    if not len(exam.images):
        return f"| {exam.name} | 0 | | | |"
    probabilities = classify(exam.images)
    confidence = probabilities.max(axis=1)
    right = ""
    if exam.labels is not None:
        right = f"{(probabilities.argmax(axis=1) == exam.labels).mean():.2%}"
    passed, sure = (f"{(confidence >= limit).mean():.2%}" for limit in (threshold, 0.99))
    return f"| {exam.name} | {len(exam.images)} | {right} | {passed} | {sure} |"


def _of_photos(photos: Sequence[Sample]) -> Iterator[Exam]:
    """Yield the digits of photos that reading proposes, and what else it proposes there."""
    crops: list[Image] = []
    labels: list[int] = []
    others: list[Image] = []
    for photo in photos:
        boxes, images = cut_crops(photo.image)
        for true, label in photo.truth.digits:
            overlaps = [true.iou(box) for box in boxes]
            if overlaps and max(overlaps) >= FOUND_IOU:
                crops.append(images[int(np.argmax(overlaps))])
                labels.append(label)
        others += [
            image for box, image in zip(boxes, images, strict=True) if is_other(photo.truth, box)
        ]
    count = sum(len(photo.truth.digits) for photo in photos)
    if count:
        share = f"{len(crops) / count:.2%}"
        yield Exam(
            f"digits of photos ({share} of {count} proposed)", _stack(crops), np.array(labels)
        )
        yield Exam("other things on photos", _stack(others))


def is_other(truth: Truth, box: Box) -> bool:
    """Say whether a candidate shows no digit for sure; an upright bar may always be a one."""
    region, marked = truth.region, [*(true for true, _ in truth.digits), *truth.ignored]
    is_known = region is None or region.iou(region.union(box)) == 1
    is_apart = all(box.iou(each) < APART_IOU for each in marked)
    return is_known and is_apart and box.w >= BAR_ASPECT * box.h


def _without_digits(name: str, samples: Iterator[Sample]) -> Exam:
    found: list[Image] = []
    for sample in samples:
        boxes, images = cut_crops(sample.image)
        found += [im for box, im in zip(boxes, images, strict=True) if is_other(Truth(), box)]
    return Exam(name, _stack(found))


def other_hand(name: str, path: Path) -> Exam:
    """Return the digits of an ``.npz`` with arrays ``x`` and ``y``, in MNIST form."""
    with np.load(path, allow_pickle=False) as arrays:
        x, y = arrays["x"].astype(np.float32), arrays["y"]
    ink = np.clip(x * (255 / x.max()), 0, 255).astype(np.uint8)
    return Exam(name, stack_mnist_forms(list(ink)), y)


def _scikit_image() -> Iterator[Sample]:
    """Yield the pictures that scikit-image's wheel carries; none if it is not installed."""
    spec = importlib.util.find_spec("skimage")
    if spec is None or spec.origin is None:
        return
    for path in sorted((Path(spec.origin).parent / "data").glob("*.*g")):
        image = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if image is not None and path.stem not in _NO_EXAMPLES:
            yield Sample(path.name, np.asarray(image, np.uint8), Truth())


def _stack(images: Sequence[Image]) -> Image:
    return np.stack(images) if images else np.zeros((0, 28, 28), np.uint8)
