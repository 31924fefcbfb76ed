"""TIFF files: every page, every depth of grey, and what there is no decoder for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image
import pytest

from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.images.tiff_layout import directories
from tests.support.documents import tiff_of
from tests.support.media import numbered_frame, read_number


def page(number: int) -> Any:
    return cv2.cvtColor(numbered_frame(number), cv2.COLOR_BGR2GRAY)


PAGES = [page(number) for number in range(3)]


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(data: bytes) -> Path:
        path = tmp_path / "fax.tif"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("big", [0, 1])
def test_every_page_is_read(written: Any, big: int) -> None:
    with open_source(written(tiff_of(PAGES, big=big))) as source:
        frames = list(source)
        assert source.is_still
        assert source.frame_count == 3
    assert [read_number(frame.image) for frame in frames] == [0, 1, 2]
    assert [frame.page for frame in frames] == [1, 2, 3]


def test_pages_know_the_shape_of_their_pixels(tmp_path: Path) -> None:
    first, *others = (PIL.Image.fromarray(each) for each in PAGES)
    path = tmp_path / "fax.tif"
    first.save(path, save_all=True, append_images=others, dpi=(204, 98))
    with open_source(path) as source:
        assert [frame.pixel_aspect for frame in source] == pytest.approx([98 / 204] * 3, rel=0.01)


def test_a_single_picture_has_no_page_unless_it_is_asked_for(written: Any) -> None:
    path = written(tiff_of(PAGES[:1]))
    with open_source(path) as source:
        assert [frame.page for frame in source] == [None]
    with open_source(path, pages="1") as source:
        assert [frame.page for frame in source] == [1]


def test_smaller_copies_are_no_pages(written: Any) -> None:
    with open_source(written(tiff_of(PAGES, subfile=1))) as source:
        assert [read_number(frame.image) for frame in source] == [0]


@pytest.mark.parametrize("bits", [2, 4, 8, 16])
@pytest.mark.parametrize("photometric", [0, 1])
def test_every_depth_of_grey_is_read(written: Any, bits: int, photometric: int) -> None:
    gray = page(5) if photometric else 255 - page(5)
    pixels = gray.astype(np.uint16) * 257 if bits == 16 else gray
    with open_source(written(tiff_of([pixels], bits=bits, photometric=photometric))) as source:
        (frame,) = source
    assert np.abs(frame.image[:, :, 0].astype(int) - page(5)).max() <= 256 >> bits
    assert read_number(frame.image) == 5


@pytest.mark.parametrize("bits", [4, 8])
def test_a_turned_page_is_turned_back(written: Any, bits: int) -> None:
    lying = np.ascontiguousarray(np.rot90(page(9)))
    with open_source(written(tiff_of([lying, lying], bits=bits, orientation=6))) as source:
        assert [read_number(frame.image) for frame in source] == [9, 9]


@pytest.mark.parametrize(
    ("compression", "name"),
    [(34712, "JPEG 2000"), (50001, "WebP"), (12345, "compression 12345")],
)
def test_what_there_is_no_decoder_for_is_named(written: Any, compression: int, name: str) -> None:
    path = written(tiff_of(PAGES[:1], compression=compression))
    with pytest.raises(SourceOpenError, match=f"there is no decoder for {name} in TIFF; save it"):
        open_source(path)


@pytest.mark.parametrize("compression", [7, 8, 50000])
def test_damaged_data_are_told_and_the_other_pages_are_read(written: Any, compression: int) -> None:
    data = tiff_of(PAGES)
    second = list(directories(data))[1]
    place = data.index(b"\x03\x01\x04\0", second.offset)
    data = data[: place + 8] + compression.to_bytes(4, "little") + data[place + 12 :]
    found = []
    line = r"fax\.tif, page 2: cannot decode the picture: its data are damaged; copy it again"
    with open_source(written(data)) as source, pytest.raises(SourceDamagedError, match=line):
        found.extend(frame.page for frame in source)
    assert found == [1, 3]


def test_a_page_of_too_many_pixels_is_told(written: Any) -> None:
    pages = [*PAGES, np.zeros((1000, 1000), np.uint8)]
    found = []
    line = "page 4: 1000x1000 pixels are more than 100,000, the limit"
    with (
        open_source(written(tiff_of(pages)), max_pixels=100_000) as source,
        pytest.raises(SourceDamagedError, match=line),
    ):
        found.extend(frame.page for frame in source)
    assert found == [1, 2, 3]


def test_directories_in_a_circle_end() -> None:
    data = tiff_of(PAGES)
    first, _, third = directories(data)
    tail = third.offset + 2 + 12 * len(third.tags)
    circle = data[:tail] + first.offset.to_bytes(4, "little") + data[tail + 4 :]
    assert len(list(directories(circle))) == 3


@pytest.mark.parametrize("big", [0, 1])
@pytest.mark.parametrize("place", [0, 1])
def test_pages_behind_the_end_of_a_file_are_told(written: Any, big: int, place: int) -> None:
    data = tiff_of(PAGES, big=big)
    following = list(directories(data))[place + 1].offset
    pages = list(range(1, place + 2))
    for size in (following, following + 1, following + 30):
        found = []
        line = r"fax\.tif: the file is cut off; pages are missing; copy it again$"
        with (
            open_source(written(data[:size])) as source,
            pytest.raises(SourceDamagedError, match=line),
        ):
            found.extend(frame.page for frame in source)
        assert found == pages


def test_no_whole_file_is_called_cut_off(written: Any) -> None:
    data = tiff_of(PAGES)
    *_, last = directories(data)
    tail = last.offset + 2 + 12 * len(last.tags)
    for offset in (0, 1, last.offset):
        odd = data[:tail] + offset.to_bytes(4, "little") + data[tail + 4 :]
        with open_source(written(odd)) as source:
            assert [frame.page for frame in source] == [1, 2, 3]
