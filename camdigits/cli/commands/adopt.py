"""``camdigits adopt``: makes weights of a network that somebody else trained."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from camdigits.cli.options.arguments import place
from camdigits.cli.options.data import DATA_HELP
from camdigits.cli.options.weights import try_stranger
from camdigits.support.printable import printable

NAME = "adopt"
DEFAULT_OUT = Path("camdigits-adopted")

_DESCRIPTION = """\
Takes a network that somebody else trained to read digits, finds out by measuring what it wants to
see (how large, which values, ink bright or dark) and what it gives, measures how well it reads, and
writes it with a model card, for --weights of run, serve, batch and evaluate.

FILE is a .json with its .h5, an .h5, .keras or .weights.h5 of Keras 2 or 3, the folder of a
SavedModel, a .tflite, or an .onnx, as PyTorch exports it. Nothing in it is run: networks with code
of their own (Lambda layers, pickles) are refused.
Keras files and SavedModels need the extra: pip install 'camdigits[train]'; .onnx needs
pip install 'camdigits[onnx]', also for reading.
"""
_EPILOG = """\
examples:
  camdigits adopt lenet.json                     with lenet.h5 beside it, as the tutorial wrote them
  camdigits adopt model.keras --data mnist.npz   without a download
  camdigits run 0 --weights camdigits-adopted/model.tflite
                                                 read with it
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("file", type=place, metavar="FILE", help="the network")
    parser.add_argument("--data", type=place, metavar="PATH", help=DATA_HELP)
    parser.add_argument(
        "--out",
        type=place,
        default=DEFAULT_OUT,
        metavar="DIR",
        help="folder for the weights and their card (default: %(default)s)",
    )
    parser.add_argument("--force", action="store_true", help="replace files that exist")


def run(args: argparse.Namespace) -> int:
    """Adopt, and say on stdout what was found out."""
    from camdigits.training.adopt.adoption import Tasks, adopt

    try_stranger(args.file)
    card = adopt(args.file, args.data, args.out, Tasks(_tell, _count_digits), force=args.force)
    (name,) = card.files
    weights = printable(str(args.out / name))
    print(f"wrote {weights} and its card {card.path.name}")
    print(f"read with it: camdigits run 0 --weights {weights}")
    return 0


def _tell(line: str) -> None:
    print(printable(line), flush=True)


def _count_digits(weights: Path | None, images: Sequence[Any]) -> int:
    from camdigits.recognizer import Recognizer

    recognizer = Recognizer(weights=weights)
    return sum(len(recognizer.read(image).digits) for image in images)
