"""``camdigits evaluate``: measures how well weights read digits."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.options.arguments import place
from camdigits.cli.options.data import (
    DATA_HELP,
    add_orientation,
    must_go_with_data,
    opened_data,
    tell_orientation,
)
from camdigits.cli.options.weights import BUNDLED, choose_weights, try_weights
from camdigits.cli.terminal.messages import say
from camdigits.errors import UsageError
from camdigits.support.printable import printable

if TYPE_CHECKING:
    from camdigits.training import Evaluation

NAME = "evaluate"

_DESCRIPTION = """\
Reads the 10,000 test digits of MNIST, or digits of your own, exactly as the camera's crops are
read, and prints how many were right, digit by digit, and which was taken for which.

With --pages it reads whole photos, as camdigits run does, and compares what it finds with their
truth: a digit is right if it has the right label and its box overlaps the true one by an
intersection over union of at least 0.4.
"""
_EPILOG = """\
examples:
  camdigits evaluate                             the weights that ship with camdigits
  camdigits evaluate --data ~/mnist.npz          without a download
  camdigits evaluate --weights camdigits-weights/lenet.tflite
                                                 your own
  camdigits evaluate --data my-digits            on pictures my-digits/7/a.png and so on
  camdigits evaluate --pictures report           look at what is misread
  camdigits evaluate --pages photos              how well your photos are read
  camdigits evaluate --pages photos --pictures report
                                                 and what was missed, wrong and false on them

DIR/truth.json for --pages, boxes in pixels, the label ? for what counts neither way; only
"digits" must be there, "region" says where the list is complete:
  {"photo.jpg": {"digits": [[x, y, width, height, "7"], ...], "numbers": ["2047", ...],
                 "size": [width, height], "region": [x, y, width, height]}, ...}
A page of a document is named "scan.pdf, page 3".
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--data",
        type=place,
        metavar="PATH",
        help=DATA_HELP,
    )
    source.add_argument(
        "--pages",
        type=place,
        metavar="DIR",
        help="a folder of photos with a truth.json that says what they show",
    )
    add_orientation(parser)
    parser.add_argument(
        "--weights",
        type=place,
        metavar="PATH",
        help="a .tflite with its model card beside it, a .keras, a .weights.h5 with its .json, "
        "or an old .h5 (default: the bundled .tflite; with --pages what you taught, and bundled "
        "names the bundled one); other networks: camdigits adopt",
    )
    parser.add_argument(
        "--pixel-max",
        type=int,
        choices=(1, 255),
        help="what full ink was in the training of an .h5 (default: 255 for an old one, else 1)",
    )
    parser.add_argument(
        "--pictures",
        type=place,
        metavar="DIR",
        help="write sheets of examples and of all misread digits, the confusion matrix and, "
        "if the weights' card has them, the learning curves, as PNG; with --pages, of every photo "
        "what was right, wrong, missed and false",
    )


def run(args: argparse.Namespace) -> int:
    """Measure, and print the tables on stdout."""
    chosen = choose_weights(None if args.weights is None else str(args.weights))
    if args.pages is None and chosen.is_taught:
        chosen = choose_weights(BUNDLED)  # whose figure it is that people compare
    args.weights = chosen.path
    if chosen.path is not None and not chosen.is_taught:
        try_weights(chosen.path)
    chosen.tell()
    with chosen.hint():
        return _run_on_pages(args) if args.pages is not None else _run_on_crops(args)


def _run_on_pages(args: argparse.Namespace) -> int:
    must_go_with_data(args)
    from camdigits.cli.terminal.pages_report import measure_pages, report, write_sheets

    if args.pixel_max is not None:
        raise UsageError("--pixel-max is about an .h5, and --pages reads with a .tflite")
    result = measure_pages(args.pages, args.weights, args.pictures)
    print(report(result))
    if args.pictures is not None:
        _tell_written(write_sheets(args.pictures, result), args.pictures)
    return 0


def _run_on_crops(args: argparse.Namespace) -> int:
    from camdigits.training import evaluate

    if args.pictures is not None:
        from camdigits.training.models.install import check_target

        check_target(args.pictures)
    dataset = opened_data(args)
    evaluation = evaluate(dataset, args.weights, args.pixel_max)
    if evaluation.note:
        say(evaluation.note)
    tell_orientation(args, dataset)
    print(_report(evaluation))
    _tell_assumption(args.weights)
    if args.pictures is not None:
        from camdigits.training.report.pictures import write_pictures

        written = write_pictures(args.pictures, evaluation, args.weights)
        _tell_written([path.name for path in written], args.pictures)
    return 0


def _tell_assumption(weights: Path | None) -> None:
    """Say what was assumed of old weights without an architecture: it decides the figure."""
    if weights is None or weights.suffix != ".h5" or weights.name.endswith(".weights.h5"):
        return
    from camdigits.training.models.loading import architecture_of

    if architecture_of(weights) is None:
        say(
            f"{weights} does not say its activations, and was taken for the tutorial's LeNet with "
            f"ReLU; to find out by measuring: camdigits adopt {weights}"
        )


def _tell_written(names: Sequence[str], folder: Path) -> None:
    print(f"\nwrote {', '.join(names)} to {printable(str(folder))}")


def _report(evaluation: Evaluation) -> str:
    low, high = evaluation.interval_95
    what = "digits" if evaluation.note else "test digits"
    return "\n".join(
        [
            f"{evaluation.accuracy:.2%} of {evaluation.n:,} {what} right "
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
