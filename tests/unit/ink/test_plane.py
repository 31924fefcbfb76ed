"""What is read of a frame: its brightness, and more only where its colours may say it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import av
import numpy as np
import pytest

from camdigits import Recognizer
from camdigits.frame import Frame, Luma
from camdigits.ink.luma import luma_of
from camdigits.ink.plane import PlaneMaker, plane_of
from camdigits.sources.videos.container import BgrConverter
from camdigits.sources.videos.lazy_frame import Decoded, DecodedFrame
from camdigits.training.pages import render_page
from camdigits.types import Box, Reading
from tests.unit.training.test_pages import drawn_digits


class Colourless(Frame):
    """A frame whose decoder gave its brightness and says that there is no colour."""

    __slots__ = ()

    @property
    def luma(self) -> Luma:
        return Luma(np.full(self.image.shape[:2], 128, np.uint8), is_full=True)

    @property
    def may_be_coloured(self) -> bool:
        return False


def test_grey_pictures_are_read_as_they_are() -> None:
    gray = np.random.default_rng(0).integers(0, 256, (240, 320), np.uint8)
    for image in (gray, np.repeat(gray[..., None], 3, axis=2)):
        frame = Frame(image)
        assert np.array_equal(plane_of(frame, luma_of(frame)), gray)


def test_colours_are_not_asked_for_where_a_glance_says_there_are_none() -> None:
    image = np.full((240, 320, 3), 230, np.uint8)
    image[100:104, 50:250] = (40, 215, 225)
    frame = Colourless(image)
    assert plane_of(frame, frame.luma) is not None
    assert np.array_equal(plane_of(frame, frame.luma), np.full((240, 320), 128, np.uint8))


def half_in_yellow() -> tuple[np.ndarray, list[Box]]:
    """A page on whose right half all that is dark is yellow; returns its digits there, too."""
    page = render_page(np.random.default_rng(11), *drawn_digits(), "plain")
    image = page.image.copy()
    half = image.shape[1] // 2
    part = image[:, half:].astype(np.float32)
    paper = np.median(part, axis=(0, 1))
    ink = np.clip(1.0 - part.mean(axis=2, keepdims=True) / paper.mean(), 0.0, 0.8) / 0.8
    image[:, half:] = (paper * (1.0 - ink * (1.0 - np.array((0.12, 0.9, 0.96))))).astype(np.uint8)
    return image, [box for box, _ in page.digits if box.x >= half]


def share_found(reading: Reading, boxes: list[Box]) -> float:
    found = sum(any(box.iou(digit.box) > 0.4 for digit in reading.digits) for box in boxes)
    return found / len(boxes)


def test_yellow_beside_black_is_read_as_black_is() -> None:
    image, boxes = half_in_yellow()
    assert share_found(Recognizer().read(image), boxes) >= 0.9


@pytest.mark.parametrize(
    ("codec", "pixels"), [("libx264", "yuv420p"), ("libx264", "yuv444p"), ("rawvideo", "nv12")]
)
def test_yellow_ink_is_read_in_videos_whose_frames_come_without_colours(
    tmp_path: Path, codec: str, pixels: str
) -> None:
    image, boxes = half_in_yellow()
    path = tmp_path / ("clip.avi" if codec == "rawvideo" else "clip.mp4")
    with av.open(str(path), "w") as clip:
        stream = clip.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = image.shape[1], image.shape[0], pixels
        for _ in range(12):
            clip.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        clip.mux(stream.encode())
    *_, (frame, last) = Recognizer().stream(path)
    assert frame.luma is not None and frame.may_be_coloured
    assert share_found(last, boxes) >= 0.9


def test_frames_of_a_black_and_white_page_are_not_coloured(tmp_path: Path) -> None:
    image = render_page(np.random.default_rng(11), *drawn_digits(), "blur").image
    gray = np.repeat(image[..., :1], 3, axis=2)
    frame = av.VideoFrame.from_ndarray(gray, format="bgr24").reformat(format="yuv420p")
    assert not DecodedFrame(Decoded(frame, BgrConverter())).may_be_coloured


def test_colours_that_say_nothing_are_asked_for_less_and_less() -> None:
    class Coloured(Frame):
        __slots__ = ()
        asked: ClassVar[list[float]] = []

        @property
        def may_be_coloured(self) -> bool:
            self.asked.append(self.time_s)
            return True

    image = np.full((200, 300, 3), (90, 120, 200), np.uint8)  # skin, without ink
    planes = PlaneMaker()
    for index in range(161):
        frame = Coloured(image, index, index / 10)
        planes.plane_of(frame, luma_of(frame))
        if index == 120:
            planes.forget()

    assert Coloured.asked == [0, 1, 3, 7, 11, 12.1, 13.1, 15.1]
