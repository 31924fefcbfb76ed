"""Counts what is read rightly on sets of pictures, and reports it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from camdigits.measuring.outcome_pictures import measure_and_draw, outcome_sheet
from camdigits.measuring.pages import Sample, SetResult, measure
from camdigits.measuring.scoring import Score, total

if TYPE_CHECKING:
    from camdigits.measuring.pages import Read

HEADER = (
    "| set | pictures | digits | precision | recall | F1 | mean F1 | false a picture |"
    " numbers right | F1 fast | false fast |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)
# Of each set the sheet shows this many pictures.
_SHOWN = 12


def measure_set(
    read: Read, read_fast: Read, name: str, samples: Iterable[Sample]
) -> tuple[SetResult, Score]:
    """Read every picture of a set in both ways and compare it with its truth.

    Returns:
        What came of reading closely, and the counts of reading fast.
    """
    closely, fast = [], []
    for sample in samples:
        closely.append(measure_and_draw(read, sample))
        fast.append(measure(read_fast, sample).score)
    return SetResult(name, tuple(closely)), total(fast)


def table_row(result: SetResult, fast: Score) -> str:
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
        f"{fast.f1:.3f}" if has_digits else "",
        f"{fast.false / pictures:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def write_report(folder: Path, table: str, results: Sequence[SetResult]) -> None:
    """Write table, JSON and sheets of pictures, worst first, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "quality.md").write_text(table + "\n", encoding="utf-8")
    report = {result.name: as_json(result) for result in results}
    (folder / "quality.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for result in results:
        tiles = [one.drawing for one in result.worst_first() if one.drawing is not None]
        if tiles:
            cv2.imwrite(str(folder / f"{result.name}.png"), outcome_sheet(tiles[:_SHOWN]))


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
