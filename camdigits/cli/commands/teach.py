"""``camdigits teach``: label a photo of digits that its owner wrote."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.options.arguments import add_output, add_teach, add_view, place, view_config
from camdigits.cli.options.weights import choose_weights
from camdigits.config import ReadConfig
from camdigits.errors import UsageError
from camdigits.support.printable import printable
from camdigits.support.user_folders import teach_folder
from camdigits.types import Digit, Frame, Reading

if TYPE_CHECKING:
    from camdigits.teaching.examples import Sight, TeachFolder
    from camdigits.teaching.transcript import Match

NAME = "teach"

_DESCRIPTION = """\
Finds the digits on a photo and saves each as what the text says that it is: write the ten digits
a few times, take a photo, and type what you wrote.  Spaces do not matter; where the text has
several lines (typed as \\n) they are those of the photo.  Nothing is saved if the counts differ.
A picture beside the photo shows what was matched: blue is what was read rightly anyway.
"""
_EPILOG = """\
examples:
  camdigits teach page.jpg --text "0123456789 0123456789"
  camdigits teach page.jpg --text "0123456789\\n9876543210"
  camdigits train --teach                     learn what was saved
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``teach`` takes."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("photo", type=place, metavar="PHOTO", help="a picture file")
    parser.add_argument("--text", required=True, help="the digits on it, in reading order")
    add_teach(parser)
    add_output(parser, "the picture of what was matched (default: PHOTO-taught.png beside it)")
    add_view(parser)


def run(args: argparse.Namespace) -> int:
    """Match, save, and print what was matched."""
    from camdigits.cli.reading.sink_wrappers import upright
    from camdigits.sinks.pictures.image import ImageSink
    from camdigits.teaching.examples import TeachFolder
    from camdigits.teaching.transcript import match, parse_text

    text = parse_text(args.text)
    photo = _read_photo(args.photo)
    output = Path(args.output or _beside(args.photo))
    sink = ImageSink(output, force=args.force, source=args.photo)
    config = _settled(photo, view_config(args))
    sight, usual = _look(photo, config)
    matches = match(text, sight.lines, usual)
    folder = TeachFolder(args.teach or teach_folder())
    # The picture comes last: one that an attempt which failed left would be in the next one's way.
    with _all_saved(folder, matches, args.photo.stem) as new, upright(sink, config) as picture:
        picture.write(photo, _as_taught(photo, matches))
    _print_table(matches)
    right = sum(found.is_right for found in matches)
    print(f"{right} of {len(matches)} digits were read rightly before")
    print(_told(new, len(matches), folder))
    print(f"what was matched: {printable(str(output))}")
    return 0


def _read_photo(path: Path) -> Frame:
    from camdigits.sources import open_source

    name = printable(str(path))
    with suppress(OSError):  # no such name: opening it tells
        if path.is_dir():
            raise UsageError(f"{name} is a folder, and teach takes one photo; name the photo")
    with open_source(path) as source:
        if not source.is_still:
            raise UsageError(f"{name} is a video; name a photo")
        if source.frame_count != 1:
            raise UsageError(f"{name} has several pages, and teach takes one photo; name a photo")
        return next(iter(source))


def _look(photo: Frame, config: ReadConfig) -> tuple[Sight, float]:
    """Return what is on the photo, and from which confidence on it is usually read."""
    from camdigits.networks.classifier import LiteRTClassifier
    from camdigits.networks.judge import LiteRTJudge
    from camdigits.page.candidate_scoring import CandidateScorer
    from camdigits.teaching.examples import Sight

    weights, judge = choose_weights(None), LiteRTJudge()
    with weights.hint():
        classify = LiteRTClassifier(weights.path)
    scorer = CandidateScorer(classify, judge)
    return Sight(photo.image, config, scorer, photo.pixel_aspect), judge.card.threshold


def _settled(photo: Frame, config: ReadConfig) -> ReadConfig:
    """Return settings that say how the page lies."""
    from camdigits.recognizer import Recognizer

    if config.rotate != "auto":
        return config
    weights = choose_weights(None)
    with weights.hint():
        recognizer = Recognizer(config, weights.path)
    return config.turned(recognizer.read(photo.image, photo.pixel_aspect).rotate)


def _as_taught(photo: Frame, matches: Sequence[Match]) -> Reading:
    """Return the digits with their right labels, as sure as the network is of those."""
    digits = tuple(Digit(m.example.box, m.label, m.probability) for m in matches)
    return Reading("", 0, 0.0, photo.size_wh, digits)


@contextmanager
def _all_saved(folder: TeachFolder, matches: Sequence[Match], stem: str) -> Iterator[int]:
    """Save all, or none if that or the block fails; the value is how many are new."""
    saved: list[Path] = []
    try:
        for found in matches:
            path = folder.save(found.example, found.label, stem)
            saved += [path] if path else []
        yield len(saved)
    except BaseException:
        for path in saved:
            folder.remove(path)
        raise


def _told(new: int, count: int, folder: TeachFolder) -> str:
    """Return what became of the examples of a photo."""
    name = printable(str(folder.path))
    if not new:
        return (
            f"all {count} examples were saved before, nothing is new in {name}, which has "
            f"{len(folder)}; camdigits train --teach learns them"
        )
    known = f"; {count - new} of the photo's {count} were there before" if new < count else ""
    examples = "example" if new == 1 else "examples"
    return f"saved {new} {examples} in {name}, which has {len(folder)} now{known}"


def _print_table(matches: Sequence[Match]) -> None:
    print("line  digit  read as")
    for found in matches:
        note = "" if found.is_right else "  <- new to the network"
        read = f"{found.example.label} ({found.example.confidence:.0%})"
        print(f"{found.line:4}  {found.label:5}  {read:9}{note}".rstrip())


def _beside(photo: Path) -> Path:
    """Return ``photo-taught.png``, or the first free name after it."""
    first = photo.with_name(f"{photo.stem}-taught.png")
    others = (photo.with_name(f"{photo.stem}-taught-{number}.png") for number in count(2))
    return first if not first.exists() else next(path for path in others if not path.exists())
