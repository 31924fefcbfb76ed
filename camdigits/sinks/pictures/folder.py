"""A folder of annotated pictures and videos, named after their sources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from camdigits.errors import OutputError
from camdigits.sinks.pictures.image import IMAGE_SUFFIXES, ImageSink
from camdigits.sinks.pictures.opening import open_picture_sink
from camdigits.sinks.pictures.pdf import PDF_SUFFIX, PdfSink
from camdigits.support.output_file import no_folder
from camdigits.support.passwords import masked
from camdigits.support.printable import printable, reason

if TYPE_CHECKING:
    from camdigits.sinks.pictures.video import VideoSink
    from camdigits.sources.base import Source

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
"""What no stream's address should bring into a file name."""


class OutputFolder:
    """Opens a sink per source, each for a file of its own in one folder.

    A file has the name of its source; PDFs stay PDFs, images keep their format where it can be
    written and become ``.png`` otherwise, videos become ``.mp4``.  Of sources with the same name
    the second is called ``scan-2.jpg``.

    Attributes:
        path: of the folder.
    """

    def __init__(self, folder: Path, force: bool = False) -> None:
        """Create the folder if it is missing.

        Args:
            folder: where the files go.
            force: existing files may be replaced; the sources never are.

        Raises:
            OutputError: if the folder is a file or cannot be created.
        """
        try:
            folder.mkdir(exist_ok=True)
        except (FileExistsError, FileNotFoundError, NotADirectoryError) as error:
            # What is in the way, or missing, is the folder itself or one above it.
            missing = folder if isinstance(error, FileExistsError) else folder.parent
            raise OutputError(no_folder(missing)) from error
        except OSError as error:
            name = printable(str(folder))
            raise OutputError(f"cannot create the folder {name}: {reason(error)}") from error
        self.path, self._force = folder, force
        self._taken: set[str] = set()

    def open(self, source: Source) -> ImageSink | PdfSink | VideoSink:
        """Return the sink for one source.

        Raises:
            OutputError: if its file exists without force, or is the source itself.
        """
        path = self.path_for(source.name, source.is_still)
        return open_picture_sink(path, source, self._force)

    def path_for(self, source_name: str, is_still: bool) -> Path:
        """Return the file of a source, one that no other source of this run has."""
        return self.free_path(*output_name(source_name, is_still))

    def free_path(self, stem: str, suffix: str) -> Path:
        """Return a path that no other source of this run has, however its letters are written."""
        name, attempt = stem + suffix, 1
        while name.casefold() in self._taken:
            attempt += 1
            name = f"{stem}-{attempt}{suffix}"
        self._taken.add(name.casefold())
        return self.path / name


def output_name(source_name: str, is_still: bool) -> tuple[str, str]:
    """Return the stem and the suffix of the file that is written for a source.

    Args:
        source_name: a path, a camera's number, a stream's address, or ``-``.
        is_still: the source is an image.
    """
    if "://" in source_name:
        address = urlsplit(
            masked(source_name)
        )  # its host and path only: a password is no file name
        stem = _NOT_IN_NAMES.sub("_", f"{address.hostname}{address.path}".rstrip("/"))
        return stem, ".png" if is_still else ".mp4"
    path = Path("stdin" if source_name == "-" else source_name)
    if not is_still:
        return path.stem, ".mp4"
    kept = path.suffix.lower() in (*IMAGE_SUFFIXES, PDF_SUFFIX)
    return path.stem, path.suffix if kept else ".png"
