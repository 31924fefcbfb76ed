from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import camdigits
from camdigits import ReadConfig
from camdigits.measuring.outcome_pictures import measure_and_draw
from camdigits.measuring.pages import SetResult
from camdigits.measuring.scoring import Score
from camdigits.measuring.truth import Truth
from camdigits.types import Reading
from tests.support.readings import ONE, SEVEN, picture, reading_of, sample

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))

import benchmark
from benchmarks import cost, quality, samples
from benchmarks.closeups import CLOSEUPS, render_closeup
from benchmarks.rulings import Digits

Image = NDArray[np.uint8]


def test_table_row_of_pictures_without_digits_shows_false_ones_only() -> None:
    outcome = measure_and_draw(lambda image: reading_of(SEVEN, ONE), sample(Truth()))
    row = quality.table_row(SetResult("blank", (outcome,)), Score(read=3))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == quality.HEADER.split("\n")[0].count("|") - 1
    assert cells[:8] == ["blank", "1", "0", "", "", "", "", "2.00"]
    assert cells[-1] == "3.00"


def test_report_holds_table_figures_and_worst_pictures(tmp_path: Path) -> None:
    truth = Truth(digits=((SEVEN.box, 7),), numbers=("7",))
    outcome = measure_and_draw(lambda image: reading_of(SEVEN), sample(truth))
    quality.write_report(tmp_path / "out", "| photos | 1 |", [SetResult("photos", (outcome,))])
    assert "| photos | 1 |" in (tmp_path / "out/quality.md").read_text()
    figures = json.loads((tmp_path / "out/quality.json").read_text())["photos"]
    assert figures["f1"] == figures["mean_f1"] == figures["numbers_right"] == 1.0
    assert figures["pictures"]["one.png"]["hits"] == 1
    assert cv2.imread(str(tmp_path / "out/photos.png")).shape == (480, 3 * 640, 3)


def test_pages_stand_for_every_kind() -> None:
    assert samples.chosen(None) == samples.SETS
    assert samples.chosen(["rows", "photos"]) == ("photos", "rows")
    assert samples.chosen(["pages"]) == (*samples.KINDS, *samples.RULINGS, *samples.CLOSEUPS)


@pytest.mark.parametrize("name", samples.SETS)
def test_data_that_is_not_there_gives_an_empty_set(tmp_path: Path, name: str) -> None:
    assert list(samples.load(name, tmp_path, pages=1)) == []


@pytest.mark.parametrize("kind", list(CLOSEUPS))
@pytest.mark.parametrize("seed", range(6))
def test_closeups_are_filled_by_digits_where_their_truth_says(kind: str, seed: int) -> None:
    digit = np.zeros((1, 28, 28), np.uint8)
    cv2.ellipse(digit[0], (14, 14), (6, 9), 0, 0, 360, 255, 3)
    digits = Digits(digit, np.array([0]))
    page = render_closeup(np.random.default_rng([seed]), digits, kind, "page")
    again = render_closeup(np.random.default_rng([seed]), digits, kind, "page")
    assert np.array_equal(page.image, again.image)
    height, width = page.image.shape[:2]
    boxes = [box for box, _ in page.truth.digits]
    assert len(boxes) == {"alone": 1, "enlarged": 1}.get(kind, len(page.truth.numbers[0]))
    assert all(box.x >= 0 and box.y >= 0 and box.h > 0.45 * height for box in boxes)
    assert all(box.right <= width and box.bottom <= height for box in boxes)


def write_photos(folder: Path) -> None:
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "one.png"), picture())
    page = {"digits": [[20, 30, 40, 60, "7"]]}
    (folder / "truth.json").write_text(json.dumps({"one.png": page}))


def write_mnist(folder: Path) -> None:
    """Write training digits up to the first that are held back: all the same stroke."""
    folder.mkdir(parents=True)
    for split, count in (("train", 55_002), ("t10k", 1)):
        images = np.zeros((count, 28, 28), np.uint8)
        images[:, 4:24, 13:16] = 255
        images[:55_000, 4:24, 4:24] = 0
        head = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in images.shape)
        path = folder / f"{split}-images-idx3-ubyte.gz"
        path.write_bytes(gzip.compress(head + images.tobytes(), 1))
        head = bytes([0, 0, 8, 1]) + count.to_bytes(4, "big")
        path = folder / f"{split}-labels-idx1-ubyte.gz"
        path.write_bytes(gzip.compress(head + bytes([1]) * count, 1))


def test_photos_come_with_their_truth(tmp_path: Path) -> None:
    write_photos(tmp_path / "photos")
    (only,) = samples.load("photos", tmp_path, pages=1)
    assert only.truth.digits == ((SEVEN.box, 7),)
    assert np.array_equal(only.image, picture())


def test_negatives_are_every_picture_of_their_folder(tmp_path: Path) -> None:
    folder = tmp_path / "negatives"
    folder.mkdir()
    cv2.imwrite(str(folder / "wall.png"), picture())
    (folder / "README.md").write_text("no picture")
    (only,) = samples.load("negatives", tmp_path, pages=1)
    assert (only.name, only.truth) == ("wall.png", Truth())


def test_pages_are_written_with_digits_held_back_from_training(tmp_path: Path) -> None:
    write_mnist(tmp_path / "mnist")
    # The digits before have no ink, which the renderer refuses.
    first, second = samples.load("plain", tmp_path, pages=2)
    assert {label for _, label in first.truth.digits} == {1}
    assert not np.array_equal(first.image, second.image)


class ReadsSevens:
    def __init__(self, _config: ReadConfig) -> None:
        """Read sevens in any way."""

    def read(self, image: Image) -> Reading:
        return reading_of(SEVEN)


def test_quality_prints_a_row_for_each_set_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_photos(tmp_path / "photos")
    monkeypatch.setitem(vars(camdigits), "Recognizer", ReadsSevens)
    arguments = ["quality", "--data", str(tmp_path), "--out", str(tmp_path / "out")]
    assert benchmark.main(arguments) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(quality.HEADER)
    assert [line for line in printed.splitlines() if line.startswith("| photos | 1 | 1 | 1.000")]
    assert (tmp_path / "out/quality.json").exists()


def test_picture_missing_from_the_data_is_one_line_and_exit_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_photos(tmp_path / "photos")
    (tmp_path / "photos/one.png").unlink()
    monkeypatch.setitem(vars(camdigits), "Recognizer", ReadsSevens)
    assert benchmark.main(["quality", "--data", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert "one.png" in message
    assert message.count("\n") == 1


def test_folder_without_data_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(vars(camdigits), "Recognizer", ReadsSevens)
    arguments = ["quality", "--data", str(tmp_path / "none"), "--out", str(tmp_path / "out")]
    assert benchmark.main(arguments) == 1
    assert str(tmp_path / "none") in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_unknown_set_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        benchmark.main(["quality", "--data", str(tmp_path), "--only", "newspapers"])
    assert caught.value.code == 2


def test_cost_of_a_frame_is_counted_in_yardsticks(test_data: Path) -> None:
    found = cost.measure_cost(test_data / "mnist")
    assert cost.DIGITS[0] <= found.digits <= cost.DIGITS[1]
    assert found.yardstick_ms > 0
    assert f"fast {found.fast:.1f}" in cost.cost_line(found)


def test_set_is_read_in_both_ways() -> None:
    truth = Truth(digits=((SEVEN.box, 7),))
    closely, fast = quality.measure_set(
        lambda image: reading_of(SEVEN), lambda image: reading_of(ONE), "one", [sample(truth)]
    )
    assert closely.score.hits == 1
    assert fast.hits == 0
