"""``camdigits form edit``: the fields of a form, changed in a browser on this machine."""

from __future__ import annotations

import argparse

from camdigits.cli.forms.draw import draw
from camdigits.cli.forms.files import loaded
from camdigits.cli.forms.pages import add_port
from camdigits.cli.options.arguments import place
from camdigits.support.output_file import check_target

NAME = "form edit"

_DESCRIPTION = """\
Shows a form with its fields on a page for a browser on this machine, to draw others and to change
or delete those that there are.  Each change is written to the form's file at once.  Prints the
page's address.
"""
_EPILOG = """\
examples:
  camdigits form edit cover.form.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("form", type=place, metavar="FORM", help="the file of a form")
    add_port(parser)


def run(args: argparse.Namespace) -> int:
    """Show the form until that is done, and say what its file holds."""
    from camdigits.forms.sheet.reference import read_picture, upright

    form = loaded(args.form)
    check_target(args.form, force=True, source=form.picture)
    image = upright(form, read_picture(form))
    picture = form.picture
    if picture.is_relative_to(args.form.parent):  # the file names it as seen from its own folder
        picture = picture.relative_to(args.form.parent)
    start = form.record() | {"picture": picture.as_posix()}
    return draw(args.form, start, image, force=True, at=args.port)
