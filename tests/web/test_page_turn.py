"""The page shows a picture turned as it is read: picture, boxes, regions and presses together."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from camdigits.recognizer import Recognizer
from camdigits.types import Box
from tests.cli.pages import TEXT
from tests.support.media import Image, encoded, write_video
from tests.web.conftest import PATIENCE_MS, Open, camera_picture, drop, drop_all, wait_until
from tests.web.serving import Served

pytestmark = pytest.mark.browser

READ = f"document.querySelector('#overlay').ariaLabel === 'Picture with {TEXT}'"
SURE_BGR = (178, 114, 0)
BACK = {0: None, 90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: 0}
"""What turns an upright picture so that it is upright again once it was turned by the angle."""

CAMERA = """(url) => {
    const canvas = document.createElement("canvas"), picture = new Image();
    picture.onload = () => {
        const { width, height } = Object.assign(canvas, {
            width: picture.width, height: picture.height });
        setInterval(() => canvas.getContext("2d").drawImage(picture, 0, 0, width, height), 30);
    };
    picture.src = url;
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream();
}"""
"""Makes a camera that shows a picture."""


def lying(turn: int) -> Image:
    """Return what the camera sees if it has to be turned clockwise by so many degrees."""
    code = BACK[turn]
    return camera_picture() if code is None else np.asarray(cv2.rotate(camera_picture(), code))


@pytest.fixture
def empty(served: Served, open_page: Open) -> Any:
    """A page on which nothing was read."""
    tab = open_page(served.url)
    wait_until(tab, "document.querySelector('#version').textContent !== ''")
    return tab


def show_camera(tab: Any, turn: int, _: Path) -> None:
    tab.evaluate(CAMERA, "data:image/png;base64," + base64.b64encode(png(turn)).decode())
    tab.click("#start")
    wait_until(tab, "document.querySelector('#video').videoWidth > 0")


def show_photo(tab: Any, turn: int, _: Path) -> None:
    drop(tab, "photo.png", "image/png", png(turn))
    tab.wait_for_selector("#photo:visible")


def show_video(tab: Any, turn: int, folder: Path) -> None:
    clip = folder / "clip.mp4"
    write_video(clip, [lying(turn)] * 40, 10)
    drop(tab, "clip.mp4", "video/mp4", clip.read_bytes())
    wait_until(tab, "document.querySelector('#video').videoWidth > 0")


SHOWING = {"camera": show_camera, "photo": show_photo, "video": show_video}


def png(turn: int) -> bytes:
    return encoded(".png", lying(turn))


def shot(tab: Any) -> Image:
    """Return the picture as it is seen on the stage, if it fits it upright, ``(480, 640, 3)``."""
    data = np.frombuffer(tab.locator("#stage").screenshot(), np.uint8)
    stage = cv2.imdecode(data, cv2.IMREAD_COLOR)
    left, top, scale = placed(stage.shape[1], stage.shape[0], 640, 480)
    seen = stage[round(top) : round(top + 480 * scale), round(left) : round(left + 640 * scale)]
    return cv2.resize(seen, (640, 480), interpolation=cv2.INTER_AREA)


def placed(across: float, down: float, width: int, height: int) -> tuple[float, float, float]:
    """Return where a picture lies that fills an area as far as its shape allows, and its scale."""
    scale = min(across / width, down / height)
    return (across - width * scale) / 2, (down - height * scale) / 2, scale


def spot(tab: Any, x: float, y: float) -> tuple[float, float]:
    """Return where on the page a pixel of the upright picture is."""
    area = tab.locator("#overlay").bounding_box()
    left, top, scale = placed(area["width"], area["height"], 640, 480)
    return area["x"] + left + x * scale, area["y"] + top + y * scale


def outlined(picture: Image, box: Box) -> float:
    """Return which share of a box's outline is drawn, within five pixels."""
    sure = np.abs(picture.astype(int) - SURE_BGR).max(axis=2) < 60
    near = cv2.dilate(sure.astype(np.uint8), np.ones((11, 11), np.uint8))
    outline = np.zeros_like(near)
    cv2.rectangle(outline, (box.x, box.y), (box.right, box.bottom), 1)
    return float(near[outline > 0].mean())


def is_shown_upright(picture: Image) -> bool:
    """Return whether a picture is the upright one, with boxes around its digits."""
    boxes = [digit.box for digit in Recognizer().read(camera_picture()).digits]
    is_same = np.abs(picture.astype(int) - camera_picture()).mean() < 12
    return is_same and min(outlined(picture, box) for box in boxes) > 0.8


def wait_to_see_upright(tab: Any) -> None:
    end_s = time.monotonic() + PATIENCE_MS / 1000
    while not is_shown_upright(shot(tab)):
        assert time.monotonic() < end_s
        tab.wait_for_timeout(50)


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("kind", SHOWING)
def test_picture_and_boxes_are_shown_as_they_are_read(
    empty: Any, tmp_path: Path, kind: str, turn: int
) -> None:
    SHOWING[kind](empty, turn, tmp_path)
    empty.select_option("#rotate", str(turn))
    wait_until(empty, READ)
    wait_to_see_upright(empty)

    empty.select_option("#rotate", "0")
    wait_until(
        empty, "document.querySelector('#stage').style.getPropertyValue('--turn') === '0deg'"
    )


@pytest.mark.parametrize("kind", SHOWING)
def test_what_is_found_out_is_shown(empty: Any, tmp_path: Path, kind: str) -> None:
    SHOWING[kind](empty, 90, tmp_path)
    empty.select_option("#rotate", "auto")
    wait_until(empty, READ)
    wait_to_see_upright(empty)


def test_presses_and_regions_lie_where_they_are_shown(empty: Any, folder: Path) -> None:
    show_photo(empty, 270, folder)
    empty.select_option("#rotate", "270")
    wait_until(empty, READ)
    first, last = (Recognizer().read(camera_picture()).digits[place].box for place in (0, -1))
    empty.mouse.click(*spot(empty, *first.center))
    empty.wait_for_selector("#teaching-text:has-text('Read as 5')")
    empty.keyboard.press("Escape")

    empty.click("#region")
    empty.mouse.move(*spot(empty, first.x - 20, first.y - 40))
    empty.mouse.down()
    empty.mouse.move(*spot(empty, last.x - 6, last.bottom + 40), steps=4)
    empty.mouse.up()
    wait_until(
        empty, f"document.querySelector('#overlay').ariaLabel === 'Picture with {TEXT[:-1]}'"
    )
    shown, y = shot(empty), last.bottom + 25
    inside, beside = (int(shown[y, x].max()) for x in (first.x - 5, last.right + 30))
    assert abs(inside - camera_picture()[y, first.x - 5].max()) < 20
    assert beside < 0.6 * camera_picture()[y, last.right + 30].max()  # it is shaded


def test_a_mirrored_turned_snapshot_is_what_is_shown(empty: Any, tmp_path: Path) -> None:
    show_photo(empty, 90, tmp_path)
    empty.select_option("#rotate", "90")
    wait_until(empty, READ)
    empty.click("#mirror")
    with empty.expect_download() as expected:
        empty.click("#snapshot")

    saved = cv2.imdecode(np.frombuffer(Path(expected.value.path()).read_bytes(), np.uint8), 1)
    assert saved.shape == (480, 640, 3)
    assert np.abs(saved.astype(int) - shot(empty)).mean() < 12
    assert is_shown_upright(np.ascontiguousarray(saved[:, ::-1]))


def test_a_photo_of_the_strip_is_shown_again_as_it_was_read(empty: Any, tmp_path: Path) -> None:
    show_photo(empty, 180, tmp_path)
    empty.select_option("#rotate", "180")
    wait_until(empty, READ)
    drop_all(empty, ("other.png", "image/png", png(0)))
    wait_until(empty, "document.querySelectorAll('#strip button').length === 2")
    empty.select_option("#rotate", "level")
    wait_until(empty, READ)
    empty.locator("#strip button").first.click()

    wait_to_see_upright(empty)
    assert empty.evaluate("document.querySelector('#rotate').value") == "180"


def test_records_stay_those_of_the_picture_as_it_is(empty: Any, tmp_path: Path) -> None:
    show_photo(empty, 90, tmp_path)
    empty.select_option("#rotate", "90")
    wait_until(empty, READ)
    empty.click("#download")
    with empty.expect_download() as expected:
        empty.click("#jsonl")
    record = json.loads(Path(expected.value.path()).read_text())

    assert record["size"] == [480, 640] and record["rotate"] == 90
    _, _, width, height = record["numbers"][0]["box"]
    assert height > width
