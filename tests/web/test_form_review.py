"""Reviewing a table: what is asked over the wire, and what the table then holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from camdigits.errors import DataError, UsageError
from camdigits.forms.form import Field
from camdigits.forms.loading import load_form
from camdigits.forms.readings import FieldReading
from camdigits.forms.tables.files import read_table
from camdigits.types import Box
from camdigits.web.forms.review import Review, what_fits
from camdigits.web.forms.tables import OpenTable, found_from, opened
from tests.web.forms import ServedWork, Stack, made_stack, serving_work

ABSENT, Q2, TOTAL = range(3)
"""The doubtful fields, in the form's order."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all files, made once: to be copied."""
    folder = tmp_path_factory.mktemp("made")
    made_stack(folder)
    return folder


@pytest.fixture
def stack(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "marks.csv"
    table.write_text(table.read_text().replace(f"{made}/", ""))
    return Stack(load_form(tmp_path / "cover.form.json"), table, tmp_path / "sheet.jpg")


def review_of(stack: Stack) -> Review:
    return Review([OpenTable(stack.table, opened(stack.table), stack.form)])


@pytest.fixture
def served(stack: Stack) -> Iterator[ServedWork]:
    with serving_work(review_of(stack)) as running:
        yield running


def field_of(stack: Stack, name: str) -> FieldReading:
    (sheet,) = read_table(stack.table).sheets
    return next(field for field in sheet.fields if field.name == name)


def test_only_doubtful_fields_are_shown(served: ServedWork) -> None:
    with served.client() as client:
        shown = [client.get(f"v1/fields/{place}").json() for place in range(3)]
        behind = client.get("v1/fields/3")

    assert [each["field"] for each in shown] == ["absent", "q2", "total"]
    assert shown[Q2]["text"] == "18" and shown[Q2]["others"] == ["13"]
    assert shown[Q2]["why"] == "may be 13"
    assert shown[Q2]["fits"] == "number, 1 to 2 digits, at most 15"
    assert shown[Q2]["sheet"] == "sheet.jpg" and shown[Q2]["left"] == 3
    assert behind.status_code == 404


def test_an_answer_is_in_the_table_at_once(served: ServedWork, stack: Stack) -> None:
    with served.client() as client:
        said = client.post(f"v1/fields/{Q2}", json={"text": " 13 "}).json()
        shown = client.get(f"v1/fields/{Q2}").json()

    assert said == {"why_not": "", "left": 2}
    assert field_of(stack, "q2").text == "13" and field_of(stack, "q2").state == "corrected"
    assert field_of(stack, "total").state == "doubtful"
    assert shown["state"] == "corrected" and shown["others"] == ["13"]


def test_what_does_not_fit_is_kept_when_it_is_said_twice(served: ServedWork, stack: Stack) -> None:
    with served.client() as client:
        first = client.post(f"v1/fields/{Q2}", json={"text": "18"}).json()
        before = field_of(stack, "q2")
        second = client.post(f"v1/fields/{Q2}", json={"text": "18", "sure": True}).json()

    assert first == {"why_not": "above 15", "left": 3}
    assert before.state == "doubtful"
    assert second == {"why_not": "", "left": 2}
    assert field_of(stack, "q2").state == "corrected"


def test_a_sum_that_does_not_come_out_is_told_with_its_last_field(served: ServedWork) -> None:
    with served.client() as client:
        part = client.post(f"v1/fields/{Q2}", json={"text": "12"}).json()
        wrong = client.post(f"v1/fields/{TOTAL}", json={"text": "74"}).json()
        right = client.post(f"v1/fields/{TOTAL}", json={"text": "73"}).json()

    assert not part["why_not"]
    assert wrong["why_not"] == "total = q1 + q2 + q3 + q4 + q5 + q6 does not come out"
    assert right == {"why_not": "", "left": 1}


def test_it_ends_with_the_last_answer(served: ServedWork, stack: Stack) -> None:
    with served.client() as client:
        for place, text in ((Q2, "13"), (TOTAL, "74"), (ABSENT, "no")):
            assert not served.ended.is_set()
            assert not client.post(f"v1/fields/{place}", json={"text": text}).json()["why_not"]

    assert served.ended.wait(100)
    assert read_table(stack.table).doubt_count == 0


def test_it_ends_when_it_is_asked_to(served: ServedWork, stack: Stack) -> None:
    with served.client() as client:
        client.post("v1/end")

    assert served.ended.wait(100)
    assert read_table(stack.table).doubt_count == 3


@pytest.mark.parametrize(
    "body", ['{"text": 7}', '{"text": "a\\nb"}', "[]", "{", '{"text": "%s"}' % ("7" * 101)]
)
def test_what_is_no_answer_is_refused(served: ServedWork, stack: Stack, body: str) -> None:
    before = stack.table.read_bytes()
    with served.client() as client:
        answer = client.post(f"v1/fields/{Q2}", content=body)

    assert answer.status_code == 400
    assert stack.table.read_bytes() == before


def test_the_picture_shows_the_field_upright(served: ServedWork) -> None:
    with served.client() as client:
        near = client.get(f"v1/fields/{Q2}/picture")
        far = client.get(f"v1/fields/{Q2}/picture?wide")
    image = cv2.imdecode(np.frombuffer(near.content, np.uint8), cv2.IMREAD_COLOR)
    wide = cv2.imdecode(np.frombuffer(far.content, np.uint8), cv2.IMREAD_COLOR)

    assert near.headers["content-type"] == "image/jpeg"
    height, width = image.shape[:2]
    inner = image[height // 3 : -height // 3, width // 5 : -width // 5]
    # The writing, which is dark and blue, stands there, and the form's line does not cross it.
    assert 0.02 < (inner.min(axis=2) < 120).mean() < 0.4
    assert wide.shape[0] > 0 and wide.shape != image.shape


def test_another_picture_under_the_sheets_name_is_not_shown(
    served: ServedWork, stack: Stack
) -> None:
    image = cv2.imread(str(stack.sheet))
    moved = cv2.warpAffine(image, np.float32([[0.9, 0, 90], [0, 0.9, 60]]), image.shape[1::-1])
    cv2.imwrite(str(stack.sheet), moved)
    with served.client() as client:
        answer = client.get(f"v1/fields/{Q2}/picture")

    assert answer.status_code == 422
    assert answer.json()["text"] == (
        "sheet.jpg: was changed since it was read; read the sheets anew"
    )


def test_a_sheet_that_is_gone_is_told_and_can_be_answered(served: ServedWork, stack: Stack) -> None:
    stack.sheet.unlink()
    with served.client() as client:
        picture = client.get(f"v1/fields/{Q2}/picture")
        said = client.post(f"v1/fields/{Q2}", json={"text": "13"})

    assert picture.status_code == 422
    assert picture.json()["text"] == "sheet.jpg: no such file; check the name"
    assert said.json()["left"] == 2


def test_a_table_that_another_program_changed_is_left_alone(
    served: ServedWork, stack: Stack
) -> None:
    changed = stack.table.read_text() + "\n"
    stack.table.write_text(changed)
    with served.client() as client:
        answer = client.post(f"v1/fields/{Q2}", json={"text": "13"})

    assert answer.status_code == 422
    assert "changed by another program" in answer.json()["text"]
    assert stack.table.read_text() == changed


@pytest.mark.parametrize("token", ["", "another"])
@pytest.mark.parametrize("path", ["v1/fields/0", "v1/fields/0/picture"])
def test_nobody_sees_sheets_without_the_token(served: ServedWork, path: str, token: str) -> None:
    with served.client(token) as client:
        assert client.get(path).status_code == 401
        assert client.post("v1/fields/0", json={"text": "no"}).status_code == 401


def test_other_hosts_and_other_pages_are_turned_away(served: ServedWork) -> None:
    with served.client(host="elsewhere.example") as client:
        assert client.get("v1/fields/0").status_code == 421
    with served.client(origin="http://elsewhere.example") as client:
        assert client.get("v1/fields/0").status_code == 403


@pytest.mark.parametrize("path", ["", "review.js", "forms.css", "style.css", "api.js", "icon.svg"])
def test_the_page_is_all_there_and_asks_nobody_else(served: ServedWork, path: str) -> None:
    with served.client("") as client:
        answer = client.get(path)

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "://" not in answer.text.replace("http://www.w3.org/2000/svg", "")


def test_links_and_permissions_of_a_table_stay(stack: Stack) -> None:
    link = stack.table.with_name("link.csv")
    link.symlink_to(stack.table)
    stack.table.chmod(0o600)
    table = OpenTable(link, opened(link), stack.form)
    table.correct(0, "q2", "13")

    assert link.is_symlink()
    assert stack.table.stat().st_mode & 0o777 == 0o600
    assert field_of(stack, "q2").text == "13"


def test_files_are_found_beside_the_table_too(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stack.table.parent
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")

    assert found_from(Path("../marks.csv"), Path("sheet.jpg")) == Path("../sheet.jpg")
    assert found_from(Path("../marks.csv"), Path("none.jpg")) == Path("none.jpg")


def test_a_form_without_a_field_of_the_table_is_refused(stack: Stack) -> None:
    form = stack.form
    fewer = type(form)(form.name, form.size_wh, form.picture, form.fields[:3])

    with pytest.raises(UsageError, match="has the field"):
        OpenTable(stack.table, opened(stack.table), fewer)


def test_a_workbook_is_reviewed_and_not_where_it_was_changed_by_hand(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    stack = made_stack(tmp_path, ".xlsx")
    OpenTable(stack.table, opened(stack.table), stack.form).correct(0, "q2", "13")
    book = openpyxl.load_workbook(stack.table)
    book.save(stack.table)

    assert field_of(stack, "q2").state == "corrected"
    assert opened(stack.table).doubt_count == 2, "saved by another program, and the same"
    sheet = book["Forms"]
    sheet.cell(2, 10).value = 99
    book.save(stack.table)
    with pytest.raises(DataError, match="changed by hand"):
        opened(stack.table)


@pytest.mark.parametrize(
    ("field", "phrase"),
    [
        (Field("a", Box(0, 0, 1, 1)), "number"),
        (Field("a", Box(0, 0, 1, 1), "tick"), "yes or no"),
        (Field("a", Box(0, 0, 1, 1), "comb", digits=(8, 8)), "one digit a box, 8 digits"),
        (
            Field("a", Box(0, 0, 1, 1), "date", r"\d+", is_optional=True),
            r"date, like \d+, or empty",
        ),
        (Field("a", Box(0, 0, 1, 1), check="luhn"), "number, with the luhn check"),
    ],
)
def test_what_fits_is_said_in_words(field: Field, phrase: str) -> None:
    assert what_fits(field) == phrase
