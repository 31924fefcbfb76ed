"""Output files: which may be written, and what they are called until they are finished."""

from __future__ import annotations

import os
from contextlib import suppress
from errno import EEXIST
from itertools import count
from pathlib import Path

from camdigits.errors import OutputError
from camdigits.support.paths import exists, is_file, is_folder
from camdigits.support.printable import printable, reason


def check_target(path: Path, force: bool, source: Path | None = None) -> None:
    """Make sure that a file may be written.

    Args:
        path: the file to be written; a pipe or a device may exist.
        force: an existing file may be replaced.
        source: the file that is read meanwhile; it is never overwritten.

    Raises:
        OutputError: if the folder is missing, the path is a folder, the source itself, or a file
            that exists and `force` is not set.
    """
    name = printable(str(path))
    try:
        if not is_folder(path.parent):
            raise OutputError(no_folder(path.parent))
        if is_folder(path):
            raise OutputError(f"{name} is a folder: name a file to write")
        if source is not None and exists(path) and exists(source) and path.samefile(source):
            raise OutputError(f"{name} is the source itself: write to another file")
        if is_file(path) and not force:
            raise OutputError(f"{name} exists: use --force to replace it")
    except OSError as error:
        raise OutputError(f"cannot write {name}: {reason(error)}") from error


def check_writable(path: Path) -> None:
    """Make sure, by creating and removing one, that `write_whole` can create a file there.

    Args:
        path: what `check_target` finds nothing wrong with.

    Raises:
        OutputError: if none can be created: the folder is not ours to write in, the name too long.
    """
    try:
        claim_partial(path).unlink()
    except OSError as error:
        raise OutputError(f"cannot write {printable(str(path))}: {reason(error)}") from error


def no_folder(path: Path) -> str:
    """Return a line that says why there is no such folder: it is missing, or a file is there.

    Raises:
        OSError: if its path cannot be looked at.
    """
    for place in (path, *path.parents):
        if is_folder(place):
            break
        if exists(place):
            return f"{printable(str(place))} is a file and no folder: write elsewhere"
    return f"there is no folder {printable(str(path))}: create it or write elsewhere"


def claim_partial(path: Path) -> Path:
    """Create the empty file that output goes to until it is finished.

    It is named after `path` and keeps its suffix, so that players open it:
    ``clip.partial.mp4``, or ``clip.partial-2.mp4`` where that exists from another run.

    Raises:
        OSError: if no file can be created in that folder.
    """
    for attempt in count(1):
        mark = "partial" if attempt == 1 else f"partial-{attempt}"
        partial = path.with_name(f"{path.stem}.{mark}{path.suffix}")
        with suppress(FileExistsError):
            partial.touch(exist_ok=False)
            return partial
    raise AssertionError("unreachable")


def publish(partial: Path, path: Path, force: bool) -> None:
    """Give a finished file its name.

    Raises:
        OSError: if that failed, or if another file took the name meanwhile and `force` is not
            set; the finished file keeps the name that it has.
    """
    if force:
        partial.replace(path)
        return
    taken = FileExistsError(EEXIST, "a file of that name appeared meanwhile")
    try:
        # Looking first and renaming then, two runs that end together would both find it free.
        os.link(partial, path)
    except FileExistsError as error:
        raise taken from error
    except OSError as error:  # not every file system has links
        if path.exists():
            raise taken from error
        partial.replace(path)
    else:
        partial.unlink()


def write_whole(path: Path, data: bytes, force: bool = False) -> None:
    """Write a file that appears under its name when it is whole.

    Args:
        path: the file to write.
        data: what goes into it.
        force: an existing file may be replaced.

    Raises:
        OutputError: if it could not be written; nothing is left of it.
    """
    partial = None
    try:
        partial = claim_partial(path)
        partial.write_bytes(data)
        publish(partial, path, force)
    except OSError as error:
        if partial is not None:
            remove_quietly(partial)
        raise OutputError(f"cannot write {printable(str(path))}: {reason(error)}") from error


def remove_quietly(path: Path) -> None:
    """Remove a file of our own that is of no use to anyone; if it cannot be, it stays."""
    with suppress(OSError):
        path.unlink()
