"""The process that PDFium runs in, one for each document.

PDFium serves one thread at a time, and a file of a few kilobytes can make it take gigabytes, run
for hours or crash.  Here it may do so: nobody but this process ends with it.

What it is told on standard input: a line of JSON, the file, and then the number of a page a line.
It answers each with a line of JSON, and a page that could be drawn with its pixels behind that.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import Any, BinaryIO

import pypdfium2 as pdfium

from camdigits.sources.documents.pdf_page import PageError, rendered

ORPHAN_S = 600
"""How long a page may take before this process ends by itself, should nobody be there to end it."""


def main() -> None:
    """Answer until standard input ends."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    told = json.loads(asked.readline())
    _limit(told["memory"])
    try:
        with suppress(BrokenPipeError):
            _serve(asked, answers, told)
    except MemoryError:
        os._exit(1)


def _serve(asked: BinaryIO, answers: BinaryIO, told: dict[str, Any]) -> None:
    try:
        file = pdfium.PdfDocument(asked.read(told["size"]))
        # Without these, forms look as nobody had filled them in.
        file.init_forms()
    except pdfium.PdfiumError as error:
        _answer(answers, {"code": getattr(error, "err_code", None)})
        return
    _answer(answers, {"count": len(file)})
    for line in asked:
        _wait_no_longer()
        answer, pixels = _drawn(file, int(line), told["max_pixels"])
        _answer(answers, answer, pixels)


def _drawn(file: pdfium.PdfDocument, number: int, max_pixels: int) -> tuple[dict[str, Any], bytes]:
    """Return what is answered of a page, and its pixels, ``(height, width, 3) uint8`` BGR."""
    try:
        page = file.get_page(number - 1)
        try:
            size_wh, pixels, is_whole = rendered(page, max_pixels)
        finally:
            page.close()
    except PageError as error:
        return {"why": str(error)}, b""
    except pdfium.PdfiumError:
        return {"why": "the page is damaged; copy the file again, or save it anew"}, b""
    return {"size": size_wh, "is_whole": is_whole}, pixels


def _answer(answers: BinaryIO, answer: dict[str, Any], pixels: bytes = b"") -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.write(pixels)
    answers.flush()


def _limit(memory: int) -> None:
    """Take no more memory than so many bytes, where the system knows how."""
    if sys.platform != "win32":
        import resource
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _wait_no_longer() -> None:
    if sys.platform != "win32":
        import signal

        signal.alarm(ORPHAN_S)
