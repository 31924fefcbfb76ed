"""Small files that ask for gigabytes: refused in one line, and before the memory is taken."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from camdigits.errors import SourceOpenError
from camdigits.sources.images.heic import open_photo
from tests.cli.pages import TEXT, write_page
from tests.cli.test_process import HEADLESS, PATIENCE_S
from tests.support.heic import heic
from tests.support.media import encoded, numbered_frame, numbered_frames, write_video

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measures in KiB")

BOUND_MIB = 450
"""For the program itself, its child included; each bomb alone would take a gigabyte and more."""

SIDE_PX = 30_000


def png() -> bytes:
    """Return 900 megapixels of nothing, in earnest, in a tenth of a megabyte."""
    rows = zlib.compressobj(9)
    row = bytes(1 + SIDE_PX // 8)  # one bit a pixel
    data = b"".join(rows.compress(row) for _ in range(SIDE_PX)) + rows.flush()
    header = struct.pack(">IIBBBBB", SIDE_PX, SIDE_PX, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
        for content in (b"IHDR" + header, b"IDAT" + data, b"IEND")
    )


def patched(data: bytes, at: int, form: str, *values: int) -> bytes:
    """Return the data with other numbers at a place."""
    changed = bytearray(data)
    struct.pack_into(form, changed, at, *values)
    return bytes(changed)


def jpeg() -> bytes:
    data = encoded(".jpg", numbered_frame(0))
    return patched(data, data.index(b"\xff\xc0") + 5, ">HH", 65_000, 65_000)


def tiff() -> bytes:
    return b"II*\0" + struct.pack(
        "<IH HHII HHII HHII HHII I", 8, 4,
        256, 4, 1, 2**31 - 1, 257, 4, 1, 2**31 - 1, 258, 3, 1, 8, 273, 4, 1, 8, 0,
    )  # fmt: skip


def avi(folder: Path) -> bytes:
    data = write_video(folder / "small.avi", numbered_frames(3), codec="ffvhuff").read_bytes()
    side = 15_000  # what is more than 16,000 FFmpeg refuses by itself
    data = patched(data, data.index(b"strf") + 12, "<ii", side, side)
    return patched(data, data.index(b"avih") + 40, "<II", side, side)


BOMBS: dict[str, Callable[[Path], bytes]] = {
    "png": lambda _: png(),
    "jpg": lambda _: jpeg(),
    "tif": lambda _: tiff(),
    "bmp": lambda _: patched(encoded(".bmp", numbered_frame(0)), 18, "<ii", SIDE_PX, -SIDE_PX),
    "ppm": lambda _: b"P6 99999 99999 255\n" + bytes(999),
    "webp": lambda _: b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff" * 6 + bytes(8),
    "gif": lambda _: b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + bytes(3) + b"," + bytes(99),
    "avi": avi,
}


MEASURE = """
import pathlib, resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
pathlib.Path(sys.argv[1]).write_text(str(most))
sys.exit(code)
"""
"""Stands between, since Linux counts what a process had before its `exec` as its own: here that
would be all that the tests hold."""


def run_measured(folder: Path, *arguments: object) -> tuple[int, str, str, float]:
    """Return exit code, standard output and error, and the most memory of one process in MiB."""
    measured = folder / "measured"
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, measured, sys.executable, "-m", "camdigits"]
        + [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        env=HEADLESS,
        timeout=PATIENCE_S,
    )
    return done.returncode, done.stdout, done.stderr, int(measured.read_text()) / 1024


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("bombs")
    paths = [folder / f"bomb.{suffix}" for suffix in BOMBS]
    for path, content in zip(paths, BOMBS.values(), strict=True):
        path.write_bytes(content(folder))
    return paths


def test_bombs_are_one_line_each_and_take_no_memory(bombs: list[Path], tmp_path: Path) -> None:
    good = write_page(tmp_path / "good.png")

    code, out, told, most_mib = run_measured(tmp_path, "run", *bombs, good, "--jobs", "1")

    assert code == 3
    assert out == f"{good}: {TEXT}\n"
    lines = told.splitlines()
    assert len(lines) == len(bombs)
    for bomb, line in zip(bombs, lines, strict=True):
        assert line.startswith(f"camdigits: {bomb}: ")
        assert " pixels are more than 100,000,000, the limit" in line
    assert most_mib < BOUND_MIB


def test_the_limit_is_the_users(tmp_path: Path) -> None:
    good = write_page(tmp_path / "good.png")

    for limit, code in (("153599", 3), ("153600", 0), ("1M", 0)):
        done = run_measured(tmp_path, "run", good, "--max-pixels", limit)
        assert done[0] == code
        line = f"camdigits: {good}: 640x240 pixels are more than 153,599, the limit; "
        assert done[2].startswith(line) == (code == 3)


def test_photo_whose_tiles_are_larger_than_the_whole_is_refused() -> None:
    tiles = [numbered_frame(0, (1280, 1280))] * 6
    with pytest.raises(SourceOpenError, match="parts of the photo are larger than the whole"):
        open_photo(heic(tiles, 3, (64, 64)), "bomb.heic")
