"""Measures an OCR engine beside camdigits, in an environment of its own, on the same photos."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from camdigits.errors import DependencyError
from camdigits.measuring.pages import TRUTH_NAME
from camdigits.measuring.scoring import Score, score_numbers, total
from camdigits.measuring.truth import Truth, load_truth
from camdigits.types import Box

if TYPE_CHECKING:
    from camdigits import Recognizer

PACKAGES = ("rapidocr==3.10.0", "onnxruntime==1.32.0")
"""The peer as it was tried; its models are in its wheel."""
NAME = "RapidOCR 3.10.0"
HEADER = (
    "| reader | photos | numbers | precision | recall | F1 | processor time a photo, s |\n"
    "|---|---:|---:|---:|---:|---:|---:|"
)
Texts = list[tuple[str, Box]]

_WORKER = Path(__file__).with_name("peer_worker.py")
# A number as it is written: digits with at most one mark between two, perhaps a minus before.
_NUMBER = re.compile(r"(?<![\d.,:/-])-?\d+(?:[.,:/-]\d+)*")


def numbered_photos(data: Path, sets: Sequence[str]) -> list[tuple[Path, Truth]]:
    """Return the photos whose truth names numbers, by set and name.

    Args:
        data: folder of the sets.
        sets: names of folders with a ``truth.json``; those that are missing are left out.
    """
    photos = []
    for name in sets:
        folder = data / name
        if not (folder / TRUTH_NAME).is_file():
            continue
        truths = load_truth(folder / TRUTH_NAME)
        photos += [(folder / photo, truths[photo]) for photo in sorted(truths)]
    return [(path, truth) for path, truth in photos if truth.numbers]


def read_by_peer(paths: Sequence[Path], folder: Path) -> list[tuple[Texts, float]]:
    """Return the numbers that the peer finds on each photo, and its processor time in seconds.

    Args:
        paths: of the photos.
        folder: for its environment, made anew if it is not there.

    Raises:
        DependencyError: if the peer cannot be installed or run.
    """
    python = _environment(folder)
    asked = json.dumps([str(path.resolve()) for path in paths])
    answered = subprocess.run(
        [str(python), str(_WORKER)], input=asked, capture_output=True, text=True, check=False
    )
    if answered.returncode:
        raise DependencyError(f"the peer failed: {answered.stderr.strip().splitlines()[-1:]}")
    answers = [json.loads(line) for line in answered.stdout.splitlines()]
    return [(numbers_of(answer["lines"]), answer["seconds"]) for answer in answers]


def _environment(folder: Path) -> Path:
    """Return the interpreter of the peer's environment; install it if it is missing."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    done = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", *PACKAGES],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DependencyError(f"cannot install {' '.join(PACKAGES)}: {done.stderr.strip()[-300:]}")
    return python


def numbers_of(lines: Sequence[tuple[Any, str]]) -> Texts:
    """Cut lines of text into numbers, each with its share of the line's box.

    Args:
        lines: four corners (x, y) in pixels, and the text, of each line.
    """
    found: Texts = []
    for corners, text in lines:
        left, right = (edge(x for x, _ in corners) for edge in (min, max))
        top, bottom = (edge(y for _, y in corners) for edge in (min, max))
        wide = (right - left) / max(1, len(text))
        for match in _NUMBER.finditer(text):
            x, end = left + wide * match.start(), left + wide * match.end()
            sides = max(1, round(end - x)), max(1, round(bottom - top))
            found.append((match[0], Box(round(x), round(top), *sides)))
    return found


def read_by_us(paths: Sequence[Path], recognizer: Recognizer) -> list[tuple[Texts, float]]:
    """Return the numbers that camdigits finds on each photo, and its processor time in seconds."""
    found = []
    for path in paths:
        started_s = time.process_time()
        readings = [reading for _, reading in recognizer.stream(path)]
        seconds = time.process_time() - started_s
        numbers = [(n.text, n.box) for reading in readings for n in reading.numbers]
        found.append((numbers, seconds))
    return found


def table_row(name: str, truths: Sequence[Truth], found: Sequence[tuple[Texts, float]]) -> str:
    """Return a reader's line of the table that `HEADER` begins."""
    pairs = zip(truths, found, strict=True)
    score: Score = total(score_numbers(truth, texts) for truth, (texts, _) in pairs)
    seconds = sum(each for _, each in found) / len(found)
    cells = (
        name,
        str(len(found)),
        str(score.truth),
        f"{score.precision:.3f}",
        f"{score.recall:.3f}",
        f"{score.f1:.3f}",
        f"{seconds:.2f}",
    )
    return f"| {' | '.join(cells)} |"


@contextmanager
def environment_folder(kept: Path | None) -> Iterator[Path]:
    """Provide a folder for the peer's environment.

    Args:
        kept: where it is and stays; None takes one that is removed in the end.
    """
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="camdigits-peer-") as folder:
        yield Path(folder)
