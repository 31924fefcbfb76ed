"""Drawing a form: what is asked over the wire, and what the form's file then holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from benchmarks.form_layouts import exam_cover
from benchmarks.form_sheets import blank

from camdigits.errors import OutputError
from camdigits.forms.loading import load_form
from camdigits.web.forms.drawing import FormDrawing
from tests.web.forms import ServedWork, serving_work

SIZE_WH = (1240, 1754)
START = {"schema": 1, "name": "x", "size": [*SIZE_WH], "picture": "cover.png", "fields": []}
Q1 = {"name": "q1", "box": [420, 820, 200, 90], "kind": "number"}
TOTAL = {"name": "total", "box": [420, 1380, 200, 90], "kind": "number", "max": 10.5}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "x.form.json"


@pytest.fixture
def served(output: Path) -> Iterator[ServedWork]:
    with serving_work(FormDrawing(START, blank(exam_cover()), output)) as running:
        yield running


def drawn(*fields: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"fields": list(fields), "sums": [], "blank": True} | others


def test_what_is_drawn_is_written_at_once(served: ServedWork, output: Path) -> None:
    with served.client() as client:
        nothing = client.put("v1/form", json=drawn())
        is_there = output.exists()
        saved = client.put("v1/form", json=drawn(Q1, TOTAL, sums=["total = q1"], blank=False))
        form = load_form(output)
        client.put("v1/form", json=drawn(Q1))
        shown = client.get("v1/form").json()

    assert nothing.json() == {"faults": []} and not is_there
    assert saved.json() == {"faults": []}
    assert [field.name for field in form.fields] == ["q1", "total"]
    assert str(form.fields[1].most) == "10.5"
    assert str(form.sums[0]) == "total = q1" and not form.is_blank
    assert form.picture == output.parent / "cover.png" and form.size_wh == SIZE_WH
    assert [field.name for field in load_form(output).fields] == ["q1"]
    assert shown["fields"] == [Q1] and shown["file"] == "x.form.json"


def test_what_describes_no_form_is_told_and_the_file_stays(
    served: ServedWork, output: Path
) -> None:
    with served.client() as client:
        client.put("v1/form", json=drawn(Q1))
        before = output.read_bytes()
        faults = client.put("v1/form", json=drawn(Q1 | {"kind": "comb"}, Q1)).json()["faults"]

    assert len(faults) == 2
    assert faults[0] == 'not saved yet: field q1: a comb needs "digits", the number of its boxes'
    assert output.read_bytes() == before


@pytest.mark.parametrize("body", ["{", "[]", json.dumps(drawn(Q1) | {"picture": "/etc/passwd"})])
def test_what_is_not_drawn_is_refused(served: ServedWork, output: Path, body: str) -> None:
    with served.client() as client:
        assert client.put("v1/form", content=body).status_code == 400
    assert not output.exists()


def test_it_ends_only_with_a_form(served: ServedWork) -> None:
    with served.client() as client:
        early = client.post("v1/end")
        client.put("v1/form", json=drawn(Q1))
        late = client.post("v1/end")

    assert early.status_code == 422 and "draw a field first" in early.json()["text"]
    assert late.status_code == 200
    assert served.ended.wait(100)


def test_fields_over_all_print_leave_nothing_to_know_sheets_by(served: ServedWork) -> None:
    with served.client() as client:
        client.put("v1/form", json=drawn({"name": "all", "box": [0, 0, *SIZE_WH]}))
        answer = client.post("v1/end")

    assert answer.status_code == 422 and "too little print" in answer.json()["text"]


def test_the_sheet_is_shown(served: ServedWork) -> None:
    with served.client() as client:
        answer = client.get("v1/sheet")
    image = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_GRAYSCALE)

    assert image.shape == SIZE_WH[::-1]
    assert (image < 128).mean() > 0.005


def test_nobody_draws_without_the_token(served: ServedWork, output: Path) -> None:
    with served.client("another") as client:
        assert client.get("v1/sheet").status_code == 401
        assert client.put("v1/form", json=drawn(Q1)).status_code == 401
        assert client.post("v1/end").status_code == 401
    assert not output.exists() and not served.ended.is_set()


def test_a_file_that_is_there_is_replaced_only_where_that_was_asked_for(output: Path) -> None:
    output.write_text("kept")
    kept = FormDrawing(START, blank(exam_cover()), output)
    with pytest.raises(OutputError, match="appeared meanwhile"):
        kept.save(drawn(Q1))
    assert output.read_text() == "kept"

    assert not FormDrawing(START, blank(exam_cover()), output, force=True).save(drawn(Q1))
    assert load_form(output).fields[0].name == "q1"


@pytest.mark.parametrize(
    "corners", [None, [[0, 0], [1, 0], [1, 1]], [[0, 0], [0, 0], [0, 0], [0, 0]], "corner"]
)
def test_corners_that_are_none_are_refused(served: ServedWork, corners: object) -> None:
    with served.client() as client:
        assert client.put("v1/corners", json={"corners": corners}).status_code == 422
        assert client.get("v1/form").json()["size"] == [*SIZE_WH]


def test_corners_are_set_before_fields(served: ServedWork) -> None:
    corners = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
    with served.client() as client:
        straight = client.put("v1/corners", json={"corners": corners}).json()
        client.put("v1/form", json=drawn(Q1 | {"box": [1, 1, 9, 9]}))
        late = client.put("v1/corners", json={"corners": corners})

    assert straight["size"] == [round(0.8 * side) for side in SIZE_WH]
    assert straight["corners"][0] == [124.0, 175.4]
    assert late.status_code == 422 and "before fields are drawn" in late.json()["text"]
