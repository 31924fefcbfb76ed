"""Reads the frames of one source: some are searched, what was found is followed on the others."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from camdigits.choose import Detection
from camdigits.config import ReadConfig
from camdigits.follow import Follower
from camdigits.geometry import View
from camdigits.group import group_numbers
from camdigits.luma import full_range, luma_of
from camdigits.orient import TURNS, Orientation
from camdigits.pace import Pace
from camdigits.sharpness import sharpness
from camdigits.types import Digit, Event, Frame, Luma, Number, Reading

if TYPE_CHECKING:
    from camdigits.recognizer import Recognizer

Plane = NDArray[np.uint8]
Found = tuple[tuple[Digit, ...], tuple[Number, ...], tuple[Event, ...]]
"""Of one frame, boxes in pixels of the source."""


class StreamReader:
    """Reads the frames of one source; remembers what is tracked and announced.

    Args:
        recognizer: finds the digits; its settings may change between two frames.
        name: of the source.
        is_still: each frame is a picture of its own.
    """

    def __init__(self, recognizer: Recognizer, name: str, is_still: bool) -> None:
        self._recognizer = recognizer
        self._name, self._is_still = name, is_still
        self._is_fast = recognizer.config.is_fast(is_still)
        self._orientation = Orientation()
        self._view: View | None = None
        self._asked: tuple[ReadConfig, float] | None = None
        self._pace = Pace()
        self._follower = Follower(
            recognizer.min_confidence, lambda text: recognizer.config.accepts(text)
        )

    def read(self, frame: Frame) -> Reading:
        """Read the next frame."""
        started_s = time.perf_counter()
        luma = luma_of(frame)
        if self._is_still:
            view, _, detections = self._search(luma)
            found = self._look(view, detections)
        else:
            view, found = self._next(frame, luma)
        self._recognizer.read_s = time.perf_counter() - started_s
        digits, numbers, events = found
        return Reading(
            source=self._name,
            index=frame.index,
            time_s=frame.time_s,
            size_wh=(luma.plane.shape[1], luma.plane.shape[0]),
            digits=digits,
            numbers=numbers,
            events=events,
            is_still=self._is_still,
            rotate=view.rotate,
        )

    def _next(self, frame: Frame, luma: Luma) -> tuple[View, Found]:
        """Follow what is known to the next frame of a video, or else search it."""
        view, asked = self._view, (self._recognizer.config, self._recognizer.min_confidence)
        size_wh = luma.plane.shape[1], luma.plane.shape[0]
        if view is not None and asked == self._asked and size_wh == view.size_wh:
            part = view.cut(luma.plane)
            motion = self._pace.look(part, frame.time_s)
            if motion is not None:
                cut = Frame(part, frame.index, frame.time_s)
                digits, numbers, events = self._follower.stay(motion, cut)
                return view, _to_source(view, digits, numbers, events)
        else:
            self._pace.forget()
        self._asked = asked
        view, part, detections = self._search(luma)
        found = self._follow(view, part, detections, frame)
        # While the page may still lie another way, each frame is looked at anew.
        is_known = self._recognizer.config.rotate != "auto" or self._orientation.is_settled
        self._pace.searched(
            detections, frame.time_s, is_settled=is_known and self._follower.is_settled
        )
        return view, found

    def _search(self, luma: Luma) -> tuple[View, Plane, list[Detection]]:
        """Find the digits of a frame as it lies, or as it lies best if that is to be found out.

        Returns:
            What was read, the frame's brightness cut to that in full range, and the digits.
        """
        recognizer, known = self._recognizer, self._orientation.rotate
        gray = full_range(luma)
        is_open = recognizer.config.rotate == "auto" and not self._orientation.is_settled
        turns = TURNS if is_open else (known,)
        views = [View.of(gray, recognizer.config, turn) for turn in turns]
        # Asked for one polarity, nothing else is looked for; else what was found before guides.
        asked = recognizer.config.polarity
        polarity = self._pace.polarity if asked == "auto" else asked
        found = [
            recognizer.search(view.cut(gray), fast=self._is_fast, polarity=polarity)
            for view in views
        ]
        place = self._orientation.look(found) if is_open else 0
        return views[place], views[place].cut(gray), found[place]

    def _look(self, view: View, detections: list[Detection]) -> Found:
        """Join what stands on a picture of its own."""
        digits, numbers = group_numbers([Digit(d.box, d.label, d.confidence) for d in detections])
        accepts = self._recognizer.config.accepts
        numbers = tuple(number for number in numbers if accepts(number.text))
        return _to_source(view, digits, numbers, ())

    def _follow(self, view: View, plane: Plane, detections: list[Detection], frame: Frame) -> Found:
        """Join what was found to what the frames before showed."""
        events: tuple[Event, ...] = ()
        if self._view is not None and self._view != view:
            # The page lies another way or another part is read: all stands elsewhere now.
            gone = self._follower.restart(frame)
            events = _to_source(self._view, (), (), gone)[2]
        self._view = view
        self._follower.ask_for(self._recognizer.min_confidence)
        cut = Frame(plane, frame.index, frame.time_s)
        found = self._follower.update(detections, sharpness(plane), cut)
        digits, numbers, new = _to_source(view, *found)
        return digits, numbers, events + new


def _to_source(
    view: View,
    digits: tuple[Digit, ...],
    numbers: tuple[Number, ...],
    events: tuple[Event, ...],
) -> Found:
    """Take what was found back to source pixels."""
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
