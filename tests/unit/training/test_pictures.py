"""Sheets, charts, and folders of labelled pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.errors import DataError
from camdigits.training import evaluate
from camdigits.training.data.dataset import Digits
from camdigits.training.data.labelled_folder import read_labelled_folder
from camdigits.training.data.pictures import character_ink
from camdigits.training.report.charts import draw_confusion, draw_curves
from camdigits.training.report.evaluation import Evaluation
from camdigits.training.report.pictures import pictures_of_card, write_pictures
from camdigits.training.report.sheets import example_sheet, misread_sheet, sheet, tile
from tests.support.digits import make_digits

TILE_HW = (106, 84)


def evaluation(labels: list[int], read: list[int]) -> Evaluation:
    images, _ = make_digits(len(labels))
    confidence = np.linspace(1, 0.5, len(labels), dtype=np.float32)
    return Evaluation(
        Digits(images, np.array(labels, np.uint8)), np.array(read, np.uint8), confidence
    )


def epoch(loss: float, wrong: float) -> dict[str, float]:
    return {
        "loss": loss,
        "accuracy": 1 - wrong,
        "validation_loss": loss,
        "validation_accuracy": 1 - wrong,
    }


class TestSheets:
    def test_without_errors_the_sheet_of_misread_digits_is_one_blank_tile(self) -> None:
        image = misread_sheet(evaluation([1, 2], [1, 2]))

        assert image.shape == (*TILE_HW, 3)
        assert not image.any()

    def test_every_misread_digit_is_on_the_sheet(self) -> None:
        image = misread_sheet(evaluation([1] * 12 + [3], [2] * 12 + [3]))

        assert image.shape == (2 * TILE_HW[0], 10 * TILE_HW[1], 3)
        used = [bool(image[106:, x : x + 84].any()) for x in range(0, 840, 84)]
        assert used == [True, True] + [False] * 8

    def test_no_digits_make_one_blank_tile(self) -> None:
        assert example_sheet(evaluation([], [])).shape == (*TILE_HW, 3)

    def test_examples_are_marked_by_whether_they_are_right(self) -> None:
        right, wrong = (example_sheet(evaluation([1], [read])) for read in (1, 2))

        def colour(image: np.ndarray) -> list[int]:
            caption = image[:22].reshape(-1, 3)
            return caption[caption.sum(axis=1).argmax()].tolist()

        blue, green, red = colour(right)
        assert green > red and green > blue
        blue, green, red = colour(wrong)
        assert red > green and red > blue

    def test_a_tile_shows_the_crop(self) -> None:
        crop = np.zeros((28, 28), np.uint8)
        crop[:14] = 255

        image = tile(crop, "3 as 5 100%", (255, 255, 255))

        assert image.shape == (*TILE_HW, 3)
        assert image[22 + 20, 40].tolist() == [255] * 3
        assert image[22 + 60, 40].tolist() == [0] * 3

    def test_tiles_keep_their_order(self) -> None:
        tiles = [np.full((4, 3, 3), value, np.uint8) for value in (1, 2, 3)]

        image = sheet(tiles, columns=2)

        assert image[::4, ::3, 0].tolist() == [[1, 2], [3, 0]]


class TestCharts:
    @pytest.mark.parametrize(
        "history",
        [
            [epoch(0.5, 0.1)],
            [epoch(0.0, 0.0)] * 3,
            [epoch(2.0, 0.9), epoch(1e-7, 0.0)],
            [epoch(1 / number, 0.5 / number) for number in range(1, 400)],
        ],
        ids=["one epoch", "nothing wrong", "far apart", "many epochs"],
    )
    def test_curves_are_drawn_inside_their_frame(self, history: list[dict[str, float]]) -> None:
        image = draw_curves(history)

        assert image.shape == (800, 900, 3)
        red = (image[..., 2] > 150) & (image[..., 0] < 90)
        for top in (0, 400):
            rows, columns = np.nonzero(red[top + 50 : top + 400])
            assert rows.size
            assert rows.min() >= 5 and rows.max() <= 295
            assert columns.min() >= 84 and columns.max() <= 876

    def test_a_falling_curve_falls(self) -> None:
        image = draw_curves([epoch(1.0, 0.5), epoch(0.1, 0.05)])

        red = (image[..., 2] > 150) & (image[..., 0] < 90)
        red[:50] = False
        left, right = (np.nonzero(red[:400, column])[0].mean() for column in (120, 840))
        assert left < right

    def test_confusions_stand_in_the_row_of_the_truth(self) -> None:
        confusion = np.zeros((10, 10), np.int64)
        confusion[2, 7] = 3

        image = draw_confusion(confusion)

        inside = image[90:650, 90:650].reshape(10, 56, 10, 56, 3)[:, 4:8, :, 4:8].min(axis=(1, 3))
        coloured = np.argwhere((inside != 255).any(axis=2))
        assert coloured.tolist() == [[2, 7]]

    @pytest.mark.parametrize("record", [{}, {"history": []}, {"history": [{}]}, {"history": "no"}])
    def test_a_card_without_history_has_no_curves(self, record: dict[str, object]) -> None:
        assert pictures_of_card(record) == {}

    @pytest.mark.parametrize("confusion", [[[1]], "no", [["x"] * 10] * 10, [[1], [1, 2]], None])
    def test_a_card_without_a_confusion_matrix_has_no_picture_of_it(
        self, confusion: object
    ) -> None:
        assert pictures_of_card({"accuracy": {"confusion": confusion}}) == {}

    def test_the_matrix_of_a_card_is_drawn(self) -> None:
        confusion = (np.eye(10, dtype=np.int64) * 9).tolist()

        drawn = pictures_of_card({"accuracy": {"confusion": confusion}})

        expected = draw_confusion(np.eye(10, dtype=np.int64) * 9)
        image = cv2.imdecode(np.frombuffer(drawn["confusion.png"], np.uint8), cv2.IMREAD_COLOR)
        np.testing.assert_array_equal(image, expected)


def test_pictures_are_written_for_weights_with_and_without_a_card(tmp_path: Path) -> None:
    written = write_pictures(tmp_path, evaluation([1, 2], [1, 3]), tmp_path / "lenet.h5")

    assert [path.name for path in written] == ["examples.png", "misread.png", "confusion.png"]
    for path in written:
        assert cv2.imread(str(path)) is not None


class TestLabelledFolder:
    def write(self, folder: Path, label: str, image: np.ndarray, name: str = "a.png") -> None:
        (folder / label).mkdir(exist_ok=True)
        assert cv2.imwrite(str(folder / label / name), image)

    def seven(self, ink: int, paper: int) -> np.ndarray:
        image = np.full((90, 70), paper, np.uint8)
        points = np.array([[15, 15], [55, 15], [30, 75]], np.int32)
        cv2.polylines(image, [points], isClosed=False, color=ink, thickness=6)
        return image

    def test_crops_in_mnist_form_are_taken_as_they_are(self, tmp_path: Path) -> None:
        crop = np.zeros((28, 28), np.uint8)
        crop[5:20, 10:13] = 200
        self.write(tmp_path, "1", crop)

        labelled = read_labelled_folder(tmp_path)

        np.testing.assert_array_equal(labelled.digits.images, crop[None])
        assert labelled.digits.labels.tolist() == [1]
        assert len(labelled.others) == 0

    @pytest.mark.parametrize(("ink", "paper"), [(20, 240), (90, 160), (250, 30)])
    def test_other_pictures_come_to_mnist_form_whatever_ink_and_paper(
        self, tmp_path: Path, ink: int, paper: int
    ) -> None:
        self.write(tmp_path, "7", self.seven(ink, paper))
        self.write(tmp_path, "none", self.seven(ink, paper)[:40])

        labelled = read_labelled_folder(tmp_path)

        (crop,) = labelled.digits.images
        assert crop.shape == (28, 28) and crop.max() == 255
        ink_rows, ink_columns = np.nonzero(crop > 127)
        assert 18 <= np.ptp(ink_rows) + 1 <= 20 and np.ptp(ink_columns) < np.ptp(ink_rows)
        assert len(labelled.others) == 1
        assert evaluate(tmp_path).accuracy == 1.0

    def test_even_ground_has_no_ink(self) -> None:
        assert not character_ink(np.full((30, 20), 130, np.uint8)).any()

    def test_what_is_no_picture_is_passed_over(self, tmp_path: Path) -> None:
        self.write(tmp_path, "7", self.seven(0, 255))
        (tmp_path / "7" / "notes.txt").write_text("mine")
        (tmp_path / "7" / ".hidden.png").write_text("not a picture")

        assert len(read_labelled_folder(tmp_path).digits) == 1

    def test_a_folder_without_digits_is_refused(self, tmp_path: Path) -> None:
        self.write(tmp_path, "none", self.seven(0, 255))

        with pytest.raises(DataError, match="has no pictures of digits; put those of a 7 into"):
            read_labelled_folder(tmp_path)

    @pytest.mark.parametrize("content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n cut off"])
    def test_a_damaged_picture_is_named(self, tmp_path: Path, content: bytes) -> None:
        self.write(tmp_path, "7", self.seven(0, 255))
        (tmp_path / "7" / "b.png").write_bytes(content)

        with pytest.raises(DataError, match=r"b\.png"):
            read_labelled_folder(tmp_path)

    def test_an_empty_picture_is_named(self, tmp_path: Path) -> None:
        self.write(tmp_path, "7", np.full((40, 40), 200, np.uint8))

        with pytest.raises(DataError, match=r"a\.png shows nothing that stands out; remove it"):
            read_labelled_folder(tmp_path)

    @pytest.mark.parametrize("place", [30, 60, -20])
    def test_a_small_picture_with_another_byte_is_named(self, tmp_path: Path, place: int) -> None:
        self.write(tmp_path, "7", make_digits(1)[0][0])
        path = tmp_path / "7" / "a.png"
        content = bytearray(path.read_bytes())
        content[place] ^= 0xFF
        path.write_bytes(content)

        with pytest.raises(DataError, match=r"a\.png"):
            read_labelled_folder(tmp_path)
