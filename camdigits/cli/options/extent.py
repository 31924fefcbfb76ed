"""Arguments that say how much of a source is read."""

from __future__ import annotations

import argparse

from camdigits.config import chosen_pages
from camdigits.errors import UsageError


def pixels(text: str) -> int:
    """Return a number of pixels: ``200M``, or all its digits.

    Raises:
        argparse.ArgumentTypeError: if it is none.
    """
    digits = text.removesuffix("M").removesuffix("m")
    if not digits.isdecimal() or not int(digits[:18]) > 0 or len(digits) > 15:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of pixels such as 200M")
    return int(digits) * (1_000_000 if digits != text else 1)


def pages(text: str) -> str:
    """Return a choice of pages, ``2-5`` or ``1,3-``, as it is.

    Raises:
        argparse.ArgumentTypeError: if it is none.
    """
    try:
        chosen_pages(text, 0)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def add_max_pixels(parser: argparse._ActionsContainer, default: int, help_text: str) -> None:
    """Add ``--max-pixels``."""
    parser.add_argument("--max-pixels", type=pixels, default=default, metavar="N", help=help_text)


def add_pages(parser: argparse._ActionsContainer) -> None:
    """Add ``--pages``."""
    parser.add_argument(
        "--pages",
        type=pages,
        metavar="PAGES",
        help="read only these pages of a PDF, TIFF or slide show, such as 2-5 or 1,3-, counted "
        "from 1; a source without pages is refused (default: all)",
    )
