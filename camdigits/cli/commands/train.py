"""``camdigits train``: makes the weights that reading uses."""

from __future__ import annotations

import argparse
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from camdigits.cli.options.arguments import place
from camdigits.cli.options.data import add_data, training_data
from camdigits.cli.options.networks import add_networks, dashed, train_network
from camdigits.cli.options.taught import replaced_weights, resumable, tell_worth
from camdigits.cli.terminal.messages import say
from camdigits.errors import UsageError
from camdigits.support.printable import printable
from camdigits.support.user_folders import taught_folder, teach_folder
from camdigits.training.recipes import DEFAULT_RECIPE, RECIPES
from camdigits.training.settings import (
    ARCHITECTURES,
    DEFAULT_OUT,
    LOSSES,
    OPTIMIZERS,
    TrainSettings,
)

if TYPE_CHECKING:
    from camdigits.networks.model_card import ModelCard

NAME = "train"
_DESCRIPTION = """\
Trains a LeNet (61,706 parameters) on MNIST and writes lenet.keras, lenet.tflite, the model card
lenet.json, and pictures of the learning curves and of the confusion matrix.  The default recipe
takes some twenty minutes on two cores, varied some five, the others one to two; the same data,
seed and machine give the same files, byte for byte.  A model that lies in the folder already is
replaced, at the end and only by a complete one.  Needs the extra: pip install 'camdigits[train]'
"""
_EPILOG = """\
recipes:
{recipes}

examples:
  camdigits train                                download MNIST and train
  camdigits train --data ~/mnist.npz --seed 7    train on a file that is here already
  camdigits train --limit 5000 --epochs 2        try it in some seconds
  camdigits train --recipe tutorial              repeat the tutorial's own run
  camdigits train --resume                       go on after Ctrl-C
  camdigits train --teach                        learn what you taught in the window
  camdigits train --teach my-digits              learn your handwriting, in some minutes
  camdigits train --judge                        the network that tells digits from the rest
  camdigits train --lines                        the network that reads marks and signs
  camdigits train --print --fonts ~/fonts        the network that tells print from hand
  camdigits train --like weights/lenet.json      repeat how a model was made
  camdigits train --teacher zfnet.keras          learn from a larger network, trained before
  camdigits run 0 --weights camdigits-weights/lenet.tflite
                                                 read with the result
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    recipes = "\n".join(f"  {name:10} {each.about}" for name, each in RECIPES.items())
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG.format(recipes=recipes)
    add_data(parser)
    parser.add_argument(
        "--as-is",
        action="store_true",
        help="train on data that look wrong to the bundled network, without a question",
    )
    parser.add_argument(
        "--out",
        type=place,
        metavar="DIR",
        help=f"folder for the files (default: {DEFAULT_OUT}; with --teach your data folder, where "
        "camdigits run finds them)",
    )
    _add_settings(parser)
    parser.add_argument(
        "--like",
        type=place,
        metavar="CARD",
        help="take the settings of a model card; needs the same data and teacher",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the training that was stopped in --out"
    )
    parser.add_argument(
        "--teach",
        type=place,
        nargs="?",
        const=teach_folder(),
        metavar="DIR",
        help="teach the bundled weights a handwriting: DIR/7/*.png are its sevens, DIR/none/*.png "
        "no digits (default: what you taught in the window); needs MNIST too, so that nothing is "
        "forgotten",
    )
    add_networks(parser)
    parser.add_argument(
        "--require-accuracy",
        type=float,
        metavar="F",
        help="exit with 1 if a smaller share of the test digits is right, 0 to 1",
    )


def _add_settings(parser: argparse.ArgumentParser) -> None:
    # A default of None tells what was not given, and is the recipe's, the card's or the setting's.
    for option, names, text in (
        ("--recipe", tuple(RECIPES), f"what is learnt from, see below (default: {DEFAULT_RECIPE})"),
        ("--architecture", ARCHITECTURES, "the network (default: lenet)"),
        ("--loss", LOSSES, "what is minimised (default: categorical_crossentropy)"),
        ("--optimizer", OPTIMIZERS, "how it is minimised (default: adam)"),
    ):
        parser.add_argument(option, choices=names, help=text)
    for option, kind, text in (
        ("--epochs", int, "how often every digit is seen (default: the recipe's)"),
        ("--batch-size", int, "digits per step (default: the recipe's)"),
        ("--learning-rate", float, "of the optimizer at the start (default: the recipe's)"),
        ("--seed", int, "of everything random (default: 1)"),
        ("--limit", int, "train on N digits only, to try things out (default: all)"),
    ):
        parser.add_argument(option, type=kind, metavar="N", help=text)
    parser.add_argument(
        "--teacher",
        type=place,
        metavar="FILE",
        help="learn what this network, a .keras or .tflite with its card, says of every digit",
    )


def run(args: argparse.Namespace) -> int:
    """Train, and say on stdout how good the result is and where it lies."""
    from camdigits.networks.model_card import read_card
    from camdigits.training.models.install import put
    from camdigits.training.report.pictures import pictures_of_card

    required, is_own = args.require_accuracy, args.out is None
    if is_own:
        args.out = DEFAULT_OUT if args.teach is None else taught_folder()
    if required is not None and not 0 <= required <= 1:
        raise UsageError(f"--require-accuracy {required} is not between 0 and 1")
    code = train_network(args)
    if code is not None:
        return code
    like = None
    if args.teach is not None:
        card = _teach(args)
    else:
        settings = _settings(args)
        # Read before it may be replaced by the new one.
        like = None if args.like is None else read_card(args.like)
        card = _train(args, settings)
    put(args.out, pictures_of_card(card.record))
    test = card.record["accuracy"]
    low, high = test["interval_95"]
    print(
        f"{test['test']:.2%} of {test['n']:,} test digits right "
        f"(95 % interval {low:.2%} to {high:.2%})"
    )
    name = card.name
    wrote = printable(str(args.out / f"{name}.tflite"))
    print(f"wrote {wrote}, {name}.keras and the model card {name}.json")
    if like is not None:
        print(_compared(card, like))
    if is_own and args.teach is not None:
        print("camdigits run reads with them from now on; --weights bundled goes back")
    if required is not None and card.accuracy < required:
        say(
            f"{card.accuracy:.2%} of the test digits right is less than the {required:.2%} required"
        )
        return 1
    return 0


def _compared(card: ModelCard, like: ModelCard) -> str:
    """Say whether a training was repeated."""
    name, known = f"{card.name}.tflite", printable(str(like.path))
    if card.files.get(name) == like.files.get(name):
        return f"{name} is, byte for byte, that of {known}"
    return (
        f"{name} is not that of {known}: camdigits or a package has another version, or the "
        "machine is another"
    )


def _teach(args: argparse.Namespace) -> ModelCard:
    from camdigits.cli.terminal.training_progress import open_progress
    from camdigits.training.fine_tuner import teach

    given = [each.name for each in fields(TrainSettings) if getattr(args, each.name) is not None]
    given += ["like"] if args.like else []
    if given:
        raise UsageError(f"--teach has settings of its own; leave out --{dashed(given[0])}")
    data = training_data(args)
    with replaced_weights(args.out) as before:
        with resumable(args.out), open_progress() as progress:
            taught = teach(args.teach, data, args.out, progress, resume=args.resume)
        print(
            f"{taught.before:.2%} of your digits were read rightly before, "
            f"{taught.after:.2%} now, having learnt them"
        )
        tell_worth(taught, args.teach, before)
    print(f"{taught.mnist_before:.2%} of the test digits were read rightly before; now:")
    return taught.card


def _train(args: argparse.Namespace, settings: TrainSettings | None) -> ModelCard:
    from camdigits.cli.terminal.training_progress import open_progress
    from camdigits.training import train

    data = training_data(args)
    with resumable(args.out), open_progress() as progress:
        return train(data, args.out, settings, progress, resume=args.resume)


def _settings(args: argparse.Namespace) -> TrainSettings | None:
    """Return the settings that the options ask for; None leaves them to what is resumed."""
    given: dict[str, Any] = {
        each.name: value
        for each in fields(TrainSettings)
        if (value := getattr(args, each.name)) is not None
    }
    if args.like is not None:
        from camdigits.training.repeat import settings_like

        chosen = [name for name in given if name != "teacher"]
        if chosen:
            raise UsageError(
                f"--like takes all settings from the card; leave out --{dashed(chosen[0])}"
            )
        return settings_like(args.like, lambda: training_data(args), args.teacher)
    return None if args.resume and not given else TrainSettings(**given)
