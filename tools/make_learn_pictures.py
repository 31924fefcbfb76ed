"""Makes the pictures of docs/learn.md from a trained network and a rendered page.

    camdigits train --recipe tutorial --data mnist.npz --out tutorial
    python tools/make_learn_pictures.py --data mnist.npz --model tutorial docs/pictures

The digits are MNIST's; no photo is used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.propose import propose
from camdigits.candidates.segment import Candidate
from camdigits.drawing.text import INK, PAPER, put_mask, text_mask
from camdigits.errors import CamdigitsError, DataError
from camdigits.networks.mnist_form import to_mnist_form
from camdigits.training.data.dataset import Dataset, load_dataset
from camdigits.training.models.keras_classifier import KerasClassifier
from camdigits.training.pages import render_page
from camdigits.training.report.evaluation import Evaluation, measure
from camdigits.training.report.pictures import CURVES, pictures_of_card
from camdigits.training.report.sheets import misread_sheet, sheet
from camdigits.training.sets.base import to_input
from camdigits.types import Box

Image = NDArray[np.uint8]

SIDE_PX = 112
GAP_PX = 12
TEXT_PX = 13
SHOWN = 7
"""The label of the digit whose way through the network is shown."""
PAGE_SEED, PAGE_WH = 5, (640, 480)
MISREAD_ROWS = 3


def main(arguments: list[str] | None = None) -> int:
    """Make the pictures and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="mnist.npz or MNIST's folder")
    parser.add_argument("--model", type=Path, required=True, help="folder that a training wrote")
    parser.add_argument("out", type=Path, help="folder for the pictures")
    options = parser.parse_args(arguments)
    try:
        make_pictures(load_dataset(options.data), options.model, options.out)
    except CamdigitsError as error:
        print(f"make_learn_pictures: {error}", file=sys.stderr)
        return 1
    return 0


def make_pictures(dataset: Dataset, model: Path, out: Path) -> None:
    """Write all pictures into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    network = KerasClassifier(model / "lenet.tflite")
    digit = dataset.test.images[np.flatnonzero(dataset.test.labels == SHOWN)[0]]
    record = network.card.record if network.card else {}
    if CURVES in (drawn := pictures_of_card(record)):
        (out / CURVES).write_bytes(drawn[CURVES])
    pictures = {
        "filters.png": draw_filters(network.model),
        "feature-maps.png": draw_maps(network.model, digit),
        "misread.png": draw_misread(measure(network, dataset.test)),
        "crop-steps.png": draw_steps(dataset),
    }
    for name, picture in pictures.items():
        cv2.imwrite(str(out / name), picture)


def draw_filters(model: Any) -> Image:
    """Draw the kernels of the first layer: white where ink speaks for them, black against."""
    kernels = np.asarray(model.get_layer("conv1").kernel)[:, :, 0]
    return row(
        [(_enlarge(_signed(kernels[:, :, each])), f"filter {each + 1}") for each in range(6)]
    )


def draw_maps(model: Any, digit: Image) -> Image:
    """Draw a digit, and what each stage of the network makes of it."""
    from camdigits.training.models.backend import load_keras

    keras = load_keras()
    names = ("conv1", "pool1", "conv2", "pool2")
    stages = keras.Model(model.inputs, [model.get_layer(name).output for name in names])
    maps = [np.asarray(each)[0] for each in stages.predict(to_input(digit[None]), verbose=0)]
    rows = [row([(_enlarge(digit), "28x28 in")])]
    for name, stage in zip(names, maps, strict=True):
        shown = [_enlarge(_positive(stage[:, :, each])) for each in range(min(6, stage.shape[2]))]
        title = f"{name} {stage.shape[0]}x{stage.shape[1]}"
        rows.append(row([(each, f"{title} {place + 1}") for place, each in enumerate(shown)]))
    return stack(rows)


def draw_misread(evaluation: Evaluation) -> Image:
    """Draw the digits that were misread most certainly."""
    tile_px = 106
    return misread_sheet(evaluation)[: MISREAD_ROWS * tile_px]


def draw_steps(dataset: Dataset) -> Image:
    """Draw one digit of a rendered page at every step to MNIST form, and a plain reduction."""
    rng = np.random.default_rng(PAGE_SEED)
    page = render_page(rng, dataset.train.images, dataset.train.labels, "shadow", PAGE_WH)
    gray = cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY)
    truth, _ = max(page.digits, key=lambda each: each[0].h)
    candidate = _best(gray, truth)
    x, y, w, h = candidate.box.x, candidate.box.y, candidate.box.w, candidate.box.h
    around = page.image[max(0, y - h) : y + 2 * h, max(0, x - 2 * w) : x + 3 * w]
    box = gray[y : y + h, x : x + w]
    plain = cv2.resize(255 - box, (28, 28), interpolation=cv2.INTER_AREA)
    return row(
        [
            (_fit(around), "the page"),
            (_fit(cv2.cvtColor(box, cv2.COLOR_GRAY2BGR)), "grey, cut out"),
            (_fit(cv2.cvtColor(candidate.ink, cv2.COLOR_GRAY2BGR)), "its ink"),
            (_enlarge(to_mnist_form(candidate.ink)), "MNIST form"),
            (_enlarge(plain), "only resized"),
        ]
    )


def _best(gray: Image, truth: Box) -> Candidate:
    """Return the candidate that overlaps most with a box."""

    def overlap(candidate: Candidate) -> float:
        box = candidate.box
        wide = min(box.x + box.w, truth.x + truth.w) - max(box.x, truth.x)
        high = min(box.y + box.h, truth.y + truth.h) - max(box.y, truth.y)
        both = max(0, wide) * max(0, high)
        return both / (box.w * box.h + truth.w * truth.h - both)

    candidates = list(propose(gray))
    if not candidates:
        raise DataError("nothing was found on the rendered page; choose another PAGE_SEED")
    return max(candidates, key=overlap)


def row(pictures: Sequence[tuple[Image, str]]) -> Image:
    """Draw pictures of one size side by side, each with a line below it."""
    tiles = []
    for picture, text in pictures:
        tile = np.full((SIDE_PX + 3 * TEXT_PX, SIDE_PX + GAP_PX, 3), PAPER, np.uint8)
        tile[:SIDE_PX, :SIDE_PX] = picture
        put_mask(tile, text_mask(text, TEXT_PX - 3), (2, SIDE_PX + TEXT_PX // 2), INK)
        tiles.append(tile)
    return sheet(tiles, columns=len(tiles))


def stack(rows: Sequence[Image]) -> Image:
    """Put rows below each other, white where they are shorter than the longest."""
    width = max(each.shape[1] for each in rows)
    picture = np.full((sum(len(each) for each in rows), width, 3), PAPER, np.uint8)
    top = 0
    for each in rows:
        picture[top : top + len(each), : each.shape[1]] = each
        top += len(each)
    return picture


def _enlarge(gray: Image) -> Image:
    large = cv2.resize(gray, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_NEAREST)
    return cv2.cvtColor(large, cv2.COLOR_GRAY2BGR)  # type: ignore[return-value]


def _fit(image: Image) -> Image:
    """Fit a picture into the square, keeping its aspect, on grey."""
    height, width = image.shape[:2]
    scale = SIDE_PX / max(height, width)
    size_wh = (max(1, round(width * scale)), max(1, round(height * scale)))
    fitted = cv2.resize(image, size_wh, interpolation=cv2.INTER_AREA)
    square = np.full((SIDE_PX, SIDE_PX, 3), 200, np.uint8)
    top, left = (SIDE_PX - size_wh[1]) // 2, (SIDE_PX - size_wh[0]) // 2
    square[top : top + size_wh[1], left : left + size_wh[0]] = fitted
    return square


def _signed(values: NDArray[np.float32]) -> Image:
    """Return weights as grey levels: 0 is 128."""
    scaled: Image = np.rint(128 + 127 * values / np.abs(values).max()).astype(np.uint8)
    return scaled


def _positive(values: NDArray[np.float32]) -> Image:
    """Return activations as grey levels: 0 is 0."""
    scaled: Image = np.rint(255 * values / max(float(values.max()), 1e-6)).astype(np.uint8)
    return scaled


if __name__ == "__main__":
    sys.exit(main())
