"""Arguments of several commands, and the types of their values."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import replace
from pathlib import Path

from camdigits.cli.options.extent import add_max_pixels, add_pages
from camdigits.config import DECIMAL_MARKS, MAX_PIXELS, POLARITIES, ROTATIONS, WRITINGS, ReadConfig
from camdigits.types import Box, Writing


def named(text: str) -> str:
    """Return the name of a file or folder as it is.

    Raises:
        argparse.ArgumentTypeError: if it is empty, which pathlib takes for the current folder.
    """
    if not text:
        raise argparse.ArgumentTypeError("the name is empty; name a file or a folder")
    return text


def place(text: str) -> Path:
    """Return the path that a name stands for.

    Raises:
        argparse.ArgumentTypeError: if it is empty.
    """
    return Path(named(text))


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


def size(text: str) -> tuple[int, int]:
    """Return the width and height that ``1280x720`` names, in pixels.

    Raises:
        argparse.ArgumentTypeError: if it names none.
    """
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size in pixels such as 1280x720")
    return int(width), int(height)


def rate(text: str) -> float:
    """Return a number of frames a second.

    Raises:
        argparse.ArgumentTypeError: if it is not above 0 and at most 1000.
    """
    value = _number(text)
    if value is None or not 0 < value <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of frames a second, up to 1000")
    return value


def seconds(text: str) -> float:
    """Return a time of 0 seconds or more.

    Raises:
        argparse.ArgumentTypeError: if it is none.
    """
    value = _number(text)
    if value is None or not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 on")
    return value


def pattern(text: str) -> str:
    """Return a regular expression as it is.

    Raises:
        argparse.ArgumentTypeError: if it is none.
    """
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no regular expression: {error}; for four digits write '\\d{{4}}'"
        ) from None
    return text


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def is_folder_name(name: str | None) -> bool:
    """Return whether a name says by its end that it is a folder's."""
    return name is not None and name.endswith(("/", os.sep))


def add_output(parser: argparse._ActionsContainer, help_text: str) -> None:
    """Add ``-o``, a text since pathlib drops the slash of a folder, and ``--force``."""
    parser.add_argument("-o", "--output", type=named, metavar="OUT", help=help_text)
    parser.add_argument("--force", action="store_true", help="replace files that exist")


def add_teach(parser: argparse._ActionsContainer) -> None:
    """Add ``--teach``."""
    parser.add_argument(
        "--teach",
        type=place,
        metavar="DIR",
        help="folder for the digits that you teach (default: in your data folder)",
    )


def add_view(parser: argparse._ActionsContainer) -> None:
    """Add what says how a picture is looked at; see `view_config`."""
    parser.add_argument(
        "--rotate",
        type=rotation,
        choices=ROTATIONS,
        default="level",
        help="turn the picture before reading: level by up to 45 degrees, until its lines are "
        "level; auto likewise, all around; else clockwise by exactly so many degrees "
        "(default: level)",
    )
    parser.add_argument(
        "--source-mirrored",
        action="store_true",
        help="the source shows a mirror image: turn it right before reading",
    )
    parser.add_argument(
        "--roi", type=roi, metavar="X,Y,W,H", help="read only this part, in source pixels"
    )
    parser.add_argument(
        "--polarity",
        choices=POLARITIES,
        default="auto",
        help="dark ink on light, light on dark, or both (default: auto)",
    )


def view_config(args: argparse.Namespace) -> ReadConfig:
    """Return the settings that the arguments of `add_view` ask for."""
    return ReadConfig(
        polarity=args.polarity,
        rotate=args.rotate,
        source_mirrored=args.source_mirrored,
        roi=args.roi,
    )


def add_min_confidence(parser: argparse._ActionsContainer, unless: str = "") -> None:
    """Add ``--min-confidence``; `unless` says what else may ask for one."""
    parser.add_argument(
        "--min-confidence",
        type=probability,
        metavar="P",
        help=f"leave out numbers below this confidence, 0 to 1{unless}; a digit below it that "
        "stands in a number is a ? there (default: that of the weights)",
    )


def add_decimal(parser: argparse._ActionsContainer) -> None:
    """Add ``--decimal``."""
    parser.add_argument(
        "--decimal",
        choices=DECIMAL_MARKS,
        help="the decimal mark of whoever wrote: says what 1,234 is worth, or any other number "
        "with a single point or comma before exactly three digits (default: nothing)",
    )


def add_writing(parser: argparse._ActionsContainer) -> None:
    """Add ``--writing``."""
    parser.add_argument(
        "--writing",
        choices=("all", *WRITINGS),
        default="all",
        help="report only what is written by hand, leaving out what is surely printed, or only "
        "that (default: all)",
    )


def writing_of(args: argparse.Namespace) -> Writing | None:
    """Return what ``--writing`` asks for; None for all."""
    return None if args.writing == "all" else args.writing


def add_weights(parser: argparse._ActionsContainer) -> None:
    """Add ``--weights``."""
    parser.add_argument(
        "--weights",
        metavar="FILE",
        help="a .tflite made by camdigits train or adopt, or 'bundled' for those that ship with "
        "camdigits (default: yours, once camdigits train --teach has made them, else those)",
    )


def add_reading(parser: argparse._ActionsContainer) -> None:
    """Add what says how sources are read, the arguments of `add_view` among them."""
    add_min_confidence(parser)
    add_max_pixels(
        parser,
        MAX_PIXELS,
        "refuse pictures, pages and videos with more pixels, before they are decoded, and cameras "
        "and streams that send more (default: 100M, which takes 300 MB for each picture in memory)",
    )
    add_pages(parser)
    parser.add_argument(
        "--match",
        type=pattern,
        metavar="REGEX",
        help="report only numbers whose whole text fits, such as '\\d{4}'",
    )
    add_decimal(parser)
    add_writing(parser)
    add_view(parser)
    parser.add_argument(
        "--fast",
        action=argparse.BooleanOptionalAction,
        help="look less closely, so that reading keeps up (default: for videos and cameras)",
    )
    add_weights(parser)


def read_config(args: argparse.Namespace) -> ReadConfig:
    """Return the settings that the arguments of `add_reading` ask for."""
    return replace(
        view_config(args),
        min_confidence=args.min_confidence,
        fast=args.fast,
        match=args.match,
        decimal=args.decimal,
        writing=writing_of(args),
        max_pixels=args.max_pixels,
        pages=args.pages,
    )
