"""``camdigits form review``: doubtful fields of tables, in a browser on this machine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.forms.files import loaded
from camdigits.cli.forms.pages import add_port, show
from camdigits.cli.options.arguments import place
from camdigits.cli.options.server import load_web
from camdigits.cli.terminal.messages import say
from camdigits.errors import DataError, UsageError
from camdigits.support.paths import is_folder
from camdigits.support.printable import printable, reason

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
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument(
        "paths", nargs="+", type=place, metavar="TABLE|DIR", help="a table, or a folder of them"
    )
    add_port(parser)


def run(args: argparse.Namespace) -> int:
    """Show what is doubtful until nothing is, and say what was corrected."""
    found = _tables(args.paths)
    sheets = sum(len(table.sheets) for table in found.values())
    if not any(table.doubt_count for table in found.values()):
        print(f"{_names(found)}: {sheets} sheet{'s' * (sheets != 1)}, nothing to be looked at")
        return 0
    load_web("reviewing forms")
    from camdigits.web.forms.review import Review

    tables = [_opened(path, table) for path, table in found.items() if table.doubt_count]
    review = Review(tables)
    try:
        show(review, args.port)
    finally:
        for each in tables:
            _tell(each, found[each.path].doubt_count)
    return 0


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
