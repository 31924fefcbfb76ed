"""``camdigits demo``: read the bundled clip."""

from __future__ import annotations

import argparse
import itertools
import os
from pathlib import Path

from camdigits.cli.options.arguments import add_output, is_folder_name
from camdigits.cli.terminal.messages import say
from camdigits.errors import OutputError

NAME = "demo"

CLIP = Path(__file__).parents[2] / "assets" / "demo.mp4"
"""A few seconds of a camera looking at a hand-written page."""

_DESCRIPTION = """\
Reads a clip that comes with camdigits, prints its numbers as they appear, and writes a video
in which every digit is marked.
"""
_EPILOG = """\
examples:
  camdigits demo                    writes camdigits-demo.mp4 in the current folder
  camdigits demo -o /tmp/demo.webm
  camdigits demo --show             in a window as well (q ends)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``demo`` takes."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    add_output(parser, "the video to write (default: camdigits-demo.mp4 in the current folder)")
    parser.add_argument("--show", action="store_true", help="show it in a window as well")


def run(args: argparse.Namespace) -> int:
    """Read the clip, and say where the video is."""
    from camdigits.cli.reading.request import Request
    from camdigits.cli.reading.start import read_sources

    output = Path(args.output or _free_name(args.force))
    request = Request(
        sources=[CLIP],
        output=output,
        into_folder=is_folder_name(args.output),
        force=args.force,
        showing="always" if args.show else "never",
    )
    code = read_sources(request)
    where = "in " if output.is_dir() else ""
    say(f"the marked video is {where}{output.absolute()}")
    return code


def _free_name(force: bool) -> Path:
    """Return the first of camdigits-demo.mp4, camdigits-demo-2.mp4, ... that may be written.

    Raises:
        OutputError: if the current folder is read-only.
    """
    folder = Path.cwd()
    if not os.access(folder, os.W_OK):
        raise OutputError(
            f"this folder is read-only: {folder}; go to another one, or name a file with -o"
        )
    first = Path("camdigits-demo.mp4")
    others = (Path(f"camdigits-demo-{number}.mp4") for number in itertools.count(2))
    names = itertools.chain([first], others)
    return first if force else next(name for name in names if not name.exists())
