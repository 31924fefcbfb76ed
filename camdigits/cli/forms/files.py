"""Files of forms as commands take them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.terminal.messages import say
from camdigits.errors import FormError

if TYPE_CHECKING:
    from camdigits.forms.form import Form


def loaded(path: Path) -> Form:
    """Return the form of a file; where it has several faults, all but the last are told.

    Raises:
        FormError: with the last fault.
    """
    from camdigits.forms.loading import load_form

    return told(lambda: load_form(path))


def told(form: Callable[[], Form]) -> Form:
    """Return a form that is made; where that has several faults, all but the last are told.

    Raises:
        FormError: with the last fault.
    """
    try:
        return form()
    except FormError as error:
        *before, last = error.lines
        for line in before:
            say(line)
        raise FormError(last) from error
