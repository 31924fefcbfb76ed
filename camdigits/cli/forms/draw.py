"""A form is drawn on its sheet, in a browser on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from camdigits.cli.forms.files import loaded
from camdigits.cli.forms.pages import show
from camdigits.cli.options.server import load_web
from camdigits.cli.terminal.messages import say
from camdigits.support.output_file import check_writable
from camdigits.support.printable import printable

if TYPE_CHECKING:
    from camdigits.forms.sheet.reference import Image


def draw(output: Path, start: Mapping[str, Any], image: Image, force: bool, at: int) -> int:
    """Show a sheet until its fields are drawn, and say what the form's file holds.

    Args:
        output: the form's file.
        start: what it says beside what is drawn, and the fields that there are.
        image: ``(height, width, 3) uint8``, BGR, the sheet, of the form's size.
        force: a file that is there may be replaced.
        at: port of the page; 0 takes any that is free.

    Returns:
        The exit code.

    Raises:
        CamdigitsError: if nothing can be written or served.
    """
    load_web("drawing fields")
    check_writable(output)
    from camdigits.web.forms.drawing import FormDrawing

    drawing = FormDrawing(start, image, output, force)
    name = printable(str(output))
    try:
        show(drawing, at)
    finally:
        if drawing.form is None and start["fields"]:
            say(f"{name} stays as it was")
        elif drawing.form is None:
            say(f"no field was drawn, and {name} is not written")
        else:
            count = len(drawing.form.fields)
            print(f"wrote {name}: {count} field{'s' * (count != 1)}")
    if drawing.form is None and not start["fields"]:
        return 1
    loaded(output)
    return 0
