"""Which files a batch is about."""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from camdigits.errors import SourceError, SourceOpenError, UsageError
from camdigits.sources import SourceSpec, open_source
from camdigits.sources.names import shown
from camdigits.sources.resolve import STREAM_SCHEMES, media_in, natural
from camdigits.support.printable import reason


@dataclass(frozen=True, slots=True)
class Found:
    """One file.

    Attributes:
        name: as the user gave it, or below the folder that the user gave.
        path: the same, absolute.
        size: in bytes; None if it cannot be read.
        mtime_ns: when it was changed last, in nanoseconds since 1970; None if it cannot be read.
        why_not: one line that says why it cannot be read; "" if it can, as far as is known.
    """

    name: str
    path: Path
    size: int | None = None
    mtime_ns: int | None = None
    why_not: str = ""


def find(names: Iterable[str]) -> list[Found]:
    """Return the files that names stand for, in their order, each once.

    A folder stands for the pictures and videos in it and in the folders inside it, hidden ones left
    out; a pattern that the shell did not expand for what it matches.  A name that leads to no file
    comes back as it is: its reading will say why.

    Raises:
        UsageError: if a name is empty, or an address or ``-``.
    """
    found: dict[str, Found] = {}
    for name in names:
        for file in _files(name):
            found.setdefault(file_key(file), _look(file))
    return list(found.values())


def read_list(path: str) -> list[str]:
    """Return the names in a file, one on each line, or each with a zero byte behind it.

    Args:
        path: the file; ``-`` is standard input.

    Raises:
        SourceOpenError: if it cannot be read.
    """
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except (OSError, AttributeError) as error:
        raise SourceOpenError(f"cannot read the list {shown(path)}: {reason(error)}") from error
    end = b"\0" if b"\0" in data else b"\n"
    names = [name.removesuffix(b"\r") if end == b"\n" else name for name in data.split(end)]
    return [os.fsdecode(name) for name in names if name]


def file_key(name: str) -> str:
    """Return the absolute path that a name means without a look at the disk; pathlib cannot."""
    return os.path.abspath(name)  # noqa: PTH100


def _files(name: str) -> Iterator[str]:
    if not name:
        raise UsageError("a source has an empty name; name a file or a folder")
    if name == "-":
        raise UsageError("batch reads files; for a list on standard input: --from -")
    # Unlike pathlib's, these say no to names that are too long or may not be looked at.
    if os.path.isdir(name):  # noqa: PTH112
        files = list(_media_below(Path(name)))
        yield from files or [name]
    elif os.path.exists(name):  # noqa: PTH110
        yield name
    elif name.partition("://")[0].lower() in STREAM_SCHEMES:
        raise UsageError(f"batch reads files, and {shown(name)} is an address: camdigits run")
    elif glob.has_magic(name):
        matches = sorted(glob.glob(name), key=natural)  # noqa: PTH207
        for match in matches:
            yield from _files(match)
        if not matches:
            yield name
    else:
        yield name


def _media_below(folder: Path) -> Iterator[str]:
    """Yield what can be read below a folder and, last, folders that may not be looked into."""
    closed: list[OSError] = []
    for place, folders, _ in os.walk(folder, onerror=closed.append):
        folders[:] = sorted((it for it in folders if not it.startswith(".")), key=natural)
        try:
            yield from map(str, media_in(Path(place)))
        except OSError as error:
            closed.append(error)
    yield from (str(error.filename) for error in closed)


def _look(name: str) -> Found:
    path = Path(file_key(name))
    try:
        status = path.stat()
    except (OSError, ValueError):
        return Found(name, path, why_not=_why_not(name, path))
    if stat.S_ISREG(status.st_mode) and not name.endswith("/"):
        return Found(name, path, status.st_size, status.st_mtime_ns)
    if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
        return Found(name, path, why_not=_why_not(name, path))
    return Found(name, path, why_not=f"{shown(name)}: it is no file; name a picture or a video")


def _why_not(name: str, path: Path) -> str:
    try:
        open_source(SourceSpec("file", str(path), name)).close()
    except SourceError as error:
        return str(error)
    except ValueError as error:  # a zero byte
        return f"{shown(name)}: {error}"
    return f"{shown(name)}: it appeared after the batch was begun"
