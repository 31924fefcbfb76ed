"""The sets of pictures that are measured, each with its truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.closeups import CLOSEUPS, render_closeup
from benchmarks.rulings import RULINGS, Digits, render_ruling
from benchmarks.shapes import SHAPES, render_shape
from camdigits.measuring.pages import Sample, labelled_pictures, read_picture
from camdigits.measuring.truth import Truth, load_truth
from camdigits.training.data.dataset import load_dataset
from camdigits.training.pages import KINDS, render_page

ALL_PAGES = "pages"
"""Stands for the rendered pages of every kind."""

# Training digits that no training run sees: the pages are for choosing, not for the last word.
_HELD_BACK = 55_000
# A fixed sample that takes a minute instead of ten.
_CHEQUES = 120
# Their seeds stay when kinds of rendered pages are added.
_RULINGS_FROM = 25
_SHAPES_FROM = 50
_CLOSEUPS_FROM = 100
SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}


PHOTOS = ("photos", "photos2")
NEGATIVES = ("negatives", "negatives2")
"""Folders of pictures with their truth, and of pictures without a digit."""

NUMBERED = ("rows", "sums", "words", "cells", "scene", "marks", "ledger", "struck", "tables")
"""Rendered pages on which people write numbers of many kinds."""

SETS: tuple[str, ...] = (
    *PHOTOS,
    *NEGATIVES,
    "cheques",
    *KINDS,
    *RULINGS,
    *SHAPES,
    *CLOSEUPS,
)
"""Names of all sets, in the order of the table."""


def chosen(only: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of the sets asked for, in the order of the table; None asks for all."""
    if only is None:
        return SETS
    wanted = set(only)
    if ALL_PAGES in wanted:
        wanted.update(KINDS, RULINGS, CLOSEUPS)
    return tuple(name for name in SETS if name in wanted)


def load(name: str, data: Path, pages: int) -> Iterator[Sample]:
    """Yield the samples of a set; none if the data folder does not have it.

    Args:
        name: one of `SETS`.
        data: folder with mnist/, others/orand-car/, `PHOTOS` and `NEGATIVES`.
        pages: how many pages of a kind are rendered.

    Raises:
        DataError: if a truth or a picture that it names cannot be read.
    """
    if name in PHOTOS:
        return _labelled(data / name, every=1)
    if name in NEGATIVES:
        return _without_digits(data / name)
    if name == "cheques":
        folder = data / "others" / "orand-car"
        count = len(load_truth(folder / "truth.json")) if folder.is_dir() else 0
        return _labelled(folder, every=max(1, count // _CHEQUES))
    return _rendered(name, data / "mnist", pages)


def _labelled(folder: Path, every: int) -> Iterator[Sample]:
    return labelled_pictures(folder, every) if folder.is_dir() else iter(())


def _without_digits(folder: Path) -> Iterator[Sample]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in SUFFIXES:
            yield Sample(path.name, read_picture(path), Truth())


def _rendered(kind: str, mnist: Path, pages: int) -> Iterator[Sample]:
    if not mnist.exists():
        return
    digits = load_dataset(mnist).train
    images, labels = digits.images[_HELD_BACK:], digits.labels[_HELD_BACK:]
    for seed in range(pages):
        if kind in RULINGS:
            place = _RULINGS_FROM + list(RULINGS).index(kind)
            rng = np.random.default_rng([place, seed])
            yield render_ruling(rng, Digits(images, labels), kind, f"{kind}-{seed}")
            continue
        if kind in SHAPES:
            rng = np.random.default_rng([_SHAPES_FROM + SHAPES.index(kind), seed])
            yield render_shape(rng, Digits(images, labels), kind, seed)
            continue
        if kind in CLOSEUPS:
            rng = np.random.default_rng([_CLOSEUPS_FROM + list(CLOSEUPS).index(kind), seed])
            yield render_closeup(rng, Digits(images, labels), kind, f"{kind}-{seed}")
            continue
        rng = np.random.default_rng([KINDS.index(kind), seed])
        page = render_page(rng, images, labels, kind)
        yield Sample(f"{kind}-{seed}", page.image, Truth(page.digits, numbers=page.numbers))
