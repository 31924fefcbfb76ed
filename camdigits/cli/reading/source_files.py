"""Which files the sources of a run read, told before anything is opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from camdigits.errors import UsageError
from camdigits.sources import SourceSpec
from camdigits.sources.names import shown
from camdigits.sources.resolve import MEDIA_SUFFIXES
from camdigits.sources.sniff import media_kind, read_head


def file_of(spec: SourceSpec) -> Path | None:
    """Return the file that a source reads, None if it is none or cannot be read."""
    if spec.kind != "file":
        return None
    path = Path(str(spec.target))
    try:
        # A named pipe is no such file: looking into it would block and take its first bytes.
        return path if path.is_file() and os.access(path, os.R_OK) else None
    except (OSError, ValueError):
        return None


def may_be_read(spec: SourceSpec) -> bool:
    """Return whether a source is there: no missing file, no folder or pattern without any."""
    if spec.kind != "file":
        return True
    path = Path(str(spec.target))
    try:
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):  # a name too long or with a zero byte
        return False


def only_pictures(specs: Sequence[SourceSpec]) -> bool:
    """Return whether sources, at least one, are pictures in files that are there."""
    from camdigits.sources.media import is_picture

    files = [file_of(spec) for spec in specs]
    return bool(files) and all(file is not None and is_picture(file) for file in files)


def kinds_of(spec: SourceSpec) -> tuple[bool, ...]:
    """Return whether a source can be a still (True), a video (False), or either.

    Sources of the same name get names by their order, so these must not depend on which of them
    can be opened.
    """
    path = file_of(spec)
    try:
        kind = None if path is None else media_kind(read_head(path))
    except OSError:
        kind = None
    return {"image": (True,), "document": (True,), "video": (False,)}.get(kind or "", (True, False))


MOST_LIVE = 8
"""Cameras and streams at a time; each takes some 200 MB."""
_STREAMED = (".mjpg", ".mjpeg")
"""What live streams are called, too."""


def may_be_live(spec: SourceSpec, is_asked_again: bool = False) -> bool:
    """Return whether a source may have no end, by its name: a camera, or an address of no file.

    Args:
        spec: names it.
        is_asked_again: addresses of pictures are cameras.
    """
    if is_asked_again and spec.kind == "stream":
        return True
    if spec.kind != "stream":
        return spec.kind == "camera"
    address = urlsplit(str(spec.target))
    suffix = PurePosixPath(address.path).suffix.lower()
    is_file = suffix in MEDIA_SUFFIXES and suffix not in _STREAMED
    return not (is_file and address.scheme.lower() in ("http", "https"))


def check_live(specs: Sequence[SourceSpec], is_served: bool, is_asked_again: bool = False) -> None:
    """Make sure that so many cameras can be read side by side.

    Args:
        specs: all sources.
        is_served: they are to be shown to browsers.

    Raises:
        UsageError: if there are too many, or several would share one page.
    """
    if is_served and len(specs) > 1:
        raise UsageError(
            f"--serve shows one camera or video, and {len(specs)} are named: start camdigits run "
            f"{shown(specs[0].name)} --serve, and the same for each other one"
        )
    live = [spec for spec in specs if may_be_live(spec, is_asked_again)]
    if len(live) > MOST_LIVE:
        raise UsageError(
            f"{len(live)} cameras and streams are named, and {MOST_LIVE} are read at a time: leave "
            "some to another camdigits run"
        )
