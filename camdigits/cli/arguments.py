"""Arguments of several commands, and the types of their values."""

from __future__ import annotations

import argparse
from pathlib import Path

from camdigits.types import Box


def roi(text: str) -> Box:
    """Return the box that ``X,Y,W,H`` names, in pixels.

    Raises:
        argparse.ArgumentTypeError: if it is no box.
    """
    try:
        x, y, width, height = (int(part) for part in text.split(","))
        if min(x, y) < 0:
            raise ValueError("outside")
        return Box(x, y, width, height)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not X,Y,W,H in pixels, X and Y from 0 and W and H from 1 on, "
            "such as 100,50,640,360"
        ) from None


def probability(text: str) -> float:
    """Return a number from 0 to 1.

    Raises:
        argparse.ArgumentTypeError: if it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return value


def rotation(text: str) -> str | int:
    """Return "auto", or degrees as a number if it is one."""
    return int(text) if text.isdecimal() else text


def count(text: str) -> int:
    """Return a whole number above 0.

    Raises:
        argparse.ArgumentTypeError: if it is none.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def add_output(parser: argparse._ActionsContainer, help_text: str) -> None:
    """Add ``-o`` and ``--force``."""
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help=help_text)
    parser.add_argument("--force", action="store_true", help="replace files that exist")
