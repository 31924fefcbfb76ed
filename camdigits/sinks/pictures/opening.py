"""Chooses the sink for annotated pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.errors import UsageError
from camdigits.sinks.pictures.containers import CONTAINERS
from camdigits.sinks.pictures.image import IMAGE_SUFFIXES, ImageSink
from camdigits.sinks.pictures.pdf import PDF_SUFFIX, PdfSink
from camdigits.sources.documents.pages import PageSource
from camdigits.support.printable import printable

if TYPE_CHECKING:
    from camdigits.sinks.pictures.video import VideoSink
    from camdigits.sources.base import Source

PICTURE_SUFFIXES = (*IMAGE_SUFFIXES, PDF_SUFFIX, *CONTAINERS)
"""What the name of a marked picture, document or video may end in."""


def open_picture_sink(
    output: Path, source: Source, force: bool = False
) -> ImageSink | PdfSink | VideoSink:
    """Return the sink that writes what is read from a source to an image, PDF or video file.

    Of several pages an image file holds one each, named after its number.

    Args:
        output: the file to write; its suffix chooses the format.
        source: where the frames come from, opened and with none of them taken yet; if it is a
            file it is never overwritten.
        force: an existing file may be replaced.

    Raises:
        UsageError: if the suffix is not known, or is one of an image for a video.
        OutputError: if the file exists without `force`, is the source or has no folder.
    """
    suffix, path = output.suffix.lower(), source_path(source)
    if suffix in CONTAINERS:
        # Only here: on macOS the two FFmpegs of OpenCV and PyAV print warnings about each other.
        from camdigits.sinks.pictures.sound import SoundSource
        from camdigits.sinks.pictures.video import VideoSink

        sound = source if isinstance(source, SoundSource) else None
        return VideoSink(output, fps=source.fps, force=force, source=path, sound=sound)
    name = printable(str(output))
    if suffix not in PICTURE_SUFFIXES:
        known = ", ".join(PICTURE_SUFFIXES)
        raise UsageError(f"cannot tell what to write from the name {name}: end it in {known}")
    if not source.is_still:
        raise UsageError(
            f"{printable(source.name)} does not fit into the image {name}: "
            f"end its name in {', '.join(CONTAINERS)}"
        )
    if suffix == PDF_SUFFIX:
        return PdfSink(output, force=force, source=path)
    pages = source.numbers if isinstance(source, PageSource) and len(source.numbers) > 1 else ()
    return ImageSink(output, force=force, source=path, pages=pages)


def source_path(source: Source) -> Path | None:
    """Return the file that a source reads; None if it is no file."""
    try:
        path = Path(source.name)
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None
