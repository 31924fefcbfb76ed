"""Counts what is read rightly on sets of pictures, and reports it."""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.pictures import draw_outcome, write_sheet
from benchmarks.samples import Sample
from camdigits import scoring
from camdigits.scoring import Score, Truth
from camdigits.types import Reading

Image = NDArray[np.uint8]
Read = Callable[[Image], Reading]

HEADER = (
    "| set | pictures | digits | precision | recall | F1 | mean F1 | false a picture |"
    " numbers right | ms a Mpx |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)
# Of each set the sheet shows this many pictures.
_SHOWN = 12


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of one picture.

    Attributes:
        name: of the picture.
        score: counts of its digits.
        numbers: how many of its numbers were read wholly right, and how many there are.
        seconds: that reading took.
        megapixels: size of the picture.
        drawing: a small picture with what was read, missed and misread, ``uint8`` BGR.
    """

    name: str
    score: Score
    numbers: tuple[int, int]
    seconds: float
    megapixels: float
    drawing: Image


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
    def numbers_right(self) -> float | None:
        """Share of numbers read wholly right, 0 to 1; None where the truth has no numbers."""
        right, count = np.sum([one.numbers for one in self.pictures], axis=0)
        return float(right / count) if count else None

    @property
    def ms_per_megapixel(self) -> float:
        """Median over the pictures."""
        return 1e3 * statistics.median(one.seconds / one.megapixels for one in self.pictures)


def measure_set(read: Read, name: str, samples: Iterable[Sample]) -> SetResult:
    """Read every picture of a set and compare it with its truth."""
    return SetResult(name, tuple(measure(read, sample) for sample in samples))


def measure(read: Read, sample: Sample) -> Outcome:
    """Read one picture and compare it with its truth."""
    started = time.perf_counter()
    reading = read(sample.image)
    seconds = time.perf_counter() - started
    digits = [(digit.box, digit.label) for digit in reading.digits]
    height, width = sample.image.shape[:2]
    return Outcome(
        name=sample.name,
        score=scoring.score(sample.truth, digits),
        numbers=count_numbers(sample.truth, [number.text for number in reading.numbers]),
        seconds=seconds,
        megapixels=height * width / 1e6,
        drawing=draw_outcome(sample, digits),
    )


def count_numbers(truth: Truth, texts: Sequence[str]) -> tuple[int, int]:
    """Return how many numbers were read wholly right, and how many there are.

    Where there is one number only (an amount on a cheque), a gap at its point may split it: all
    that was read must make it up.  Else a number must have been read as one.
    """
    if len(truth.numbers) == 1:
        return int("".join(texts) == truth.numbers[0]), 1
    right = Counter(truth.numbers) & Counter(texts)
    return right.total(), len(truth.numbers)


def table_row(result: SetResult) -> str:
    """Return a set's line of the table that `HEADER` begins."""
    score, numbers = result.score, result.numbers_right
    pictures = len(result.pictures)
    has_digits = score.truth > 0
    cells = (
        result.name,
        str(pictures),
        str(score.truth),
        f"{score.precision:.3f}" if has_digits else "",
        f"{score.recall:.3f}" if has_digits else "",
        f"{score.f1:.3f}" if has_digits else "",
        f"{result.mean_f1:.3f}" if has_digits else "",
        f"{score.false / pictures:.2f}",
        "" if numbers is None else f"{numbers:.3f}",
        f"{result.ms_per_megapixel:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def write_report(folder: Path, results: Sequence[SetResult]) -> None:
    """Write table, JSON and sheets of pictures, worst first, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    table = "\n".join([HEADER, *(table_row(result) for result in results)])
    (folder / "quality.md").write_text(table + "\n", encoding="utf-8")
    report = {result.name: as_json(result) for result in results}
    (folder / "quality.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for result in results:
        worst = sorted(result.pictures, key=lambda one: (one.score.f1, -one.score.false))
        write_sheet(folder / f"{result.name}.png", [one.drawing for one in worst[:_SHOWN]])


def as_json(result: SetResult) -> dict[str, object]:
    """Return a set's figures and those of its pictures, as JSON takes them."""
    return {
        **asdict(result.score),
        "precision": result.score.precision,
        "recall": result.score.recall,
        "f1": result.score.f1,
        "mean_f1": result.mean_f1,
        "false_per_picture": result.score.false / len(result.pictures),
        "numbers_right": result.numbers_right,
        "ms_per_megapixel": result.ms_per_megapixel,
        "pictures": {
            one.name: {
                **asdict(one.score),
                "f1": one.score.f1,
                "numbers": list(one.numbers),
                "seconds": round(one.seconds, 4),
            }
            for one in result.pictures
        },
    }
