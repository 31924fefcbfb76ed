"""Puts together documents of several pages, byte by byte, so that each part may be wrong."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page.

    Attributes:
        content: its drawing commands; what is drawn is named as in `things`.
        keys: of its dictionary, such as ``/Rotate 90``.
        things: what it may draw, by name, the numbers of their objects.
    """

    content: str
    keys: str = "/MediaBox[0 0 240 180]"
    things: Mapping[str, int] | None = None


def pdf_of(pages: Sequence[PdfPage], objects: Sequence[bytes] = (), root: str = "") -> bytes:
    """Return a PDF.

    Args:
        pages: in their order; objects 3, 5, 7 and so on.
        objects: what they use, numbered from 100.
        root: keys of the catalogue.
    """
    found = {1: f"<</Type/Catalog/Pages 2 0 R{root}>>".encode()}
    kids = " ".join(f"{3 + 2 * place} 0 R" for place in range(len(pages)))
    found[2] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode()
    for number, page in zip(range(3, 3 + 2 * len(pages), 2), pages, strict=True):
        drawn = "".join(f"/{name} {it} 0 R" for name, it in (page.things or {}).items())
        found[number] = (
            f"<</Type/Page/Parent 2 0 R{page.keys}/Resources<</XObject<<{drawn}>>>>"
            f"/Contents {number + 1} 0 R>>"
        ).encode()
        found[number + 1] = pdf_stream(page.content.encode())
    found |= {100 + place: it for place, it in enumerate(objects)}
    written, table = b"%PDF-1.7\n", b"xref\n0 1\n0000000000 65535 f \n"
    for number, content in found.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return written + table + end % (max(found) + 1, len(written))


def pdf_stream(data: bytes, keys: str = "") -> bytes:
    """Return an object with data."""
    return f"<<{keys}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def pdf_picture(image: NDArray[Any], keys: str = "") -> bytes:
    """Return a picture as an object: ``(height, width) uint8`` grey, or with 3 colours BGR."""
    colours = "/DeviceGray" if image.ndim == 2 else "/DeviceRGB"
    pixels = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    return pdf_raw_picture(zlib.compress(pixels.tobytes()), image.shape, colours + keys)


def pdf_raw_picture(data: bytes, shape: tuple[int, ...], keys: str, bits: int = 8) -> bytes:
    """Return a picture of any data and size; `keys` begin with the name of its colours."""
    size = f"/Width {shape[1]}/Height {shape[0]}/BitsPerComponent {bits}"
    kind = f"/Type/XObject/Subtype/Image{size}/Filter/FlateDecode"
    return pdf_stream(data, f"{kind}/ColorSpace{keys}")


def scanned(images: Sequence[NDArray[Any]], keys: str = "") -> bytes:
    """Return a PDF as scanners write it: each page is a picture of 288 dots per inch."""
    pages = [
        PdfPage(
            f"q {image.shape[1] / 4} 0 0 {image.shape[0] / 4} 0 0 cm /I Do Q",
            f"/MediaBox[0 0 {image.shape[1] / 4} {image.shape[0] / 4}]{keys}",
            {"I": 100 + place},
        )
        for place, image in enumerate(images)
    ]
    return pdf_of(pages, [pdf_picture(image) for image in images])


def tiff_of(images: Sequence[NDArray[Any]], **tags: int) -> bytes:
    """Return an uncompressed TIFF of grey pictures.

    Args:
        images: ``(height, width)`` uint8 or uint16.
        tags: values other than the usual ones: bits, compression, photometric, orientation,
            subfile, and big: 1 for BigTIFF.
    """
    is_big = bool(tags.get("big"))
    number, entry, offset = ("Q", "<HHQ", "<Q") if is_big else ("H", "<HHI", "<I")
    data = b"II" + (struct.pack("<HHHQ", 43, 8, 0, 16) if is_big else struct.pack("<HI", 42, 8))
    for place, image in enumerate(images):
        values = {
            254: tags.get("subfile", 0) if place else 0,
            256: image.shape[1],
            257: image.shape[0],
            258: tags.get("bits", 8 * image.itemsize),
            259: tags.get("compression", 1),
            262: tags.get("photometric", 1),
            273: 0,
            274: tags.get("orientation", 1),
            277: 1,
            278: image.shape[0],
            279: 0,
        }
        pixels = _packed(image, values[258])
        size = struct.calcsize("<" + number) + len(values) * (20 if is_big else 12)
        values[279], values[273] = len(pixels), len(data) + size + struct.calcsize(offset)
        data += struct.pack("<" + number, len(values))
        for tag, value in values.items():
            data += struct.pack(entry, tag, 4, 1) + struct.pack(offset, value)
        following = values[273] + len(pixels)
        data += struct.pack(offset, following if place + 1 < len(images) else 0) + pixels
    return data


def _packed(image: NDArray[Any], bits: int) -> bytes:
    if bits >= 8:
        return image.tobytes()
    each = 8 // bits
    fields = (image >> (8 - bits)).reshape(image.shape[0], -1, each).astype(np.uint16)
    weights = [1 << (bits * (each - 1 - place)) for place in range(each)]
    return (fields * weights).sum(axis=2).astype(np.uint8).tobytes()


def animation_of(
    images: Sequence[NDArray[Any]], form: str, duration_ms: int | Sequence[int]
) -> bytes:
    """Return an animation: form "GIF", "PNG" or "WEBP", pictures BGR, shown for so long each."""
    from PIL import Image

    first, *rest = [Image.fromarray(cv2.cvtColor(it, cv2.COLOR_BGR2RGB)) for it in images]
    store = io.BytesIO()
    options = {"lossless": True} if form == "WEBP" else {}
    durations = duration_ms if isinstance(duration_ms, int) else list(duration_ms)
    shown = {"save_all": True, "append_images": rest, "duration": durations}
    first.save(store, form, **shown, **options)
    return store.getvalue()
