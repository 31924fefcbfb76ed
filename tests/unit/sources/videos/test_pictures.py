"""Pictures one after another on a pipe are a video, each frame there when its last byte is."""

from __future__ import annotations

import io
import os
import struct
import threading
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources.base import Source
from camdigits.sources.byte_reader import Reader
from camdigits.sources.images.extent import LEAST_BYTES, Extent, NotKnown, picture_extent
from camdigits.sources.media import open_media
from tests.support.media import encoded, numbered_frame, numbered_frames, read_number

COUNT = 5
SUFFIXES = [".png", ".ppm", ".pgm", ".bmp", ".webp", ".tiff"]


def picture(number: int, suffix: str, size_wh: tuple[int, int] = (320, 240)) -> bytes:
    image = numbered_frame(number, size_wh)
    if suffix == ".webp":  # lossless, it has fewer bytes than the head of a pipe that is waited for
        return encoded(suffix, image, (cv2.IMWRITE_WEBP_QUALITY, 95))
    return encoded(suffix, cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) if suffix == ".pgm" else image)


class Pipe(io.BytesIO):
    """Bytes that come in small pieces, as over a pipe."""

    def __init__(self, data: bytes, step: int = 5000) -> None:
        super().__init__(data)
        self._step = step

    def seekable(self) -> bool:
        return False

    def read1(self, size: int | None = -1, /) -> bytes:
        return self.read(min(size or self._step, self._step))


def piped(data: bytes, step: int = 5000) -> Source:
    return open_media(Reader(Pipe(data, step)), "-")


@pytest.mark.parametrize("step", [1 << 16, 1000, 7])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_pictures_in_a_row_are_a_video(suffix: str, step: int) -> None:
    with piped(b"".join(picture(n, suffix) for n in range(COUNT)), step) as source:
        assert not source.is_still
        frames = list(source)
    assert [frame.index for frame in frames] == list(range(COUNT))
    assert [read_number(frame.image) for frame in frames] == list(range(COUNT))
    assert [frame.time_s for frame in frames] == pytest.approx([n / 25 for n in range(COUNT)])


def test_zeros_that_round_up_a_length_are_passed_over() -> None:
    with piped(b"".join(picture(n, ".tiff") + bytes(10) for n in range(3))) as source:
        assert [read_number(frame.image) for frame in source] == [0, 1, 2]


def test_their_forms_and_sizes_may_differ() -> None:
    sizes = [(320, 240), (200, 100), (64, 48), (320, 240), (120, 90), (80, 60)]
    data = b"".join(picture(n, suffix, sizes[n]) for n, suffix in enumerate(SUFFIXES))
    with piped(data) as source:
        frames = list(source)
    assert [frame.size_wh for frame in frames] == sizes
    assert [read_number(frame.image) for frame in frames] == list(range(6))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_frame_is_there_when_it_was_sent(suffix: str) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as feed:
        # The second tells that there are several.
        head = picture(0, suffix) + picture(1, suffix)
        feeder = threading.Thread(target=feed.write, args=(head,))
        feeder.start()
        with open_media(Reader(os.fdopen(reading, "rb", buffering=0)), "-") as source:
            frames: Iterator[object] = iter(source)
            assert [next(frames).index for _ in range(2)] == [0, 1]
            feeder.join()
            for number in range(2, COUNT):
                feeder = threading.Thread(target=feed.write, args=(picture(number, suffix),))
                feeder.start()
                assert read_number(next(frames).image) == number
                feeder.join()


@pytest.mark.parametrize("tail", [b"", b"\0", b"\n", b"and then some text that is no picture"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_picture_is_a_still(suffix: str, tail: bytes) -> None:
    with piped(picture(77, suffix) + tail) as source:
        assert source.is_still
        assert [read_number(frame.image) for frame in source] == [77]


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        (picture(3, ".png")[:-30], "3 frames read: what follows is no whole picture"),
        (b"text that is no picture", "3 frames read: what follows is no whole picture"),
        (picture(3, ".ppm")[:20], "3 frames read: what follows is no whole picture"),
    ],
)
def test_what_is_no_whole_picture_is_told(tail: bytes, words: str) -> None:
    data = b"".join(picture(n, ".png") for n in range(3))
    with piped(data + tail) as source, pytest.raises(SourceDamagedError, match=words):
        for number, frame in enumerate(source):
            assert read_number(frame.image) == number


def test_damaged_picture_is_left_out_and_told() -> None:
    parts = [picture(n, ".webp") for n in range(4)]
    parts[2] = parts[2][:60] + bytes(len(parts[2]) - 60)
    found = []
    with (
        piped(b"".join(parts)) as source,
        pytest.raises(SourceDamagedError, match="3 of 4 frames read: 1 frame is damaged"),
    ):
        found += [frame.index for frame in source]
    assert found == []
    with piped(b"".join(parts)) as source:
        found = [next(source_frames).index for source_frames in [iter(source)] * 3]
    assert found == [0, 1, 3]


def test_too_large_a_picture_is_refused() -> None:
    data = b"".join(picture(n, ".png") for n in range(2))
    with (
        open_media(Reader(Pipe(data)), "-", max_pixels=320 * 240 - 1) as source,
        pytest.raises(SourceOpenError, match="320x240 pixels are more than"),
    ):
        list(source)


def test_headers_with_comments_and_deep_colours_tell_their_size() -> None:
    head = b"P6\n# made by a scanner\n4 3\n# of 12 bits\n4095\n"
    assert picture_extent(head + bytes(4)) == Extent(len(head) + 4 * 3 * 3 * 2)
    assert picture_extent(b"P4\n9 5\n" + bytes(20)) == Extent(7 + 5 * 2)
    assert not picture_extent(b"P5\n1000 10").is_whole
    assert not picture_extent(b"P5\n# a comment that goes o").is_whole
    for data in (
        b"P2\n2 2\n255\n1 2 3 4\n",
        b"BM" + bytes(30),
        b"II*\0" + b"\x08\0\0\0" + bytes(40),
    ):
        with pytest.raises(NotKnown):
            picture_extent(data.ljust(LEAST_BYTES, b"\n"))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_extent_of_any_beginning_is_no_larger_than_the_picture(suffix: str) -> None:
    data = picture(9, suffix, (64, 48))
    for size in [*range(0, 200), *range(200, len(data), 97)]:
        extent = picture_extent(data[:size])
        assert extent.size <= len(data)
        assert not extent.is_whole or extent.size == len(data)
    assert picture_extent(data + numbered_frames(1)[0].tobytes()) == Extent(len(data))


def test_a_tiff_that_points_in_circles_ends() -> None:
    entry = struct.pack("<HHII", 330, 4, 1, 8)
    data = b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 8)
    assert picture_extent(data + bytes(8)).size == len(data)
    assert np.frombuffer(data, np.uint8).size == 26
