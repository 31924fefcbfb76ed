"""What a person does with a picture and its numbers: the sample, photos, a region, corrections."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from tests.cli.pages import TEXT, page
from tests.support.documents import scanned
from tests.support.media import Image, encoded
from tests.web.conftest import Open, camera_picture, drop, drop_all, started, wait_until
from tests.web.serving import Served

pytestmark = pytest.mark.browser

ONE = "document.querySelectorAll('#numbers li').length === 1"


@pytest.fixture
def empty(served: Served, open_page: Open) -> Any:
    """A page on which nothing was read."""
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    wait_until(tab, "document.querySelector('#version').textContent !== ''")
    return tab


def texts(tab: Any) -> list[str]:
    return tab.locator("#numbers .number").all_text_contents()


def read_photo(tab: Any, name: str = "photo.png", picture: Image | None = None) -> None:
    drop(tab, name, "image/png", encoded(".png", camera_picture() if picture is None else picture))
    tab.wait_for_selector(f"#numbers li:has-text('{name}')")


def downloaded(tab: Any, selector: str) -> str:
    tab.click("#download")
    with tab.expect_download() as expected:
        tab.click(selector)
    return Path(expected.value.path()).read_text("utf-8")


def drag(tab: Any, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag over the picture, from and to shares of it across and down."""
    area = tab.locator("#overlay").bounding_box()
    scale = min(area["width"] / 640, area["height"] / 480)
    left = area["x"] + (area["width"] - 640 * scale) / 2
    top = area["y"] + (area["height"] - 480 * scale) / 2
    tab.mouse.move(left + begin[0] * 640 * scale, top + begin[1] * 480 * scale)
    tab.mouse.down()
    tab.mouse.move(left + end[0] * 640 * scale, top + end[1] * 480 * scale, steps=4)
    tab.mouse.up()


def test_a_sample_is_read_without_camera_or_file(empty: Any) -> None:
    assert empty.locator("#taking").is_hidden()  # nothing to copy or download yet
    empty.click("#sample")
    empty.wait_for_selector("#numbers li:has-text('sample.jpg')")

    assert {"2047", "381", "96", "5500", "743"} <= set(texts(empty))


def test_stop_turns_the_camera_off_and_keeps_the_list(served: Served, open_page: Open) -> None:
    tab = started(open_page(served.url))
    tab.evaluate("window.track = document.querySelector('#video').srcObject.getTracks()[0]")
    tab.click("#stop")

    assert tab.evaluate("window.track.readyState") == "ended"
    assert tab.locator("#welcome").is_visible()
    assert texts(tab) == [TEXT]
    tab.click("#start")
    tab.wait_for_selector("#welcome", state="hidden")


def test_a_number_is_corrected_by_hand_and_exported_with_what_was_read(empty: Any) -> None:
    read_photo(empty)
    empty.click("#numbers .edit")
    field = empty.locator("#numbers input")
    field.fill("5508")
    field.press("Enter")

    assert texts(empty) == ["5508"]
    assert empty.locator("#numbers .was").inner_text() == f"read as {TEXT}"
    [row] = csv.DictReader(io.StringIO(downloaded(empty, "#csv")))
    assert (row["text"], row["value"], row["read"]) == ("5508", "5508", TEXT)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", row["clock"])
    [number] = json.loads(downloaded(empty, "#jsonl"))["numbers"]
    assert (number["text"], number["value"], number["read"]) == ("5508", 5508, TEXT)

    empty.click("#numbers .edit")
    empty.keyboard.press("Escape")
    assert texts(empty) == ["5508"]
    empty.click("#numbers .edit")
    empty.locator("#numbers input").fill("")
    empty.keyboard.press("Enter")
    assert texts(empty) == [TEXT]  # nothing said: what was read


def test_letters_that_are_typed_into_a_correction_are_no_keys(empty: Any) -> None:
    read_photo(empty)
    empty.click("#numbers .edit")
    empty.keyboard.type("mth+ 7")
    empty.keyboard.press("Enter")

    assert empty.locator("#numbers input").input_value() == "mth+ 7"
    assert empty.locator("#mirror").get_attribute("aria-pressed") == "false"
    assert empty.locator("#teaching").is_hidden() and empty.locator("#keys").is_hidden()


def test_only_a_number_is_taken_for_a_correction(empty: Any) -> None:
    read_photo(empty)
    empty.click("#numbers .edit")
    field, refusal = empty.locator("#numbers input"), empty.locator("#numbers .refusal")
    for text in ("hello", "12 a", "1+1", "--", "?", "7.", "1..2", "٣"):
        field.fill(text)
        field.press("Enter")
        assert refusal.inner_text() == "Digits only, with . , : / - between them."
        assert field.get_attribute("aria-invalid") == "true"
        assert field.get_attribute("aria-describedby") == refusal.get_attribute("id")
    field.fill("55")
    assert refusal.is_hidden() and field.get_attribute("aria-invalid") is None

    field.fill("hello")
    empty.click("#numbers-title")  # whoever leaves it leaves what was read
    empty.wait_for_selector(f"#alert:has-text('{TEXT} stays')")
    assert texts(empty) == [TEXT]
    for text in ("-7", "7.5", "1,234.50", "12:30", "31/12/2025", "2025-12-31", "0042", "5?08"):
        empty.click("#numbers .edit")
        field.fill(f" {text} ")
        field.press("Enter")
        assert texts(empty) == [text]


def test_numbers_survive_a_reload(empty: Any) -> None:
    read_photo(empty)
    empty.click("#numbers .edit")
    empty.locator("#numbers input").fill("12")
    empty.keyboard.press("Enter")
    before = downloaded(empty, "#csv")
    empty.reload()
    empty.wait_for_selector("#numbers li")

    assert texts(empty) == ["12"]
    assert downloaded(empty, "#csv") == before
    empty.click("#numbers .number")
    empty.wait_for_selector("#alert:has-text('12 is not in the picture')")
    empty.click("#clear")
    empty.reload()
    empty.wait_for_selector("#welcome:visible")
    assert texts(empty) == []


def test_photos_are_a_strip_and_a_number_shows_its_box(empty: Any) -> None:
    photos = [(name, "image/png", encoded(".png", page())) for name in ("one.png", "two.png")]
    drop_all(empty, *photos)
    empty.wait_for_selector("#numbers li:has-text('two.png')")
    strip = empty.locator("#strip button")
    assert strip.count() == 2
    assert strip.nth(1).get_attribute("aria-current") == "true"

    empty.click("#numbers li:has-text('one.png') .number")
    wait_until(
        empty, "document.querySelector('#strip button').getAttribute('aria-current') === 'true'"
    )
    empty.wait_for_selector("#numbers li.shown:has-text('one.png')")
    assert len(texts(empty)) == 2  # it is shown, not read again

    strip.nth(1).click()
    wait_until(empty, "!document.querySelector('#strip button').hasAttribute('aria-current')")
    assert empty.locator("#overlay").get_attribute("aria-label") == f"Picture with {TEXT}"


def test_pages_of_a_document_are_shown(empty: Any) -> None:
    drop(empty, "scan.pdf", "application/pdf", scanned([page(), page()]))
    empty.wait_for_selector("#numbers li:has-text('scan.pdf, page 2')")

    assert empty.locator("#strip button").count() == 2
    assert empty.evaluate("document.querySelector('#photo').naturalWidth") > 0
    assert empty.locator("#alert").is_hidden()


def test_of_a_region_that_is_dragged_only_that_is_read(empty: Any) -> None:
    twice = np.vstack([page(), np.full((60, 640, 3), 225, np.uint8), page()])
    twice = cv2.resize(twice, (640, 480))
    read_photo(empty, picture=twice)
    assert len(texts(empty)) == 2
    whole = json.loads(downloaded(empty, "#jsonl"))
    empty.click("#region")
    drag(empty, (0.0, 0.5), (1.0, 1.0))
    wait_until(empty, ONE)

    part = json.loads(downloaded(empty, "#jsonl"))
    lower = max((number["box"] for number in whole["numbers"]), key=lambda box: box[1])
    # Boxes are those of the whole picture.
    assert part["size"] == whole["size"]
    assert np.abs(np.subtract(part["numbers"][0]["box"], lower)).max() <= 4
    assert empty.locator("#region").get_attribute("aria-pressed") == "true"
    empty.click("#region")
    wait_until(empty, "document.querySelectorAll('#numbers li').length === 2")


def test_a_region_of_the_camera_holds_from_the_next_frame_on(
    served: Served, open_page: Open
) -> None:
    tab = started(open_page(served.url))
    tab.click("#region")
    drag(tab, (0.0, 0.0), (1.0, 0.15))  # above the page
    wait_until(tab, "document.querySelector('#overlay').ariaLabel === 'Picture without numbers'")

    tab.click("#region")
    wait_until(tab, f"document.querySelector('#overlay').ariaLabel === 'Picture with {TEXT}'")


def test_numbers_stay_the_same_when_a_region_comes_and_goes(
    served: Served, open_page: Open
) -> None:
    tab = started(open_page(served.url))
    again = """import("/parts/session.js").then(({ numbers }) =>
        numbers.rows.size === 1 && !numbers.standing.rows.length)"""
    wait_until(tab, again)
    for _ in range(2):
        tab.click("#region")
        drag(tab, (0.0, 0.1), (1.0, 0.95))
        wait_until(tab, again)
        tab.click("#region")
        wait_until(tab, again)

    assert texts(tab) == [TEXT]
    [record] = map(json.loads, downloaded(tab, "#jsonl").splitlines())
    assert (record["event"], record["id"]) == ("appeared", 1)
    tab.click("#numbers .number")
    tab.wait_for_selector("#numbers li.shown")
    assert tab.locator("#alert").inner_text() == ""


STREAMS = """async (steps) => {
    const { Numbers } = await import("/numbers.js");
    const list = document.createElement("ol");
    const numbers = new Numbers(list, { change() {}, pick() {}, said() {}, problem() {} });
    const base = { type: "event", confidence: 0.98, index: 0 };
    for (const [act, ...what] of steps) {
        if (act === "frame") numbers.look({ size: [100, 100], time_s: what[0], numbers: [] });
        else if (act === "region") numbers.goOn(what[0]);
        else numbers.take({ ...base, event: act, id: what[0], text: what[1], box: what[2] }, "");
    }
    const kept = numbers.records.map(({ event, id, text }) => [event, id, text]);
    return [kept, [...list.children].map((item) => item.classList.contains("gone"))];
}"""
LEFT, RIGHT = [10, 10, 20, 20], [70, 10, 20, 20]
HALF = {"x": 0, "y": 0, "w": 0.5, "h": 1}
FRAME, NEXT, BEGUN = ["frame", 0], ["region", None], ["appeared", 1, "12", LEFT]
MANY = [["frame", 0.7 * place] for place in range(12)]


@pytest.mark.parametrize(
    ("steps", "kept", "gone"),
    [
        ([NEXT, FRAME, ["appeared", 1, "12", [11, 9, 21, 20]]], [["appeared", 1, "12"]], [False]),
        # One that is read otherwise there has changed; one elsewhere is another.
        (
            [NEXT, FRAME, ["appeared", 1, "17", LEFT]],
            [["appeared", 1, "12"], ["changed", 1, "17"]],
            [False],
        ),
        (
            [NEXT, FRAME, ["appeared", 1, "12", RIGHT], ["gone", 1, "12", RIGHT]],
            [["appeared", 1, "12"], ["appeared", 2, "12"], ["gone", 2, "12"]],
            [True, False],
        ),
        ([NEXT, *MANY], [["appeared", 1, "12"]], [True]),
        # What is outside the region is not there in vain.
        (
            [
                ["appeared", 2, "7", RIGHT],
                ["region", HALF],
                *MANY,
                NEXT,
                ["appeared", 1, "7", RIGHT],
            ],
            [["appeared", 1, "12"], ["appeared", 2, "7"]],
            [False, True],
        ),
    ],
    ids=["same", "otherwise", "elsewhere", "missed", "outside"],
)
def test_of_another_stream_what_stands_where_it_stood_is_the_same(
    empty: Any, steps: list[Any], kept: list[Any], gone: list[bool]
) -> None:
    told = empty.evaluate(STREAMS, [FRAME, BEGUN, *steps])
    assert told == [kept, gone]


def test_a_page_on_its_head_is_read_when_it_is_turned(empty: Any) -> None:
    drop(
        empty, "head.png", "image/png", encoded(".png", cv2.rotate(page(), cv2.ROTATE_90_CLOCKWISE))
    )
    wait_until(empty, "document.querySelector('#stage').ariaBusy !== 'true'")
    empty.wait_for_selector("#bar:visible")
    empty.select_option("#rotate", "270")
    wait_until(empty, f"document.querySelector('#overlay').ariaLabel === 'Picture with {TEXT}'")

    assert texts(empty) == [TEXT]


def test_a_very_large_photo_is_reduced_before_it_is_sent(empty: Any) -> None:
    large = cv2.resize(page(), None, fx=10, fy=10, interpolation=cv2.INTER_CUBIC)
    sent: list[int] = []
    empty.on(
        "request",
        lambda request: (
            sent.append(len(request.post_data_buffer or b"")) if "/v1/read" in request.url else None
        ),
    )
    data = encoded(".jpg", cv2.resize(large, (6400, 3600)))
    drop(empty, "large.jpg", "image/jpeg", data)
    empty.wait_for_selector("#numbers li:has-text('large.jpg')")
    empty.wait_for_selector("#alert:has-text('large.jpg was made 1.56 times smaller')")

    assert texts(empty) == [TEXT]
    assert sent != [len(data)]
    record = json.loads(downloaded(empty, "#jsonl"))
    assert record["size"] == [6400, 3600]


def test_menus_close_on_escape_and_give_the_focus_back(empty: Any) -> None:
    read_photo(empty)
    empty.focus("#sources")
    empty.keyboard.press("Enter")
    assert empty.locator("#sources-menu").is_visible()
    empty.keyboard.press("Tab")
    assert empty.evaluate("document.activeElement.dataset.do") == "camera"
    empty.keyboard.press("Escape")

    assert empty.locator("#sources-menu").is_hidden()
    assert empty.evaluate("document.activeElement.id") == "sources"
    empty.click("#download")
    empty.mouse.click(5, 300)
    assert empty.locator("#download-menu").is_hidden()


PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def test_on_a_phone_five_buttons_are_below_and_help_has_gestures(
    served: Served, open_page: Open
) -> None:
    tab = started(open_page(served.url, **PHONE))
    bar = tab.locator("#bar").bounding_box()
    assert tab.locator("#bar > button:visible").count() == 5
    assert bar["y"] + bar["height"] == 844
    first = tab.locator("#numbers .number").first.bounding_box()
    assert first["y"] < 450

    tab.tap("#help")
    assert tab.locator(".gestures").is_visible() and tab.locator(".by-key").is_hidden()


def test_boxes_fade_when_the_picture_looks_another_way(empty: Any) -> None:
    differs = empty.evaluate(
        """async () => {
            const { differs, look } = await import("/parts/change.js");
            const shown = (dx, light) => {
                const size = { width: 960, height: 720 };
                const canvas = Object.assign(document.createElement("canvas"), size);
                const context = canvas.getContext("2d");
                context.fillStyle = `rgb(${light}, ${light}, ${light})`;
                context.fillRect(0, 0, 960, 720);
                context.fillStyle = "#000";
                context.fillRect(300 + dx, 300, 12, 90);
                return look(canvas);
            };
            const first = shown(0, 220);
            return [[0, 220], [0, 205], [60, 220]].map((place) => differs(first, shown(...place)));
        }"""
    )

    assert differs == [False, False, True]
