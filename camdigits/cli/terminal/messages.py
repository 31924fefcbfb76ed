"""What the command says to people: single lines on standard error."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

from camdigits.errors import CamdigitsError, DependencyError, OutputError, SourceDamagedError
from camdigits.support.passwords import masked_within
from camdigits.support.printable import printable, reason


class _ClosedOutput(io.TextIOBase):
    """Standard output that the process was started without: nothing can be written to it."""

    name = "<stdout>"

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def write(self, text: str) -> int:
        raise OutputError(
            "standard output is closed, and nothing can be printed: send it to a file, or to "
            f"{os.devnull} if it is not wanted"
        )


class Printed:
    """Standard output that tells in one line why it cannot be written.

    Without it argparse would pass over a help that could not be printed.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write text.

        Raises:
            BrokenPipeError: if nobody reads it any more.
            OutputError: if it cannot be written.
        """
        with _told():
            return self._stream.write(text)

    def flush(self) -> None:
        """Hand on what was written, raising as `write` does."""
        with _told():
            self._stream.flush()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write to <stdout>: {reason(error)}") from error


def open_standard_streams() -> None:
    """Give the process the standard output and error that it was started without (``>&-``).

    Without them the next file that is opened would get their descriptors.  What is written to an
    output that is closed raises an `OutputError`; messages are dropped, as nobody can see them.
    """
    if sys.stdout is None:
        sys.stdout = cast(TextIO, _ClosedOutput(os.open(os.devnull, os.O_WRONLY)))
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115


def say(message: str) -> None:
    """Print one line to standard error, with the program's name in front and without passwords.

    Standard error may be closed or its reader gone; that must not hide the exit code.
    """
    with suppress(OSError):
        print(f"camdigits: {printable(masked_within(message))}", file=sys.stderr, flush=True)
    settle(sys.stderr)


def say_why(error: CamdigitsError) -> None:
    """Print what an error says, a line for each part of a source that could not be read."""
    for line in error.lines if isinstance(error, SourceDamagedError) else (str(error),):
        say(line)


def settle(stream: TextIO) -> None:
    """Flush a standard stream; if that fails, drop what is left.

    Python flushes once more when it exits, and would complain there with exit code 120.
    """
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


_INCOMPLETE_OPENCV = re.compile(r"module 'cv2(\.\w+)?' has no attribute")
"""OpenCV's several packages lie in one folder: with one of two, half of the other is taken away."""


def broken_dependency(error: BaseException) -> DependencyError | None:
    """Return what the user can do about a package that is broken; None if the error is another."""
    if isinstance(error, ImportError):
        return _missing_dependency(error)
    if isinstance(error, AttributeError) and _INCOMPLETE_OPENCV.match(str(error)):
        return DependencyError(
            "OpenCV is incomplete, or of another version than camdigits is for: "
            "pip uninstall -y opencv-python opencv-python-headless, then pip install opencv-python"
        )
    return None


def _missing_dependency(error: ImportError) -> DependencyError:
    library = re.match(r"(lib\S+): cannot open shared object file", str(error))
    if library:
        return DependencyError(
            f"the system library {library[1]} is missing; on Debian and Ubuntu: "
            f"apt install libgl1 libglib2.0-0"
        )
    return DependencyError(
        f"a package could not be loaded ({error}); install camdigits again with pip"
    )
