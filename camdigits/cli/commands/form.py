"""``camdigits form``: stacks of filled-in forms, by commands of its own."""

from __future__ import annotations

import argparse
import importlib
from typing import TYPE_CHECKING, cast

from camdigits.errors import UsageError

if TYPE_CHECKING:
    from camdigits.cli import Command

NAME = "form"
ACTIONS = {
    "new": "write the file of a form: where its fields are, and what fits them",
    "edit": "change the fields of a form in a browser",
    "read": "read sheets of a form into a table, one row a sheet",
    "review": "look at the doubtful fields of a table, and correct them",
}
"""What ``camdigits form`` does; each lives in the module of that name in `camdigits.cli.forms`."""

_DESCRIPTION = "Makes a table of a stack of filled-in forms: one row a sheet, one column a field."
_EPILOG = """\
examples:
  camdigits form new cover.jpg -o cover.form.json
                                                 draw the fields of a form in a browser
  camdigits form read scans/ --form cover.form.json --table marks.csv
                                                 all its sheets in a folder
  camdigits form review marks.csv                the doubtful fields, in a browser

'camdigits form COMMAND --help' explains each.
"""


def choose(typed: list[str]) -> tuple[Command, list[str]]:
    """Return the command that is meant, and the arguments for it.

    Raises:
        UsageError: if it is none.
    """
    if typed and typed[0] in ACTIONS:
        module = importlib.import_module(f"camdigits.cli.forms.{typed[0]}")
        return cast("Command", module), typed[1:]
    if typed and typed[0] in ("-h", "--help"):
        _help().print_help()
        raise SystemExit(0)
    names = " or ".join(ACTIONS)
    if typed and not typed[0].startswith("-"):
        raise UsageError(f"{typed[0]!r} is no command of camdigits form; use {names}")
    raise UsageError(f"what is to be done with a form? Use camdigits form {names}")


def _help() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "camdigits form", formatter_class=argparse.RawDescriptionHelpFormatter, add_help=False
    )
    usages = [_usage(action) for action in ACTIONS]
    parser.usage = "\n       ".join(usages)
    parser.description = _DESCRIPTION
    parser.epilog = "commands:\n" + "".join(f"  {a:8}{what}\n" for a, what in ACTIONS.items())
    parser.epilog += "\n" + _EPILOG
    return parser


def _usage(action: str) -> str:
    """Return the usage of a command, on several lines."""
    parser = argparse.ArgumentParser(f"camdigits form {action}")
    module = importlib.import_module(f"camdigits.cli.forms.{action}")
    cast("Command", module).add_arguments(parser)
    return parser.format_usage().removeprefix("usage: ").rstrip()
