"""Takes the pictures out of a multipart answer, as browsers do: cameras keep to no standard.

FFmpeg's reader wants parts labelled image/jpeg, a boundary with dashes, and nothing before it.
"""

from __future__ import annotations

import re

from camdigits.sources.images.header import jpeg_end
from camdigits.sources.remote.answer import Answer
from camdigits.sources.sniff import media_kind

MAX_BYTES = 64 * 2**20
"""Of one picture."""
_BLOCK = 64 * 1024
_MOST_LINE = 1024
_JPEG = b"\xff\xd8\xff"
_TOLD_BY = 32
"""Bytes by which a picture is known."""
_PICTURES = ("image", "animation")
_LENGTH = re.compile(rb"content-length\s*:\s*(\d{1,9})\s*$", re.IGNORECASE)
_HEADER = re.compile(rb"[\w-]+\s*:")


class Parts:
    """The pictures of a multipart answer, one after the other, each as soon as it is there.

    A part is a picture if it begins like one, whatever its label says.  It ends where its stated
    length says; without one a JPEG where its own form says, any other at the next boundary.

    Args:
        answer: nothing was taken of it.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer, self._ahead = answer, bytearray()
        self._boundary = answer.boundary or b"\r\n--"

    def next(self) -> bytes | None:
        """Return the next picture; None at the end.

        Raises:
            OSError: if the connection broke off, or a picture does not end.
        """
        while (length := self._header()) is not None:
            if (body := self._body(length)) is None:
                return None
            if media_kind(body[:_TOLD_BY]) in _PICTURES:
                return body
        return None

    def _header(self) -> int | None:
        """Take lines up to a picture; return the length that they state, 0 for none.

        None at the end.
        """
        length, is_within = 0, False
        while True:
            if self._begins_picture():
                return length
            line = self._line()
            if line is None:
                return None
            if line and (found := _LENGTH.match(line)):
                length = int(found[1])
            elif not line and is_within and length:
                return length
            elif line and not _HEADER.match(line):  # a boundary, or what is left of something else
                length = 0
            is_within = bool(line)

    def _begins_picture(self) -> bool:
        return self._more(_TOLD_BY) and media_kind(bytes(self._ahead[:_TOLD_BY])) in _PICTURES

    def _line(self) -> bytes | None:
        """Take a line, without its end; of what is no text as much as is surely no picture."""
        place = 0
        while (end := self._ahead.find(b"\n", place)) < 0 and len(self._ahead) < _MOST_LINE:
            place = len(self._ahead)
            if not self._more(place + 1):
                return None
        picture = self._ahead.find(_JPEG, 0, end if end >= 0 else len(self._ahead))
        if picture > 0:
            end = picture - 1
        elif end < 0:
            end = len(self._ahead) - len(_JPEG)
        line = bytes(self._ahead[: end + 1])
        del self._ahead[: end + 1]
        return line.rstrip(b"\r\n")

    def _body(self, length: int) -> bytes | None:
        """Take a picture, or what else has a length; None if it does not come whole."""
        if length:
            if length > MAX_BYTES:
                raise OSError(f"a part of {length} bytes is no picture")
            if not self._more(length):
                return None
            # Some count the end of line behind it, too.
            size = jpeg_end(bytes(self._ahead[:length])) or length
            return self._taken(min(size, length))
        size = 0
        while (end := self._end(size)) is None:
            size = len(self._ahead)
            if size > MAX_BYTES:
                raise OSError("a picture does not end")
            if not self._more(size + 1):
                return None
        return self._taken(end)

    def _end(self, seen: int) -> int | None:
        """Return where a picture of no stated length ends; None if it goes on.

        Args:
            seen: up to here it was looked for before.
        """
        if not self._ahead.startswith(_JPEG):
            end = self._ahead.find(self._boundary, max(0, seen - len(self._boundary)))
            return None if end < 0 else end
        if self._ahead.find(b"\xff\xd9", max(0, seen - 1)) < 0:
            return None
        return jpeg_end(bytes(self._ahead))

    def _taken(self, size: int) -> bytes:
        part = bytes(self._ahead[:size])
        del self._ahead[:size]
        return part

    def _more(self, count: int) -> bool:
        """Wait until so many bytes are there; return False if they will not be."""
        while len(self._ahead) < count:
            block = self._answer.read(_BLOCK)
            if not block:
                return False
            self._ahead += block
        return True
