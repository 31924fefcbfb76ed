"""What somebody who mistyped an argument meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

_ALIKE = 0.7
"""Smallest similarity of an option to what was typed, 0 to 1; "--bogus" is no "--verbose"."""
_NUMBERS = re.compile(r"-[0-9.]+(,.*)?")


def joined(arguments: Iterable[str], option: str) -> list[str]:
    """Return arguments in which a value that begins with a minus stands behind its option.

    argparse takes ``-5,0,10,10`` for an option and would miss the value of the one before.

    Args:
        arguments: as they were typed.
        option: a long option whose value is numbers with commas between.
    """
    found: list[str] = []
    for word in arguments:
        if found and found[-1] == option and _NUMBERS.fullmatch(word):
            found[-1] = f"{option}={word}"
        else:
            found.append(word)
    return found


def hint(arguments: Iterable[str], options: Collection[str]) -> str:
    """Return what to type in place of the first argument that looks like an option and is none.

    Args:
        arguments: as they were typed, of which something was not understood.
        options: of the command, with their dashes.

    Returns:
        The end of a message, "" if there is nothing to say.
    """
    for word in arguments:
        if word == "--":
            break
        name = word.partition("=")[0]
        if not name.startswith("-") or name in ("-", *options) or _NUMBERS.fullmatch(word):
            continue
        if _is_meant_as_file(word, options):
            return f"; for a file of that name type ./{word}"
        long = "--" + name.lstrip("-")
        from difflib import get_close_matches

        near = get_close_matches(long, [it for it in options if it.startswith("--")], 1, _ALIKE)
        if near and (name[:2] not in options or near[0] == long):
            return f"; do you mean {near[0]}?"
    return ""


def _is_meant_as_file(word: str, options: Collection[str]) -> bool:
    """Return whether a file has that name, or it has a suffix and begins like no option."""
    path = Path(word)
    try:
        is_there = path.exists()
    except (OSError, ValueError):
        is_there = False
    return is_there or (path.suffix != "" and word[:2] not in ("--", *options))
