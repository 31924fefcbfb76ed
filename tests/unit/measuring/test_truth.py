from __future__ import annotations

import json
from pathlib import Path

import pytest

from camdigits.errors import DataError
from camdigits.measuring.truth import Truth, load_truth
from camdigits.types import Box


def test_truth_file_is_read(tmp_path: Path) -> None:
    page = {
        "digits": [[1, 2, 3, 4, "5"], [6, 7, 8, 9, "?"]],
        "region": [0, 0, 20, 20],
        "numbers": ["5"],
        "size": [30, 40],
        "kind": "photo",
    }
    path = tmp_path / "truth.json"
    path.write_text(json.dumps({"a.jpg": page, "blank.jpg": {"digits": []}}))
    assert load_truth(path) == {
        "a.jpg": Truth(
            digits=((Box(1, 2, 3, 4), 5),),
            ignored=(Box(6, 7, 8, 9),),
            region=Box(0, 0, 20, 20),
            numbers=("5",),
            size_wh=(30, 40),
        ),
        "blank.jpg": Truth(),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "is no JSON", id="empty"),
        pytest.param('{"a.jpg": {', "is no JSON", id="cut off"),
        pytest.param("[]", "found []", id="a list"),
        pytest.param('{"a.jpg": []}', "'a.jpg' has no list of digits", id="no page"),
        pytest.param('{"a.jpg": {}}', "'a.jpg' has no list of digits", id="no digits"),
        pytest.param('{"a.jpg": {"digits": [7]}}', "'a.jpg': 7 is no digit", id="a number"),
        pytest.param('{"a.jpg": {"digits": [[1, 2, 3, 4]]}}', "[1, 2, 3, 4]", id="no label"),
        pytest.param('{"a.jpg": {"digits": [[1, 2, 0, 4, "5"]]}}', "[1, 2, 0, 4", id="no width"),
        pytest.param('{"a.jpg": {"digits": [[1, 2, 3.5, 4, "5"]]}}', "3.5", id="half a pixel"),
        pytest.param('{"a.jpg": {"digits": [[1, 2, 1e999, 4, "5"]]}}', "inf", id="endless"),
        pytest.param('{"a.jpg": {"digits": [[1, 2, "3", 4, "5"]]}}', "'3'", id="a text"),
        pytest.param('{"a.jpg": {"digits": [[1, 2, 3, 4, "x"]]}}', "'x'", id="a letter"),
        pytest.param('{"a.jpg": {"digits": [[1, 2, 3, 4, 10]]}}', "10", id="two digits"),
        pytest.param('{"a.jpg": {"digits": [], "region": [1, 2]}}', "region [1, 2]", id="region"),
        pytest.param('{"a.jpg": {"digits": [], "numbers": "5"}}', "numbers '5'", id="numbers"),
        pytest.param('{"a.jpg": {"digits": [], "numbers": ["x"]}}', "['x']", id="no number"),
        pytest.param('{"a.jpg": {"digits": [], "size": [1]}}', "size [1]", id="size"),
    ],
)
def test_truth_of_another_form_is_one_line_that_names_the_file(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "truth.json"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        load_truth(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert told in message
    assert "\n" not in message


def test_truth_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "truth.json"
    path.write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(DataError, match="is no JSON"):
        load_truth(path)


def test_labels_may_be_numbers(tmp_path: Path) -> None:
    path = tmp_path / "truth.json"
    path.write_text('{"a.jpg": {"digits": [[1, 2, 3, 4, 5]]}}')
    assert load_truth(path)["a.jpg"].digits == ((Box(1, 2, 3, 4), 5),)


def test_missing_truth_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"truth\.json"):
        load_truth(tmp_path / "truth.json")


def test_numbers_may_have_marks(tmp_path: Path) -> None:
    path = tmp_path / "truth.json"
    numbers = ["7.5", "-12", "12/05/2026", "12:30", "84-33", "1,234"]
    path.write_text(json.dumps({"a.jpg": {"digits": [], "numbers": numbers}}))
    assert load_truth(path)["a.jpg"].numbers == tuple(numbers)
