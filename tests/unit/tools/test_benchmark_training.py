"""The benchmark of weights, crop by crop."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.measuring.truth import Truth
from camdigits.training.data.dataset import Digits
from camdigits.training.settings import TrainSettings
from camdigits.types import Box
from tests.support.digits import make_digits, needs_train_extra, write_npz

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))

from benchmarks import teaching, training

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
    assert training.is_other(PAGE, box) is expected


def test_folder_without_pictures_leaves_empty_exams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "_scikit_image", lambda: iter(()))

    exams = list(training.exams(tmp_path, TrainSettings()))

    assert [len(exam.images) for exam in exams] == [0, 0]


def test_examples_to_teach_are_so_many_of_each_digit_and_not_among_the_rest() -> None:
    labels = np.repeat(np.arange(10, dtype=np.uint8), 6)
    images = np.zeros((60, 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(60)

    shown, rest = teaching.pick(Digits(images, labels), 4)

    assert np.bincount(shown.labels).tolist() == [4] * 10
    assert np.bincount(rest.labels).tolist() == [2] * 10
    seen = [*shown.images[:, 0, 0].tolist(), *rest.images[:, 0, 0].tolist()]
    assert sorted(seen) == list(range(60))


@pytest.mark.train
@needs_train_extra
def test_teaching_is_measured_on_the_hand_and_on_mnist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from camdigits.training import fine_tuner as teach

    for name, count in (("REPLAYED", 40), ("TAUGHT", 40), ("OTHERS", 10)):
        monkeypatch.setattr(teach, name, count)
    monkeypatch.setattr(teach, "SETTINGS", TrainSettings("camera", epochs=1, batch_size=20))
    monkeypatch.setattr(teaching, "EXAMPLES", (1,))
    (tmp_path / "mnist").mkdir()
    (tmp_path / "others").mkdir()
    write_npz(tmp_path / "mnist" / "mnist.npz")
    images, labels = make_digits(60, seed=3)
    for name in ("ardis_train", "ardis_test"):
        np.savez(tmp_path / "others" / f"{name}.npz", x=images, y=labels)

    (row,) = teaching.rows(tmp_path, choosing=True)

    assert re.fullmatch(r"\| 1 \|( \d+\.\d\d% \|){4}", row)
