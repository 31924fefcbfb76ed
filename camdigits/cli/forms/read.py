"""``camdigits form read``: sheets of a form become a table."""

from __future__ import annotations

import argparse
import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.options.arguments import named, place
from camdigits.cli.options.extent import add_pages
from camdigits.cli.terminal.messages import say, say_why
from camdigits.cli.terminal.signals import hold_stop_signals
from camdigits.errors import SourceError, UsageError
from camdigits.support.printable import printable

if TYPE_CHECKING:
    from camdigits.forms.form import Form
    from camdigits.forms.readings import FieldReading, FormTable, SheetReading
    from camdigits.sources import SourceSpec

NAME = "form read"
_MOST_PROCESSES = 64

_DESCRIPTION = """\
Reads pictures, folders, PDFs (each page is a sheet) and videos (each sheet that lies still is read
once) of a form that is filled in, and writes a table: one row a sheet, a column a field.  What is
not surely read is marked, with the reason.  A sheet of another form is refused, and the others are
read; the exit code is 3 then.
"""
_EPILOG = """\
examples:
  camdigits form read scans/ --form cover.form.json --table marks.xlsx
                                                 a folder of pictures
  camdigits form read stack.pdf --form cover.form.json --table marks.csv
                                                 a document, a sheet on each page
  camdigits form read photo.jpg --form cover.form.json
                                                 one sheet, on the terminal
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument(
        "paths", nargs="+", type=named, metavar="PATH", help="a picture, folder, PDF or video"
    )
    parser.add_argument(
        "--form", type=place, metavar="FILE", required=True, help="the file of the form"
    )
    parser.add_argument(
        "--table",
        type=place,
        metavar="FILE",
        help="write a .csv or .xlsx; without it a line for each sheet is printed",
    )
    parser.add_argument("--force", action="store_true", help="replace a table that exists")
    add_pages(parser)
    parser.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help="read so many sheets at a time (default: the processor's cores)",
    )


def run(args: argparse.Namespace) -> int:
    """Read the sheets, write the table, and say what is to be looked at."""
    if args.processes is not None and not 1 <= args.processes <= _MOST_PROCESSES:
        raise UsageError(f"--processes {args.processes} is not 1 to {_MOST_PROCESSES}")
    specs = _specs(args.paths)
    if args.table is not None:
        _check_table(args.table, args.force, [*specs], args.form)
    from camdigits.cli.forms.files import loaded
    from camdigits.forms.readings import FormTable
    from camdigits.forms.stack import Refused, Stack, processes_for

    form = loaded(args.form)
    if not form.fields:
        raise UsageError(f"{printable(str(args.form))} has no fields; add some to read")
    specs = _without_own(specs, form)
    sheets: list[SheetReading] = []
    code = 0
    try:
        stack = Stack(form, processes=processes_for(args.processes), pages=args.pages)
        with closing(stack.read(specs)) as readings:
            for each in readings:
                if isinstance(each, Refused):
                    say_why(each.error)
                    code = each.error.exit_code
                    continue
                sheets.append(each)
                if args.table is None:
                    print(_line(each))
    except KeyboardInterrupt:
        _tell_stop(len(sheets), args.table)
        raise
    if not sheets:
        raise SourceError("no sheet was read, and no table written; the lines above say why")
    if args.table is not None:
        _write(args, FormTable(args.form, tuple(sheets)))
    return code


def _tell_stop(count: int, table: Path | None) -> None:
    read = f"stopped after {count} sheet{'s' * (count != 1)}"
    if table is not None:
        say(f"{read}; no table was written")
    else:
        say(
            f"{read}; the lines of those are all there is" if count else "stopped; nothing was read"
        )


def _specs(paths: list[str]) -> list[SourceSpec]:
    from camdigits.sources import expand

    specs = expand(paths)
    for spec in specs:
        if spec.kind != "file":
            raise UsageError(f"{printable(spec.name)}: forms are read from files; name one")
    return _each_once(specs)


def _each_once(specs: list[SourceSpec]) -> list[SourceSpec]:
    """Return the sources without files that came before: their sheets would be rows twice."""
    found: dict[str, SourceSpec] = {}
    for spec in specs:
        path = os.path.realpath(str(spec.target))
        if path in found:
            say(f"{printable(spec.name)}: given more than once; read once")
        found.setdefault(path, spec)
    return list(found.values())


def _without_own(specs: list[SourceSpec], form: Form) -> list[SourceSpec]:
    """Return the sources without the blank picture of the form, which may lie among its sheets."""
    own = [spec for spec in specs if form.is_blank and _is_same(Path(str(spec.target)), form)]
    for spec in own:
        say(f"{printable(spec.name)}: the form's own blank picture; left out")
    return [spec for spec in specs if spec not in own]


def _is_same(path: Path, form: Form) -> bool:
    try:
        return form.page is None and path.samefile(form.picture)
    except OSError:
        return False


def _check_table(path: Path, force: bool, specs: list[SourceSpec], form: Path) -> None:
    from camdigits.sinks.tables.files import check_table_name
    from camdigits.support.output_file import check_target, check_writable

    check_table_name(path)
    for source in (form, *(Path(str(spec.target)) for spec in specs)):
        check_target(path, force=True, source=source)
    check_target(path, force)
    check_writable(path)


def _write(args: argparse.Namespace, table: FormTable) -> None:
    from camdigits.forms.tables.files import write_table

    sheets, fields = len(table.sheets), sum(len(sheet.fields) for sheet in table.sheets)
    doubts = table.doubt_count
    with hold_stop_signals():  # a table that was written is told too
        write_table(args.table, table, args.force)
        print(
            f"wrote {printable(str(args.table))}: {sheets} sheet{'s' * (sheets != 1)}, {fields} "
            f"fields, {doubts} of them to be looked at",
            flush=True,
        )


def _line(sheet: SheetReading) -> str:
    """Return a sheet as a line for people; a field in doubt has its reason behind it."""
    return f"{printable(sheet.place)}: {', '.join(map(_shown, sheet.fields))}"


def _shown(field: FieldReading) -> str:
    text = field.text or "-"
    doubt = f" ({field.why}?)" if field.state == "doubtful" else ""
    return f"{field.name} {text}{doubt}"
