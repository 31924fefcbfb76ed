"""What stands before a JPEG, between two, and behind one, makes no video of a photo."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from camdigits.sources.byte_reader import Reader
from camdigits.sources.media import is_picture, open_media
from camdigits.sources.pixels import upright
from camdigits.sources.sniff import after_lead
from tests.support.media import encoded, numbered_frame, read_number
from tests.support.pictures import with_exif_orientation

PHOTO, NEXT = encoded(".jpg", numbered_frame(5)), encoded(".jpg", numbered_frame(6))
PNG = encoded(".png", numbered_frame(5))
SMALL = encoded(".jpg", numbered_frame(7, (160, 120)))
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nServer: " + b"x" * 500 + b"\r\n\r\n"
PART = b"--frame\r\nContent-Type: image/jpeg\r\n\r\n"


class Pipe(io.BytesIO):
    """Delivers little at a time and cannot be sought in."""

    def seekable(self) -> bool:
        return False

    def read1(self, size: int | None = -1, /) -> bytes:
        return self.read(min(size or 0, 300))


def numbers_in(data: bytes, is_still: bool) -> list[int]:
    found = []
    for kind in (io.BytesIO, Pipe):
        with open_media(Reader(kind(data)), "saved") as source:
            assert source.is_still is is_still
            found.append([read_number(frame.image) for frame in source])
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize("lead", [b"\r\n", b"\n\n", ANSWER, PART, b"\r\n" + PART, ANSWER + PART])
@pytest.mark.parametrize("rest", [b"", b"\r\n", SMALL, b"\r\n--frame--\r\n"])
def test_photo_behind_line_ends_and_headers_is_a_photo(lead: bytes, rest: bytes) -> None:
    assert numbers_in(lead + PHOTO + rest, is_still=True) == [5]


def test_answer_with_a_png_is_a_picture() -> None:
    assert numbers_in(ANSWER + PNG, is_still=True) == [5]


@pytest.mark.parametrize("between", [b"", b"\r\n", b"\r\n" + PART, ANSWER])
@pytest.mark.parametrize("lead", [b"", b"\r\n", ANSWER + PART])
def test_saved_stream_is_a_video(lead: bytes, between: bytes) -> None:
    assert numbers_in(lead + PHOTO + between + NEXT, is_still=False) == [5, 6]


def test_photo_with_exif_and_a_copy_without_behind_it_is_a_photo() -> None:
    assert numbers_in(with_exif_orientation(PHOTO, 1) + NEXT, is_still=True) == [5]


def test_pictures_that_all_have_exif_are_a_video() -> None:
    frames = [with_exif_orientation(each, 1) for each in (PHOTO, NEXT)]
    assert numbers_in(b"".join(frames), is_still=False) == [5, 6]


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_pictures_of_such_a_video_lie_as_their_exif_says(orientation: int) -> None:
    turned = upright(numbered_frame(5), orientation)
    back = {3: 3, 6: 8, 8: 6}[orientation]
    frames = [with_exif_orientation(encoded(".jpg", turned), back)] * 2
    assert numbers_in(b"".join(frames), is_still=False) == [5, 5]


def test_outputs_are_planned_for_what_is_opened(tmp_path: Path) -> None:
    for data, expected in ((ANSWER + PHOTO, True), (PART + PHOTO + b"\r\n" + PART + NEXT, False)):
        (tmp_path / "saved").write_bytes(data)
        assert is_picture(tmp_path / "saved") is expected


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (b"\xff\xd8\xff", 0),
        (b"\r\n\xff\xd8\xff", 2),
        (b"A: b\r\n\r\n\xff\xd8", 8),
        (b"A: b\r\n\r\n", None),
        (b"HTTP/1.1 200 O", None),
        (b"\r\n--fra", None),
        (b"", None),
    ],
)
def test_lead_ends_where_a_file_begins(data: bytes, begins: int | None) -> None:
    assert after_lead(data) == begins


def test_any_bytes_have_a_beginning_or_none() -> None:
    rng = np.random.default_rng(3)
    for _ in range(300):
        data = rng.integers(0, 256, rng.integers(600), np.uint8).tobytes()
        begins = after_lead(data)
        assert begins is None or 0 <= begins < len(data)
