"""``camdigits form review``: doubtful fields of tables, in a browser on this machine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.forms.files import loaded
from camdigits.cli.forms.pages import add_port, show
from camdigits.cli.options.arguments import place
from camdigits.cli.options.server import load_web
from camdigits.cli.terminal.messages import say, say_why
from camdigits.errors import DataError, SourceError, UsageError
from camdigits.support.paths import is_file, is_folder
from camdigits.support.printable import printable, reason
from camdigits.support.user_folders import teach_folder

if TYPE_CHECKING:
    from camdigits.forms.readings import FormTable
    from camdigits.web.forms.tables import OpenTable

NAME = "form review"

_DESCRIPTION = """\
Shows the doubtful fields of tables that 'camdigits form read' wrote, one after the other, on a
page for a browser on this machine: the picture of the field beside its text.  Enter accepts the
text, or what is typed instead.  Each answer is written to the table at once, as corrected.  Prints
the page's address; ends when no field is doubtful any more, or with Ctrl-C.
"""
_EPILOG = """\
examples:
  camdigits form review marks.xlsx               the doubtful fields of a table
  camdigits form review tables/                  of all tables in a folder
  camdigits form review marks.xlsx --teach       keep what you corrected, to learn from
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument(
        "paths", nargs="+", type=place, metavar="TABLE|DIR", help="a table, or a folder of them"
    )
    add_port(parser)
    parser.add_argument(
        "--teach",
        nargs="?",
        type=place,
        const=teach_folder(),
        metavar="DIR",
        help="keep the digits of all corrected fields for 'camdigits train --teach', where it is "
        "certain which ink is which digit (default: keep none; without DIR, in your data folder)",
    )


def run(args: argparse.Namespace) -> int:
    """Show what is doubtful until nothing is, and say what was corrected."""
    if args.teach is not None and is_file(args.teach):
        raise UsageError(
            f"--teach {printable(str(args.teach))} is a file; name a folder, or write --teach "
            "behind the tables"
        )
    found = _tables(args.paths)
    sheets = sum(len(table.sheets) for table in found.values())
    if not any(table.doubt_count for table in found.values()):
        print(f"{_names(found)}: {sheets} sheet{'s' * (sheets != 1)}, nothing to be looked at")
        if args.teach is not None:
            return _teach([_opened(path, table) for path, table in found.items()], args.teach)
        return 0
    load_web("reviewing forms")
    from camdigits.web.forms.review import Review

    is_teaching = args.teach is not None
    tables = [
        _opened(path, table) for path, table in found.items() if table.doubt_count or is_teaching
    ]
    doubtful = [each for each in tables if each.table.doubt_count]
    review = Review(doubtful)
    is_done = False
    try:
        show(review, args.port)
        is_done = True
    finally:
        for each in doubtful:
            _tell(each, found[each.path].doubt_count)
        if not is_teaching or not is_done:
            _offer([each for each in doubtful if each.table is not found[each.path]])
    return _teach(tables, args.teach) if is_teaching else 0


def _tables(paths: list[Path]) -> dict[Path, FormTable]:
    """Return the tables that are named, or lie in folders that are."""
    from camdigits.sinks.tables.files import check_table_name
    from camdigits.web.forms.tables import opened

    found: dict[Path, FormTable] = {}
    for path in paths:
        if not is_folder(path):
            check_table_name(path)
            found[path] = opened(path)
            continue
        before = len(found)
        for each in _within(path):
            try:
                found[each] = opened(each)
            except DataError as error:
                say(f"left out: {error}")
        if len(found) == before:
            raise UsageError(
                f"{printable(str(path))}: no table of camdigits form read is in this folder; name "
                "one"
            )
    return found


def _within(folder: Path) -> list[Path]:
    from camdigits.sinks.tables.files import TABLE_SUFFIXES, check_table_name

    try:
        paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in TABLE_SUFFIXES)
    except OSError as error:
        raise UsageError(f"{printable(str(folder))}: {reason(error)}; name a table") from error
    for path in paths:
        check_table_name(path)
    return paths


def _opened(path: Path, table: FormTable) -> OpenTable:
    from camdigits.web.forms.tables import OpenTable, found_from

    return OpenTable(path, table, loaded(found_from(path, table.form)))


def _names(paths: dict[Path, FormTable]) -> str:
    return ", ".join(printable(str(path)) for path in paths)


def _tell(table: OpenTable, before: int) -> None:
    left = table.table.doubt_count
    state = f"{left} still to be looked at" if left else "nothing left to be looked at"
    print(f"{printable(str(table.path))}: {before - left} of {before} fields looked at, {state}")


def _offer(tables: list[OpenTable]) -> None:
    """Say that what was corrected can be taught, and how; nothing of it is kept so far."""
    from camdigits.web.forms.teaching import corrected, digit_count

    texts = [
        text for each in tables for sheet in each.table.sheets for text in corrected(sheet).values()
    ]
    if texts:
        digits = _count(sum(map(digit_count, texts)), "digit")
        say(
            f"up to {digits} of {_count(len(texts), 'corrected field')} can be taught: the same "
            "command with --teach keeps them"
        )


def _teach(tables: list[OpenTable], path: Path) -> int:
    """Keep the digits of all corrected fields, and say which are left out.

    Returns:
        The exit code: that of a sheet that could not be looked at, if there is one.
    """
    from camdigits.teaching.examples import TeachFolder
    from camdigits.web.forms.teaching import corrected, keep

    sheets = sum(bool(corrected(sheet)) for each in tables for sheet in each.table.sheets)
    if not sheets:
        print("no corrected field has digits, and nothing was kept")
        return 0
    say(f"looking for the corrected digits on {_count(sheets, 'sheet')}")
    code = 0

    def tell(error: SourceError) -> None:
        nonlocal code
        say_why(error)
        code = error.exit_code

    kept = keep(tables, TeachFolder(path), tell)
    if kept.digits:
        of_own = "" if path == teach_folder() else f" {printable(str(path))}"
        print(
            f"kept {_count(kept.digits, 'digit')} of {_count(kept.fields, 'corrected field')} in "
            f"{printable(str(path))}, {kept.new} of them new; camdigits train --teach{of_own} "
            "learns them"
        )
    if kept.fields_left_out:
        print(
            f"left out {_count(kept.fields_left_out, 'field')} of "
            f"{_count(kept.digits_left_out, 'digit')}: it is not certain which ink is which digit"
        )
    return code


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
