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
from camdigits.page.view import View
from camdigits.types import Digit, Event, Frame, Luma, Number, Reading

Plane = NDArray[np.uint8]
Found = tuple[tuple[Digit, ...], tuple[Number, ...], tuple[Event, ...]]
"""Of one frame, boxes in pixels of the source."""


class Detector(Protocol):
    """Finds digits; what it is asked for may change between two pictures.

    Attributes:
        config: the settings.
        min_confidence: digits below are not reported, 0 to 1.
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
            The digits, in no particular order; boxes are in pixels of the picture.
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
        view, _, detections = self._search(luma, "auto")
        digits, numbers = group_numbers([Digit(d.box, d.label, d.confidence) for d in detections])
        accepts = self._detector.config.accepts
        numbers = tuple(number for number in numbers if accepts(number.text))
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
    moved = {id(digit): replace(digit, box=view.to_source(digit.box)) for digit in digits}
    return (
        tuple(moved.values()),
        tuple(
            replace(
                number,
                box=view.to_source(number.box),
                digits=tuple(moved[id(digit)] for digit in number.digits),
            )
            for number in numbers
        ),
        tuple(replace(event, box=view.to_source(event.box)) for event in events),
    )
