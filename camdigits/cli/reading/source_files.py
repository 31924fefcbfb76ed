"""Which files the sources of a run read, told before anything is opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from camdigits.sources import SourceSpec
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
