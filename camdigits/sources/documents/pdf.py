"""PDF files, drawn by PDFium in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

import numpy as np

from camdigits.config import MAX_PIXELS
from camdigits.errors import DependencyError, SourceOpenError
from camdigits.sources.names import shown
from camdigits.types import Frame

MAX_PAGE_S = 60.0
"""How long one page may take, and the opening."""
MAX_DEATHS = 3
"""Pages that may take too much before the others are left out."""
MAX_NAMED = 10
"""Pages without a picture that are named one by one."""
CUT = "the file is cut off; pages may be missing; copy it again"
MEMORY = 1 << 30
"""Bytes that PDFium may take, beside the file and the pixels that pages may have."""

_SUCCESS, _PASSWORD, _SECURITY = 0, 4, 5
"""PDFium's codes of errors."""
_END, _END_WITHIN = b"%%EOF", 1 << 16
"""How a PDF ends; other programs put bytes behind it."""
_BYTES_A_PIXEL = 12
"""For a page and a picture on it."""
_START = (
    "import sys; sys.path[:] = {path!r}; "
    "from camdigits.sources.documents.pdf_process import main; main()"
)


class PdfPages:
    """The pages of a PDF file.

    Args:
        data: the whole file.
        name: as the user named it.
        max_pixels: no page is made larger, and one that shows a larger picture is refused.

    Attributes:
        damage: that the file is cut off, or which pages lack a picture; "" if nothing is wrong.

    Raises:
        SourceOpenError: if it cannot be opened.
        DependencyError: if pypdfium2 is missing.
    """

    def __init__(self, data: bytes, name: str, max_pixels: int = MAX_PIXELS) -> None:
        if find_spec("pypdfium2") is None:
            raise DependencyError("a PDF needs pypdfium2; install it with: pip install pypdfium2")
        self._data, self._name, self._max_pixels = data, name, max_pixels
        self._is_cut = _END not in data[-_END_WITHIN:]
        self.damage = CUT if self._is_cut else ""
        self._damaged = list[int]()
        self._deaths = 0
        self._process: _Process | None = None
        self._count = self._opened()

    def __len__(self) -> int:
        return self._count

    def frame(self, number: int) -> Frame:
        """Return a page, turned as it asks, its picture ``(height, width, 3) uint8`` BGR.

        Its annotations and what is filled in forms are drawn.  A page that is one scan has the
        scan's own pixels.

        Raises:
            SourceOpenError: if it is damaged, too large, or takes too much time or memory.
        """
        if self._deaths == MAX_DEATHS:
            raise self._refusal(number, f"left out after {MAX_DEATHS} that take too much")
        try:
            if self._process is None:  # the page before took it along
                self._opened()
            assert self._process is not None
            answer, pixels = self._process.page(number)
        except _DiedError as error:
            self._deaths += 1
            self.close()
            raise self._refusal(number, str(error)) from error
        if "why" in answer:
            raise self._refusal(number, answer["why"])
        if not answer["is_whole"]:
            self._lacks_picture(number)
        width, height = answer["size"]
        return Frame(np.frombuffer(pixels, np.uint8).reshape(height, width, 3))

    def _opened(self) -> int:
        """Start a process with the document, and return how many pages it has."""
        self._process = _Process()
        try:
            answer = self._process.open(self._data, self._max_pixels)
        except _DiedError as error:
            self.close()
            raise SourceOpenError(f"{shown(self._name)}: opening the PDF {error}") from error
        if "count" in answer:
            return int(answer["count"])
        self.close()
        raise SourceOpenError(f"{shown(self._name)}: {_why_not(answer['code'], self._is_cut)}")

    def _lacks_picture(self, number: int) -> None:
        self._damaged.append(number)
        pages = ", ".join(map(str, self._damaged[:MAX_NAMED]))
        if len(self._damaged) > MAX_NAMED:
            pages += f" and {len(self._damaged) - MAX_NAMED} more"
        lacks = f"pages {pages} lack" if len(self._damaged) > 1 else f"page {pages} lacks"
        if not self._is_cut:
            self.damage = f"{lacks} a picture that is damaged; copy the file again, or save it anew"

    def _refusal(self, number: int, why: str) -> SourceOpenError:
        return SourceOpenError(f"{shown(self._name)}, page {number}: {why}")

    def close(self) -> None:
        """Let the document go; a second call does nothing."""
        if self._process is not None:
            self._process.end()
            self._process = None


class _DiedError(Exception):
    """The process ended or was ended; the text says why, behind what it was to do."""


class _Process:
    """One process, for one document."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def open(self, data: bytes, max_pixels: int) -> dict[str, Any]:
        """Hand the document over and return what is answered."""
        memory = MEMORY + 4 * len(data) + _BYTES_A_PIXEL * max_pixels
        told = {"size": len(data), "max_pixels": max_pixels, "memory": memory}
        answer, _ = self._asked(json.dumps(told).encode() + b"\n", data)
        return answer

    def page(self, number: int) -> tuple[dict[str, Any], bytes]:
        """Return what is answered of a page, and its pixels.

        Raises:
            _DiedError: if it takes too much time or memory, or PDFium crashes.
        """
        return self._asked(b"%d\n" % number)

    def _asked(self, *parts: bytes) -> tuple[dict[str, Any], bytes]:
        assert self._child.stdin is not None and self._child.stdout is not None
        clock = threading.Timer(MAX_PAGE_S, self._child.kill)
        clock.daemon = True
        clock.start()
        try:
            for part in parts:
                self._child.stdin.write(part)
            self._child.stdin.flush()
            answer = json.loads(self._child.stdout.readline())
            count = 3 * int(np.prod(answer.get("size", (0, 0)), dtype=np.int64))
            pixels = self._child.stdout.read(count)
            if len(pixels) == count:
                return answer, pixels
        except (OSError, ValueError):
            pass
        finally:
            is_late = not clock.is_alive()
            clock.cancel()
        if is_late:
            raise _DiedError(f"takes longer than {MAX_PAGE_S:.0f} s; simplify it")
        raise _DiedError("takes too much memory, or crashes PDFium; save it anew")

    def end(self) -> None:
        """End the process."""
        with suppress(OSError):
            self._child.kill()
        for stream in (self._child.stdin, self._child.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        self._child.wait()


def _why_not(code: int | None, is_cut: bool) -> str:
    if code == _PASSWORD:
        return "the PDF is protected by a password; save it without one, such as by qpdf"
    if code == _SECURITY:
        return "the PDF is protected in a way that is not known; save it without protection"
    if is_cut:
        return "the PDF is cut off; copy it again"
    if code == _SUCCESS:
        return "the PDF holds no page; save it anew"
    return "the PDF is damaged; copy it again, or save it anew"
