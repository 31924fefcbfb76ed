"""Opens whatever `resolve` can name.

What each kind of source needs, OpenCV or FFmpeg, is loaded when the first of its kind is opened.
"""

from __future__ import annotations

import glob
import os
import stat
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from camdigits.config import MAX_PIXELS, CameraConfig
from camdigits.errors import SourceOpenError, UsageError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.names import shown
from camdigits.sources.resolve import SourceSpec, resolve

if TYPE_CHECKING:
    from camdigits.sources.base import Source


def open_source(
    source: str | int | Path | SourceSpec,
    camera: CameraConfig | None = None,
    max_pixels: int = MAX_PIXELS,
    pages: str | None = None,
) -> Source:
    """Open a camera, stream, video, picture, document or standard input.

    Args:
        source: as a user names it, or one of the specs that `expand` returns.
        camera: what is asked of cameras and streams; None takes the defaults.
        max_pixels: pictures and videos with more are refused before they are decoded, cameras and
            streams where a picture has more.
        pages: of documents that are wanted, as `ReadConfig.pages`; None takes all.

    Raises:
        UsageError: if a camera index or an address cannot exist, or standard input is a terminal.
        SourceOpenError: if it cannot be opened, or pages are wanted of what has none, with one line
            that says why.
    """
    spec = source if isinstance(source, SourceSpec) else resolve(source)
    if spec.kind == "file":
        may_be_camera = isinstance(source, str | SourceSpec) and spec.target == spec.name
        path = Path(str(spec.target))
        file = Reader(_file(path, spec.name, may_be_camera))
        return _open_bytes(file, spec.name, max_pixels, pages)
    if spec.kind == "stdin":
        file = Reader(_standard_input(), keep_open=True)
        return _open_bytes(file, spec.name, max_pixels, pages)
    camera = camera or CameraConfig()
    if spec.kind == "stream":
        return _open_address(spec, camera, max_pixels, pages)
    _refuse_pages(spec.name, pages)
    from camdigits.sources.live.capture import open_camera

    return open_camera(spec.target, spec.name, camera, max_pixels)


def _refuse_pages(name: str, pages: str | None) -> None:
    if pages is not None:
        from camdigits.sources.documents.pages import no_pages

        raise no_pages(name)


def _open_address(
    spec: SourceSpec, camera: CameraConfig, max_pixels: int, pages: str | None
) -> Source:
    address, name = str(spec.target), spec.name
    answer = None
    if address.lower().startswith(("http://", "https://")):
        if camera.every_s is not None:
            _refuse_pages(name, pages)
            from camdigits.sources.live.snapshots import open_snapshots

            return open_snapshots(address, name, camera, max_pixels)
        from camdigits.sources.remote.answer import ask
        from camdigits.sources.remote.opening import asked, open_answer

        answer = asked(address, name, camera.insecure)
        again = partial(ask, address, name, camera.insecure)
        source = open_answer(answer, name, again, max_pixels, pages) if answer else None
        if source is not None:
            return source
    from camdigits.sources.live.capture import open_stream

    try:
        _refuse_pages(name, pages)
        return open_stream(address, name, camera, max_pixels, answer)
    except BaseException:
        if answer is not None:
            answer.close()
        raise


def _open_bytes(file: Reader, name: str, max_pixels: int, pages: str | None) -> Source:
    from camdigits.sources.media import open_media

    try:
        return open_media(file, name, max_pixels, pages)
    except OSError as error:
        file.close()
        reason = error.strerror or "it cannot be read"
        raise SourceOpenError(f"{shown(name)}: {reason}; copy it from where it is whole") from error
    except BaseException:
        file.close()
        raise


def _standard_input() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise SourceOpenError("-: standard input is closed; pipe a picture or a video into it")
    if sys.stdin.isatty():
        raise UsageError("standard input is a terminal; pipe a picture or a video into it")
    return sys.stdin.buffer


def _file(path: Path, name: str, may_be_camera: bool) -> BinaryIO:
    """Open a file after a look at what could be wrong with it.

    OpenCV and FFmpeg say the same for a file that is missing, a folder or not permitted.
    """
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            os.scandir(path).close()  # raises if it may not be looked into
            raise SourceOpenError(f"{shown(name)}: the folder holds no pictures or videos")
        if name.endswith("/"):  # pathlib drops it
            raise SourceOpenError(
                f"{shown(name)}: it is a file and no folder; leave out the / at the end"
            )
        return path.open("rb", buffering=0)
    except FileNotFoundError:
        raise SourceOpenError(f"{shown(name)}: {_missing(name, may_be_camera)}") from None
    except PermissionError:
        raise SourceOpenError(
            f"{shown(name)}: no permission to read it; change that with chmod"
        ) from None
    except OSError as error:
        raise SourceOpenError(f"{shown(name)}: {error.strerror}; check the name") from error


def _missing(name: str, may_be_camera: bool) -> str:
    """Return what is wrong with a name that no file has, and what to do."""
    if glob.has_magic(name):
        return "nothing matches this pattern; check the name"
    path = Path(name)
    if may_be_camera and path.name == name and not path.suffix:
        return "no such file, and no camera of that name; check it, or see camdigits cameras"
    return "no such file; check the name"
