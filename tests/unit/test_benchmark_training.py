"""The benchmark of weights, crop by crop."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.training.settings import TrainSettings
from camdigits.truth import Truth
from camdigits.types import Box

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from benchmarks import training

DIGIT = Box(100, 100, 20, 40)
PAGE = Truth(digits=((DIGIT, 7),), ignored=(Box(200, 100, 20, 40),), region=Box(0, 0, 300, 300))


def classify(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Say 3 of every crop, with a confidence that its first pixel holds in hundredths."""
    rows = np.zeros((len(crops), 10), np.float32)
    rows[:, 3] = crops[:, 0, 0] / 100
    return rows


def crops(*hundredths: int) -> NDArray[np.uint8]:
    images = np.zeros((len(hundredths), 28, 28), np.uint8)
    images[:, 0, 0] = hundredths
    return images


@pytest.mark.parametrize(
    ("exam", "row"),
    [
        (training.Exam("none", crops()), "| none | 0 | | | |"),
        (training.Exam("others", crops(50, 85, 99, 100)), "| others | 4 |  | 75.00% | 50.00% |"),
        (
            training.Exam("digits", crops(100, 100), np.array([3, 5])),
            "| digits | 2 | 50.00% | 100.00% | 100.00% |",
        ),
    ],
    ids=["no crops", "no digits", "digits"],
)
def test_row_counts_labels_and_what_passes(exam: training.Exam, row: str) -> None:
    assert training.table_row(exam, classify, threshold=0.8) == row


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(10, 10, 20, 40), True),
        (DIGIT, False),
        (Box(205, 100, 20, 40), False),
        (Box(290, 100, 20, 40), False),
        (Box(10, 10, 6, 40), False),
    ],
    ids=["elsewhere", "a digit", "an unreadable digit", "half outside", "a bar"],
)
def test_what_is_no_digit_is_known_for_sure(box: Box, expected: bool) -> None:
    assert training._is_other(PAGE, box) is expected


def test_folder_without_pictures_leaves_empty_exams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "_scikit_image", lambda: iter(()))

    exams = list(training.exams(tmp_path, TrainSettings()))

    assert [len(exam.images) for exam in exams] == [0, 0]
