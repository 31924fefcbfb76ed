"""Puts together picture files that OpenCV reads but does not write."""

from __future__ import annotations

import io
import struct
import zlib

import av
import numpy as np
from numpy.typing import NDArray


def with_exif_orientation(jpeg: bytes, orientation: int) -> bytes:
    """Return the JPEG with an EXIF block that asks for an orientation, 1 to 8."""
    tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + struct.pack(">HxxI", orientation, 0)
    block = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def cmyk_jpeg(ink: tuple[int, int, int, int]) -> bytes:
    """Return an 8x8 JPEG of one colour in inverted CMYK, as printing programs write it.

    Nothing at hand encodes CMYK, so the few bytes of a picture without detail are put together.

    Args:
        ink: cyan, magenta, yellow and black, 0 for none to 255 for full.
    """
    adobe = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0"
    quantization = b"\xff\xdb\0\x43\0" + b"\x08" + b"\x01" * 63
    frame = b"\xff\xc0\0\x14\x08\0\x08\0\x08\x04" + b"".join(
        bytes((component, 0x11, 0)) for component in range(1, 5)
    )
    # Twelve categories of 4 bits for the first coefficient, "end of block" alone for the rest.
    first = b"\xff\xc4\0\x1f\0\0\0\0\x0c" + b"\0" * 12 + bytes(range(12))
    rest = b"\xff\xc4\0\x14\x10\x01" + b"\0" * 15 + b"\0"
    scan = b"\xff\xda\0\x0e\x04" + b"".join(bytes((c, 0)) for c in range(1, 5)) + b"\0\x3f\0"
    bits = "".join(_first_coefficient(255 - amount - 128) + "0" for amount in ink)
    bits += "1" * (-len(bits) % 8)
    coded = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    head = b"\xff\xd8" + adobe + quantization + frame + first + rest
    return head + scan + coded + b"\xff\xd9"


def deep_jpeg(level: int, width: int = 8, height: int = 8) -> bytes:
    """Return a JPEG of 12 bits, one grey throughout, in blocks of 8x8.

    Args:
        level: of 1..4095, less than 2048 away from 2048.
        width: in pixels, a multiple of 8.
        height: likewise.
    """
    quantization = b"\xff\xdb\0\x43\0" + b"\x08" + b"\x01" * 63
    frame = b"\xff\xc1\0\x0b\x0c" + struct.pack(">HH", height, width) + b"\x01\x01\x11\0"
    first = b"\xff\xc4\0\x1f\0\0\0\0\x0c" + b"\0" * 12 + bytes(range(12))
    rest = b"\xff\xc4\0\x14\x10\x01" + b"\0" * 15 + b"\0"
    scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"
    blocks = width * height // 64
    bits = _first_coefficient(level - 2048) + "0" + "00000" * (blocks - 1)
    bits += "1" * (-len(bits) % 8)
    coded = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    return b"\xff\xd8" + quantization + frame + first + rest + scan + coded + b"\xff\xd9"


def coded_by_ffmpeg(image: NDArray[np.uint8], codec: str, pixel_format: str) -> bytes:
    """Return a picture, ``(H, W, 3) uint8`` BGR, as one of FFmpeg's encoders makes it."""
    file = io.BytesIO()
    with av.open(file, "w", format="image2pipe") as container:
        stream = container.add_stream(codec, rate=1)
        stream.height, stream.width = image.shape[:2]
        stream.pix_fmt = pixel_format
        frame = av.VideoFrame.from_ndarray(image, format="bgr24")
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def _first_coefficient(value: int) -> str:
    category = abs(value).bit_length()
    amount = value if value >= 0 else value + (1 << category) - 1
    return f"{category:04b}" + (f"{amount:0{category}b}" if category else "")


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that states a size and holds next to nothing: a decompression bomb."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, data) for kind, data in chunks)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG with its length and checksum."""
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))
