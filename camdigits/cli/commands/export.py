"""``camdigits export``: writes trained weights in the form that somebody wants them in."""

from __future__ import annotations

import argparse
from pathlib import Path

from camdigits.cli.options.arguments import place
from camdigits.support.printable import printable
from camdigits.training.settings import EXPORT_FORMATS

NAME = "export"
DEFAULT_OUT = Path("camdigits-export")

_DESCRIPTION = """\
Writes a network in one of three forms:

  json-h5   its architecture as lenet.json and its numbers as lenet.weights.h5
  keras     lenet.keras with the model card lenet.json
  tflite    lenet.tflite with the model card lenet.json, for 'run --weights'

Each form has a folder of its own, since lenet.json means two things.  The network says the same in
each; the temperature that reading divides by is on the card, and not in json-h5.
Needs the extra: pip install 'camdigits[train]'
"""
_EPILOG = """\
examples:
  camdigits export json-h5                       the weights that ship with camdigits
  camdigits evaluate --weights camdigits-export/json-h5/lenet.weights.h5
                                                 what was written reads as well
  camdigits export tflite --weights camdigits-weights/lenet.keras --out robot
                                                 weights of your own
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("format", choices=EXPORT_FORMATS, help="the form to write")
    parser.add_argument(
        "--weights",
        type=place,
        metavar="PATH",
        help="a .keras, a .weights.h5 with its .json, or an old .h5 (default: the bundled .keras)",
    )
    parser.add_argument(
        "--out",
        type=place,
        metavar="DIR",
        help=f"folder for the files (default: {DEFAULT_OUT}/FORMAT)",
    )
    parser.add_argument("--force", action="store_true", help="replace files that exist")


def run(args: argparse.Namespace) -> int:
    """Export, and say on stdout what was written."""
    from camdigits.training.models.conversion import export

    out = args.out or DEFAULT_OUT / args.format
    written = export(args.format, out, args.weights, args.force)
    print("wrote " + " and ".join(printable(str(path)) for path in written))
    return 0
