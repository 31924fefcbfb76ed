"""Writes the annotated still."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2

from camdigits.drawing.annotation import annotate
from camdigits.errors import OutputError, UsageError
from camdigits.sinks.pictures.resolution import encoder_options, with_aspect
from camdigits.support.context_manager import Closeable
from camdigits.support.output_file import check_target, write_whole
from camdigits.support.printable import printable
from camdigits.support.stderr import discard_stderr
from camdigits.types import Frame, Reading

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
"""Kinds of images that can be written, in lower case."""


def page_path(path: Path, page: int) -> Path:
    """Return the name of a file for one page: ``read-page-3.png``."""
    return path.with_name(f"{path.stem}-page-{page}{path.suffix}")


class ImageSink(Closeable):
    """Writes the annotated picture to an image file; its suffix chooses the format.

    The file appears under its name when it is whole.  A further frame replaces it; pages have files
    of their own, ``read-page-3.png``.  Pixels that are not square are told in it, except in WebP,
    which has no place for that.
    """

    def __init__(
        self,
        path: Path,
        *,
        force: bool = False,
        source: Path | None = None,
        pages: Iterable[int] = (),
    ) -> None:
        """Check that the file may be written; it is created by `write`.

        Args:
            path: the file to write.
            force: an existing file may be replaced.
            source: the file that is read meanwhile; it is never overwritten.
            pages: numbers of the pages that will come, if they are to have files of their own.

        Raises:
            UsageError: if the suffix is not known.
            OutputError: if the file exists without `force`, is the source or has no folder.
        """
        if path.suffix.lower() not in IMAGE_SUFFIXES:
            raise UsageError(
                f"cannot tell an image format from the name {printable(str(path))}: "
                f"end it in {', '.join(IMAGE_SUFFIXES)}"
            )
        self._path, self._force = path, force
        self._pages = {page: page_path(path, page) for page in pages}
        for target in self._pages.values() or (path,):
            check_target(target, force, source)

    def write(self, frame: Frame, reading: Reading) -> None:
        """Draw the reading onto the frame and write the file.

        Raises:
            OutputError: if it could not be written; nothing is left of it.
        """
        data, path = self._encoded(frame, reading), self._pages.get(frame.page or 0)
        write_whole(path or self._path, data, self._force)
        self._force = self._force or path is None

    def _encoded(self, frame: Frame, reading: Reading) -> bytes:
        """Encode in memory: OpenCV's own file writing takes a `%d` in a name for a number."""
        aspect, picture = frame.pixel_aspect, annotate(frame.image, reading)
        options = encoder_options(self._path.suffix.lower(), aspect)
        try:
            with discard_stderr():
                is_encoded, data = cv2.imencode(self._path.suffix, picture, options)
        except cv2.error:
            is_encoded = False
        if not is_encoded:
            width, height = frame.image.shape[1], frame.image.shape[0]
            raise OutputError(
                f"a picture of {width}x{height} pixels does not fit into a "
                f"{self._path.suffix} file: write {printable(self._path.stem)}.png"
            )
        return with_aspect(data.tobytes(), aspect)
