"""Streams of lines: each one is whole and out before the next begins."""

from __future__ import annotations

import io
import os
import re
import stat
from contextlib import suppress
from errno import EAGAIN
from pathlib import Path
from typing import Protocol

from camdigits.errors import OutputError
from camdigits.support.context_manager import Closeable
from camdigits.support.output_file import check_target, remove_quietly
from camdigits.support.printable import printable, reason
from camdigits.types import SourceStatus

if os.name == "posix":
    import fcntl


_BYTES = re.compile("[\udc80-\udcff]")
"""What stands for the bytes of a name that is no UTF-8."""


class TextStream(Protocol):
    """Where lines go: an open text file, standard output, `io.StringIO`, `LineFile`."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...


class LineFile:
    """A file that is valid up to its last line at any time.

    A line goes to the operating system in one call, so killing the process cuts none in half; one
    that a full disk cuts is taken back, and a file without any line is removed then.  Where the
    system has locks, no other run can write to the file meanwhile.

    Attributes:
        name: the file, for messages.
        kept: what a message about a failed line says of those before; nothing of a pipe or device.
    """

    encoding = "utf-8"

    def __init__(self, path: Path, force: bool = False) -> None:
        """Create the file.

        Args:
            path: the file, or a pipe or device such as ``/dev/null``.
            force: an existing file may be replaced.

        Raises:
            OutputError: if it exists without `force` or cannot be created.
        """
        check_target(path, force)
        self.name = str(path)
        try:
            self._file = _locked(path)
        except BlockingIOError as error:
            raise OutputError(
                f"{printable(self.name)} is being written by another run: name another file"
            ) from error
        except OSError as error:
            raise OutputError(f"cannot write {printable(self.name)}: {reason(error)}") from error
        self._is_regular = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)
        self.kept = "; it is complete up to its last line" if self._is_regular else ""

    def write(self, text: str) -> None:
        """Write text as UTF-8; names that are no UTF-8 keep their bytes."""
        line = memoryview(text.encode("utf-8", "surrogateescape"))
        start = self._file.tell() if self._is_regular else None
        try:
            while line:
                line = line[self._file.write(line) :]
        except OSError:
            if start is not None:
                with suppress(OSError):  # what failed first is what is told
                    self._file.seek(start)
                    self._file.truncate()
            if start == 0:
                remove_quietly(Path(self.name))
                self.kept = "; nothing of it could be kept"
            raise

    def flush(self) -> None:
        """Do nothing: every line is out already."""

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._file.close()


def _locked(path: Path) -> io.FileIO:
    """Open a file for writing, and empty it once it is certain that nobody else writes to it.

    Raises:
        BlockingIOError: if another run does.
        OSError: if it cannot be opened.
    """
    is_new = not path.exists()
    file = io.FileIO(path, "x" if is_new else "w", opener=_open_as_it_is)
    if path.is_file():
        try:
            lock(file)
            file.truncate(0)
        except BaseException:
            file.close()
            raise
    return file


def _open_as_it_is(name: str, flags: int) -> int:
    return os.open(name, flags & ~os.O_TRUNC, 0o666)


def lock(file: io.FileIO) -> None:
    """Keep other runs from writing to a file until it is closed, where the system has locks.

    Raises:
        BlockingIOError: if another run writes to it.
    """
    if os.name == "posix":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno == EAGAIN:
                raise
            # Some network file systems know no locks; then it is as on Windows.


class LineSink(Closeable):
    """A sink that writes lines to a stream; it closes the stream only if that is a `LineFile`."""

    def __init__(self, stream: TextStream) -> None:
        self._stream = stream

    def tell(self, status: SourceStatus) -> None:
        """Write that a camera was lost or is back, where there is a record of that."""

    def _put(self, line: str) -> None:
        """Write one line, its end included, and flush it.

        Raises:
            OutputError: if it could not be written.
            BrokenPipeError: if nobody reads any more; the caller decides what that means.
        """
        try:
            self._write(line)
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            name = printable(str(getattr(self._stream, "name", "the output")))
            kept = self._stream.kept if isinstance(self._stream, LineFile) else ""
            raise OutputError(f"cannot write to {name}: {reason(error)}{kept}") from error

    def _write(self, line: str) -> None:
        """Write as a `LineFile` does, and escape what the stream cannot take.

        A terminal may know ASCII only.
        """
        encoding = getattr(self._stream, "encoding", None)
        if encoding is None or isinstance(self._stream, LineFile):
            self._stream.write(line)
            return
        buffer = getattr(self._stream, "buffer", None)
        if buffer is not None and _BYTES.search(line):
            with suppress(UnicodeEncodeError):
                data = line.encode(encoding, "surrogateescape")
                self._stream.flush()
                buffer.write(data)
                return
        self._stream.write(line.encode(encoding, "backslashreplace").decode(encoding))

    def close(self) -> None:
        """Close the file behind the sink; a stream that was handed in stays open."""
        if isinstance(self._stream, LineFile):
            self._stream.close()
