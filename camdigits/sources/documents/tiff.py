"""TIFF files of several pages, as scanners and fax machines write them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from camdigits.config import MAX_PIXELS
from camdigits.sources.documents.pages import PageSource
from camdigits.sources.images.image import ImageSource
from camdigits.sources.images.tiff_layout import beginning_with, directories, lacks_pictures

if TYPE_CHECKING:
    from camdigits.types import Frame

CUT = "the file is cut off; pages are missing; copy it again"


class TiffPages:
    """The pages of a TIFF file; smaller copies and masks are none.

    Args:
        data: the whole file.
        name: as the user named it.
        max_pixels: a page with more is refused.

    Attributes:
        damage: that the file is cut off; "" if it is not.
    """

    def __init__(self, data: bytes, name: str, max_pixels: int = MAX_PIXELS) -> None:
        self._name, self._max_pixels = name, max_pixels
        self._data = data
        found = list(directories(data))
        # A file of smaller copies alone is read as what it has.
        self._pages = [each for each in found if each.is_page] or found[:1]
        self.damage = CUT if lacks_pictures(data, found) else ""

    def __len__(self) -> int:
        return len(self._pages)

    def frame(self, number: int) -> Frame:
        """Return a page, upright, its picture ``(height, width, 3) uint8`` BGR.

        Raises:
            SourceOpenError: if it cannot be decoded or is too large.
        """
        data = beginning_with(self._data, self._pages[number - 1])
        (frame,) = ImageSource.decode(data, f"{self._name}, page {number}", self._max_pixels)
        return frame

    def close(self) -> None:
        """Let the document go; a second call does nothing."""
        self._data = b""


def open_tiff(
    data: bytes, name: str, max_pixels: int = MAX_PIXELS, chosen: str | None = None
) -> ImageSource | PageSource:
    """Return the pages of a TIFF file, or its picture if it has a single one.

    Args:
        data: the whole file.
        name: as the user named it.
        max_pixels: a picture with more is refused.
        chosen: pages that are wanted, as `ReadConfig.pages`; None takes all.

    Raises:
        SourceOpenError: if it cannot be decoded, is too large, or has none of these pages.
    """
    try:
        pages = TiffPages(data, name, max_pixels)
    except struct.error:  # told below
        return ImageSource.decode(data, name, max_pixels)
    if len(pages) > 1 or chosen or pages.damage:
        return PageSource(pages, name, chosen)
    return ImageSource.decode(data, name, max_pixels)
