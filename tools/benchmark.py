"""Measures camdigits on pictures with known content.

    python tools/benchmark.py quality --data DIR --out benchmark
    python tools/benchmark.py training --data DIR --weights camdigits-weights/lenet.tflite
    python tools/benchmark.py teaching --data DIR
    python tools/benchmark.py tutorial --data DIR
    python tools/benchmark.py orientation --data DIR
    python tools/benchmark.py steady --data DIR
    python tools/benchmark.py peers --data DIR
    python tools/benchmark.py reliability --data DIR
    python tools/benchmark.py writing --data DIR --fonts fonts/test
    python tools/benchmark.py forms --data DIR
    python tools/benchmark.py speed --data DIR --out speed.json
    python tools/benchmark.py compare before.json after.json

DIR holds what there is of mnist/ (for rendered pages), photos/ and videos/ with a truth.json,
negatives/ and others/ (orand-car/ with a truth.json, other hands as .npz).  A table goes to
standard output; `quality` writes it, a JSON file and sheets of pictures, worst first, into a
folder as well.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import forms, quality, report, samples, speed

from camdigits.errors import CamdigitsError, DataError

DATA_VARIABLE = "CAMDIGITS_TEST_DATA"

_Commands = Any
"""What argparse adds subcommands to; its own name is private."""


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand and return its exit code."""
    options = build_parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except CamdigitsError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all subcommands."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("training", help="what weights make of crops, by their origin")
    _add_data(command)
    command.add_argument("--weights", type=Path, help="a .tflite (default: the bundled one)")
    command.set_defaults(run=run_training)
    command = commands.add_parser("orientation", help="how often --rotate auto is right")
    _add_data(command)
    command.add_argument("--pages", type=int, default=25, help="rendered pages of each kind")
    command.set_defaults(run=run_orientation)
    command = commands.add_parser("steady", help="how steadily videos are read")
    _add_data(command)
    command.add_argument("--clips", type=int, default=2, help="rendered videos of each kind")
    command.add_argument("--seconds", type=float, default=8.0, help="length of each of them")
    command.add_argument("--only", action="append", metavar="KIND", help="kinds, or: videos")
    command.set_defaults(run=run_steady)
    command = commands.add_parser("writing", help="how often print is told from handwriting")
    _add_data(command)
    command.add_argument("--fonts", type=Path, help="fonts of rendered pages (default: no pages)")
    command.add_argument("--pages", type=int, default=60, help="rendered pages")
    command.set_defaults(run=run_writing)
    command = commands.add_parser("teaching", help="what --teach brings, and what MNIST loses")
    _add_data(command)
    command.add_argument(
        "--choosing", action="store_true", help="measure on digits that settings are chosen by"
    )
    command.set_defaults(run=run_teaching)
    command = commands.add_parser("tutorial", help="the tutorial's recipe beside plain Keras")
    _add_data(command)
    command.add_argument("--seeds", type=int, default=3, help="trainings of each")
    command.set_defaults(run=run_tutorial)
    command = commands.add_parser("reliability", help="how often what is said surely is right")
    _add_data(command)
    command.add_argument("--pages", type=int, default=10, help="rendered pages of each kind")
    command.set_defaults(run=run_reliability)
    forms.add_command(commands, _add_data)
    command = commands.add_parser("peers", help="whole numbers, beside an OCR engine")
    _add_data(command)
    command.add_argument(
        "--env", type=Path, help="folder for the engine (default: a temporary one)"
    )
    command.set_defaults(run=run_peers)
    _add_speed(commands)
    _add_quality(commands)
    return parser


def _add_speed(commands: _Commands) -> None:
    command = commands.add_parser("speed", help="how fast it is, against bare loops")
    _add_data(command)
    command.add_argument("--out", type=Path, default=Path("speed.json"), help="file to write")
    command.add_argument("--seconds", type=float, default=10.0, help="length of the videos")
    command.add_argument("--runs", type=int, default=5, help="runs of which the median counts")
    command.add_argument("--only", action="append", choices=list(speed.PARTS), help="%(choices)s")
    command.add_argument(
        "--against", metavar="REV", help="a revision that is measured beside it, for: following"
    )
    command.set_defaults(run=run_speed)
    command = commands.add_parser("compare", help="what changed between two reports of speed")
    command.add_argument("before", type=Path)
    command.add_argument("after", type=Path)
    command.set_defaults(run=run_compare)


def _add_quality(commands: _Commands) -> None:
    command = commands.add_parser("quality", help="what is read rightly, by kind of picture")
    _add_data(command)
    command.add_argument("--out", type=Path, default=Path("benchmark"), help="folder to write to")
    command.add_argument("--pages", type=int, default=10, help="rendered pages of each kind")
    command.add_argument(
        "--only",
        action="append",
        metavar="SET",
        choices=[*samples.SETS, samples.ALL_PAGES],
        help="measure only this set (may be repeated): %(choices)s",
    )
    command.set_defaults(run=run_quality)


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data",
        type=Path,
        default=os.environ.get(DATA_VARIABLE),
        required=DATA_VARIABLE not in os.environ,
        help=f"folder with the pictures (default: ${DATA_VARIABLE})",
    )


def run_training(options: argparse.Namespace) -> None:
    """Measure weights crop by crop, and print the table as it grows."""
    from benchmarks import decisions, training

    from camdigits import Recognizer
    from camdigits.networks.classifier import LiteRTClassifier
    from camdigits.training import TrainSettings

    classifier = LiteRTClassifier(options.weights)
    record = classifier.card.record["settings"]
    print(training.HEADER, flush=True)
    settings = TrainSettings(seed=record["seed"], limit=record["limit"])
    for exam in training.exams(options.data, settings):
        row = training.table_row(exam, classifier, classifier.card.threshold)
        print(row, flush=True)
    recognizer = Recognizer(weights=options.weights)
    print(f"\n{decisions.HEADER}", flush=True)
    for name in ("photos", "negatives", *decisions.PAGES):
        pages = samples.load(name, options.data, decisions.PAGES_OF_A_KIND)
        print(decisions.table_row(name, recognizer, pages), flush=True)


def run_orientation(options: argparse.Namespace) -> None:
    """Measure how often the orientation of a page is found, and print the table as it grows."""
    from benchmarks import orientation

    from camdigits import Recognizer

    detect = Recognizer().detect
    print(orientation.HEADER, flush=True)
    for name, samples_of in orientation.pages(options.data, options.pages):
        print("\n".join(orientation.table_rows(detect, name, samples_of)), flush=True)


def run_steady(options: argparse.Namespace) -> None:
    """Read videos frame by frame and tracked, and print the table as it grows."""
    from benchmarks import films, steady

    from camdigits import Recognizer

    recognizer = Recognizer()
    detect = partial(recognizer.detect, fast=True)  # as videos are read
    print(steady.HEADER, flush=True)
    outcomes = []
    for film in films.films(options.data, options.clips, options.seconds, options.only):
        outcomes.append(steady.measure(film, detect, recognizer.reader(film.name).read))
        print(*steady.table_rows(outcomes[-1]), sep="\n", flush=True)
    if not outcomes:
        raise DataError(f"nothing to measure in {options.data}: it has none of what was asked for")
    print(*steady.table_rows(steady.total(outcomes)), sep="\n")


def run_reliability(options: argparse.Namespace) -> None:
    """Count how often numbers said with a confidence are right, and print the table."""
    from benchmarks import reliability

    from camdigits import Recognizer

    read = Recognizer().read
    print(reliability.HEADER, flush=True)
    everything = []
    for name in (*samples.NUMBERED, "photos2"):
        found = reliability.said(read, samples.load(name, options.data, options.pages))
        everything += found if name in samples.NUMBERED else []
        print(reliability.table_row(name, found), flush=True)
    print(reliability.table_row("rendered", everything))


def run_peers(options: argparse.Namespace) -> None:
    """Read the photos whose numbers are known with an OCR engine, too, and print the table."""
    from benchmarks import peers

    from camdigits import Recognizer

    photos = peers.numbered_photos(options.data, samples.PHOTOS)
    if not photos:
        raise DataError(f"nothing to measure in {options.data}: no photo there has its numbers")
    paths, truths = zip(*photos, strict=True)
    print(peers.HEADER, flush=True)
    print(peers.table_row("camdigits", truths, peers.read_by_us(paths, Recognizer())), flush=True)
    with peers.environment_folder(options.env) as folder:
        print(peers.table_row(peers.NAME, truths, peers.read_by_peer(paths, folder)))


def run_writing(options: argparse.Namespace) -> None:
    """Count how often print is told from handwriting, and print the table as it grows."""
    from benchmarks import writing

    from camdigits import Recognizer

    print(writing.HEADER, flush=True)
    for row in writing.rows(options.data, options.fonts, options.pages, Recognizer().read):
        print(row, flush=True)


def run_speed(options: argparse.Namespace) -> None:
    """Measure speed, print the table as it grows, and write it as JSON."""
    how = speed.How(options.seconds, options.runs, options.against)
    speed.measure(options.data, options.out, options.only, how)


def run_compare(options: argparse.Namespace) -> int:
    """Print what changed between two reports; 1 if something got worse."""
    lines, is_worse = report.compare(options.before, options.after)
    print(*lines, sep="\n")
    return int(is_worse)


def run_teaching(options: argparse.Namespace) -> None:
    """Teach the bundled weights the hand of ARDIS, and print the table as it grows."""
    from benchmarks import teaching

    print(teaching.HEADER, flush=True)
    for row in teaching.rows(options.data, choosing=options.choosing):
        print(row, flush=True)


def run_tutorial(options: argparse.Namespace) -> None:
    """Train as the tutorial does in both ways, and print the table as it grows."""
    from benchmarks import tutorial

    print(tutorial.HEADER, flush=True)
    for row in tutorial.rows(options.data, range(1, options.seeds + 1)):
        print(row, flush=True)


def run_quality(options: argparse.Namespace) -> None:
    """Measure every set asked for, print the table as it grows, and write the report."""
    # Imported here, so that --help needs no weights and no runtime.
    from benchmarks.cost import cost_line, measure_cost

    from camdigits import ReadConfig, Recognizer

    closely, fast = (Recognizer(ReadConfig(fast=fast)) for fast in (False, True))
    table, results = [quality.HEADER], []
    print(quality.HEADER, flush=True)
    for name in samples.chosen(options.only):
        pictures = samples.load(name, options.data, options.pages)
        result, score_fast = quality.measure_set(closely.read, fast.read, name, pictures)
        if result.pictures:
            results.append(result)
            table.append(quality.table_row(result, score_fast))
            print(table[-1], flush=True)
    if not results:
        raise DataError(f"nothing to measure in {options.data}: it has none of the sets asked for")
    if (options.data / "mnist").exists():
        table.append("\n" + cost_line(measure_cost(options.data / "mnist")))
        print(table[-1], flush=True)
    quality.write_report(options.out, "\n".join(table), results)
    print(f"\nreport and sheets are in {options.out}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
