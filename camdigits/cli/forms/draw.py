"""A form is drawn on its sheet, in a browser on this machine."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from camdigits.cli.forms.files import loaded
from camdigits.cli.forms.pages import show
from camdigits.cli.options.server import load_web
from camdigits.support.printable import printable

if TYPE_CHECKING:
    from camdigits.forms.reference import Image


def draw(args: argparse.Namespace, start: Mapping[str, Any], image: Image) -> int:
    """Show the sheet until its fields are drawn, and say what the form's file holds.

    Args:
        args: of ``camdigits form new``.
        start: what the form's file says beside what is drawn.
        image: ``(height, width, 3) uint8``, BGR, the sheet, of the form's size.
    """
    load_web("drawing fields")
    from camdigits.web.forms.drawing import FormDrawing

    drawing = FormDrawing(start, image, args.output, args.force)
    name = printable(str(args.output))
    try:
        show(drawing, args.port)
    finally:
        if drawing.form is None:
            print(f"no field was drawn, and {name} is not written")
        else:
            count = len(drawing.form.fields)
            print(f"wrote {name}: {count} field{'s' * (count != 1)}")
    loaded(args.output)
    return 0
