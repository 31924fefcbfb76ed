"""Reads a stack of sheets, in several processes where there are many."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from camdigits.config import MAX_PIXELS
from camdigits.errors import (
    CamdigitsError,
    SourceCrashedError,
    SourceDamagedError,
    SourceError,
    SourceOpenError,
)
from camdigits.forms.form import Form
from camdigits.forms.reading.sheet_reader import SheetReader
from camdigits.forms.readings import SheetReading
from camdigits.forms.sheet.alignment import NoSheet
from camdigits.forms.sheet.reference import Image, load_reference
from camdigits.forms.still import StillWatch
from camdigits.jobs.child_processes import ChildDiedError, Children
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
        source: the name that it was given by.
        is_sheetless: it could be opened, and no sheet of the form is found on it.
    """

    error: CamdigitsError
    source: str
    is_sheetless: bool = False


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


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """A picture that another process reads."""

    form: Form
    weights: Path | None
    image: Image
    shot: _Shot


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

    def read(self, specs: Sequence[SourceSpec]) -> Generator[SheetReading | Refused, None, None]:
        """Yield what stands on each sheet, in the order of the sources.

        Closing the generator ends the processes at once.

        Args:
            specs: pictures, documents and videos; of a video each sheet that lies still is read.
        """
        if self._processes == 1 or _is_short(specs):
            yield from _without_follow_ons(
                _read(self._reader, image, shot) for image, shot in self._shots(specs)
            )
            return
        with Children(_read_there, self._processes) as children:
            yield from _without_follow_ons(self._in_processes(children, specs))

    def _in_processes(
        self, children: Children[_Task, SheetReading | Refused], specs: Sequence[SourceSpec]
    ) -> Iterator[SheetReading | Refused]:
        waiting = deque[Future[list[SheetReading | Refused]]]()
        for image, shot in self._shots(specs):
            if isinstance(image, Refused):
                done: Future[list[SheetReading | Refused]] = Future()
                done.set_result([image])
                waiting.append(done)
            else:
                waiting.append(children.submit(_Task(self._form, self._weights, image, shot)))
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
                yield Refused(error, spec.name), _Shot(spec.name, None, None, None)
            else:
                if not found:
                    moves = SourceOpenError(
                        f"{shown(spec.name)}: nothing lies still in it; hold each sheet still for "
                        "a second"
                    )
                    yield Refused(moves, spec.name), _Shot(spec.name, None, None, None)


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


def _without_follow_ons(
    readings: Iterable[SheetReading | Refused],
) -> Iterator[SheetReading | Refused]:
    """Yield readings, without that a picture shows no sheet where it is damaged: that is why."""
    held: Refused | None = None
    for each in readings:
        if held is not None and not _is_damage(each, held.source):
            yield held
        held = each if isinstance(each, Refused) and each.is_sheetless else None
        if held is None:
            yield each
    if held is not None:
        yield held


def _is_damage(reading: SheetReading | Refused, source: str) -> bool:
    return (
        isinstance(reading, Refused)
        and reading.source == source
        and isinstance(reading.error, SourceDamagedError)
    )


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
        return Refused(SourceOpenError(f"{shown(shot.place)}: {error}"), shot.source, True)
    fields = reader.read(image, placement)
    return SheetReading(shot.source, fields, placement.corners, shot.page, shot.time_s, shot.index)


@lru_cache(1)
def _reader_of(form: Form, weights: Path | None) -> SheetReader:
    return SheetReader(load_reference(form), weights)


def _read_there(task: _Task) -> Generator[SheetReading | Refused, None, None]:
    yield _read(_reader_of(task.form, task.weights), task.image, task.shot)


def _result(future: Future[list[SheetReading | Refused]]) -> SheetReading | Refused:
    try:
        return future.result()[0]
    except ChildDiedError as error:
        raise SourceCrashedError(
            "a process that reads forms was killed, for lack of memory perhaps; read with "
            "--processes 1"
        ) from error
