"""The table of pictures in docs/files.md is what the command does."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import PIL.features
import PIL.Image
import pytest

from camdigits.cli import main
from tests.cli.pages import PAGE_WH, TEXT, page
from tests.support.docs import DOCS, section, table
from tests.support.documents import animation_of, scanned
from tests.support.heic import heic
from tests.support.media import encoded
from tests.support.pictures import coded_by_ffmpeg

REFUSED = {
    "JPEG XL": b"\xff\x0a" + bytes(99),
    "raw photos": b"FUJIFILMCCD-RAW " + bytes(99),
    "Photoshop": b"8BPS\0\1" + bytes(99),
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'></svg>",
    "office documents": b"PK\3\4" + bytes(99),
}


def gray() -> np.ndarray:
    return cv2.cvtColor(page(), cv2.COLOR_BGR2GRAY)


def by_pillow(form: str, image: PIL.Image.Image) -> bytes:
    store = io.BytesIO()
    image.save(store, form)
    return store.getvalue()


def coloured() -> PIL.Image.Image:
    return PIL.Image.fromarray(cv2.cvtColor(page(), cv2.COLOR_BGR2RGB))


READ: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: encoded(".jpg", page()),
    "PNG": lambda: encoded(".png", page()),
    "WebP": lambda: encoded(".webp", page()),
    "BMP": lambda: encoded(".bmp", page()),
    "PGM": lambda: encoded(".pgm", gray()),
    "PPM": lambda: encoded(".ppm", page()),
    "PBM": lambda: by_pillow("PPM", PIL.Image.fromarray(gray() > 128)),
    "GIF": lambda: by_pillow("GIF", coloured()),
    "JPEG 2000": lambda: coded_by_ffmpeg(page(), "jpeg2000", "rgb24"),
    "JPEG-LS": lambda: coded_by_ffmpeg(page(), "jpegls", "gray"),
    "TIFF": lambda: encoded(".tif", page()),
    "HEIC": lambda: heic([page()], 1, PAGE_WH),
    "AVIF": lambda: by_pillow("AVIF", coloured()),
    "PDF": lambda: scanned([page()]),
    "slide shows": lambda: animation_of([page(), page()], "GIF", 1000),
}
"""How a file of each kind is made."""


def kinds_of_the_page() -> tuple[set[str], set[str]]:
    """Return the kinds of files that the table calls read, and those that it calls not read."""
    read, refused = set[str](), set[str]()
    for names, how in table(section(DOCS / "files.md", "Pictures")):
        (refused if how.startswith("not read") else read).update(re.split(r", ", names))
    return read, refused


def test_the_table_has_what_is_tried_here() -> None:
    assert kinds_of_the_page() == (set(READ), set(REFUSED))


@pytest.mark.parametrize("kind", READ)
def test_what_the_table_calls_read_is_read(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if kind == "AVIF" and not PIL.features.check("avif"):
        pytest.skip("this Pillow writes no AVIF")
    path = tmp_path / "page"
    path.write_bytes(READ[kind]())
    assert main(["run", str(path)]) == 0
    assert TEXT in capsys.readouterr().out


@pytest.mark.parametrize("kind", REFUSED)
def test_what_the_table_calls_not_read_is_told(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "page"
    path.write_bytes(REFUSED[kind])
    assert main(["run", str(path)]) == 3
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
