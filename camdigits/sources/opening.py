"""Opens whatever `resolve` can name.

What each kind of source needs, OpenCV or FFmpeg, is loaded when the first of its kind is opened.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.errors import SourceOpenError
from camdigits.sources.names import shown
from camdigits.sources.reader import Reader
from camdigits.sources.resolve import SourceSpec, resolve
from camdigits.sources.sniff import HEAD_BYTES, is_still_container, media_kind

if TYPE_CHECKING:
    from camdigits.sources.base import Source

MAX_IMAGE_BYTES = 512 * 2**20


def open_source(source: str | int | Path | SourceSpec) -> Source:
    """Open a camera, stream, video, picture or standard input.

    Args:
        source: as a user names it, or one of the specs that `expand` returns.

    Raises:
        UsageError: if a camera index or an address cannot exist, or standard input is a terminal.
        SourceOpenError: if it cannot be opened, with one line that says why.
    """
    spec = source if isinstance(source, SourceSpec) else resolve(source)
    if spec.kind == "file":
        return _open_file(Path(str(spec.target)), spec.name)
    raise SourceOpenError(f"{shown(spec.name)}: cameras and streams cannot be opened yet")


def _open_file(path: Path, name: str) -> Source:
    file = _reader(path, name)
    try:
        return _open_media(file, name)
    except BaseException:
        file.close()
        raise


def _reader(path: Path, name: str) -> Reader:
    """Return the opened file after a look at what could be wrong with it.

    OpenCV and FFmpeg say the same for a file that is missing, empty or may not be read.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise SourceOpenError(f"{shown(name)}: the folder holds no pictures or videos")
        if stat.S_ISREG(status.st_mode) and status.st_size == 0:
            raise SourceOpenError(f"{shown(name)}: the file is empty; copy or record it again")
        return Reader(path.open("rb", buffering=0))
    except FileNotFoundError:
        raise SourceOpenError(f"{shown(name)}: no such file; check the name") from None
    except PermissionError:
        raise SourceOpenError(
            f"{shown(name)}: no permission to read it; change it with chmod or run as its owner"
        ) from None
    except OSError as error:
        raise SourceOpenError(f"{shown(name)}: {error.strerror}") from error


def _open_media(file: Reader, name: str) -> Source:
    head = file.peek(HEAD_BYTES)
    kind = media_kind(head)
    if kind == "image" and not is_still_container(head):
        from camdigits.sources.image import ImageSource

        return ImageSource.decode(read_all(file, name), name)
    from camdigits.sources.video import VideoSource

    return VideoSource(file, name)


def read_all(file: Reader, name: str) -> bytes:
    """Return the whole content of an image file or pipe and close it.

    Raises:
        SourceOpenError: above `MAX_IMAGE_BYTES`.
    """
    blocks: list[bytes] = []
    size = 0
    while block := file.read(1 << 20):
        blocks.append(block)
        size += len(block)
        if size > MAX_IMAGE_BYTES:
            raise SourceOpenError(
                f"{shown(name)}: the picture has more than {MAX_IMAGE_BYTES >> 20} MiB"
            )
    file.close()
    return b"".join(blocks)
