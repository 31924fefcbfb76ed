"""Labelled pictures: how they are read from a folder, and what is counted on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camdigits.errors import DataError
from camdigits.measuring.pages import (
    Outcome,
    SetResult,
    count_numbers,
    labelled_pictures,
    measure,
)
from camdigits.measuring.scoring import Score
from camdigits.measuring.truth import Truth
from camdigits.types import Box, Reading
from tests.support.documents import scanned
from tests.support.media import Image, encoded, numbered_frames, write_image, write_video
from tests.support.readings import ONE, SEVEN, picture, reading_of, sample


@pytest.mark.parametrize(
    ("numbers", "texts", "expected"),
    [
        pytest.param((), [], (0, 0), id="nothing to read"),
        pytest.param((), ["12"], (0, 0), id="nothing known"),
        pytest.param(("12",), [], (0, 1), id="nothing read"),
        pytest.param(("12",), ["12"], (1, 1), id="right"),
        pytest.param(("125",), ["1", "25"], (1, 1), id="one amount in two parts"),
        pytest.param(("125",), ["25", "1"], (0, 1), id="parts in the wrong order"),
        pytest.param(("1250",), ["1.250"], (1, 1), id="an amount whose point is not told"),
        pytest.param(("1.250",), ["1250"], (0, 1), id="an amount without its point"),
        pytest.param(("1250",), ["1?50"], (0, 1), id="an amount in doubt"),
        pytest.param(("12", "5"), ["12", "5"], (2, 2), id="both right"),
        pytest.param(("12", "5"), ["125"], (0, 2), id="joined"),
        pytest.param(("12", "12"), ["12"], (1, 2), id="one of two alike"),
    ],
)
def test_numbers_are_counted_whole(
    numbers: tuple[str, ...], texts: list[str], expected: tuple[int, int]
) -> None:
    assert count_numbers(Truth(numbers=numbers), texts) == expected


def test_measure_compares_reading_with_truth() -> None:
    truth = Truth(digits=((SEVEN.box, 7), (Box(150, 30, 20, 60), 4)), numbers=("7", "4"))
    outcome = measure(lambda image: reading_of(SEVEN, ONE), sample(truth))
    assert (outcome.score.truth, outcome.score.hits, outcome.score.false) == (2, 1, 1)
    assert outcome.numbers == (1, 2)
    assert (outcome.whole.truth, outcome.whole.read, outcome.whole.hits) == (2, 2, 1)
    assert SetResult("one", (outcome, outcome)).whole.f1 == pytest.approx(0.5)
    assert outcome.megapixels == pytest.approx(0.03)
    assert outcome.read == ((SEVEN.box, 7), (ONE.box, 1))


def test_worst_pictures_come_first_and_numbers_add_up() -> None:
    def outcome(name: str, score: Score, numbers: tuple[int, int]) -> Outcome:
        return Outcome(name, score, numbers, 0.1, 1.0, ())

    good = outcome("good", Score(9, 9, 9, 9), (1, 2))
    bad = outcome("bad", Score(9, 3, 3, 3), (0, 0))
    blank = outcome("two false", Score(0, 2, 0, 0), (0, 0))
    worse = outcome("three false", Score(0, 3, 0, 0), (0, 1))
    result = SetResult("all", (good, bad, blank, worse))
    assert result.worst_first() == [worse, blank, bad, good]
    assert (result.numbers, result.numbers_right) == ((1, 3), pytest.approx(1 / 3))
    assert SetResult("one", (bad,)).numbers_right is None


def write_truth(folder: Path, **pages: Any) -> None:
    named = {f"{name}.png": page for name, page in pages.items()}
    (folder / "truth.json").write_text(json.dumps(named))


def page(*digits: list[object], **more: object) -> dict[str, object]:
    return {"digits": list(digits), **more}


def test_pictures_come_by_name_with_their_truth(tmp_path: Path) -> None:
    write_image(tmp_path / "a.png", picture())
    write_image(tmp_path / "b.png", picture() // 2)
    write_truth(tmp_path, b=page(), a=page([20, 30, 40, 60, "7"], size=[200, 150]))
    first, second = labelled_pictures(tmp_path)
    assert (first.name, second.name) == ("a.png", "b.png")
    assert first.truth.digits == ((SEVEN.box, 7),)
    assert np.array_equal(first.image, picture())


@pytest.mark.parametrize(
    ("truth", "told"),
    [
        pytest.param(page(size=[150, 200]), "measures 200x150 pixels.*says 150x200", id="size"),
        pytest.param(page([200, 30, 40, 60, "7"]), r"\[200, 30, 40, 60\].*outside", id="box"),
        pytest.param(page([0, 150, 40, 60, "?"]), r"\[0, 150, 40, 60\].*outside", id="ignored"),
    ],
)
def test_truth_of_another_picture_is_refused(
    tmp_path: Path, truth: dict[str, object], told: str
) -> None:
    write_image(tmp_path / "a.png", picture())
    write_truth(tmp_path, a=truth)
    with pytest.raises(DataError, match=told) as caught:
        list(labelled_pictures(tmp_path))
    assert str(tmp_path / "a.png") in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(None, "no such file", id="missing"),
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"no picture at all", "a.png", id="text"),
        pytest.param(encoded(".png", picture())[:200], "damaged|cut off", id="cut png"),
        pytest.param(encoded(".jpg", picture())[:-200], "damaged|cut off", id="cut jpeg"),
    ],
)
def test_picture_that_cannot_be_read_is_one_line(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / "a.png").write_bytes(content)
    write_truth(tmp_path, a=page())
    with pytest.raises(DataError, match=told) as caught:
        list(labelled_pictures(tmp_path))
    assert str(tmp_path / "a.png") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_pages_of_a_document_are_labelled_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(scanned([picture(), picture() // 2]))
    truth = {"scan.pdf, page 2": page(), "scan.pdf, page 1": page([20, 30, 40, 60, "7"])}
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    first, second = labelled_pictures(tmp_path)
    assert first.name == "scan.pdf, page 1"
    assert np.array_equal(first.image, picture())
    assert np.array_equal(second.image, picture() // 2)

    (tmp_path / "truth.json").write_text(json.dumps({"scan.pdf": page()}))
    with pytest.raises(DataError, match=r'has 2 pages; label each one, as "scan\.pdf, page 1"'):
        list(labelled_pictures(tmp_path))


def test_video_is_no_labelled_picture(tmp_path: Path) -> None:
    write_video(tmp_path / "clip.mp4", numbered_frames(3)).rename(tmp_path / "a.png")
    write_truth(tmp_path, a=page())
    with pytest.raises(DataError, match="is a video"):
        list(labelled_pictures(tmp_path))


def test_truth_is_checked_before_any_picture_is_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"truth\.json"):
        labelled_pictures(tmp_path)
    write_truth(tmp_path)
    with pytest.raises(DataError, match="names no picture"):
        labelled_pictures(tmp_path)


def test_picture_is_read_with_the_shape_of_its_pixels(tmp_path: Path) -> None:
    jpeg = bytearray(encoded(".jpg", picture()))
    jpeg[13:18] = bytes((0, 0, 2, 0, 1))  # no unit; two pixels across measure what one does down
    (tmp_path / "fax.jpg").write_bytes(jpeg)
    (tmp_path / "truth.json").write_text(json.dumps({"fax.jpg": {"digits": []}}))
    (only,) = labelled_pictures(tmp_path)
    asked = []

    def read(image: Image, pixel_aspect: float) -> Reading:
        asked.append(pixel_aspect)
        return reading_of()

    measure(read, only)
    assert asked == [0.5]
