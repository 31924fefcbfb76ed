"""What a file is follows from its first bytes."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import numpy as np
import pytest

from camdigits.errors import SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.sniff import MediaKind, media_kind, unread_kind
from tests.support.media import encoded

DOT = np.zeros((2, 2, 3), np.uint8)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp", ".tiff", ".webp", ".ppm"])
def test_pictures_are_images(suffix: str) -> None:
    assert media_kind(encoded(suffix, DOT)) == "image"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", None),
        (b"GIF89a", "animation"),
        (b"\x89PNG\r\n\x1a\n" + bytes(25) + b"\0\0\0\x08acTL" + bytes(8) + b"IDAT", "animation"),
        (struct.pack(">I4s4s", 24, b"ftyp", b"heic"), "image"),
        (struct.pack(">I4s4s", 24, b"ftyp", b"avif"), "image"),
        (struct.pack(">I4s4s", 24, b"ftyp", b"miaf"), "image"),
        (struct.pack(">I4s4s", 24, b"ftyp", b"avis"), "video"),
        (struct.pack(">I4s4s", 24, b"ftyp", b"isom"), "video"),
        (struct.pack(">I4s", 8, b"wide"), "video"),
        (b"RIFF\0\0\0\0AVI LIST", "video"),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        ((b"\x47" + bytes(187)) * 2, "video"),
        ((bytes(4) + b"\x47" + bytes(187)) * 2, "video"),
        (b"G" * 100, None),
        (b"\x1f\x07\x00\xbf", "video"),
        (b"\x1f\x07\x00\x3f", "video"),
        (b"\0\0\1\x67\x64", "video"),
        (b"\0\0\1\x27\x42", "video"),
        (b"\0\0\1\x09\xf0", "video"),
        (b"\0\0\1\x40\1\x0c", "video"),
        (b"\0\0\1\x46\1\x50", "video"),
        (b"\0\0\1\0\1\0\x10\x10", None),  # an icon of Windows
        (b"DHAV\xfd\0\0\0", "video"),
        (b"--frame\r\nContent-Type: image/jpeg\r\n\r\n", "video"),
        (b"\r\n--b\r\nX-Time: 1\r\ncontent-type: image/jpg\r\n", "video"),
        (b"myboundary\nContent-Length: 7\nContent-type: image/jpeg\n", "video"),
        (b"HTTP/1.1 200 OK\r\nServer: cam\r\n\r\n--x\r\nContent-Type: image/jpeg\r\n", "video"),
        (b"--frame\r\nContent-Type: text/plain\r\n\r\n", None),
        (b"A letter about\nContent-Type: image/jpeg\n", None),
        (b"BM is short for bench mark\n", None),
        (b"P1 is the first point\n", None),
        (b"P2\n# made by hand\n2 2\n255\n", "image"),
        (b"%PDF-1.7\n", "document"),
        (b"junk\n%PDF-1.7\n", "document"),
        (b"%PDF- is how such files begin\n", None),
        (b"II+\0\x08\0\0\0", "image"),
        (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02", "animation"),
        (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x10", "image"),
        (b"RIFF\0\0\0\0WEBPVP8X", "image"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "image"),
        (b"\xff\x4f\xff\x51\0\x29", "image"),
        (b"\x7fELF", None),
        (b"PK\3\4", None),
        (b"plain text\n", None),
    ],
)
def test_first_bytes_tell_the_kind(head: bytes, kind: MediaKind | None) -> None:
    assert media_kind(head) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\x0a\xfa\x1f", "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"8BPS\0\1", "Photoshop"),
        (bytes(128) + b"DICM", "DICOM"),
        (b'<?xml version="1.0"?>\n<svg xmlns="', "SVG"),
        (b"P7\nWIDTH 60\n", "PAM"),
        (b"plain text\n", ""),
    ],
)
def test_what_is_not_read_has_a_name(head: bytes, kind: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(head + bytes(200))
    assert media_kind(head) is None
    assert unread_kind(head) == kind
    with pytest.raises(SourceOpenError, match=kind or "neither a picture nor a video"):
        open_source(tmp_path / "file")


def test_any_bytes_have_a_kind_or_none() -> None:
    rng = random.Random(11)
    for _ in range(500):
        assert media_kind(rng.randbytes(rng.randrange(400))) in (
            "image",
            "animation",
            "video",
            None,
        )
