"""Writes annotated stills as the pages of a PDF."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import cv2

from camdigits.drawing.annotation import annotate
from camdigits.errors import OutputError
from camdigits.support.context_manager import Closeable
from camdigits.support.output_file import check_target, claim_partial, publish, remove_quietly
from camdigits.support.printable import printable, reason
from camdigits.types import Frame, Reading

PDF_SUFFIX = ".pdf"
LONG_SIDE_PT = 842
"""Of each page: that of A4."""
QUALITY = 90
"""Of the pictures, which are JPEG, 0 to 100."""

_CATALOGUE, _TREE, _FIRST = 1, 2, 3
"""Numbers of objects."""


class PdfSink(Closeable):
    """Writes a page for each still, the picture as JPEG, in the shape that it has on paper.

    The file appears under its name when it is closed; until then it is called
    ``read.partial.pdf``.  Without a page none is written.
    """

    def __init__(self, path: Path, *, force: bool = False, source: Path | None = None) -> None:
        """Check that the file may be written; it is created by `write`.

        Args:
            path: the file to write.
            force: an existing file may be replaced.
            source: the file that is read meanwhile; it is never overwritten.

        Raises:
            OutputError: if the file exists without `force`, is the source or has no folder.
        """
        check_target(path, force, source)
        self._path, self._force = path, force
        self._partial: Path | None = None
        self._file: BinaryIO | None = None
        self._places: dict[int, int] = {}
        self._pages: list[int] = []

    def write(self, frame: Frame, reading: Reading) -> None:
        """Draw the reading onto the frame, and add it as a page.

        Raises:
            OutputError: if it could not be written; nothing is left of the file.
        """
        image = annotate(frame.image, reading)
        height, width = image.shape[:2]
        is_encoded = max(width, height) <= 65500  # what JPEG has room for
        if is_encoded:
            is_encoded, data = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
        if not is_encoded:
            raise OutputError(
                f"a picture of {width}x{height} pixels does not fit into a PDF: write "
                f"{printable(self._path.stem)}.png"
            )
        try:
            self._add(data.tobytes(), (width, height), frame.pixel_aspect)
        except OSError as error:
            self._discard()
            raise OutputError(
                f"cannot write {printable(str(self._path))}: {reason(error)}"
            ) from error

    def _add(self, jpeg: bytes, size_wh: tuple[int, int], pixel_aspect: float) -> None:
        width, height = size_wh
        scale = LONG_SIDE_PT / max(width * pixel_aspect, height)
        box = f"{width * pixel_aspect * scale:.2f} {height * scale:.2f}"
        page = _FIRST + 3 * len(self._pages)
        drawn = f"q {box.replace(' ', ' 0 0 ')} 0 0 cm /I Do Q".encode()
        picture = (
            f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8"
            "/ColorSpace/DeviceRGB/Filter/DCTDecode"
        )
        self._put(
            page,
            f"<</Type/Page/Parent {_TREE} 0 R/MediaBox[0 0 {box}]/Contents {page + 1} 0 R"
            f"/Resources<</XObject<</I {page + 2} 0 R>>>>>>".encode(),
        )
        self._put(page + 1, _stream(drawn))
        self._put(page + 2, _stream(jpeg, picture))
        self._pages.append(page)

    def _put(self, number: int, content: bytes) -> None:
        if self._file is None:
            self._partial = claim_partial(self._path)
            self._file = self._partial.open("wb")
            self._file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        self._places[number] = self._file.tell()
        self._file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))

    def close(self) -> None:
        """Finish the file; a second call does nothing.

        Raises:
            OutputError: if it could not be written; nothing is left of it.
        """
        if self._file is None or self._partial is None:
            return
        try:
            self._end()
            self._file.close()
            publish(self._partial, self._path, self._force)
            self._file = None
        except OSError as error:
            self._discard()
            raise OutputError(
                f"cannot write {printable(str(self._path))}: {reason(error)}"
            ) from error

    def _end(self) -> None:
        assert self._file is not None
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        count = len(self._pages)
        self._put(_CATALOGUE, f"<</Type/Catalog/Pages {_TREE} 0 R>>".encode())
        self._put(_TREE, f"<</Type/Pages/Count {count}/Kids[{kids}]>>".encode())
        start, size = self._file.tell(), max(self._places) + 1
        rows = (b"%010d 00000 n \n" % self._places[number] for number in range(1, size))
        table = b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(rows)
        trailer = b"trailer\n<</Size %d/Root %d 0 R>>\n" % (size, _CATALOGUE)
        self._file.write(table + trailer + b"startxref\n%d\n%%%%EOF\n" % start)

    def _discard(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # what failed first is what is told
                file.close()
        if self._partial is not None:
            remove_quietly(self._partial)


def _stream(data: bytes, keys: str = "") -> bytes:
    return f"<<{keys}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"
