"""Reads labelled pictures and counts what was read rightly."""

from __future__ import annotations

import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.errors import DataError, SourceError
from camdigits.measuring import scoring
from camdigits.measuring.scoring import Score
from camdigits.measuring.truth import LabelledBox, Truth, load_truth
from camdigits.sources import open_source
from camdigits.support.paths import is_file
from camdigits.types import DOUBT, Box, Frame, Reading

if TYPE_CHECKING:
    from camdigits.types import Image

    Read = Callable[..., Reading]
    """Takes a picture and, where that is not 1, the width of its pixels over their height."""

TRUTH_NAME = "truth.json"

_PAGE = re.compile(r"(.+), page ([1-9][0-9]{0,8})", re.DOTALL)
"""What a page is called, as in text output."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A picture with its truth.

    Attributes:
        name: of the picture.
        image: ``(height, width, 3) uint8``, BGR.
        truth: what stands on it.
        pixel_aspect: width of a pixel over its height.
    """

    name: str
    image: Image
    truth: Truth
    pixel_aspect: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of one picture.

    Attributes:
        name: of the picture.
        score: counts of its digits.
        numbers: how many of its numbers were read wholly right, and how many there are.
        seconds: that reading took.
        megapixels: size of the picture.
        read: box and label of every digit that was read.
        whole: counts of its numbers; nothing where the truth names none.
        drawing: a small picture with what was read, missed and misread, ``uint8`` BGR; None if
            it was not drawn.
    """

    name: str
    score: Score
    numbers: tuple[int, int]
    seconds: float
    megapixels: float
    read: tuple[LabelledBox, ...]
    drawing: Image | None = None
    whole: Score = field(default_factory=Score)


@dataclass(frozen=True, slots=True)
class SetResult:
    """What came of the pictures of one set."""

    name: str
    pictures: tuple[Outcome, ...]

    @property
    def score(self) -> Score:
        """Counts over all pictures."""
        return scoring.total(one.score for one in self.pictures)

    @property
    def mean_f1(self) -> float:
        """Mean of the pictures' F1, 0 to 1."""
        return scoring.mean_f1([one.score for one in self.pictures])

    @property
    def numbers(self) -> tuple[int, int]:
        """How many numbers were read wholly right, and how many the truth names."""
        return (
            sum(one.numbers[0] for one in self.pictures),
            sum(one.numbers[1] for one in self.pictures),
        )

    @property
    def whole(self) -> Score:
        """Counts of whole numbers over the pictures whose truth names them."""
        return scoring.total(one.whole for one in self.pictures)

    @property
    def numbers_right(self) -> float | None:
        """Share of numbers read wholly right, 0 to 1; None where the truth has no numbers."""
        right, count = self.numbers
        return right / count if count else None

    @property
    def ms_per_megapixel(self) -> float:
        """Median over the pictures."""
        return 1e3 * statistics.median(one.seconds / one.megapixels for one in self.pictures)

    def worst_first(self) -> list[Outcome]:
        """Return the pictures by their F1; where that is equal, the most mistakes first."""
        return sorted(self.pictures, key=lambda one: (one.score.f1, -one.score.mistakes))


def measure(read: Read, sample: Sample) -> Outcome:
    """Read one picture and compare it with its truth."""
    started = time.perf_counter()
    shape = () if sample.pixel_aspect == 1.0 else (sample.pixel_aspect,)
    reading = read(sample.image, *shape)
    seconds = time.perf_counter() - started
    digits = tuple((digit.box, digit.label) for digit in reading.digits)
    height, width = sample.image.shape[:2]
    return Outcome(
        name=sample.name,
        score=scoring.score(sample.truth, digits),
        numbers=count_numbers(sample.truth, [number.text for number in reading.numbers]),
        seconds=seconds,
        megapixels=height * width / 1e6,
        read=digits,
        whole=scoring.score_numbers(sample.truth, [(n.text, n.box) for n in reading.numbers]),
    )


def count_numbers(truth: Truth, texts: Sequence[str]) -> tuple[int, int]:
    """Return how many numbers were read wholly right, and how many there are.

    Where there is one number only (an amount on a cheque), a gap at its point may split it: all
    that was read must make it up, marks left out where the truth has none.  Else a number must
    have been read as one, with its marks.
    """
    if len(truth.numbers) == 1:
        text = "".join(texts)
        if truth.numbers[0].isdigit():
            text = "".join(mark for mark in text if mark.isdigit() or mark == DOUBT)
        return int(text == truth.numbers[0]), 1
    right = Counter(truth.numbers) & Counter(texts)
    return right.total(), len(truth.numbers)


def labelled_pictures(folder: Path, every: int = 1) -> Iterator[Sample]:
    """Yield the pictures that a folder's ``truth.json`` names, by name.

    The truth is read and checked at once, each picture when its turn comes.

    Args:
        folder: with the pictures and their truth (`camdigits.measuring.truth.load_truth`).
        every: yield only every so manyth picture.

    Raises:
        DataError: if the truth or a picture that it names is missing, damaged or does not fit.
    """
    path = folder / TRUTH_NAME
    truths = load_truth(path)
    if not truths:
        raise DataError(f"{path} names no picture; add one")
    return (_labelled(folder, name, truths[name]) for name in sorted(truths)[::every])


def _labelled(folder: Path, name: str, truth: Truth) -> Sample:
    """Return a picture, decoded as ``camdigits run`` does, with its truth.

    Raises:
        DataError: if it cannot be read, is a video, or is not the picture of which the truth
            speaks: of another size, or too small for its boxes.
    """
    path = folder / name
    frame = _frame(path)
    width, height = frame.size_wh
    if truth.size_wh not in (None, (width, height)):
        raise DataError(
            f"{path} measures {width}x{height} pixels, but its truth says "
            f"{truth.size_wh[0]}x{truth.size_wh[1]}; boxes must fit the picture as it is"
        )
    bounds = Box(0, 0, width, height)
    for box in (*(box for box, _ in truth.digits), *truth.ignored):
        if not box.intersection(bounds):
            raise DataError(
                f"{path}: the box {box.as_list()} of its truth lies outside the picture, which "
                f"measures {width}x{height} pixels"
            )
    return Sample(name, frame.image, truth, frame.pixel_aspect)


def read_picture(path: Path) -> Image:
    """Return ``(height, width, 3) uint8`` BGR.

    Args:
        path: of a picture; of a document with the page behind its name, ``scan.pdf, page 3``.

    Raises:
        DataError: if it is missing, damaged, a video, or has several pages and none is named.
    """
    return _frame(path).image


def _frame(path: Path) -> Frame:
    named = _PAGE.fullmatch(path.name)
    page = None
    if named is not None and not is_file(path):
        path, page = path.with_name(named[1]), named[2]
    try:
        with open_source(path, pages=page) as source:
            if not source.is_still:
                raise DataError(f"{path} is a video; label pictures, such as single frames of it")
            if source.frame_count != 1:
                raise DataError(
                    f"{path} has {source.frame_count} pages; label each one, as "
                    f'"{path.name}, page 1"'
                )
            (frame,) = source
    except SourceError as error:
        raise DataError(f"cannot measure on {error}") from error
    return frame
