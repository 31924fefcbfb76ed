"""``--token``: the token that stays the same from start to start."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from camdigits.errors import OutputError, UsageError
from camdigits.support.printable import printable, reason

LEAST, MOST = 16, 128
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{LEAST},{MOST}}}")
_FORM = f"a token has {LEAST} to {MOST} letters, digits, - and _"


def file_or_token(text: str) -> str | Path:
    """Return a token, or the file that keeps one: what is there, or has a slash or dot in it.

    Raises:
        UsageError: if it is neither.
    """
    path = Path(text)
    separators = {"/", ".", os.sep}
    with suppress(OSError, ValueError):
        if path.exists():
            return path
    if separators.intersection(text) and "\0" not in text:
        return path
    if not _TOKEN.fullmatch(text):
        raise UsageError(f"--token: {_FORM}, or is kept by a file, such as ./token")
    return text


def token_of(kept: str | Path | None, is_needed: bool) -> str | None:
    """Return the token that everybody needs; None for none.

    Args:
        kept: the token, or the file that keeps it; it is made if it is not there.
        is_needed: make a new one where none is kept.

    Raises:
        UsageError: if the file holds no token, or cannot be read, or its folder is not there.
        OutputError: if it cannot be made.
    """
    if isinstance(kept, Path):
        return _read(kept) or _made(kept)
    return kept or (_new() if is_needed else None)


def _new() -> str:
    return secrets.token_urlsafe(24)


def _read(path: Path) -> str | None:
    """Return the token that a file holds, None if there is no file."""
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            text = file.read(MOST + 3).decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read --token {name}: {reason(error)}") from error
    if not _TOKEN.fullmatch(text):
        raise UsageError(
            f"--token {name} holds no token: {_FORM}; delete the file, and a new one is made"
        )
    return text


def _made(path: Path) -> str:
    """Write a new token to a file that its owner alone may read, and return it."""
    token = _new()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{token}\n")
    except FileNotFoundError as error:
        # It is not made: a folder that was mistyped would begin a token that is another one.
        raise UsageError(
            f"cannot keep a token in --token {printable(str(path))}: there is no folder "
            f"{printable(str(path.parent))}; make it, or name a file in one that is there"
        ) from error
    except OSError as error:
        raise OutputError(
            f"cannot keep a token in --token {printable(str(path))}: {reason(error)}"
        ) from error
    return token
