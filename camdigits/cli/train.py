"""``camdigits train``: makes the weights that reading uses."""

from __future__ import annotations

import argparse
from pathlib import Path

NAME = "train"
HELP = "train the network on MNIST and write weights that 'run --weights' takes"

_DESCRIPTION = """\
Trains a LeNet (61,706 parameters) on MNIST and writes lenet.keras, lenet.tflite and the model
card lenet.json.  Takes about REPLACE minutes on two cores; the same data, seed and machine give
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
    from camdigits.training.settings import TrainSettings

    default = TrainSettings()
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument(
        "--data",
        type=Path,
        metavar="PATH",
        help="mnist.npz, or a folder with it or with the four idx files, gzipped or not "
        "(default: Keras's copy of MNIST, downloaded if it is missing)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("camdigits-weights"),
        metavar="DIR",
        help="folder for the files (default: %(default)s)",
    )
    parser.add_argument(
        "--epochs",
        type=int,
        default=default.epochs,
        metavar="N",
        help="how often every digit is seen (default: %(default)s)",
    )
    parser.add_argument(
        "--batch-size",
        type=int,
        default=default.batch_size,
        metavar="N",
        help="digits per step (default: %(default)s)",
    )
    parser.add_argument(
        "--learning-rate",
        type=float,
        default=default.learning_rate,
        metavar="F",
        help="of Adam at the start; it falls to 0 (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=default.seed,
        metavar="N",
        help="of everything random (default: %(default)s)",
    )
    parser.add_argument(
        "--limit",
        type=int,
        default=default.limit,
        metavar="N",
        help="train on N digits only, to try things out (default: all)",
    )


def run(args: argparse.Namespace) -> int:
    """Train, and say on stdout how good the result is and where it lies."""
    from camdigits.cli.train_progress import open_progress
    from camdigits.training import TrainSettings, train

    settings = TrainSettings(
        epochs=args.epochs,
        batch_size=args.batch_size,
        learning_rate=args.learning_rate,
        seed=args.seed,
        limit=args.limit,
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
