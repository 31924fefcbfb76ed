"""The page, in a real browser whose camera shows a known page."""

from __future__ import annotations

import base64
import csv
import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from camdigits.config import ReadConfig
from camdigits.recognizer import Recognizer
from camdigits.sinks.records.csv import COLUMNS
from camdigits.types import Box, Event, Frame
from camdigits.web.server.access import AccessRules
from camdigits.web.server.address import reached_by
from camdigits.web.streams.broadcast import Broadcast, EventSink, Screen
from tests.cli.pages import TEXT, page, write_clip
from tests.support.documents import scanned
from tests.support.media import Image, encoded
from tests.web.conftest import (
    PATIENCE_MS,
    Open,
    camera_picture,
    contrasts,
    drop,
    drop_all,
    started,
    too_pale,
    wait_until,
)
from tests.web.serving import TOKEN, Served, serving

pytestmark = pytest.mark.browser

SURE_BGR = (178, 114, 0)
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def wait_to_see(tab: Any, is_so: Callable[[], bool], what: str) -> None:
    """Wait until the page is drawn as it should be."""
    end_s = time.monotonic() + PATIENCE_MS / 1000
    while not is_so():
        assert time.monotonic() < end_s, what
        tab.wait_for_timeout(50)


def texts(tab: Any) -> list[str]:
    """Return the numbers in the list, also those that the browser has not drawn yet."""
    return tab.locator("#numbers .number").all_text_contents()


def shot(tab: Any) -> Image:
    """Return the camera's picture as it is seen on the stage, ``(480, 640, 3) uint8`` BGR."""
    data = np.frombuffer(tab.locator("#stage").screenshot(), np.uint8)
    stage = cv2.imdecode(data, cv2.IMREAD_COLOR)
    height, width = stage.shape[:2]
    scale = min(width / 640, height / 480)
    x, y = round((width - 640 * scale) / 2), round((height - 480 * scale) / 2)
    seen = stage[y : y + round(480 * scale), x : x + round(640 * scale)]
    return cv2.resize(seen, (640, 480), interpolation=cv2.INTER_NEAREST)


def is_sure(picture: Image) -> Image:
    """Return which pixels have the colour of a sure digit's box."""
    return np.abs(picture.astype(int) - SURE_BGR).max(axis=2) < 60


def outlined(picture: Image, box: Box) -> float:
    """Return which share of a box's outline is drawn, within five pixels."""
    near = cv2.dilate(is_sure(picture).astype(np.uint8), np.ones((11, 11), np.uint8))
    outline = np.zeros_like(near)
    cv2.rectangle(outline, (box.x, box.y), (box.right, box.bottom), 1)
    return float(near[outline > 0].mean())


def are_outlined(tab: Any, boxes: list[Box]) -> bool:
    """Return whether boxes are drawn on the stage."""
    picture = shot(tab)
    return min(outlined(picture, box) for box in boxes) > 0.9


def has_boxes(tab: Any) -> bool:
    """Return whether any box of a sure digit is drawn; a few pixels of blue ink are none."""
    return bool(is_sure(shot(tab)).sum() > 50)


def spot(tab: Any, x: float, y: float) -> tuple[float, float]:
    """Return where on the page a pixel of the camera's picture is."""
    area = tab.locator("#overlay").bounding_box()
    scale = min(area["width"] / 640, area["height"] / 480)
    left, top = (area["width"] - 640 * scale) / 2, (area["height"] - 480 * scale) / 2
    return area["x"] + left + x * scale, area["y"] + top + y * scale


def digits_seen() -> list[Box]:
    return [digit.box for digit in Recognizer().read(camera_picture()).digits]


def frames_sent(tab: Any) -> int:
    """Return how many frames were read so far."""
    return int(tab.evaluate("performance.getEntriesByName('capture to overlay').length"))


def test_numbers_are_listed_and_the_overlay_sits_on_the_digits(tab: Any) -> None:
    assert texts(tab) == [TEXT]
    assert tab.locator("#numbers .sureness").text_content().endswith("%")
    assert tab.locator("#overlay").get_attribute("aria-label") == f"Picture with {TEXT}"
    assert tab.locator("#spoken").inner_text() == TEXT

    wait_to_see(tab, lambda: are_outlined(tab, digits_seen()), "boxes around the digits")
    picture = shot(tab)
    assert not is_sure(picture)[:100].any()
    assert not is_sure(picture)[340:].any()


def test_the_camera_waits_for_the_button_even_if_it_was_allowed_before(
    served: Served, open_page: Open
) -> None:
    tab = started(open_page(served.url))
    tab.reload()
    tab.wait_for_selector("#welcome:visible")
    assert tab.evaluate("navigator.permissions.query({name: 'camera'}).then((p) => p.state)") == (
        "granted"
    )
    wait_until(tab, "document.querySelector('#version').textContent !== ''")
    tab.wait_for_timeout(1000)

    assert tab.locator("#welcome").is_visible()
    assert tab.evaluate("document.querySelector('#video').srcObject") is None


def settled(tab: Any) -> int:
    """Wait until no more frames are read for a while: the one that stands is read, too."""
    counts = [frames_sent(tab)]
    while len(counts) < 3 or len(set(counts[-3:])) > 1:
        assert len(counts) < 40, "frames are read in spite of the pause"
        tab.wait_for_timeout(1000)
        counts.append(frames_sent(tab))
    return counts[-1]


def test_pause_pauses_and_goes_on(tab: Any) -> None:
    tab.keyboard.press("Space")
    assert tab.locator("#pause").inner_text() == "Resume"
    before, end_s = settled(tab), time.monotonic() + 1.5
    while time.monotonic() < end_s:
        assert frames_sent(tab) == before
        tab.wait_for_timeout(100)

    tab.click("#pause")
    wait_until(tab, f"performance.getEntriesByName('capture to overlay').length > {before + 2}")


def test_after_a_change_of_scene_pause_and_snapshot_show_no_old_boxes(
    served: Served, open_page: Open
) -> None:
    tab = open_page(served.url)
    tab.evaluate(TWO_SCENES, _data_url(camera_picture()))
    started(tab)
    wait_until(tab, "document.querySelector('#overlay').ariaLabel.includes('5500')")
    # Within one task, so that no reading of the new scene comes between.
    tab.evaluate("new Promise((done) => { scene.blank(); setTimeout(done, 60); })")
    with tab.expect_download() as expected:
        tab.evaluate("document.querySelector('#snapshot').click()")
        tab.evaluate("document.querySelector('#pause').click()")
    assert not has_boxes(tab)
    tab.wait_for_selector("#status:has-text('Paused')")

    assert not has_boxes(tab)
    assert tab.locator("#overlay").get_attribute("aria-label") == "Picture without numbers"
    saved = cv2.imdecode(np.frombuffer(Path(expected.value.path()).read_bytes(), np.uint8), 1)
    assert saved.shape == (480, 640, 3) and saved.min() > 190  # white, and no box on it


TWO_SCENES = """(url) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const context = canvas.getContext("2d"), picture = new Image();
    picture.src = url;
    let isBlank = false;
    setInterval(() => {
        context.fillStyle = "rgb(225, 225, 225)";
        context.fillRect(0, 0, 640, 480);
        if (!isBlank) context.drawImage(picture, 0, 0);
    }, 20);
    window.scene = { blank: () => (isBlank = true) };
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream();
}"""
"""Makes a camera that shows a picture until `scene.blank()` is called."""


def _data_url(picture: Image) -> str:
    return "data:image/png;base64," + base64.b64encode(encoded(".png", picture)).decode()


def test_what_stands_is_marked_by_a_reading_of_its_own(tab: Any) -> None:
    tab.keyboard.press("Space")
    tab.wait_for_selector("#status:has-text('Paused')")
    assert min(outlined(shot(tab), box) for box in digits_seen()) > 0.9

    tab.locator("#confidence").fill("1")
    wait_until(tab, "document.querySelector('#overlay').ariaLabel === 'Picture without numbers'")
    wait_to_see(tab, lambda: not has_boxes(tab), "no boxes")


def test_a_tap_teaches_a_digit(tab: Any, folder: Path) -> None:
    box = digits_seen()[0]
    tab.mouse.click(*spot(tab, *box.center))
    tab.wait_for_selector("#teaching-text:has-text('Read as 5')")
    assert (shot(tab) > 250).all(axis=2).sum() > 100  # the chosen box is white

    tab.keyboard.press("5")
    wait_until(tab, "document.querySelector('#teaching-note').textContent.includes('Saved as 5')")
    [crop] = (folder / "5").glob("*.png")
    assert cv2.imread(str(crop), cv2.IMREAD_UNCHANGED).shape == (28, 28)
    assert len(list((folder / "around" / "5").glob("*.png"))) == 1

    tab.keyboard.press("Backspace")
    wait_until(tab, "document.querySelector('#teaching-note').textContent.includes('taken back')")
    assert not list((folder / "5").glob("*.png"))
    tab.keyboard.press("Escape")
    assert tab.locator("#teaching").is_hidden()
    assert tab.locator("#pause").inner_text() == "Pause"


def test_teaching_needs_no_mouse(tab: Any, folder: Path) -> None:
    tab.keyboard.press("t")
    tab.wait_for_selector("#teaching-answers button:enabled")
    tab.keyboard.press("n")
    wait_until(tab, "document.querySelector('#teaching-note').textContent.includes('no digit')")
    tab.wait_for_selector("#teaching-answers button:enabled")

    assert len(list((folder / "none").glob("*.png"))) == 1
    tab.keyboard.press("t")
    assert tab.locator("#teaching").is_hidden()


@pytest.mark.parametrize("pressed", ["#mirror", "#copy", "#fine-choice", "#help"])
def test_space_pauses_after_a_click_and_does_not_repeat_it(tab: Any, pressed: str) -> None:
    tab.click(pressed)
    if pressed == "#help":
        tab.click("#keys button")
    state = tab.evaluate(BUTTONS)
    tab.keyboard.press("Space")

    assert tab.locator("#pause").inner_text() == "Resume"
    assert tab.evaluate(BUTTONS) == state
    tab.keyboard.press("Space")
    assert tab.locator("#pause").inner_text() == "Pause"


BUTTONS = """[document.querySelector("#mirror").ariaPressed,
    document.querySelector("#fine").checked, document.querySelector("#keys").open]"""


def test_space_presses_the_button_that_the_keyboard_went_to(tab: Any) -> None:
    tab.click("#mirror")
    tab.focus("#snapshot")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "mirror"
    tab.keyboard.press("Space")

    assert tab.locator("#mirror").get_attribute("aria-pressed") == "false"
    assert tab.locator("#pause").inner_text() == "Pause"


def test_space_ends_teaching_and_goes_on(tab: Any, folder: Path) -> None:
    tab.click("#teach")
    tab.wait_for_selector("#teaching-answers button:enabled")
    tab.keyboard.press("Space")

    assert tab.locator("#teaching").is_hidden()
    assert tab.locator("#pause").inner_text() == "Pause"
    assert not list(folder.rglob("*.png"))


def test_mirror_turns_the_picture_and_the_boxes(tab: Any) -> None:
    tab.keyboard.press("m")
    mirrored = [Box(640 - box.right, box.y, box.w, box.h) for box in digits_seen()]
    wait_to_see(tab, lambda: are_outlined(tab, mirrored), "boxes around the mirrored digits")

    picture, plain = shot(tab).astype(int), camera_picture()
    assert np.abs(picture - plain[:, ::-1]).mean() < np.abs(picture - plain).mean()


def test_more_confidence_leaves_digits_out(tab: Any) -> None:
    tab.locator("#confidence").fill("1")

    wait_until(tab, "document.querySelector('#overlay').ariaLabel === 'Picture without numbers'")
    assert tab.locator("#confidence-shown").inner_text() == "100 %"


def downloaded(tab: Any, selector: str) -> bytes:
    if selector in ("#csv", "#jsonl"):
        tab.click("#download")
    with tab.expect_download() as expected:
        tab.click(selector)
    return Path(expected.value.path()).read_bytes()


def test_what_was_read_can_be_taken_along(tab: Any) -> None:
    records = [json.loads(line) for line in downloaded(tab, "#jsonl").splitlines()]
    [header, row] = csv.reader(io.StringIO(downloaded(tab, "#csv").decode()))
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.click("#copy")
    wait_until(tab, "document.querySelector('#copy').textContent === 'Copied'")

    assert [record["text"] for record in records] == [TEXT]
    assert records[0]["event"] == "appeared" and records[0]["schema"] == 2
    assert tuple(header) == (*COLUMNS, "clock", "read")
    assert row[3:6] == ["appeared", "1", TEXT]
    assert tab.evaluate("navigator.clipboard.readText()") == f"{TEXT}\n"
    tab.click("#clear")
    assert texts(tab) == []


def test_a_snapshot_is_the_marked_picture(tab: Any) -> None:
    data = downloaded(tab, "#snapshot")

    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (480, 640, 3)
    assert min(outlined(picture, box) for box in digits_seen()) > 0.9


def test_a_photo_that_is_dropped_is_read(served: Served, open_page: Open) -> None:
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    drop(tab, "photo.png", "image/png", encoded(".png", camera_picture()))
    tab.wait_for_selector("#numbers li:has-text('photo.png')")

    assert texts(tab)[0] == TEXT
    picture = shot(tab)
    assert min(outlined(picture, box) for box in digits_seen()) > 0.9
    assert tab.locator("#pause").is_hidden()


def taken_along(tab: Any) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the numbers of the list, of the clipboard, of the CSV and of the JSON Lines, sorted.

    A number of a camera or video counts once, with the text that it ended with.
    """
    records = [json.loads(line) for line in downloaded(tab, "#jsonl").splitlines()]
    last = {(r["source"], r["id"]): r["text"] for r in records if r["type"] == "event"}
    photos = [number["text"] for r in records if r["type"] == "frame" for number in r["numbers"]]
    rows = list(csv.DictReader(io.StringIO(downloaded(tab, "#csv").decode())))
    last_row = {(r["source"], r["id"]): r["text"] for r in rows if r["event"]}
    photo_rows = [r["text"] for r in rows if not r["event"]]
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.click("#copy")
    wait_until(tab, "document.querySelector('#copy').textContent === 'Copied'")
    copied = tab.evaluate("navigator.clipboard.readText()").split()
    return (
        sorted(texts(tab)),
        sorted(copied),
        sorted([*last_row.values(), *photo_rows]),
        sorted([*last.values(), *photos]),
    )


def test_list_copy_csv_and_json_lines_hold_the_same_numbers(tab: Any) -> None:
    photo = encoded(".png", np.vstack([page(), np.full((60, 640, 3), 225, np.uint8), page()]))
    drop(tab, "one.png", "image/png", photo)
    tab.wait_for_selector("#numbers li:has-text('one.png')")
    listed, *others = taken_along(tab)
    assert listed == [TEXT] * 3 and others == [listed] * 3

    drop(tab, "two.png", "image/png", encoded(".png", page()))
    tab.wait_for_selector("#numbers li:has-text('two.png')")
    listed, *others = taken_along(tab)
    assert listed == [TEXT] * 4 and others == [listed] * 3

    tab.locator("#confidence").fill("1")  # read anew: nothing is sure enough
    wait_until(tab, "!document.querySelector('#numbers').textContent.includes('two.png')")
    listed, *others = taken_along(tab)
    assert listed == [TEXT] * 3 and others == [listed] * 3

    tab.click("#clear")
    assert texts(tab) == [] and tab.locator("#taking").is_hidden()


def test_numbers_of_a_photo_are_in_reading_order_everywhere(
    served: Served, open_page: Open
) -> None:
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    left_half = page().copy()
    left_half[:, 330:] = 225
    photo = np.vstack([page(), np.full((60, 640, 3), 225, np.uint8), left_half])
    drop(tab, "one.png", "image/png", encoded(".png", photo))
    tab.wait_for_selector("#numbers li")

    record = json.loads(downloaded(tab, "#jsonl"))
    rows = list(csv.DictReader(io.StringIO(downloaded(tab, "#csv").decode())))
    in_order = [number["text"] for number in record["numbers"]]
    assert len(set(in_order)) == 2 and in_order[0] == TEXT
    assert texts(tab) == in_order == [row["text"] for row in rows]
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.click("#copy")
    wait_until(tab, "document.querySelector('#copy').textContent === 'Copied'")
    assert tab.evaluate("navigator.clipboard.readText()").split() == in_order


NO_PICTURES = [
    ("letter.txt", "text/plain", b"no picture", "letter.txt is neither photo nor video"),
    ("letter.jpg", "image/jpeg", b"no picture", "letter.jpg: neither JPEG nor PNG"),
    ("letter", "", b"no picture", "letter: neither JPEG nor PNG"),
    ("clip.mp4", "video/mp4", b"no video", "cannot play clip.mp4"),
    ("empty.png", "image/png", b"", "empty.png is empty"),
]


@pytest.mark.parametrize(("name", "kind", "data", "words"), NO_PICTURES, ids=str)
def test_what_is_no_picture_is_told(
    served: Served, open_page: Open, name: str, kind: str, data: bytes, words: str
) -> None:
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    drop(tab, name, kind, data)

    tab.wait_for_selector(f"#alert:has-text('{words}')")
    assert tab.locator("#welcome").is_visible()


def test_files_that_are_dropped_together_are_read_one_after_the_other(
    served: Served, open_page: Open
) -> None:
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    photo = encoded(".png", page())
    letter = ("letter.jpg", "image/jpeg", b"no picture")
    drop_all(tab, ("one.png", "image/png", photo), letter, ("two.png", "image/png", photo))
    tab.wait_for_selector("#numbers li:has-text('two.png')")

    assert texts(tab) == [TEXT] * 2
    assert tab.locator("#numbers li:has-text('one.png')").count() == 1
    tab.wait_for_selector("#alert:has-text('letter.jpg: neither JPEG nor PNG')")


def test_of_videos_that_are_chosen_together_one_is_played(
    served: Served, open_page: Open, tmp_path: Path
) -> None:
    clips = [write_clip(tmp_path / name, frame_count=90) for name in ("one.mp4", "two.mp4")]
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    tab.set_input_files("#file", clips)

    tab.wait_for_selector("#alert:has-text('two.mp4 was left out: one video at a time')")
    tab.wait_for_selector("#numbers li")
    [first, *_] = [json.loads(line) for line in downloaded(tab, "#jsonl").splitlines()]
    assert first["source"] == "one.mp4"


def test_the_camera_goes_on_when_no_picture_is_dropped_on_it(tab: Any) -> None:
    for name, kind, data, words in NO_PICTURES:
        drop(tab, name, kind, data)
        tab.wait_for_selector(f"#alert:has-text('{words}')")
        before = frames_sent(tab)
        wait_until(tab, f"performance.getEntriesByName('capture to overlay').length > {before + 2}")
        # It can be read for a while, though frames are read meanwhile.
        assert words in tab.locator("#alert").inner_text()
        assert "\n" not in tab.locator("#alert").text_content()
    assert texts(tab) == [TEXT]
    assert tab.evaluate("document.querySelector('#video').srcObject.active")


@pytest.mark.parametrize("button", ["#sources", None])
def test_what_was_told_of_a_file_goes_when_another_is_read(
    served: Served, open_page: Open, button: str | None
) -> None:
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    drop(tab, "one.png", "image/png", encoded(".png", page()))
    tab.wait_for_selector("#numbers li:has-text('one.png')")
    drop(tab, "letter.jpg", "image/jpeg", b"no picture")
    tab.wait_for_selector("#alert:has-text('letter.jpg: neither JPEG nor PNG')")
    if button:
        tab.click(button)
        tab.click("#sources-menu [data-do=camera]")
    else:
        drop(tab, "two.png", "image/png", encoded(".png", page()))
    wait_until(tab, "document.querySelectorAll('#numbers li').length > 1")

    assert tab.locator("#alert").is_hidden()


def test_a_picture_that_the_browser_cannot_show_is_converted_and_read(tab: Any) -> None:
    drop(tab, "scan.tif", "image/tiff", encoded(".tif", page()))
    tab.wait_for_selector("#numbers li:has-text('scan.tif')")

    assert tab.locator("#alert").is_hidden()
    assert tab.evaluate("document.querySelector('#photo').naturalWidth") == page().shape[1]
    assert texts(tab) == [TEXT, TEXT]


def test_a_picture_that_cannot_be_converted_is_read_all_the_same(tab: Any) -> None:
    tab.route("**/v1/picture*", lambda route: route.abort())
    drop(tab, "scan.tif", "image/tiff", encoded(".tif", page()))
    tab.wait_for_selector("#numbers li:has-text('scan.tif')")

    assert "cannot show scan.tif" in tab.locator("#alert").inner_text()


def test_every_page_of_a_document_is_read(tab: Any) -> None:
    drop(tab, "scan.pdf", "application/pdf", scanned([page(), np.full_like(page(), 225), page()]))
    tab.wait_for_selector("#numbers li:has-text('scan.pdf, page 3')")

    assert tab.locator("#numbers li:has-text('scan.pdf, page 1')").count() == 1
    assert tab.locator("#numbers li:has-text('scan.pdf, page 2')").count() == 0


def test_of_a_photo_that_is_cut_off_is_read_what_is_there(served: Served, open_page: Open) -> None:
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    photo = encoded(".jpg", np.vstack([page(), page(), page()]))
    drop(tab, "cut.jpg", "image/jpeg", photo[: len(photo) * 3 // 5])
    tab.wait_for_selector("#alert:has-text('cut.jpg: the file is cut off')")

    assert texts(tab)[0] == TEXT


def test_a_video_is_read_with_its_own_times(
    served: Served, open_page: Open, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frame_count=90)
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    tab.set_input_files("#file", clip)
    tab.wait_for_selector("#numbers li")
    tab.wait_for_selector("#pause:has-text('Play again')")  # the end of the video
    tab.wait_for_selector("#status:has-text('The video has ended')")
    assert tab.locator("#spoken").inner_text() == "The video has ended"

    [first, *_] = [json.loads(line) for line in downloaded(tab, "#jsonl").splitlines()]
    assert (first["source"], first["text"]) == ("clip.mp4", TEXT)
    assert 0.3 <= first["time_s"] <= 6
    before = len(texts(tab))
    tab.click("#pause")
    wait_until(tab, f"document.querySelectorAll('#numbers li').length > {before}")
    assert texts(tab)[0] == TEXT


def test_a_camera_that_is_denied_says_what_to_do(
    served: Served, open_page: Open, denying: Any
) -> None:
    tab = open_page(served.url, denying)
    tab.click("#start")

    alert = tab.wait_for_selector("#alert:visible")
    assert "not allowed" in alert.inner_text() and "press Start the camera" in alert.inner_text()
    assert tab.locator("#start").is_visible()


def test_a_lost_connection_is_told_and_comes_back(open_page: Open) -> None:
    with serving() as served:
        tab = started(open_page(served.url))
    tab.wait_for_selector("#alert:has-text('camdigits was ended. This goes on as soon as')")
    tab.wait_for_timeout(1500)  # while it is tried again
    assert "was ended" in tab.locator("#alert").inner_text()
    assert not has_boxes(tab)
    assert tab.locator("#status").inner_text() == ""
    assert "not read" in tab.locator("#overlay").get_attribute("aria-label")

    with serving(port=served.port):
        tab.wait_for_selector("#alert", state="hidden")
        before = frames_sent(tab)
        wait_until(tab, f"performance.getEntriesByName('capture to overlay').length > {before}")


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_held_upright_needs_no_sideways_scrolling(
    served: Served, open_page: Open, width: int
) -> None:
    tab = open_page(served.url, **PHONE | {"viewport": {"width": width, "height": 700}})
    sizes = "[document.documentElement.scrollWidth, innerWidth]"
    for step in (lambda: None, lambda: started(tab), lambda: tab.click("#teach")):
        step()
        scroll_width, inner_width = tab.evaluate(sizes)
        assert scroll_width <= inner_width == width
    tab.wait_for_selector("#teaching-answers button:enabled")
    small = tab.evaluate(
        """[...document.querySelectorAll('button, select, .button')]
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
            .map((e) => e.id)"""
    )
    assert not small  # a finger needs 44 pixels
    stage = tab.locator("#stage").bounding_box()
    assert stage["x"] >= 0 and stage["x"] + stage["width"] <= width


SIZES = [(390, 844), (320, 568), (844, 390), (667, 375), (1440, 900), (2560, 1440)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_picture_numbers_and_settings_are_at_hand_at_every_size(
    served: Served, open_page: Open, width: int, height: int
) -> None:
    kind = PHONE if width < 1000 else {}
    tab = open_page(served.url, **kind | {"viewport": {"width": width, "height": height}})
    stage = tab.locator("#stage").bounding_box()
    for part in ("#welcome .large", "#start", "#welcome .small"):
        box = tab.locator(part).bounding_box()
        assert box["y"] >= stage["y"]
        assert box["y"] + box["height"] <= stage["y"] + stage["height"]
    assert tab.locator("#start").bounding_box()["y"] < height - 44

    started(tab)
    number = tab.locator("#numbers .number").bounding_box()
    assert number["y"] + number["height"] <= height
    stage = tab.locator("#stage").bounding_box()
    assert stage["y"] + stage["height"] <= height
    if width < 1000:
        assert tab.locator("#settings").is_hidden()
        more = tab.locator("#more").bounding_box()
        assert more["y"] + more["height"] <= height
        tab.click("#more")
        assert tab.locator("#more").get_attribute("aria-expanded") == "true"
    settings = tab.locator("#settings").bounding_box()
    assert settings["y"] >= 0 and settings["y"] + settings["height"] <= height
    assert settings["x"] >= 0 and settings["x"] + settings["width"] <= width
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 390, 844, 1440])
def test_long_numbers_are_broken_sensibly(served: Served, open_page: Open, width: int) -> None:
    tab = open_page(served.url, viewport={"width": width, "height": 800})
    box = [1, 1, 9, 9]
    numbers = [
        {"text": text, "box": box, "confidence": 0.98, "digits": [], "id": None}
        for text in ("123456789012345678", "1234567890" * 6)
    ]
    record = {"schema": 2, "type": "frame", "source": "", "index": 0, "time_s": 0.0}
    record |= {"size": [640, 240], "digits": [], "numbers": numbers}
    tab.route("**/v1/read?*", lambda route: route.fulfill(json=record))
    drop(tab, "photo.png", "image/png", encoded(".png", page()))
    tab.wait_for_selector("#numbers li")

    short, long = lines_of(tab, 0), lines_of(tab, 1)
    assert len(short) == 1
    assert len(long) > 1 and max(long) - min(long) < 0.3 * max(long)  # lines of a like length
    assert texts(tab)[1] == "1234567890" * 6
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    for part in (".number", ".sureness", ".when"):
        for element in tab.locator(f"#numbers {part}").all():
            place, row = element.bounding_box(), element.locator("..").bounding_box()
            assert row["x"] < place["x"]
            assert place["x"] + place["width"] < row["x"] + row["width"]


def lines_of(tab: Any, place: int) -> list[float]:
    """Return how wide the lines of a number of the list are."""
    return tab.evaluate(
        """(place) => {
            const range = document.createRange(), lines = {};
            range.selectNodeContents(document.querySelectorAll("#numbers .number")[place]);
            for (const { top, width } of range.getClientRects()) {
                lines[Math.round(top)] = (lines[Math.round(top)] ?? 0) + width;
            }
            return Object.values(lines);
        }""",
        place,
    )


@pytest.mark.parametrize("side", [8, 12, 20, 60, 300])
def test_labels_cover_no_digits(served: Served, open_page: Open, side: int) -> None:
    tab = open_page(served.url)
    pitch = round(side * 1.6)
    labels = tab.evaluate(DRAWN, [side, pitch, 360, 360])
    boxes = [(x, y) for y in range(0, 360 - side, pitch) for x in range(0, 360 - side, side)]

    assert labels or side <= 20  # where there is no room, the list says it
    for left, top, width, height in labels:
        for x, y in boxes:
            across = min(x + side, left + width) - max(x, left)
            down = min(y + side, top + height) - max(y, top)
            assert max(0, across) * max(0, down) <= 0.16 * side * side
        assert left >= 0 and top >= 0 and left + width <= 360 and top + height <= 360


DRAWN = """async ([side, pitch, width, height]) => {
    const { draw } = await import("/overlay.js");
    const labels = [], nothing = () => {};
    const context = {
        strokeRect: nothing, fill: nothing, fillText: nothing, beginPath: nothing,
        measureText: (text) => ({ width: text.length * 7 }),
        roundRect: (...box) => labels.push(box.slice(0, 4)),
    };
    const digits = [], numbers = [];
    for (let y = 0; y + side < height; y += pitch) {
        const row = [];
        for (let x = 0; x + side < width; x += side) row.push([x, y, side, side]);
        digits.push(...row.map((box) => ({ box, confidence: 1 })));
        const box = [0, y, side * row.length, side];
        numbers.push({ text: "5".repeat(row.length), box, confidence: 1 });
    }
    const place = { x: 0, y: 0, width, height, mirror: false };
    draw(context, { size: [width, height], digits, numbers }, place, 1);
    return labels;
}"""
"""Draws pages full of digits, and returns where the labels are."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_in_light_and_dark(served: Served, open_page: Open, scheme: str) -> None:
    tab = started(open_page(served.url, color_scheme=scheme))
    found = contrasts(
        tab,
        "h1, h2, .small, .status, .number, .sureness, .when, button:enabled, label, output, select",
    )

    assert len(found) > 12
    assert not too_pale(found)


def test_every_control_has_a_name_and_the_keyboard_reaches_it(tab: Any) -> None:
    nameless = tab.evaluate(
        """[...document.querySelectorAll('button, input, select')].filter((e) => !(
            e.innerText?.trim() || e.labels?.length || e.ariaLabel)).map((e) => e.outerHTML)"""
    )
    assert not nameless

    tab.evaluate("document.activeElement.blur()")
    reached: set[str] = set()
    for _ in range(30):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.id"))
    wanted = {"help", "sources", "pause", "snapshot", "mirror", "region", "teach", "stop"}
    wanted |= {"confidence", "rotate", "polarity", "fine", "copy", "download", "clear"}
    assert wanted <= reached
    tab.keyboard.press("h")
    assert tab.locator("#keys").is_visible()
    tab.keyboard.press("Escape")
    assert tab.locator("#keys").is_hidden()


def test_a_token_in_the_address_opens_it_and_without_it_says_so(open_page: Open) -> None:
    with serving(rules=AccessRules(is_open=True, token=TOKEN)) as served:
        tab = started(open_page(f"{served.url}#token={TOKEN}"))
        assert texts(tab) == [TEXT]
        other = open_page(served.url)
        other.wait_for_selector("#alert:has-text('open the address that camdigits printed')")


def test_without_https_another_machine_is_told_why_there_is_no_camera(open_page: Open) -> None:
    host = reached_by("0.0.0.0")
    with serving(rules=AccessRules(is_open=True), host="0.0.0.0") as served:
        tab = open_page(f"http://{host}:{served.port}/")
        tab.wait_for_selector("#alert:has-text('only to https or to localhost')")
        assert tab.locator("#start").is_hidden()
        drop(tab, "photo.png", "image/png", encoded(".png", page()))
        tab.wait_for_selector("#numbers li")


def test_the_machines_own_camera_is_shown_and_its_loss_and_end_told(open_page: Open) -> None:
    hub = Broadcast()
    screen, sink = Screen(hub, ReadConfig()), EventSink(hub)
    reading = Recognizer().read(camera_picture())
    number = reading.numbers[0]
    event = Event("appeared", 1, number.text, number.box, 0.98, 0, 0.0)
    with serving(broadcast=hub) as served:
        tab = open_page(served.url)
        shown_until(tab, screen, "document.querySelector('#sent').width === 640", reading)
        sink.write(Frame(camera_picture()), with_events(reading, event))
        tab.wait_for_selector("#numbers li")
        assert texts(tab) == [TEXT]
        shown_until(
            tab, screen, "document.querySelector('#overlay').ariaLabel.includes('5500')", reading
        )
        boxes = [digit.box for digit in reading.digits]
        wait_to_see(tab, lambda: are_outlined(tab, boxes), "boxes around the digits")
        for part in ("#camera", "#sources", "#region", "#stop"):
            assert tab.locator(part).is_hidden()

        tab.keyboard.press("Space")
        tab.wait_for_selector("#status:has-text('Paused')")
        wait_to_see(tab, lambda: are_outlined(tab, boxes), "boxes around the digits")
        tab.keyboard.press("Space")
        shown_until(
            tab, screen, "document.querySelector('#status').textContent === 'Live'", reading
        )
        drop(tab, "photo.png", "image/png", encoded(".png", page()))
        tab.wait_for_selector("#alert:has-text('camdigits serve reads photos')")

        screen.warn("camera 0: no picture for 2 s; opening it again for up to 10 s")
        tab.wait_for_selector("#alert:has-text('opening it again')")
        shown_until(tab, screen, "document.querySelector('#alert').hidden", reading)
        screen.warn("camera 0 sent no picture")
        screen.close()
        tab.wait_for_selector("#alert:has-text('camdigits has ended: camera 0 sent no picture')")
        wait_to_see(tab, lambda: not has_boxes(tab), "no boxes")
        assert tab.locator("#status").inner_text() == ""


def shown_until(tab: Any, screen: Screen, condition: str, reading: Any) -> None:
    """Show the camera's picture until the page says that something is so."""
    end_s = time.monotonic() + PATIENCE_MS / 1000
    while not tab.evaluate(condition):
        screen.look(Frame(camera_picture()), reading)
        tab.wait_for_timeout(50)
        assert time.monotonic() < end_s, condition


def with_events(reading: Any, event: Event) -> Any:
    return replace(reading, events=(event,), is_still=False)
