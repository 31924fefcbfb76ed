"""Files behind http addresses, read as files are: as they come, or from any place on."""

from __future__ import annotations

import http.client
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from camdigits.errors import SourceError
from camdigits.sources.remote.answer import Answer

if TYPE_CHECKING:
    from typing import BinaryIO

BLOCK_BYTES = 64 * 1024
KEPT_BLOCKS = 64
"""FFmpeg goes to and fro between pictures and sound, which may lie far from each other."""
SKIPPED_BYTES = 1024 * 1024
"""Up to here reading on is faster than asking anew."""
PAUSES_S = (0.5, 1.0, 2.0)
"""Before a part that did not come is asked for again."""
WAIT_S = 10.0
"""For the next bytes."""

Again = Callable[[int], Answer]
"""Asks for the same from a byte on."""


class RemotePipe:
    """A file whose server gives it from its beginning to its end only.

    Args:
        answer: nothing was taken of it; closed with this.
        wait_s: for the next bytes.

    Attributes:
        problem: why not all of it came; "" if it did.
    """

    is_remote = True

    def __init__(self, answer: Answer, wait_s: float = WAIT_S) -> None:
        answer.wait_for(wait_s)
        self._answer, self._taken = answer, 0
        self.problem = ""

    def read(self, count: int) -> bytes:
        """Return the next bytes, as many as are there up to `count`; none at the end or a problem.

        Raising would have FFmpeg throw away what came before.
        """
        if self.problem:
            return b""
        try:
            block = self._answer.read(count)
        except OSError:
            block, is_broken = b"", True
        else:
            self._taken += len(block)
            is_broken = not block and count > 0 and self._taken < (self._answer.length or 0)
        if is_broken:
            self.problem = _broken(self._taken, self._answer.length)
        return block

    def seekable(self) -> bool:
        """Return False."""
        return False

    def interrupt(self) -> None:
        """End the connection, also while another thread waits for bytes."""
        self._answer.interrupt()

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        self._answer.close()


class RemoteFile:
    """A file whose server gives any part of it.

    What breaks off is asked for again where it broke off.

    Args:
        answer: of known length; nothing was taken of it; closed with this.
        again: asks anew.

    Attributes:
        problem: why not all of it came; "" if it did.
    """

    is_remote = True

    def __init__(self, answer: Answer, again: Again) -> None:
        answer.wait_for(WAIT_S)
        self._answer, self._at, self._again = answer, 0, again
        self._size, self._place = answer.length or 0, 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self.problem = ""

    def read(self, count: int) -> bytes:
        """Return the next bytes: `count`, or fewer at the end or a problem."""
        found = bytearray()
        count = min(count, self._size - self._place)
        while len(found) < count:
            number, offset = divmod(self._place, BLOCK_BYTES)
            part = self._block(number)[offset : offset + count - len(found)]
            if not part:
                break
            found += part
            self._place += len(part)
        return bytes(found)

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place and return it."""
        self._place = max(0, offset + (0, self._place, self._size)[whence])
        return self._place

    def tell(self) -> int:
        """Return the place."""
        return self._place

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        self._answer.close()

    def _block(self, number: int) -> bytes:
        block = self._blocks.get(number)
        if block is None:
            start = number * BLOCK_BYTES
            if self.problem:
                return b""
            block = self._fetched(start, min(BLOCK_BYTES, self._size - start))
            if self.problem:
                return block
            self._blocks[number] = block
            if len(self._blocks) > KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        return block

    def _fetched(self, start: int, count: int) -> bytes:
        """Return bytes of the file; what does not come is asked for again a few times."""
        found = bytearray()
        pauses = iter(PAUSES_S)
        while len(found) < count:
            try:
                self._go(start + len(found))
                block = self._answer.read(count - len(found))
                if not block:
                    raise ConnectionError("it ended early")
            except (OSError, http.client.HTTPException, SourceError):
                self._answer.close()
                self._at = -1
                pause_s = next(pauses, None)
                if pause_s is None:
                    self.problem = _broken(start + len(found), self._size)
                    break
                time.sleep(pause_s)
                continue
            self._at += len(block)
            found += block
        return bytes(found)

    def _go(self, place: int) -> None:
        """Have the connection give the bytes from a place on."""
        if not 0 <= place - self._at <= SKIPPED_BYTES or self._at < 0:
            self._answer.close()
            self._answer = self._again(place)
            self._answer.wait_for(WAIT_S)
            self._at = place if self._answer.is_partial else 0
        while self._at < place:
            block = self._answer.read(min(BLOCK_BYTES, place - self._at))
            if not block:
                raise ConnectionError("it ended early")
            self._at += len(block)


def open_file(answer: Answer, again: Again) -> BinaryIO:
    """Return what an answer holds as a file, as far as its server allows."""
    is_whole = answer.length is not None and answer.has_ranges
    return RemoteFile(answer, again) if is_whole else RemotePipe(answer)  # type: ignore[return-value]


def _broken(place: int, size: int | None) -> str:
    of = f" of {size}" if size is not None else ""
    return f"the connection broke off after {place}{of} bytes"
