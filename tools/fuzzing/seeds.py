"""Small valid files of every kind that camdigits reads."""

from __future__ import annotations

import functools
import io
import json
import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from PIL import Image

from camdigits.networks.classifier import bundled_weights
from camdigits.networks.judge import bundled_judge
from camdigits.networks.line_reader import bundled_line_reader
from camdigits.networks.print_detector import bundled_print_detector
from camdigits.sinks.pictures.pdf import PdfSink
from camdigits.types import Frame, Reading

IMAGE_WH = (96, 64)
VIDEO_FRAMES = 8

VIDEO_KINDS = (
    ("mp4", "libx264", True),
    ("mp4", "mpeg4", False),
    ("matroska", "libx264", True),
    ("matroska", "libx265", False),
    ("webm", "libvpx", True),
    ("webm", "libvpx-vp9", False),
    ("avi", "mpeg4", True),
    ("avi", "mjpeg", False),
    ("mpegts", "libx264", False),
    ("gif", "gif", False),
    ("h264", "libx264", False),
)
"""Container, codec, and whether there is sound."""

INTERLACED = {"flags": "+ildct+ilme"}
_YUV = frozenset(codec for _, codec, _ in VIDEO_KINDS) - {"gif", "mjpeg"}

Seeds = Mapping[str, bytes]

_DRAWN_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/DA(/H 9 Tf)>>>>endobj
2 0 obj<</Type/Pages/Count 3/Kids[3 0 R 3 0 R 3 0 R]>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 96 64]/Rotate 0/Contents 4 0 R/Annots[5 0 R]
/Resources<</Font<</H 6 0 R>>>>>>endobj
4 0 obj<</Length 49>>stream
BT /H 40 Tf 10 16 Td (27) Tj ET 5 5 m 90 60 l S q
endstream endobj
5 0 obj<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(8)/Rect[60 9 90 40]/DA(/H 9 Tf)/P 3 0 R>>endobj
6 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R/Size 7>>
%%EOF
"""


def page(shift: int = 0) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return ``(64, 96, 3) uint8`` BGR with the number 27 on paper."""
    image = np.full((IMAGE_WH[1], IMAGE_WH[0], 3), 225, np.uint8)
    cv2.putText(image, "27", (14 + shift, 48), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (40, 40, 40), 3)
    return image


@functools.cache
def images() -> Seeds:
    """Return pictures in every form that OpenCV writes, and photos in HEIC's cousin AVIF."""
    image = page()
    gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    deep, alpha = gray.astype(np.uint16) * 257, np.dstack([image, gray])
    bilevel = np.where(gray > 128, 255, 0).astype(np.uint8)
    found = {
        "gray.png": _encoded(".png", gray),
        "colour.png": _encoded(".png", image),
        "alpha16.png": _encoded(".png", alpha.astype(np.uint16) * 257),
        "bits.png": _encoded(".png", bilevel, cv2.IMWRITE_PNG_BILEVEL, 1),
        "plain.jpg": _encoded(".jpg", image),
        "gray.jpg": _encoded(".jpg", gray),
        "progressive.jpg": _encoded(".jpg", image, cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
        "lossy.webp": _encoded(".webp", image, cv2.IMWRITE_WEBP_QUALITY, 80),
        "lossless.webp": _encoded(".webp", alpha, cv2.IMWRITE_WEBP_QUALITY, 101),
        "lzw.tiff": _encoded(".tiff", image),
        "deflate16.tiff": _encoded(".tiff", deep, cv2.IMWRITE_TIFF_COMPRESSION, 8),
        "plain.bmp": _encoded(".bmp", image),
        "gray.pgm": _encoded(".pgm", gray),
        "text.ppm": _encoded(".ppm", image, cv2.IMWRITE_PXM_BINARY, 0),
        "photo.avif": _encoded(".avif", image),
    }
    found["turned.jpg"] = _turned(found["plain.jpg"])
    for codec in ("jpeg2000", "jpegls", "ljpeg"):
        found[codec] = _video("image2pipe", codec, False, 1)
    found["few.png"] = _encoded(".png", gray.astype(np.uint16) * 4)
    found["few.pgm"] = b"P5\n96 64\n15\n" + (gray // 17).tobytes()
    store = io.BytesIO()
    Image.fromarray(255 - gray).save(store, "PNG", transparency=30)
    found["clear.png"] = store.getvalue()
    if cv2.haveImageWriter("photo.avif"):
        found["clear.avif"] = _encoded(".avif", alpha)
    found["single.gif"] = _video("gif", "gif", False, 1)
    return found


@functools.cache
def videos() -> Seeds:
    """Return short videos in every container, with sound and without, interlaced and in parts."""
    found = {
        f"{container}-{codec}": _video(container, codec, has_sound, VIDEO_FRAMES)
        for container, codec, has_sound in VIDEO_KINDS
    }
    found["interlaced"] = _video("mpegts", "mpeg2video", False, VIDEO_FRAMES, INTERLACED)
    part = b"--frame\r\nContent-Type: image/jpeg\r\n\r\n"
    jpegs = (_encoded(".jpg", page(place)) for place in range(VIDEO_FRAMES))
    found["multipart"] = b"".join(part + jpeg + b"\r\n" for jpeg in jpegs)
    return found


@functools.cache
def documents() -> Seeds:
    """Return documents of three pages: PDF, scanned and drawn, TIFF and slide shows."""
    pages = [page(shift) for shift in range(3)]
    grays = [cv2.cvtColor(each, cv2.COLOR_BGR2GRAY) for each in pages]
    slides = [Image.fromarray(gray) for gray in grays]
    found = {"drawn.pdf": _DRAWN_PDF, "scan.pdf": _scanned(pages)}
    found["pages.tiff"] = cv2.imencodemulti(".tiff", grays)[1].tobytes()
    for name, form in (("slides.gif", "GIF"), ("slides.png", "PNG"), ("slides.webp", "WEBP")):
        store = io.BytesIO()
        slides[0].save(store, form, save_all=True, append_images=slides[1:], duration=1000)
        found[name] = store.getvalue()
    store = io.BytesIO()
    slides[0].save(store, "TIFF", save_all=True, append_images=slides[1:], compression="zstd")
    return found | {"zstd.tiff": store.getvalue()}


def _scanned(pages: list[Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "scan.pdf")
        with PdfSink(path) as sink:
            for image in pages:
                sink.write(Frame(image), Reading("", 0, 0.0, IMAGE_WH))
        return path.read_bytes()


@functools.cache
def cards() -> Seeds:
    """Return the model cards of the bundled networks."""
    return {path.stem: path.with_suffix(".json").read_bytes() for path in _networks()}


@functools.cache
def weights() -> Seeds:
    """Return the bundled networks."""
    return {path.stem: path.read_bytes() for path in _networks()}


def _networks() -> tuple[Path, ...]:
    return bundled_weights(), bundled_judge(), bundled_line_reader(), bundled_print_detector()


@functools.cache
def truths() -> Seeds:
    """Return what people write of the pictures in a folder."""
    truth = {
        "page.jpg": {
            "digits": [[1, 2, 3, 4, "7"], [5.0, 6, 7, 8, "?"]],
            "numbers": ["7"],
            "size": [96, 64],
            "region": [0, 0, 90, 60],
        }
    }
    return {"truth": json.dumps(truth).encode()}


def _encoded(suffix: str, image: Any, *params: int) -> bytes:
    is_done, data = cv2.imencode(suffix, image, params)
    if not is_done:
        raise RuntimeError(f"OpenCV writes no {suffix}")
    return data.tobytes()


def _turned(jpeg: bytes) -> bytes:
    """Return a JPEG with an EXIF block that asks for a quarter turn."""
    tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    exif = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:]


def _video(
    container: str, codec: str, has_sound: bool, count: int, more: Mapping[str, str] | None = None
) -> bytes:
    store = io.BytesIO()
    with av.open(store, "w", format=container) as file:
        options = {"x265-params": "log-level=none"} if codec == "libx265" else {"threads": "1"}
        stream: Any = file.add_stream(codec, rate=Fraction(25), options={**options, **(more or {})})
        stream.width, stream.height = IMAGE_WH
        formats = av.codec.Codec(codec, "w").video_formats or ()
        stream.pix_fmt = formats[0].name if codec not in _YUV else "yuv420p"
        sound: Any = file.add_stream(_sound_of(container), rate=48_000) if has_sound else None
        for place in range(count):
            frame = av.VideoFrame.from_ndarray(page(place), format="bgr24")
            file.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
        file.mux(stream.encode(None))
        if sound is not None:
            silence = av.AudioFrame.from_ndarray(
                np.zeros((1, 1024), np.int16), format="s16", layout="mono"
            )
            silence.sample_rate = 48_000
            file.mux(sound.encode(silence))
            file.mux(sound.encode(None))
    return store.getvalue()


def _sound_of(container: str) -> str:
    return {"webm": "libopus", "matroska": "libopus", "avi": "libmp3lame"}.get(container, "aac")
