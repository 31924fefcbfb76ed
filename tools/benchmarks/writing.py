"""Counts how often print is told from handwriting, on rendered pages and on photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.samples import SUFFIXES
from camdigits.measuring.pages import TRUTH_NAME, labelled_pictures, read_picture
from camdigits.training.data.dataset import load_dataset
from camdigits.training.pages.printing.forms import FormPage
from camdigits.training.pages.printing.typefaces import load_typefaces
from camdigits.training.print_views import render_print_page
from camdigits.types import Box, Reading

HEADER = (
    "| pictures | by hand | called print | printed | called print | neither | called print |\n"
    "|---|---:|---:|---:|---:|---:|---:|"
)
LEAST_IOU = 0.4
"""From this overlap on what was read is what stands there..."""
MOSTLY = 0.6
"""...or for print, of which letters run together, this share of it."""
SEED = 78

Read = Callable[[np.ndarray], Reading]


def rows(data: Path, fonts: Path | None, count: int, read: Read) -> Iterator[str]:
    """Yield the lines of the table.

    Args:
        data: folder with what there is of mnist/, photos/, photos2/, negatives/ and negatives2/.
        fonts: of what is printed on rendered pages; None renders none.
        count: of rendered pages, of which each second one is a form.
        read: reads a picture.
    """
    if fonts is not None:
        pages = _rendered(data, fonts, count)
        yield _row("rendered, with these fonts", _told(read, pages))
    for name in ("photos", "photos2", "negatives", "negatives2"):
        if (data / name).is_dir():
            yield _row(name, _told(read, _pictures(data / name)))


def _pictures(folder: Path) -> Iterator[FormPage]:
    """Yield labelled pictures, whose digits are taken to be written by hand, or others."""
    if (folder / TRUTH_NAME).exists():
        for sample in labelled_pictures(folder, 1):
            hand = tuple((box, 0) for box, _ in sample.truth.digits)
            yield FormPage(sample.image, hand, ())
        return
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in SUFFIXES:
            yield FormPage(read_picture(path), (), ())


def _rendered(data: Path, fonts: Path, count: int) -> Iterator[FormPage]:
    digits, families = load_dataset(data / "mnist").test, load_typefaces(fonts)
    for number in range(count):
        yield render_print_page(np.random.default_rng([SEED, number]), number, digits, families)


def _told(read: Read, pages: Iterator[FormPage]) -> Counter[tuple[str, bool]]:
    counts: Counter[tuple[str, bool]] = Counter()
    for page in pages:
        for digit in read(page.image).digits:
            counts[_kind(digit.box, page), digit.writing == "print"] += 1
    return counts


def _kind(box: Box, page: FormPage) -> str:
    by_hand = max((box.iou(hand) for hand, _ in page.hand), default=0.0)
    printed = max((box.iou(its) for its, _ in page.printed), default=0.0)
    if by_hand >= max(LEAST_IOU, printed):
        return "hand"
    inside = max((box.intersection(its) / box.area for its, _ in page.printed), default=0.0)
    return "print" if printed >= LEAST_IOU or inside >= MOSTLY else "neither"


def _row(name: str, counts: Counter[tuple[str, bool]]) -> str:
    cells = [
        f"{counts[kind, True] + counts[kind, False]} | {counts[kind, True]}"
        for kind in ("hand", "print", "neither")
    ]
    return f"| {name} | {' | '.join(cells)} |"
