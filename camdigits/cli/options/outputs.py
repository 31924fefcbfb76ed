"""Arguments of ``run`` about what it writes."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.options.arguments import add_output, is_folder_name, named, place
from camdigits.errors import UsageError
from camdigits.support.printable import printable

if TYPE_CHECKING:
    from camdigits.cli.reading.request import TableRequest


def add_output_arguments(group: argparse._ArgumentGroup) -> None:
    """Add what ``run`` writes, and runs, of what it reads."""
    add_output(
        group,
        "write the marked picture, document or video; the suffix chooses (.mp4, .webm, .mkv, .mov, "
        ".avi, .png, .jpg, .pdf, ...); several pages become a .pdf, or a picture each; for several "
        "sources, or with / at its end, a folder",
    )
    group.add_argument(
        "--format",
        choices=("text", "jsonl", "csv"),
        default="text",
        help="form of the results on standard output (default: text)",
    )
    group.add_argument(
        "--records",
        choices=("events", "frames", "both"),
        help="what JSON Lines and CSV hold: numbers as they appear, change and go, what each "
        "frame shows, or both (default: frames for pictures, events for video and cameras)",
    )
    _add_unique(group)
    group.add_argument(
        "--output-records",
        type=place,
        metavar="FILE",
        help="write the results to a file as well; the suffix chooses the form (.jsonl, .csv, "
        ".txt)",
    )
    group.add_argument(
        "--table",
        type=named,
        metavar="FILE",
        help="write the tables of pictures to a .csv or .xlsx file: rows and columns as on the "
        "page; with / at its end, or for several pictures without a suffix, a folder with a file "
        "each; several pictures in one file have a first column that names them",
    )
    group.add_argument(
        "--table-format",
        choices=("csv", "xlsx"),
        help="form of the files of a folder of --table (default: csv)",
    )
    group.add_argument(
        "--debug",
        type=place,
        metavar="FOLDER",
        help="write pictures that show how each source was read: ink masks, candidates with the "
        "reason why each was rejected, crops; of videos and cameras one a second, 100 at most",
    )


def _add_unique(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--unique",
        action="store_true",
        help="tell each text of a source once, and in the end list all with how often, when and "
        "where they were seen; with --format csv only that list",
    )


def add_exec(group: argparse._ArgumentGroup) -> None:
    """Add ``--exec``; see `command_of`."""
    group.add_argument(
        "--exec",
        metavar="COMMAND",
        help="run a program for each number that text output would print: its arguments are split "
        "as a shell does, but no shell runs; {} stands for the number, and standard input has the "
        "record as JSON; 4 at a time, 10 s each",
    )


def command_of(text: str | None) -> tuple[str, ...]:
    """Return the program of ``--exec`` with its arguments, none where none is asked for.

    Raises:
        UsageError: if it cannot be split, or there is no such program.
    """
    if text is None:
        return ()
    try:
        # A backslash is a part of names on Windows.
        words = shlex.split(text, posix=os.name == "posix")
    except ValueError as error:
        reason = str(error)[:1].lower() + str(error)[1:]
        raise UsageError(f"--exec {printable(text)}: {reason}; close what was opened") from None
    if not words:
        raise UsageError("--exec names no program; name one with its arguments")
    if shutil.which(words[0]) is None:
        raise UsageError(
            f"--exec {printable(words[0])}: there is no such program, or it may not be run; name "
            "one of the PATH, or its file (./name)"
        )
    return tuple(words)


def table_request(args: argparse.Namespace) -> TableRequest | None:
    """Return where tables go, None if none are asked for.

    Raises:
        UsageError: if there is a form of tables without ``--table``.
    """
    from camdigits.cli.reading.request import TableRequest

    form = args.table_format
    if args.table is None:
        if form:
            raise UsageError("--table-format says what the files of --table FOLDER/ are; add it")
        return None
    return TableRequest(Path(args.table), is_folder_name(args.table), form)
