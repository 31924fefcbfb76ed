"""Reads single images: a search, as they lie, and what it found joined to numbers."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from camdigits.config import Polarity, ReadConfig
from camdigits.ink.luma import full_range, luma_of
from camdigits.page.choose import Detection
from camdigits.page.group import group_numbers
from camdigits.page.orient import TURNS, Orientation
from camdigits.page.ruling.search import find_ruling
from camdigits.page.ruling.walls import Borders
from camdigits.page.view import View, moved_numbers
from camdigits.page.whole import as_digits, is_reported, whole_numbers
from camdigits.page.written import valued
from camdigits.types import Digit, Event, Frame, Luma, Number, Reading

Plane = NDArray[np.uint8]
Found = tuple[tuple[Digit, ...], tuple[Number, ...], tuple[Event, ...]]
"""Of one frame, boxes in pixels of the source."""


class Detector(Protocol):
    """Finds digits; what it is asked for may change between two pictures.

    Attributes:
        config: the settings.
        min_confidence: asked of numbers, 0 to 1; digits below are doubtful.
        read_s: how long the last picture took to read, in seconds; set by its reader.
    """

    config: ReadConfig
    min_confidence: float
    read_s: float | None

    def search(
        self, gray: Plane, *, fast: bool = False, polarity: Polarity | None = None
    ) -> list[Detection]:
        """Find the digits of one upright picture by its brightness.

        Args:
            gray: ``(height, width) uint8`` luma, 0 black to 255 white.
            fast: look less closely.
            polarity: of the ink that is looked for; None takes what the settings say.

        Returns:
            The digits, those in doubt as well, in no particular order; boxes are in pixels of the
            picture.
        """
        ...


class ImageReader:
    """Reads the pictures of one source, each for itself.

    Args:
        detector: finds the digits.
        name: of the source.
    """

    is_still = True

    def __init__(self, detector: Detector, name: str) -> None:
        self._detector, self._name = detector, name
        self._is_fast = detector.config.is_fast(self.is_still)
        self._orientation = Orientation()

    def prepare(self, frame: Frame) -> None:
        """Do beforehand what reading this frame will need; another thread may call it."""

    def read(self, frame: Frame) -> Reading:
        """Read the next picture."""
        started_s = time.perf_counter()
        luma = luma_of(frame)
        view, found = self._next(frame, luma)
        self._detector.read_s = time.perf_counter() - started_s
        digits, numbers, events = found
        numbers, events = valued(numbers, events, self._detector.config.decimal)
        return Reading(
            source=self._name,
            index=frame.index,
            time_s=frame.time_s,
            size_wh=(luma.plane.shape[1], luma.plane.shape[0]),
            digits=digits,
            numbers=numbers,
            events=events,
            is_still=self.is_still,
            rotate=view.rotate,
        )

    def _next(self, frame: Frame, luma: Luma) -> tuple[View, Found]:
        """Search a picture and join what stands on it."""
        view, plane, detections = self._search(luma, "auto")
        least, accepts = self._detector.min_confidence, self._detector.config.accepts
        found = as_digits(detections, least)
        borders = Borders.of(found, find_ruling(plane, detections))
        digits, numbers = whole_numbers(*group_numbers(found, borders=borders))
        numbers = tuple(n for n in numbers if is_reported(n, least) and accepts(n.text))
        return view, to_source(view, digits, numbers, ())

    def _search(self, luma: Luma, guess: Polarity) -> tuple[View, Plane, list[Detection]]:
        """Find the digits of a frame as it lies, or as it lies best if that is to be found out.

        Args:
            luma: of the frame.
            guess: polarity of the ink that is looked for, unless the settings say which.

        Returns:
            What was read, the frame's brightness cut to that in full range, and the digits.
        """
        detector, known = self._detector, self._orientation.rotate
        gray = full_range(luma)
        is_open = detector.config.rotate == "auto" and not self._orientation.is_settled
        turns = TURNS if is_open else (known,)
        views = [View.of(gray, detector.config, turn) for turn in turns]
        asked = detector.config.polarity
        polarity = guess if asked == "auto" else asked
        found = [
            detector.search(view.cut(gray), fast=self._is_fast, polarity=polarity) for view in views
        ]
        place = self._orientation.look(found) if is_open else 0
        return views[place], views[place].cut(gray), found[place]


def to_source(
    view: View,
    digits: tuple[Digit, ...],
    numbers: tuple[Number, ...],
    events: tuple[Event, ...],
) -> Found:
    """Take what was found in a view back to source pixels."""
    if view.is_plain:
        return digits, numbers, events
    events = tuple(replace(event, box=view.to_source(event.box)) for event in events)
    return *moved_numbers(digits, numbers, view.to_source), events
