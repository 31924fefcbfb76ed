"""The ``camdigits`` command: arguments in, calls, exit codes out.

Only the standard library and the vocabulary are imported here and at the top of the command
files, so that ``--help`` and ``--version`` answer at once.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import Any, NoReturn, Protocol, TextIO, cast, runtime_checkable

from camdigits import __version__
from camdigits.cli.terminal.hints import hint, joined
from camdigits.cli.terminal.messages import (
    Printed,
    broken_dependency,
    open_standard_streams,
    say,
    settle,
)
from camdigits.cli.terminal.signals import raise_stop_signals, stop_behind
from camdigits.errors import CamdigitsError, DependencyError, UsageError
from camdigits.support.passwords import masked_within

COMMANDS = {
    "run": "read digits from a camera, a network stream, videos or pictures",
    "serve": "read in a browser, with its camera or a phone's; an API for programs",
    "batch": "read many videos and pictures into a folder, here or on a cluster",
    "cameras": "list the cameras of this machine, with their sizes and rates",
    "demo": "read the bundled clip: numbers on the terminal, a marked video in this folder",
    "form": "make tables of stacks of filled-in forms: new, edit, read, review",
    "teach": "label a photo of digits that you wrote, for 'train --teach' to learn from",
    "train": "train the network on MNIST and write weights that 'run --weights' takes",
    "evaluate": "measure weights on the test digits of MNIST, or the reading on your own photos",
    "adopt": "make weights that 'run --weights' takes of a network that somebody else trained",
    "export": "write weights as JSON and HDF5, as .keras or as .tflite",
    "doctor": "check this installation: versions, weights, display, cameras, one reading",
}
"""The commands, and what each is good for; each lives in the module of that name in `commands`,
which the table of commands in ``--help`` does without."""

_DESCRIPTION = "Reads handwritten digits with a camera, from a video or from a photo."
_EPILOG = """\
examples:
  camdigits run 0                          read what the first camera sees
  camdigits run photo.jpg                  print the numbers on a photo
  camdigits run clip.mp4 -o read.mp4       write a video with every digit boxed
  camdigits serve                          read in a browser, with its camera
  camdigits demo                           try it on the bundled clip

'camdigits COMMAND --help' explains a command and shows more examples.
"""


class Command(Protocol):
    """What a command's module holds."""

    NAME: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments, the description and an epilog of examples."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and return the exit code."""
        ...


@runtime_checkable
class Group(Protocol):
    """What the module of a command holds that has commands of its own."""

    def choose(self, typed: list[str]) -> tuple[Command, list[str]]:
        """Return the command that is meant, and the arguments for it.

        Raises:
            UsageError: if it is none.
        """
        ...


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        argv: the arguments after the program's name; None takes those of the process.

    Returns:
        0 done (also when the reader of standard output went away), 1 failed, 2 usage,
        3 a source failed, 4 nothing read, 128 + n stopped by signal n.
    """
    arguments = sys.argv[1:] if argv is None else argv
    open_standard_streams()
    with raise_stop_signals():
        try:
            with redirect_stdout(cast(TextIO, Printed(sys.stdout))):
                code = _exit_code(arguments)
                sys.stdout.flush()
        except BaseException as error:
            code = _report(error, verbose=_is_verbose(arguments))
        settle(sys.stdout)
        return code


def command() -> NoReturn:
    """Run the command line as a process, and end the process."""
    code = main()
    if any(thread.daemon for thread in threading.enumerate()):
        # A camera's read that returns while Python shuts down aborts the process: its thread is
        # unwound through C++ that does not allow that.  Everything is closed and flushed by now.
        settle(sys.stderr)
        os._exit(code)
    sys.exit(code)


class _StoreOnce(argparse._StoreAction):
    """Takes a value once: of several the last would win, and the others be lost unsaid."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if option_string is not None and getattr(self, "is_given", False):
            raise argparse.ArgumentError(self, "is given twice; give it once")
        self.is_given = True
        super().__call__(parser, namespace, values, option_string)


class _SwitchOnce(argparse.BooleanOptionalAction):
    """Refuses ``--fast --no-fast``, of which the last would win."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        before = getattr(self, "given", option_string)
        if before != option_string:
            raise argparse.ArgumentError(None, f"{before} and {option_string} contradict")
        self.given = option_string
        super().__call__(parser, namespace, values, option_string)


class _Parser(argparse.ArgumentParser):
    """Reports a usage error as one line instead of printing the usage as well."""

    def __init__(self, prog: str, typed: Sequence[str]) -> None:
        super().__init__(
            prog, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        self._typed = typed
        self.register("action", None, _StoreOnce)
        self.register("action", "store", _StoreOnce)
        self.register("action", argparse.BooleanOptionalAction, _SwitchOnce)

    def error(self, message: str) -> NoReturn:
        meant = hint(self._typed, self._option_string_actions)
        raise UsageError(f"{message}{meant} (see {self.prog} --help)")


def _exit_code(arguments: list[str]) -> int:
    try:
        return _run(arguments)
    except SystemExit as done:  # argparse, after it printed the help or the version
        return int(done.code or 0)


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        _answer_without_command(arguments)
    command, typed = _command(arguments[0]), arguments[1:]
    if isinstance(command, Group):
        command, typed = command.choose(typed)
    rest = joined(typed, "--roi")
    parser = _Parser(f"camdigits {command.NAME}", rest)
    command.add_arguments(parser)
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="tell more on stderr; tracebacks for bugs"
    )
    # Intermixed parsing takes "a.png --force b.png", but fails on a leading "--".
    parse = parser.parse_args if "--" in rest else parser.parse_intermixed_args
    return command.run(parse(rest))


def _command(name: str) -> Command | Group:
    return cast(Command | Group, importlib.import_module(f"camdigits.cli.commands.{name}"))


def _is_verbose(arguments: list[str]) -> bool:
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "-v" in options or "--verbose" in options


def _answer_without_command(arguments: list[str]) -> NoReturn:
    """Answer ``--help`` and ``--version``; anything else is a usage error."""
    *others, last = COMMANDS
    names = f"{', '.join(others)} or {last}"
    if arguments and not arguments[0].startswith("-"):
        raise UsageError(
            f"{arguments[0]!r} is not a command; use {names} (see camdigits --help; "
            f"to read a picture or video: camdigits run FILE)"
        )
    parser = _Parser("camdigits", arguments)
    parser.usage = "camdigits COMMAND [ARGUMENT ...]"
    parser.description = _DESCRIPTION
    width = max(len(name) for name in COMMANDS) + 2
    parser.epilog = "commands:\n" + "".join(
        f"  {name:{width}}{help_text}\n" for name, help_text in COMMANDS.items()
    )
    parser.epilog += "\n" + _EPILOG
    parser.add_argument("--version", action="version", version=f"camdigits {__version__}")
    parser.parse_args(arguments)
    parser.error(f"which command? Use {names}")


def _report(error: BaseException, *, verbose: bool) -> int:
    """Tell the user what ended the command, in one line, and return the exit code."""
    match error:
        case BrokenPipeError():  # ``camdigits run clip.mp4 | head -1`` is no failure
            return 0
        case KeyboardInterrupt():
            return int(getattr(error, "exit_code", 130))
        case ImportError() | DependencyError() if stopped := stop_behind(error):
            return stopped.exit_code
        case CamdigitsError():
            pass
        case _ if broken := broken_dependency(error):
            error = broken
        case _:
            if verbose:
                import traceback

                print(masked_within("".join(traceback.format_exception(error))), file=sys.stderr)
            error = _unexpected(error)
    say(str(error))
    return error.exit_code


def _unexpected(error: BaseException) -> CamdigitsError:
    if isinstance(error, OSError):
        is_of_file = isinstance(error.filename, str) and error.strerror
        said = f"{error.filename}: {error.strerror}" if is_of_file else str(error)
        return CamdigitsError(f"{said} (add -v to see where)")
    return CamdigitsError(
        f"this is a bug: {type(error).__name__}: {error} (add -v for the details to report)"
    )
