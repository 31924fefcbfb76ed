"""Reads single images: a search, as they lie, and what it found joined to numbers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.usual import Usual
from camdigits.config import Polarity
from camdigits.ink.luma import luma_of
from camdigits.ink.plane import plane_of
from camdigits.page.calibration import calibrated
from camdigits.page.candidate_scoring import ScoredCandidates
from camdigits.page.choose import usual_of
from camdigits.page.detector import Detector, Surroundings
from camdigits.page.frames import FrameMaker
from camdigits.page.orientation.parts import parts_of
from camdigits.page.orientation.skew import LEVEL_LINES, skew_of
from camdigits.page.orientation.turns import Orientation, Sight
from camdigits.page.orientation.view import View, moved_numbers
from camdigits.page.printed.tell import log_odds, only, only_signs, told
from camdigits.page.ruling.search import find_ruling
from camdigits.page.ruling.walls import Borders
from camdigits.page.struck.ruled import without_ruled
from camdigits.page.tables.find import find_tables
from camdigits.page.tables.walls import rules_of, with_table_walls
from camdigits.page.tiles import lossy_reduction
from camdigits.page.whole import (
    as_digits,
    asked_of_numbers,
    is_reported,
    standing,
    struck_numbers,
    whole_numbers,
)
from camdigits.page.written import valued
from camdigits.types import Digit, Event, Frame, Luma, Number, Reading, Sign

Plane = NDArray[np.uint8]


class Found(NamedTuple):
    """What was read on one frame.

    Attributes:
        digits: in reading order.
        numbers: likewise.
        events: that became certain.
        signs: between numbers.
        struck: numbers that were struck out.
        tables: (rows, columns) of each.
    """

    digits: tuple[Digit, ...]
    numbers: tuple[Number, ...]
    events: tuple[Event, ...] = ()
    signs: tuple[Sign, ...] = ()
    struck: tuple[Number, ...] = ()
    tables: tuple[tuple[int, int], ...] = ()


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
        self._orientation = Orientation(detector.config.rotate)
        self._frames = FrameMaker(self.is_still)

    def prepare(self, frame: Frame) -> None:
        """Do beforehand what reading this frame will need; another thread may call it."""

    def read(self, frame: Frame | NDArray[Any], time_s: float | None = None) -> Reading:
        """Read the next picture.

        Args:
            frame: of a source; or ``(height, width, 3) uint8`` BGR, or ``(height, width) uint8``
                grey, which is not written to.
            time_s: of an array, when it was taken, in seconds that never fall; None takes the
                clock.  A frame has its own.

        Raises:
            ValueError: if it is no picture, or times fall; the text says what was found.
        """
        if not isinstance(frame, Frame):
            frame = self._frames.frame(frame, time_s)
        started_s = time.perf_counter()
        luma = luma_of(frame)
        view, found = self._next(frame, luma)
        self._detector.read_s = time.perf_counter() - started_s
        numbers, events = valued(found.numbers, found.events, self._detector.config.decimal)
        return Reading(
            source=self._name,
            index=frame.index,
            time_s=frame.time_s,
            size_wh=(luma.plane.shape[1], luma.plane.shape[0]),
            digits=found.digits,
            numbers=numbers,
            events=events,
            signs=found.signs,
            struck=found.struck,
            tables=found.tables,
            is_still=self.is_still,
            rotate=round(view.turned_by, 1) % 360,
            page=frame.page,
            reduced=lossy_reduction((view.region.w, view.region.h), self._is_fast),
        )

    def _next(self, frame: Frame, luma: Luma) -> tuple[View, Found]:
        """Search a picture and join what stands on it."""
        parts = parts_of(self._search(frame, luma, "auto"))
        return parts[0].view, joined([self._read_part(part) for part in parts])

    def _plane_of(self, frame: Frame, luma: Luma) -> Plane:
        """Return the plane in which a frame's digits are looked for."""
        return plane_of(frame, luma)

    def _read_part(self, sight: Sight) -> Found:
        """Join the digits of a page, or of a part that lies otherwise, to what is written there."""
        view, plane, found = sight.view, sight.plane, sight.detections
        is_light = 2 * sum(each.is_light for each in found) > len(found)
        rules = rules_of(plane, found, is_light)
        found = without_ruled(found, rules)
        detections = standing(found)
        least, accepts = self._detector.min_confidence, self._detector.config.accepts
        struck = struck_numbers(found, least)
        ruling = with_table_walls(find_ruling(plane, detections), rules, detections)
        lines = self._detector.read_lines(
            plane,
            as_digits(detections, least),
            lambda digits: Borders.of(digits, ruling),
            struck=[number.box for number in struck],
        )
        digits, numbers = whole_numbers(lines.digits, calibrated(lines.numbers))
        odds = log_odds(self._detector.detect_print(plane, [digit.box for digit in digits]))
        evidence = dict(zip(map(id, digits), odds, strict=True))
        digits, numbers = told(digits, numbers, evidence, self._detector.print_threshold)
        wanted = self._detector.config.writing
        signs = only_signs(wanted, lines.signs, digits)
        digits, numbers = only(wanted, digits, numbers)
        asked = asked_of_numbers(least, self._detector.threshold)
        reported = [number for number in numbers if is_reported(number, asked)]
        placed, tables = find_tables(plane, reported, is_light, rules)
        numbers = tuple(number for number in placed if accepts(number.text))
        return to_source(view, Found(digits, numbers, (), signs, struck, tables))

    def _search(
        self, frame: Frame, luma: Luma, guess: Polarity, usual: Usual | None = None
    ) -> list[Sight]:
        """Find the digits of a frame as it lies, or as it lies best if that is to be found out.

        Args:
            frame: that is read.
            luma: its brightness.
            guess: polarity of the ink that is looked for, unless the settings say which.
            usual: what the digits of the frame before are like, if this one shows them.

        Returns:
            The plane that was searched, in that view, with the digits; of stills also in others
            that may suit a part of it.
        """
        gray, detector = self._plane_of(frame, luma), self._detector
        asked = detector.config.polarity
        polarity = guess if asked == "auto" else asked

        def read(rotate: float) -> Sight:
            view = View.of(gray, detector.config, rotate, frame.pixel_aspect)
            view = view.tilted((rotate - view.rotate + 180) % 360 - 180)
            plane, shown = view.cut(gray), list[ScoredCandidates]()
            found = detector.search(
                plane, fast=self._is_fast, polarity=polarity, show=shown.append, usual=usual
            )
            paper = plane if self._orientation.asks_paper else None
            skew = skew_of(max(shown, key=len), paper) if shown and not rotate else LEVEL_LINES
            held = [each for each in found if view.holds(each.box)]
            around = None if self.is_still else _surroundings(shown, plane)
            return Sight(view, plane, held, skew, around)

        if self.is_still or self._orientation.asked != detector.config.rotate:
            self._orientation = Orientation(detector.config.rotate)
        return self._orientation.find(read, parts=self.is_still)


def _surroundings(shown: Sequence[ScoredCandidates], plane: Plane) -> Surroundings | None:
    """Return what is known of a frame for searches of its parts; None if too little is."""
    usual = usual_of(shown[0]) if len(shown) == 1 else None
    return None if usual is None else Surroundings((plane.shape[1], plane.shape[0]), usual)


def joined(parts: Sequence[Found]) -> Found:
    """Return what was read on all parts of a page; the tables of a part follow those before it."""
    whole = parts[0]
    for part in parts[1:]:
        before = len(whole.tables)
        numbers = tuple(
            number
            if number.cell is None
            else replace(number, cell=(number.cell[0] + before, *number.cell[1:]))
            for number in part.numbers
        )
        later = part._replace(numbers=numbers)
        whole = Found(
            whole.digits + later.digits,
            whole.numbers + later.numbers,
            (),
            whole.signs + later.signs,
            whole.struck + later.struck,
            whole.tables + later.tables,
        )
    return whole


def to_source(view: View, found: Found) -> Found:
    """Take what was found in a view back to source pixels."""
    if view.is_plain:
        return found
    digits, numbers = moved_numbers(found.digits, found.numbers, view.to_source)
    events = tuple(replace(event, box=view.to_source(event.box)) for event in found.events)
    signs = tuple(replace(sign, box=view.to_source(sign.box)) for sign in found.signs)
    _, struck = moved_numbers((), found.struck, view.to_source)
    return Found(digits, numbers, events, signs, struck, found.tables)
