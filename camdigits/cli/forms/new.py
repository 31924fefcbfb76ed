"""``camdigits form new``: the file of a form, by a picture of it and its fields."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from camdigits.cli.forms.draw import draw
from camdigits.cli.forms.files import loaded, told
from camdigits.cli.forms.pages import add_port
from camdigits.cli.options.arguments import place
from camdigits.errors import UsageError
from camdigits.support.printable import printable

NAME = "form new"

_DESCRIPTION = """\
Writes the file of a form: a picture or PDF that shows it, where its fields are, and what fits
them.  Without --field they are drawn on a page for a browser on this machine, whose address is
printed; each change is written at once.  Boxes of --field are in pixels of the picture, from its
top left corner on; what fits such a field is added with 'camdigits form edit', or by hand as
docs/forms.md says.
"""
_EPILOG = """\
examples:
  camdigits form new cover.jpg -o cover.form.json
                                                 a picture of the form, on which fields are drawn
  camdigits form new cover.jpg -o cover.form.json --field total=number:300,700,120,70
                                                 a picture of the form, with one field
  camdigits form new card.pdf --page 2 -o card.form.json --field meter=comb/8:420,310,520,76
                                                 a page of a PDF; a comb of eight boxes
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("sheet", type=place, metavar="SHEET", help="a picture or PDF of the form")
    parser.add_argument(
        "-o", "--output", type=place, metavar="FILE", required=True, help="the file to write"
    )
    parser.add_argument(
        "--field",
        action="append",
        default=[],
        type=_field,
        dest="fields",
        metavar="NAME=KIND:X,Y,W,H",
        help="a field; the kind is number, decimal, date, time, comb/BOXES or tick (default: "
        "fields are drawn in a browser)",
    )
    parser.add_argument("--page", type=int, metavar="N", help="of the PDF, from 1")
    parser.add_argument(
        "--filled", action="store_true", help="the picture shows a sheet that is filled in"
    )
    parser.add_argument("--force", action="store_true", help="replace a file that exists")
    add_port(parser)


def run(args: argparse.Namespace) -> int:
    """Write the file, and say what it holds."""
    from camdigits.forms.loading import form_of, form_text
    from camdigits.forms.sheet.reference import read_picture, reference_of, upright
    from camdigits.support.output_file import check_target, write_whole

    if args.page is not None and args.page < 1:
        raise UsageError(f"--page {args.page}: pages are counted from 1")
    check_target(args.output, args.force, args.sheet)
    name = args.output.name.removesuffix(".json").removesuffix(".form") or "form"
    record: dict[str, Any] = {
        "schema": 1,
        "name": name,
        "size": [100, 100],
        "picture": str(args.sheet),
        "fields": [],
    }
    if args.page is not None:
        record["page"] = args.page
    image = read_picture(form_of(record, printable(str(args.output))))
    record |= {"size": [image.shape[1], image.shape[0]], "fields": args.fields}
    if args.filled:
        record["blank"] = False
    if not args.fields:
        reference_of(form_of(record, printable(str(args.sheet))), image)
        record["picture"] = _seen_from(args.output.parent, args.sheet)
        return draw(args.output, record, image, args.force, args.port)
    form = told(lambda: form_of(record, "--field"))
    reference_of(form, upright(form, image))
    made = form.record() | {"picture": _seen_from(args.output.parent, args.sheet)}
    write_whole(args.output, form_text(made).encode("utf-8"), args.force)
    loaded(args.output)
    count = len(form.fields)
    print(f"wrote {printable(str(args.output))}: {count} field{'s' * (count != 1)}")
    return 0


def _seen_from(folder: Path, picture: Path) -> str:
    """Return the path of a picture from a folder, or its full one from another drive."""
    try:
        return Path(os.path.relpath(picture, folder)).as_posix()
    except ValueError:
        return picture.absolute().as_posix()


def _field(text: str) -> dict[str, Any]:
    """Return the field that ``NAME=KIND:X,Y,W,H`` names, as a form's file has it.

    Raises:
        argparse.ArgumentTypeError: if it is none.
    """
    name, equals, rest = text.partition("=")
    kind, colon, box = rest.partition(":")
    kind, slash, count = kind.partition("/")
    try:
        sides = [int(side) for side in box.split(",")]
        digits = {"digits": int(count)} if slash else {}
        if len(sides) != 4 or not (equals and colon and name):
            raise ValueError("incomplete")
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not NAME=KIND:X,Y,W,H, such as total=number:300,700,120,70 or "
            "meter=comb/8:420,310,520,76"
        ) from None
    if kind == "comb" and not slash:
        raise argparse.ArgumentTypeError(
            f"{text!r} is a comb without the number of its boxes; for eight write "
            f"{name}=comb/8:{box}"
        )
    return {"name": name, "box": sides, "kind": kind, **digits}
