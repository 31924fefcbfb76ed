"""The pages of forms in Chromium: fields are drawn and saved, doubtful ones reviewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from benchmarks.form_layouts import exam_cover
from benchmarks.form_sheets import blank

from camdigits.forms.loading import load_form
from camdigits.forms.readings import FieldReading
from camdigits.forms.tables.files import read_table
from camdigits.types import Box
from camdigits.web.forms.drawing import FormDrawing
from camdigits.web.forms.review import Review
from camdigits.web.forms.tables import OpenTable, opened
from tests.web.conftest import Open, wait_until
from tests.web.forms import Stack, made_stack, serving_work

pytestmark = pytest.mark.browser

FORM_WH = (1240, 1754)
START = {"schema": 1, "name": "x", "size": [*FORM_WH], "picture": "cover.png", "fields": []}


class Sheet:
    """The sheet on the page, by pixels of the form."""

    def __init__(self, tab: Any) -> None:
        self.tab = tab
        self.seen = tab.locator("#picture").bounding_box()

    def at(self, x: float, y: float) -> tuple[float, float]:
        scale = self.seen["width"] / FORM_WH[0]
        return self.seen["x"] + x * scale, self.seen["y"] + y * scale

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.tab.mouse
        mouse.move(*self.at(*start))
        mouse.down()
        middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        mouse.move(*self.at(*middle))
        mouse.move(*self.at(*end))
        mouse.up()

    def drag_by_finger(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        session = self.tab.context.new_cdp_session(self.tab)
        middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        for kind, place in (
            *(("touchStart", start), ("touchMove", middle), ("touchMove", end)),
            ("touchEnd", None),
        ):
            points = [] if place is None else [dict(zip("xy", self.at(*place), strict=True))]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def is_near(box: Box, wanted: tuple[int, int, int, int], off: int = 6) -> bool:
    return all(abs(a - b) <= off for a, b in zip(box.as_list(), wanted, strict=True))


def test_two_fields_are_drawn_named_moved_and_saved(tmp_path: Path, open_page: Open) -> None:
    output = tmp_path / "x.form.json"
    with serving_work(FormDrawing(START, blank(exam_cover()), output)) as served:
        tab = open_page(served.url, viewport={"width": 1400, "height": 2400})
        wait_until(tab, "document.querySelector('#picture').naturalWidth > 0")
        wait_until(tab, "document.querySelector('#status').textContent.includes('pixels')")
        sheet = Sheet(tab)
        sheet.drag((420, 820), (620, 910))
        tab.keyboard.type("first")  # the name is chosen at once
        tab.fill("#fewest", "1")
        tab.fill("#most", "2")
        tab.fill("#max", "10")
        sheet.drag((400, 300), (900, 370))
        tab.keyboard.type("number")
        tab.select_option("#kind", "comb")
        tab.fill("#most", "8")
        tab.fill("#fewest", "8")
        sheet.drag((500, 340), (540, 350))  # moves it
        sheet.drag((937, 377), (957, 387))  # its corner: makes it larger
        tab.focus(".box:nth-of-type(1)")
        wait_until(tab, "document.querySelector('#status').textContent.includes('is saved')")
        tab.click("#end")
        tab.wait_for_selector("#done:not([hidden])")

        assert served.ended.wait(100)
        assert tab.text_content("#done-text") == "x.form.json is written: 2 fields"
    first, comb = load_form(output).fields
    assert (first.name, first.kind, first.digits, first.most) == ("first", "number", (1, 2), 10)
    assert (comb.name, comb.kind, comb.digits) == ("number", "comb", (8, 8))
    assert is_near(first.box, (420, 820, 200, 90))
    assert is_near(comb.box, (440, 310, 520, 80), off=8)


def test_a_form_is_drawn_by_keys_alone(tmp_path: Path, open_page: Open) -> None:
    output = tmp_path / "x.form.json"
    with serving_work(FormDrawing(START, blank(exam_cover()), output)) as served:
        tab = open_page(served.url)
        wait_until(tab, "document.querySelector('#status').textContent.includes('pixels')")
        for _ in range(2):
            tab.focus("#add")
            tab.keyboard.press("Enter")
        before = tab.input_value("#x"), tab.input_value("#w")
        for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight"):
            tab.keyboard.press(key)
        after = tab.input_value("#x"), tab.input_value("#w")
        tab.keyboard.press("Enter")
        tab.keyboard.type("total")
        tab.keyboard.press("Enter")
        tab.focus(".box:nth-of-type(1)")
        tab.keyboard.press("Delete")
        tab.keyboard.press("Control+z")
        tab.focus(".box:nth-of-type(1)")
        tab.keyboard.press("Delete")
        tab.focus("#end")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#done:not([hidden])")

    assert int(after[0]) > int(before[0]) and int(after[1]) > int(before[1])
    assert [field.name for field in load_form(output).fields] == ["total"]


def test_a_finger_draws_and_what_is_wrong_is_told(tmp_path: Path, open_page: Open) -> None:
    output = tmp_path / "x.form.json"
    with serving_work(FormDrawing(START, blank(exam_cover()), output)) as served:
        tab = open_page(served.url, has_touch=True)
        wait_until(tab, "document.querySelector('#status').textContent.includes('pixels')")
        sheet = Sheet(tab)
        sheet.drag_by_finger((420, 310), (940, 386))
        tab.wait_for_selector("#editor:not([hidden])")
        tab.fill("#name", "a=b")
        tab.tap("#end")
        wait_until(tab, "document.querySelector('#faults').textContent.includes('a=b')")
        assert not tab.is_hidden("#main") and not served.ended.is_set()
        tab.fill("#name", "b")
        tab.tap("#end")
        tab.wait_for_selector("#done:not([hidden])")

    (field,) = load_form(output).fields
    assert field.name == "b" and is_near(field.box, (420, 310, 520, 76))


def test_a_sheet_that_was_photographed_askew_is_straightened(
    tmp_path: Path, open_page: Open
) -> None:
    output = tmp_path / "x.form.json"
    corners = np.array([[100, 60], [1100, 140], [1180, 1650], [40, 1600]], np.float32)
    own = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * np.float32(FORM_WH)
    matrix = cv2.getPerspectiveTransform(own, corners)
    photo = np.asarray(cv2.warpPerspective(blank(exam_cover()), matrix, FORM_WH), np.uint8)
    with serving_work(FormDrawing(START, photo, output)) as served:
        tab = open_page(served.url, viewport={"width": 1400, "height": 2400})
        wait_until(tab, "document.querySelector('#status').textContent.includes('pixels')")
        tab.click("#corners")
        tab.wait_for_selector(".corner:nth-of-type(4)")
        sheet, whole = Sheet(tab), FORM_WH
        for number, (x, y) in enumerate(corners.tolist()):
            start = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)][number]
            sheet.drag((start[0] * whole[0], start[1] * whole[1]), (x, y))
        tab.click("#corners")
        wait_until(tab, "!document.querySelector('#status').textContent.includes('1240')")
        tab.click("#add")
        tab.click("#end")
        tab.wait_for_selector("#done:not([hidden])")

    form = load_form(output)
    assert form.corners is not None
    assert np.abs(np.array(form.corners) - corners).max() < 6
    assert abs(form.size_wh[0] - 1072) < 10 and abs(form.size_wh[1] - 1525) < 12


def fields_of(stack: Stack) -> dict[str, FieldReading]:
    (sheet,) = read_table(stack.table).sheets
    return {field.name: field for field in sheet.fields}


def shows(tab: Any, field: str) -> None:
    wait_until(tab, f"document.querySelector('#field').textContent === '{field}'")
    wait_until(tab, "document.querySelector('#picture:not(.stale)')?.naturalWidth > 0")


def test_a_table_is_reviewed(tmp_path: Path, open_page: Open) -> None:
    stack = made_stack(tmp_path)
    with serving_work(Review([OpenTable(stack.table, opened(stack.table), stack.form)])) as served:
        tab = open_page(served.url)
        shows(tab, "absent")
        tab.keyboard.press("n")
        shows(tab, "q2")
        tab.reload()
        shows(tab, "q2")
        for _ in range(3):  # a key that is held says it once: 18, of 15 points
            tab.keyboard.down("Enter")
        tab.keyboard.up("Enter")
        tab.wait_for_selector("#warning:not([hidden])")
        warning = tab.text_content("#warning")
        kept = fields_of(stack)["q2"].state
        tab.keyboard.press("ArrowDown")
        other = tab.input_value("#text")
        tab.keyboard.press("PageDown")
        shows(tab, "total")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#skipped:not([hidden])")
        tab.keyboard.press("Enter")
        shows(tab, "q2")
        tab.keyboard.press("Backspace")
        tab.keyboard.type("13")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#done:not([hidden])")

        assert served.ended.wait(100)
    assert "above 15" in warning and kept == "doubtful" and other == "13"
    states = {name: (field.text, field.state) for name, field in fields_of(stack).items()}
    assert states["absent"] == ("no", "corrected")
    assert states["q2"] == ("13", "corrected")
    assert states["total"] == ("74", "corrected")
    assert states["q1"] == ("7", "read")


def test_a_review_by_touch_is_left_early(tmp_path: Path, open_page: Open) -> None:
    stack = made_stack(tmp_path)
    with serving_work(Review([OpenTable(stack.table, opened(stack.table), stack.form)])) as served:
        tab = open_page(served.url, has_touch=True, viewport={"width": 420, "height": 800})
        shows(tab, "absent")
        tab.tap("#skip")
        shows(tab, "q2")
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab.tap("#others button")
        shows(tab, "total")
        tab.tap("#back")
        shows(tab, "q2")
        assert tab.input_value("#text") == "13"
        tab.tap("#wide")
        tab.tap("#end")
        tab.wait_for_selector("#done:not([hidden])")

        assert served.ended.wait(100)
    assert fields_of(stack)["q2"].state == "corrected"
    assert fields_of(stack)["total"].state == "doubtful"


def test_nothing_is_accepted_before_the_picture_is_there(tmp_path: Path, open_page: Open) -> None:
    stack = made_stack(tmp_path)
    review = Review([OpenTable(stack.table, opened(stack.table), stack.form)])
    with serving_work(review) as served, review._looking:  # makes no picture meanwhile
        tab = open_page(served.url)
        tab.wait_for_selector("#making:not([hidden])")
        tab.wait_for_selector("#doubt:not([hidden])")
        said = tab.text_content("#making")
        tab.keyboard.press("PageDown")
        wait_until(tab, "document.querySelector('#field').textContent === 'q2'")
        tab.fill("#text", "13")
        tab.keyboard.press("Enter")
        locked = [tab.is_disabled(each) for each in ("#accept", "#others button", "#text")]
        kept, warnings = fields_of(stack)["q2"].state, [tab.text_content("#warning")]
        review._looking.release()
        try:
            shows(tab, "q2")
            warnings.append(tab.text_content("#warning"))
            tab.keyboard.press("End")
            tab.keyboard.type("7")
            warnings.append(tab.text_content("#warning"))
            tab.keyboard.press("Backspace")
            free = [tab.is_disabled(each) for each in ("#accept", "#others button")]
            hidden, typed = tab.is_hidden("#making"), tab.input_value("#text")
        finally:
            review._looking.acquire()

    assert said == "Making the picture…" and kept == "doubtful"
    assert locked == [True, True, False] and free == [False, False]
    assert hidden and typed == "13"
    not_yet = "Not accepted: its picture was not there yet. Look at it, then press Enter."
    assert warnings == [not_yet, not_yet, ""]


def test_a_text_that_is_too_long_is_refused_whole(tmp_path: Path, open_page: Open) -> None:
    stack = made_stack(tmp_path)
    with serving_work(Review([OpenTable(stack.table, opened(stack.table), stack.form)])) as served:
        tab = open_page(served.url)
        shows(tab, "absent")
        tab.keyboard.press("PageDown")
        shows(tab, "q2")
        tab.keyboard.type("1" * 101)
        for _ in range(2):
            tab.keyboard.press("Enter")
        warning, typed = tab.text_content("#warning"), tab.input_value("#text")
        tab.keyboard.press("Backspace")
        is_gone = tab.is_hidden("#warning")

    assert warning.startswith("101 characters are too many") and typed == "1" * 101
    assert is_gone and fields_of(stack)["q2"].state == "doubtful"


@pytest.mark.parametrize("width", [390, 1000, 1200])
def test_what_is_on_the_pages_keeps_off_their_edges(
    width: int, tmp_path: Path, open_page: Open
) -> None:
    stack = made_stack(tmp_path)
    edges = """(names) => names.map((name) => {
      const { left, right, top } = document.querySelector(name).getBoundingClientRect();
      return [left, innerWidth - right, top];
    })"""
    viewport = {"width": width, "height": 800}
    with serving_work(Review([OpenTable(stack.table, opened(stack.table), stack.form)])) as served:
        tab = open_page(served.url, viewport=viewport)
        tab.wait_for_selector("#doubt:not([hidden])")
        review = tab.evaluate(edges, ["#field", ".shown", "#answer", "[role=toolbar]"])
    output = tmp_path / "x.form.json"
    with serving_work(FormDrawing(START, blank(exam_cover()), output)) as served:
        tab = open_page(served.url, viewport=viewport)
        wait_until(tab, "document.querySelector('#status').textContent.includes('pixels')")
        drawing = tab.evaluate(edges, ["[role=toolbar]", "#view", ".right"])

    assert all(min(left, right) >= 12 for left, right, _ in review + drawing)
    is_beside = drawing[2][2] < drawing[1][2]
    assert is_beside == (width >= 900)
