"""Reads a file or a pipe as it comes, and can look ahead in both."""

from __future__ import annotations

from contextlib import suppress
from errno import EFBIG
from typing import BinaryIO, cast

HEAD_BYTES = 4096

MOST_SPOOLED = 16 * 2**30
"""Bytes of a pipe that are put aside."""

_PIPE_HEAD_BYTES = 512
"""Enough for every signature, and little enough to arrive with the first frame of a stream."""

_BLOCK = 64 * 1024


class Reader:
    """A stream of bytes that delivers what is there instead of waiting for more.

    A buffered pipe would hold a frame back until its buffer is full.

    Args:
        stream: a file or pipe opened for binary reading, at its beginning; closed with the
            reader.
        keep_open: leave the stream open when the reader is closed: standard input is not ours.
    """

    def __init__(self, stream: BinaryIO, keep_open: bool = False) -> None:
        self._stream, self._keep_open = stream, keep_open
        self._read_some = getattr(stream, "read1", stream.read)
        self._ahead = bytearray()
        self._taken = 0

    @property
    def is_remote(self) -> bool:
        """Whether it comes over the network: its bytes may be waited for, and places cost time."""
        return getattr(self._stream, "is_remote", False)

    @property
    def problem(self) -> str:
        """Why the rest of a remote file does not come; "" if nothing keeps it."""
        return getattr(self._stream, "problem", "")

    def interrupt(self) -> None:
        """End the connection of a remote file, also while another thread waits for its bytes."""
        if (end := getattr(self._stream, "interrupt", None)) is not None:
            end()

    def head(self) -> bytes:
        """Return the first bytes: up to `HEAD_BYTES` of a file, fewer of a pipe, which may be slow.

        Call it before anything was taken.
        """
        return self.peek(HEAD_BYTES if self.seekable() else _PIPE_HEAD_BYTES)

    def peek(self, count: int) -> bytes:
        """Return the next bytes without taking them: `count`, or fewer at the end."""
        if self.seekable():
            place = self._stream.tell()
            found = self._stream.read(count)
            self._stream.seek(place)
            return found
        return bytes(self.ahead(count)[:count])

    def ahead(self, count: int) -> bytearray:
        """Return the next bytes of a pipe, all that were taken ahead: at least `count`, if it can.

        Not to be changed nor kept: they are no copy.
        """
        while len(self._ahead) < count and (block := self._read_some(_BLOCK)):
            self._ahead += block
        return self._ahead

    def read(self, count: int) -> bytes:
        """Return the next bytes, as many as are there up to `count`; none only at the end."""
        if self._ahead:
            block = bytes(self._ahead[:count])
            del self._ahead[:count]
        else:
            block = self._read_some(count)
        self._taken += len(block)
        return block

    def spooled(self) -> Reader:
        """Return a file with the rest of a pipe, read to its end; a file returns itself.

        Raises:
            OSError: if there is no room for it, it is more than `MOST_SPOOLED`, or it broke off.
        """
        if self.seekable():
            return self
        import tempfile

        # Closed with the reader that is returned.
        store = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            while block := self.read(_BLOCK):
                store.write(block)
                if self._taken > MOST_SPOOLED:
                    raise OSError(EFBIG, f"more than {MOST_SPOOLED >> 30} GiB")
            if self.problem:
                raise OSError(self.problem)
            store.seek(0)
        except OSError:
            # What could not be written is tried once more here; Python 3.14 would complain later.
            with suppress(OSError):
                store.close()
            raise
        self.close()
        return Reader(cast("BinaryIO", store))

    def size(self) -> int:
        """Return how many bytes the file has; of a pipe, how many were taken so far."""
        if not self.seekable():
            return self._taken
        place = self._stream.tell()
        size = self._stream.seek(0, 2)
        self._stream.seek(place)
        return size

    def readable(self) -> bool:
        """Return True: PyAV asks."""
        return True

    def seekable(self) -> bool:
        """Return whether this is a file rather than a pipe."""
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in a file and return it."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in a file."""
        return self._stream.tell()

    def close(self) -> None:
        """Close the stream; a second call does nothing."""
        if not self._keep_open:
            self._stream.close()
