"""Reads a stack of sheets, in several processes where there are many."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from camdigits.config import MAX_PIXELS
from camdigits.errors import CamdigitsError, SourceCrashedError, SourceError, SourceOpenError
from camdigits.forms.form import Form
from camdigits.forms.reading.sheet_reader import SheetReader
from camdigits.forms.readings import SheetReading
from camdigits.forms.sheet.alignment import NoSheet
from camdigits.forms.sheet.reference import Image, load_reference
from camdigits.forms.still import StillWatch
from camdigits.sources import SourceSpec, open_source
from camdigits.sources.names import shown
from camdigits.types import Frame

FEW = 3
"""So few sheets are read before another process is ready."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A picture that was not read.

    Attributes:
        error: says which, and why; its exit code is the command's.
    """

    error: CamdigitsError


@dataclass(frozen=True, slots=True)
class _Shot:
    """Where a picture was taken from; see `SheetReading`."""

    source: str
    page: int | None
    time_s: float | None
    index: int | None

    @property
    def place(self) -> str:
        return SheetReading(self.source, (), (), self.page, self.time_s, self.index).place


class Stack:
    """Reads the sheets of one form from any number of sources.

    Args:
        form: that is read.
        weights: a ``.tflite`` with its card; None takes the bundled ones.
        processes: how many read at a time; 1 reads in this one.
        pages: of documents that are read, as `ReadConfig.pages`; None reads all.

    Raises:
        FormError: if the form's picture cannot be read.
        WeightsError: if the weights do not fit.
    """

    def __init__(
        self,
        form: Form,
        weights: Path | None = None,
        processes: int = 1,
        pages: str | None = None,
    ) -> None:
        self._form, self._weights, self._pages = form, weights, pages
        self._processes = processes
        self._reader = SheetReader(load_reference(form), weights)

    def read(self, specs: Sequence[SourceSpec]) -> Iterator[SheetReading | Refused]:
        """Yield what stands on each sheet, in the order of the sources.

        Args:
            specs: pictures, documents and videos; of a video each sheet that lies still is read.
        """
        if self._processes == 1 or _is_short(specs):
            for image, shot in self._shots(specs):
                yield _read(self._reader, image, shot)
            return
        with ExitStack() as stack:
            pool = ProcessPoolExecutor(
                self._processes,
                mp_context=get_context("spawn"),
                initializer=_open,
                initargs=(self._form, self._weights),
            )
            stack.callback(pool.shutdown, cancel_futures=True)
            yield from self._in_processes(pool, specs)

    def _in_processes(
        self, pool: Executor, specs: Sequence[SourceSpec]
    ) -> Iterator[SheetReading | Refused]:
        waiting = deque[Future[SheetReading | Refused]]()
        for image, shot in self._shots(specs):
            if isinstance(image, Refused):
                done: Future[SheetReading | Refused] = Future()
                done.set_result(image)
                waiting.append(done)
            else:
                waiting.append(pool.submit(_read_there, image, shot))
            while len(waiting) > 2 * self._processes:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())

    def _shots(self, specs: Sequence[SourceSpec]) -> Iterator[tuple[Image | Refused, _Shot]]:
        for spec in specs:
            found = 0
            try:
                with open_source(spec, max_pixels=MAX_PIXELS, pages=self._pages) as source:
                    frames: Iterator[Frame] = iter(source)
                    if not source.is_still:
                        frames = _still_ones(frames)
                    for frame in frames:
                        found += 1
                        time_s = None if source.is_still else frame.time_s
                        index = None if source.is_still else frame.index
                        yield frame.image, _Shot(spec.name, frame.page, time_s, index)
            except SourceError as error:
                yield Refused(error), _Shot(spec.name, None, None, None)
            else:
                if not found:
                    moves = SourceOpenError(
                        f"{shown(spec.name)}: nothing lies still in it; hold each sheet still for "
                        "a second"
                    )
                    yield Refused(moves), _Shot(spec.name, None, None, None)


def processes_for(asked: int | None) -> int:
    """Return how many processes read, None being as many as there are processor cores."""
    if asked is not None:
        return asked
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _still_ones(frames: Iterator[Frame]) -> Iterator[Frame]:
    watch = StillWatch()
    for frame in frames:
        gray = cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY)
        if watch.is_still(np.asarray(gray, np.uint8), frame.time_s):
            yield frame


def _is_short(specs: Sequence[SourceSpec]) -> bool:
    """Return whether there are few pictures, as far as their number is known."""
    from camdigits.sources.sniff import media_kind, read_head

    if len(specs) > FEW:
        return False
    try:
        return all(media_kind(read_head(Path(str(spec.target)))) == "image" for spec in specs)
    except OSError:
        return True


def _read(reader: SheetReader, image: Image | Refused, shot: _Shot) -> SheetReading | Refused:
    if isinstance(image, Refused):
        return image
    try:
        placement = reader.find(image)
    except NoSheet as error:
        return Refused(SourceOpenError(f"{shown(shot.place)}: {error}"))
    fields = reader.read(image, placement)
    return SheetReading(shot.source, fields, placement.corners, shot.page, shot.time_s, shot.index)


_reader: SheetReader | None = None


def _open(form: Form, weights: Path | None) -> None:
    """Make a process ready to read."""
    global _reader
    cv2.setNumThreads(1)
    _reader = SheetReader(load_reference(form), weights)


def _read_there(image: Image, shot: _Shot) -> SheetReading | Refused:
    assert _reader is not None
    return _read(_reader, image, shot)


def _result(future: Future[SheetReading | Refused]) -> SheetReading | Refused:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise SourceCrashedError(
            "a process that reads forms was killed, for lack of memory perhaps; read with "
            "--processes 1"
        ) from error
