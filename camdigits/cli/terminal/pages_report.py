"""What ``camdigits evaluate --pages`` measures and prints."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from camdigits.cli.terminal.reading_progress import open_progress
from camdigits.errors import OutputError, UsageError
from camdigits.measuring.pages import Outcome, SetResult, labelled_pictures, measure
from camdigits.networks.model_card import ADOPT, RUN
from camdigits.recognizer import Recognizer
from camdigits.support.output_file import no_folder
from camdigits.support.paths import exists, is_folder
from camdigits.support.printable import printable, reason

TILES_A_SHEET = 12


def measure_pages(folder: Path, weights: Path | None, pictures: Path | None) -> SetResult:
    """Read every picture that a folder's truth names, and count what was read rightly.

    Args:
        folder: with pictures and their ``truth.json``.
        weights: a ``.tflite``; None takes the bundled ones.
        pictures: the outcome of each picture is drawn, for `write_sheets`; None draws nothing.

    Raises:
        UsageError: if the weights are no ``.tflite``, or `pictures` is the folder of the photos,
            of which one may be called like a sheet.
        OutputError: if `pictures` is no folder and cannot become one; it is not made yet.
        DataError: if the truth or a picture that it names is missing, damaged or does not fit.
        WeightsError: if the weights cannot be used.
    """
    if weights is not None and weights.suffix not in RUN:
        raise UsageError(
            f"--pages reads as camdigits run does, with a .tflite, and {weights} is none; "
            f"make one with: {ADOPT} {weights}"
        )
    samples = labelled_pictures(folder)
    read, outcome_of = Recognizer(weights=weights).read, measure
    if pictures is not None:
        _check_folder(pictures, folder)
        from camdigits.measuring.outcome_pictures import measure_and_draw as outcome_of
    outcomes = []
    with open_progress(1) as progress:
        progress.start(str(folder), None)
        for sample in samples:
            outcomes.append(outcome_of(read, sample))
            progress.advance()
    return SetResult(str(folder), tuple(outcomes))


def _check_folder(folder: Path, photos: Path) -> None:
    """Find out before anything is measured whether the sheets can be written, and make nothing."""
    name = printable(str(folder))
    try:
        if is_folder(photos) and is_folder(folder) and folder.samefile(photos):
            raise UsageError(f"--pictures {name} is the folder that is measured; name another one")
        existing = next(place for place in (folder, *folder.parents) if exists(place))
        if not is_folder(existing):
            raise OutputError(no_folder(folder))
    except OSError as error:
        raise OutputError(f"cannot create the folder {name}: {reason(error)}") from error
    if not os.access(existing, os.W_OK | os.X_OK):
        raise OutputError(
            f"no permission to write in {printable(str(existing))}; name another folder"
        )


def write_sheets(folder: Path, result: SetResult) -> list[str]:
    """Write what was drawn, worst first, as ``pages-1.png`` and so on, and return the names.

    Raises:
        OutputError: if something cannot be written.
    """
    from camdigits.measuring.outcome_pictures import outcome_sheet
    from camdigits.training.models.install import put
    from camdigits.training.report.pictures import png_bytes

    tiles = [one.drawing for one in result.worst_first() if one.drawing is not None]
    names: list[str] = []
    for start in range(0, len(tiles), TILES_A_SHEET):
        names.append(f"pages-{len(names) + 1}.png")
        sheet = outcome_sheet(tiles[start : start + TILES_A_SHEET])
        put(folder, {names[-1]: png_bytes(sheet)})
    return names


def report(result: SetResult) -> str:
    """Return the figures of all pictures, and a line for each, the worst first."""
    score, (right, count) = result.score, result.numbers
    lines = [
        f"F1 {score.f1:.3f} over {score.truth:,} digits (precision {score.precision:.3f}, recall "
        f"{score.recall:.3f}), mean over {len(result.pictures):,} pictures {result.mean_f1:.3f}",
        f"{score.hits:,} right, {score.wrong:,} wrong, {score.missed:,} missed, {score.false:,} "
        "false",
    ]
    if count:
        whole = result.whole
        lines += [
            f"numbers: F1 {whole.f1:.3f} over {whole.truth:,} (precision {whole.precision:.3f}, "
            f"recall {whole.recall:.3f})",
            f"{right:,} of {count:,} numbers wholly right ({right / count:.1%})",
        ]
    return "\n".join([*lines, "", *_table(result, has_numbers=count > 0)])


def _table(result: SetResult, has_numbers: bool) -> Iterator[str]:
    columns: dict[str, Callable[[Outcome], object]] = {
        "digits": lambda one: one.score.truth,
        "right": lambda one: one.score.hits,
        "wrong": lambda one: one.score.wrong,
        "missed": lambda one: one.score.missed,
        "false": lambda one: one.score.false,
    }
    if has_numbers:
        columns["numbers"] = lambda one: "{}/{}".format(*one.numbers) if one.numbers[1] else "-"
    yield f"{'F1':>5}" + "".join(f"{name:>8}" for name in columns) + "  picture"
    for one in result.worst_first():
        cells = "".join(f"{value(one):>8}" for value in columns.values())
        yield f"{one.score.f1:5.3f}{cells}  {printable(one.name)}"
