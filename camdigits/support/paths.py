"""Whether there is something at a path, for those who must not take "cannot be looked at" for "no".

Since Python 3.14 pathlib answers no also where the system refuses to look: in a folder that may not
be entered, for a name that is too long.  These raise there, as pathlib did before.
"""

from __future__ import annotations

import stat
from errno import EBADF, ELOOP, ENOENT, ENOTDIR
from pathlib import Path

_NOTHING_THERE = frozenset({ENOENT, ENOTDIR, EBADF, ELOOP})


def exists(path: Path) -> bool:
    """Return whether there is anything at a path, with links followed.

    Raises:
        OSError: if that cannot be found out.
    """
    return _mode(path) is not None


def is_file(path: Path) -> bool:
    """Return whether there is a regular file at a path; raises as `exists` does."""
    return stat.S_ISREG(_mode(path) or 0)


def is_folder(path: Path) -> bool:
    """Return whether there is a folder at a path; raises as `exists` does."""
    return stat.S_ISDIR(_mode(path) or 0)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except ValueError:  # a name with a zero byte
        return None
    except OSError as error:
        if error.errno in _NOTHING_THERE:
            return None
        raise
