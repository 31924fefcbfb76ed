"""``camdigits evaluate``: measures how well weights read digits."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.train import DATA_HELP

if TYPE_CHECKING:
    from camdigits.training import Evaluation

NAME = "evaluate"
HELP = "measure weights on the test digits of MNIST"

_DESCRIPTION = """\
Reads the 10,000 test digits of MNIST exactly as the camera's crops are read, and prints how many
were right, the digits one by one, and which was taken for which.
"""
_EPILOG = """\
examples:
  camdigits evaluate                             the weights that ship with camdigits
  camdigits evaluate --data ~/mnist.npz          without a download
  camdigits evaluate --weights camdigits-weights/lenet.tflite
                                                 your own
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("--data", type=Path, metavar="PATH", help=DATA_HELP)
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="PATH",
        help="a .tflite or .keras with its model card beside it (default: the bundled .tflite)",
    )


def run(args: argparse.Namespace) -> int:
    """Measure, and print the tables on stdout."""
    from camdigits.training import evaluate

    print(_report(evaluate(args.data, args.weights)))
    return 0


def _report(evaluation: Evaluation) -> str:
    low, high = evaluation.interval_95
    return "\n".join(
        [
            f"{evaluation.accuracy:.2%} of {evaluation.n:,} test digits right "
            f"(95 % interval {low:.2%} to {high:.2%}), {evaluation.errors:,} wrong",
            "",
            *_class_table(evaluation),
            "",
            *_confusion_table(evaluation),
        ]
    )


def _class_table(evaluation: Evaluation) -> list[str]:
    """Return a line per digit: recall is over those it was, precision over those it was called."""
    confusion = evaluation.confusion
    lines = ["digit  count  wrong   recall  precision"]
    for digit in range(10):
        count, read = int(confusion[digit].sum()), int(confusion[:, digit].sum())
        hits = int(confusion[digit, digit])
        lines.append(
            f"{digit:5}{count:7}{count - hits:7}{_share(hits, count):>9}{_share(hits, read):>11}"
        )
    return lines


def _confusion_table(evaluation: Evaluation) -> list[str]:
    head = "read as" + "".join(f"{digit:6}" for digit in range(10))
    rows = [
        f"true {digit} " + "".join(f"{count or '.':>6}" for count in row)
        for digit, row in enumerate(evaluation.confusion.tolist())
    ]
    return [head, *rows]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "-"
