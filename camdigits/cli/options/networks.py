"""The networks that ``camdigits train`` makes beside the one that names digits."""

from __future__ import annotations

import argparse
from dataclasses import fields
from typing import Any

from camdigits.cli.options.arguments import place
from camdigits.cli.options.data import training_data
from camdigits.errors import UsageError
from camdigits.support.printable import printable
from camdigits.training.settings import TrainSettings


def add_networks(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that say which network is trained."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--judge",
        action="store_true",
        help="train the judge instead: the network that tells digits from what is none",
    )
    which.add_argument(
        "--lines",
        action="store_true",
        help="train the line reader instead: the network that reads marks and signs along a line",
    )
    which.add_argument(
        "--print",
        action="store_true",
        help="train the print detector instead: the network that tells print from handwriting; "
        "needs --fonts and OpenCV 5",
    )
    parser.add_argument(
        "--fonts",
        type=place,
        metavar="DIR",
        help="of --print: folder with learn, validate and test, in each of them fonts (.ttf, "
        ".otf), those of a family in a folder of their own",
    )
    parser.add_argument(
        "--pages",
        type=int,
        metavar="N",
        help="rendered pages that --judge, --lines and --print learn from",
    )


def train_network(args: argparse.Namespace) -> int | None:
    """Train the network that was asked for and return the exit code; None for the usual one.

    Raises:
        UsageError: if there are arguments that do not go with it.
    """
    if args.judge:
        return _train_judge(args)
    if args.lines:
        return _train_line_reader(args)
    if args.print:
        return _train_print_detector(args)
    if args.pages is not None:
        raise UsageError("--pages goes with --judge, --lines or --print")
    if args.fonts is not None:
        raise UsageError("--fonts goes with --print")
    return None


def _train_judge(args: argparse.Namespace) -> int:
    from camdigits.cli.terminal.training_progress import open_progress
    from camdigits.training.judge_trainer import JudgeSettings, train_judge

    settings = JudgeSettings(**_given(args, JudgeSettings, "--judge"))
    data = training_data(args)
    with open_progress() as progress:
        card = train_judge(data, args.out, settings, progress)
    found = card.record["accuracy"]
    print(
        f"{found['digits_passed']:.2%} of the digits on test pages pass, "
        f"and {found['others_passed']:.2%} of what else is proposed there"
    )
    return _told_of(args, "judge")


def _train_line_reader(args: argparse.Namespace) -> int:
    from camdigits.cli.terminal.training_progress import open_progress
    from camdigits.training.line_trainer import LineSettings, train_line_reader

    settings = LineSettings(**_given(args, LineSettings, "--lines"))
    data = training_data(args)
    with open_progress() as progress:
        card = train_line_reader(data, args.out, settings, progress)
    found = card.record["accuracy"]
    print(
        f"{found['test']:.2%} of the lines on test pages are read wholly right, and "
        f"{found['character_errors']:.2%} of their characters wrongly"
    )
    return _told_of(args, "line")


def _train_print_detector(args: argparse.Namespace) -> int:
    from camdigits.cli.terminal.training_progress import open_progress
    from camdigits.training.print_trainer import PrintSettings, train_print_detector

    if args.fonts is None:
        raise UsageError("--print needs --fonts DIR: folders of fonts to learn and to measure with")
    settings = PrintSettings(**_given(args, PrintSettings, "--print"))
    data = training_data(args)
    with open_progress() as progress:
        card = train_print_detector(args.fonts, data, args.out, settings, progress)
    found = card.record["accuracy"]
    print(
        f"{found['hand_right']:.2%} of the handwritten digits on test pages and "
        f"{found['print_right']:.2%} of the printed ones are told rightly"
    )
    return _told_of(args, "print")


def _told_of(args: argparse.Namespace, name: str) -> int:
    print(f"wrote {printable(str(args.out / f'{name}.tflite'))} and its card {name}.json")
    return 0


def _given(args: argparse.Namespace, settings: Any, option: str) -> dict[str, Any]:
    """Return the settings that were given, of a network that has its own."""
    own = {each.name for each in fields(settings)}
    others = [each.name for each in fields(TrainSettings) if each.name not in own]
    for name in (*others, "like", "resume", "teach", "require_accuracy"):
        if getattr(args, name):
            raise UsageError(f"{option} does not take --{dashed(name)}")
    return {name: getattr(args, name) for name in own if getattr(args, name) is not None}


def dashed(name: str) -> str:
    """Return a setting's name as the option is written."""
    return name.replace("_", "-")
