"""One page of a PDF file as a picture: in the pixels of its scan, or as fine as digits need."""

from __future__ import annotations

import ctypes
import math
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

POINTS = 72.0
"""Of a PDF's lengths, in an inch."""
DRAWN_DPI = 300
"""Of what is drawn: ink, text, forms.  Handwriting of 5 mm is 60 pixels high then."""
MOST_DPI = 600
"""Of pages that are put together from pictures; these have no more on paper."""
LEAST_DPI = 72
"""A page that has too many pixels even so is refused."""
LEAST_PX = 10
"""Width and height of pictures that are missed where they cannot be decoded."""
MAX_OBJECTS = 20_000
"""Of a page that are looked at for how it is made."""

_SAME_SHAPE = 0.02
"""Share by which the shape of a scan's pixels may differ from a square."""
_COVERS = 0.02
"""Share of the page that a scan may leave free at each side."""
_INVISIBLE = 3
"""Rendering mode of the text that a program laid over a scan which it had read."""


class PageError(Exception):
    """Why a page is not read; the text is the end of a line."""


def rendered(page: pdfium.PdfPage, max_pixels: int) -> tuple[tuple[int, int], bytes, bool]:
    """Return a page as a picture, with its annotations and filled forms, turned as it asks.

    Args:
        page: of a document whose forms are initialised.
        max_pixels: of the picture, and of each picture on the page.

    Returns:
        (width, height) in pixels, ``(height, width, 3) uint8`` BGR, on white, and whether all
        its pictures are there.

    Raises:
        PageError: if it is too large, without area, or shows nothing but a damaged picture.
        PdfiumError: if it is damaged.
    """
    pictures, is_drawn = _content(page)
    width, height = _size_px(page, pictures, is_drawn, max_pixels)
    bitmap = pdfium.PdfBitmap.new_native(width, height, pdfium_c.FPDFBitmap_BGR)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        place = (0, 0, width, height, 0, pdfium_c.FPDF_ANNOT)
        pdfium_c.FPDF_RenderPageBitmap(bitmap, page, *place)
        if page.formenv is not None:
            pdfium_c.FPDF_FFLDraw(page.formenv, bitmap, page, *place)
        pixels = _without_padding(bitmap, 3 * width)
    finally:
        bitmap.close()
    if pixels.count(b"\xff") == len(pixels):
        _check_pictures(page)
    # A page that lacks its only picture is the empty one of above.
    is_scan = len(pictures) == 1 and not is_drawn
    return (width, height), pixels, is_scan or all(each.is_there(page) for each in pictures)


def _without_padding(bitmap: pdfium.PdfBitmap, row: int) -> bytes:
    data = memoryview(bitmap.buffer).cast("B")
    if bitmap.stride == row:
        return bytes(data)
    rows = range(0, bitmap.stride * bitmap.height, bitmap.stride)
    return b"".join(data[start : start + row] for start in rows)


def _size_px(
    page: pdfium.PdfPage, pictures: list[_Picture], is_drawn: bool, max_pixels: int
) -> tuple[int, int]:
    """Return the (width, height) in pixels at which a page is rendered."""
    # PDFium makes a page of 8.5 x 11 inches of what has none.
    box = page.get_mediabox(fallback_ok=False)
    if box is not None and (box[0] == box[2] or box[1] == box[3]):
        raise PageError("its sheet (MediaBox) has no area; save it anew")
    width_pt, height_pt = page.get_size()
    if not (0 < width_pt < math.inf and 0 < height_pt < math.inf):
        raise PageError("its visible part (CropBox) has no area; save it anew")
    for picture in pictures:
        if math.prod(picture.size_wh) > max_pixels:
            raise PageError(
                f"a picture of {picture.size_wh[0]}x{picture.size_wh[1]} pixels has more than "
                f"{max_pixels:,}, the limit; scale it down, or raise --max-pixels"
            )
    own = None if is_drawn else _scan_size(pictures, page)
    if own is not None:
        return own
    finest = max((picture.dpi for picture in pictures), default=0.0)
    dpi = min(max(finest, DRAWN_DPI if is_drawn or not pictures else LEAST_DPI), MOST_DPI)
    fitting = POINTS * math.sqrt(max_pixels / (width_pt * height_pt))
    if fitting < LEAST_DPI:
        inches = f"{width_pt / POINTS:.4g} x {height_pt / POINTS:.4g} inches"
        raise PageError(
            f"{inches} at {LEAST_DPI} dots per inch have more than {max_pixels:,} pixels, the "
            "limit; scale it down, or raise --max-pixels"
        )
    scale = min(dpi, fitting) / POINTS
    return max(1, int(width_pt * scale)), max(1, int(height_pt * scale))


class _Picture:
    """A picture on a page.

    Attributes:
        size_wh: its own pixels.
        dpi: how fine it is on the page.
        box: left, bottom, right, top on the page, in points.
        matrix: a to f of what places the unit square there.
    """

    def __init__(self, made: Any, holder: pdfium.PdfMatrix) -> None:
        self._made = made
        width, height = ctypes.c_uint(), ctypes.c_uint()
        pdfium_c.FPDFImageObj_GetImagePixelSize(made, width, height)
        self.size_wh = int(width.value), int(height.value)
        self.matrix = a, b, c, d, e, f = _placed(made, holder).get()
        sides = math.hypot(a, b), math.hypot(c, d)
        shares = [px / pt for px, pt in zip(self.size_wh, sides, strict=True) if pt > 0]
        self.dpi = POINTS * max(shares, default=0.0)
        across, up = sorted((e, e + a + c)), sorted((f, f + b + d))
        self.box = across[0], up[0], across[1], up[1]

    def is_there(self, page: pdfium.PdfPage) -> bool:
        """Return whether it can be decoded, or has too few pixels for a digit."""
        if min(self.size_wh) < LEAST_PX:
            return True
        # This begins to decode most kinds, and decodes JPEG 2000 alone.
        told = pdfium_c.FPDF_IMAGEOBJ_METADATA()
        pdfium_c.FPDFImageObj_GetImageMetadata(self._made, page, told)
        return bool(told.bits_per_pixel)


def _content(page: pdfium.PdfPage) -> tuple[list[_Picture], bool]:
    """Return the pictures on a page, and whether anything else is visible on it."""
    pictures, is_drawn = [], pdfium_c.FPDFPage_GetAnnotCount(page) > 0
    left = MAX_OBJECTS
    waiting: list[tuple[Any, pdfium.PdfMatrix]] = [(page, pdfium.PdfMatrix())]
    while waiting:
        holder, matrix = waiting.pop()
        is_page = holder is page
        count = pdfium_c.FPDFPage_CountObjects if is_page else pdfium_c.FPDFFormObj_CountObjects
        get = pdfium_c.FPDFPage_GetObject if is_page else pdfium_c.FPDFFormObj_GetObject
        for place in range(min(count(holder), left)):
            left -= 1
            made = get(holder, place)
            kind = pdfium_c.FPDFPageObj_GetType(made)
            if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                pictures.append(_Picture(made, matrix))
            elif kind == pdfium_c.FPDF_PAGEOBJ_FORM:
                waiting.append((made, _placed(made, matrix)))
            elif kind != pdfium_c.FPDF_PAGEOBJ_TEXT or not _is_invisible(made):
                is_drawn = True
    return pictures, is_drawn


def _placed(made: Any, holder: pdfium.PdfMatrix) -> pdfium.PdfMatrix:
    """Return what places an object on the page, given what places its holder."""
    own = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(made, own)
    return pdfium.PdfMatrix.from_raw(own).multiply(holder)


def _is_invisible(text: Any) -> bool:
    return bool(pdfium_c.FPDFTextObj_GetTextRenderMode(text) == _INVISIBLE)


def _scan_size(pictures: list[_Picture], page: pdfium.PdfPage) -> tuple[int, int] | None:
    """Return the size at which rendering gives the very pixels of a scan; None if it is none.

    PDFium resamples nothing where a picture has as many pixels as the place that it fills.
    """
    if len(pictures) != 1:
        return None
    (picture,) = pictures
    a, b, c, d, _, _ = picture.matrix
    is_upright, is_turned = b == c == 0, a == d == 0
    if min(picture.size_wh) < 1 or not (is_upright or is_turned):
        return None
    left, bottom, right, top = page.get_bbox()
    free_x, free_y = _COVERS * (right - left), _COVERS * (top - bottom)
    misses = [mine - its for mine, its in zip(picture.box, (left, bottom, right, top), strict=True)]
    if max(map(abs, misses[::2])) > free_x or max(map(abs, misses[1::2])) > free_y:
        return None
    width, height = picture.size_wh
    if is_turned != bool(page.get_rotation() % 180):
        width, height = height, width
    width_pt, height_pt = page.get_size()
    if abs(math.log(width / width_pt * height_pt / height)) > _SAME_SHAPE:
        return None  # a fax, whose pixels are no squares
    return width, height


def _check_pictures(page: pdfium.PdfPage) -> None:
    """Raise if a page is empty since a picture on it cannot be decoded; PDFium passes over that."""
    for made in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE]):
        found = pdfium_c.FPDFImageObj_GetBitmap(made)
        if not found:
            raise PageError("a picture on it is damaged; copy the file again, or save it anew")
        pdfium_c.FPDFBitmap_Destroy(found)
