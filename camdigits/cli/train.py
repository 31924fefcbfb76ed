"""``camdigits train``: makes the weights that reading uses."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from camdigits.training.settings import DEFAULT_OUT, TrainSettings

NAME = "train"
HELP = "train the network on MNIST and write weights that 'run --weights' takes"
DATA_HELP = (
    "mnist.npz, or a folder with it or with the four idx files, gzipped or not "
    "(default: Keras's copy of MNIST, downloaded if it is missing)"
)

_DESCRIPTION = """\
Trains a LeNet (61,706 parameters) on MNIST and writes lenet.keras, lenet.tflite and the model
card lenet.json.  Takes one to two minutes on two cores; the same data, seed and machine give
the same files, byte for byte.  A model that lies in the folder already is replaced, at the end
and only by a complete one.  Needs the extra: pip install 'camdigits[train]'
"""
_EPILOG = """\
examples:
  camdigits train                                download MNIST and train
  camdigits train --data ~/mnist.npz --seed 7    train on a file that is here already
  camdigits train --limit 5000 --epochs 2        try it in some seconds
  camdigits run 0 --weights camdigits-weights/lenet.tflite
                                                 read with the result
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("--data", type=Path, metavar="PATH", help=DATA_HELP)
    parser.add_argument(
        "--out",
        type=Path,
        default=DEFAULT_OUT,
        metavar="DIR",
        help="folder for the files (default: %(default)s)",
    )
    default = TrainSettings()
    for option, kind, text in (
        ("--epochs", int, "how often every digit is seen (default: %(default)s)"),
        ("--batch-size", int, "digits per step (default: %(default)s)"),
        ("--learning-rate", float, "of Adam at the start; it falls to 0 (default: %(default)s)"),
        ("--seed", int, "of everything random (default: %(default)s)"),
        ("--limit", int, "train on N digits only, to try things out (default: all)"),
    ):
        name = option.removeprefix("--").replace("-", "_")
        parser.add_argument(
            option, type=kind, default=getattr(default, name), metavar="N", help=text
        )


def run(args: argparse.Namespace) -> int:
    """Train, and say on stdout how good the result is and where it lies."""
    from camdigits.cli.train_progress import open_progress
    from camdigits.training import train

    settings = TrainSettings(
        **{each.name: getattr(args, each.name) for each in fields(TrainSettings)}
    )
    with open_progress() as progress:
        card = train(args.data, args.out, settings, progress)
    test = card.record["accuracy"]
    low, high = test["interval_95"]
    print(
        f"{test['test']:.2%} of {test['n']:,} test digits right "
        f"(95 % interval {low:.2%} to {high:.2%})"
    )
    print(f"wrote {args.out / 'lenet.tflite'}, lenet.keras and the model card lenet.json")
    return 0
