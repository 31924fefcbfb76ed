"""Which digits a command learns from or measures with, and whether they look right."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from camdigits.cli.options.arguments import place
from camdigits.cli.terminal.messages import say
from camdigits.errors import DataError, UsageError
from camdigits.support.printable import printable

if TYPE_CHECKING:
    from camdigits.training.data.dataset import Dataset
    from camdigits.training.data.orientation import Look

DATA_HELP = (
    "digits as .npz, idx files, CSV, Parquet, .mat, HDF5, a pickle of arrays, or pictures in "
    "folders 0 to 9; a file or a folder, docs/data.md has all forms "
    "(default: Keras's copy of MNIST, downloaded if it is missing)"
)


def add_data(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Declare the argument that names data, and those that lay their pictures upright."""
    parser.add_argument("--data", type=place, metavar="PATH", help=DATA_HELP)
    add_orientation(parser)


def add_orientation(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Declare the arguments that lay pictures upright."""
    parser.add_argument(
        "--transpose",
        action="store_true",
        help="the pictures of --data lie transposed, as EMNIST's do: make rows of their columns",
    )
    parser.add_argument(
        "--rotate",
        type=int,
        choices=(90, 180, 270),
        default=0,
        help="turn the pictures of --data clockwise by so many degrees, after --transpose",
    )


def opened_data(args: argparse.Namespace) -> Dataset:
    """Load the data that were asked for, upright, and say what was done with them.

    Raises:
        DataError: if they are missing, damaged, or of no form that is known.
        DependencyError: if a package is needed that is not installed.
    """
    from camdigits.training.data.dataset import load_dataset
    from camdigits.training.data.orientation import Orientation

    dataset = load_dataset(args.data, Orientation(args.transpose, args.rotate))
    for note in dataset.notes:
        say(f"{_name(args)}: {printable(note)}")
    return dataset


def training_data(args: argparse.Namespace) -> Dataset:
    """Load the data to learn from, once; say what is held out, and ask if they look wrong.

    Raises:
        DataError: if they are missing, damaged, for the test alone, or look wrong and nobody
            answered that they are right.
        DependencyError: if a package is needed that is not installed.
        OutputError: if what is learnt could not be written.
    """
    from camdigits.training.data.dataset import Dataset
    from camdigits.training.models.backend import load_keras
    from camdigits.training.models.install import check_target

    if isinstance(args.data, Dataset):
        return args.data
    check_target(args.out)
    load_keras()
    dataset = opened_data(args)
    if dataset.name != "MNIST":
        if not len(dataset.train):
            raise DataError(
                f"{_name(args)} has digits for the test alone; name those to learn from, or the "
                "folder with both"
            )
        how = "a seventh, drawn" if dataset.is_drawn else "their own test split"
        say(
            f"{_name(args)}: {len(dataset.train):,} digits to learn from; {len(dataset.test):,} "
            f"are held out and measured at the end ({how})"
        )
        if not args.as_is and not args.resume:
            _must_look_right(args, dataset)
    if args.limit is not None and args.limit < len(dataset.train):
        say(
            f"--limit: {args.limit:,} of {len(dataset.train):,} digits are learnt from and "
            f"validated with; all {len(dataset.test):,} of the test are measured"
        )
    args.data = dataset
    return dataset


def tell_orientation(args: argparse.Namespace, dataset: Dataset) -> None:
    """Say so if the bundled network reads digits far better in another orientation."""
    if dataset.name != "MNIST":
        seen = _looked_at(dataset)
        if seen.lies_wrong:
            say(f"{_name(args)}: {_lie(args, seen)}")


def _must_look_right(args: argparse.Namespace, dataset: Dataset) -> None:
    seen = _looked_at(dataset)
    if seen.lies_wrong:
        found = _lie(args, seen)
    elif seen.is_hardly_read:
        found = (
            f"the bundled network reads {seen.shares[seen.best]:.0%} of {seen.count:,} digits as "
            "labelled, however they are turned: are these digits, and the labels theirs?"
        )
    else:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise DataError(f"{_name(args)}: {found}; --as-is trains on them as they are")
    say(f"{_name(args)}: {found}")
    print("Train on them as they are? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise DataError("nothing was trained")


def _looked_at(dataset: Dataset) -> Look:
    from camdigits.networks.classifier import LiteRTClassifier
    from camdigits.training.data.orientation import look

    return look(LiteRTClassifier(), dataset.all)


def _lie(args: argparse.Namespace, seen: Look) -> str:
    from camdigits.training.data.orientation import ALL, Orientation

    given = Orientation(args.transpose, args.rotate)
    mended = given.then(ALL[seen.best])
    what = (
        f"add {mended.options}"
        if not given.options
        else (f"give {mended.options} instead" if mended.options else f"leave out {given.options}")
    )
    return (
        f"the pictures look {seen.best}: so taken the bundled network reads "
        f"{seen.shares[seen.best]:.0%} of {seen.count:,}, and {seen.shares['upright']:.0%} as "
        f"they are; {what}"
    )


def _name(args: argparse.Namespace) -> str:
    return "MNIST" if args.data is None else printable(str(args.data))


def must_go_with_data(args: argparse.Namespace) -> None:
    """Refuse the orientation of pictures where none are named.

    Raises:
        UsageError: if it is given.
    """
    if args.transpose or args.rotate:
        raise UsageError("--transpose and --rotate are about the pictures of --data")
