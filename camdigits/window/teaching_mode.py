"""Teaching in the window: one frozen frame, its digits, and what their owner says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from camdigits.drawing.text import INK, PAPER, Colour, put_mask, text_mask
from camdigits.errors import OutputError
from camdigits.types import Box, Digit, Reading
from camdigits.window.region import outline

if TYPE_CHECKING:
    from camdigits.config import ReadConfig
    from camdigits.teaching.examples import Example, Sight, Teacher, TeachFolder
    from camdigits.types import Image
    from camdigits.window.scene import Scene

MARK: Colour = (66, 228, 240)
"""Okabe and Ito's yellow: none of the colours of a confidence."""
"""Round the digit that is asked about."""
NAMED: Colour = (115, 158, 0)
"""Their bluish green."""
NO_DIGIT: Colour = (130, 130, 130)


@dataclass(frozen=True, slots=True)
class _Answer:
    label: int | None
    file: Path | None
    """None where the same example was there before."""


class TeachingMode:
    """Holds teaching sessions, one at a time.

    Attributes:
        session: that is going on; None outside teaching.
    """

    def __init__(self, teacher: Teacher | None) -> None:
        """Begin no session yet.

        Args:
            teacher: keeps what the user says of digits; None: nothing can be taught.
        """
        self.session: TeachingSession | None = None
        self._teacher = teacher

    def begin(self, scene: Scene, config: ReadConfig, point: tuple[int, int] | None) -> str:
        """Begin a session or go on with it, at a point of the source, else at the first digit.

        Returns:
            What hinders that, "" if nothing does.
        """
        session = self.session or self._new_session(scene, config)
        if session is None:
            return "this window cannot teach"
        if point is not None and not session.mark(*point):
            return "nothing here could be a digit"
        if session.current is None:
            return "no digit was read; click on one"
        self.session = session
        return ""

    def _new_session(self, scene: Scene, config: ReadConfig) -> TeachingSession | None:
        if self._teacher is None:
            return None
        frame, settled = scene.frame, config.turned(scene.view.rotate)
        sight = self._teacher.look(frame.image, settled, frame.pixel_aspect)
        return TeachingSession(sight, scene.reading.digits, self._teacher.folder)

    def answer(self, label: int | None) -> str:
        """Keep what the marked digit is; returns what hinders that, "" if nothing does."""
        assert self.session is not None
        try:
            self.session.answer(label)
        except OutputError as error:
            return str(error)
        return ""

    def move(self, step: int) -> None:
        """Mark the digit so many places on."""
        if self.session is not None:
            self.session.move(step)

    def take_back(self) -> None:
        """Forget the last answer."""
        if self.session is not None:
            self.session.take_back()

    def end(self) -> None:
        """End the session; what was said is kept."""
        self.session = None


class TeachingSession:
    """Goes through the digits of one picture and keeps what is said of them."""

    def __init__(self, sight: Sight, digits: Iterable[Digit], folder: TeachFolder) -> None:
        """Begin at the first digit.

        Args:
            sight: of the picture.
            digits: that were read on it, in reading order.
            folder: where examples are kept.
        """
        self._sight, self._folder = sight, folder
        found = (sight.of(digit) for digit in digits)
        self._examples = [example for example in found if example is not None]
        self._answers: dict[int, _Answer] = {}
        self._place = 0
        self._total = len(folder)

    @property
    def current(self) -> Example | None:
        """The marked one; None if there is nothing on the picture."""
        return self._examples[self._place] if self._examples else None

    def mark(self, x: int, y: int) -> bool:
        """Mark what stands at a pixel of the source, whether it was read or not.

        Returns:
            Whether something there could be a digit.
        """
        point = Box(x, y, 1, 1)
        for place, example in enumerate(self._examples):
            if example.box.intersection(point):
                self._place = place
                return True
        unread = self._sight.at(x, y)
        if unread is None:
            return False
        self._examples.append(unread)
        self._place = len(self._examples) - 1
        return True

    def move(self, step: int) -> None:
        """Mark the digit so many places on, round and round."""
        if self._examples:
            self._place = (self._place + step) % len(self._examples)

    def answer(self, label: int | None) -> None:
        """Keep what the marked one is, and mark the next that nothing was said of.

        Args:
            label: 0 to 9; None says that it is no digit.

        Raises:
            OutputError: if it could not be saved; the mark stays.
        """
        if self.current is None:
            return
        before = self._answers.get(self._place)
        if before is None or before.label != label:
            file = self._folder.save(self.current, label)
            self._answers.pop(self._place, None)  # the last answer comes last
            self._answers[self._place] = _Answer(label, file)
            self._total = len(self._folder)
        count = len(self._examples)
        following = ((self._place + step) % count for step in range(1, count))
        self._place = next((p for p in following if p not in self._answers), self._place)

    def take_back(self) -> None:
        """Forget the last answer and mark its digit."""
        if not self._answers:
            return
        self._place, answer = self._answers.popitem()
        if answer.file is not None:
            self._folder.remove(answer.file)
            self._total = len(self._folder)

    @property
    def status(self) -> str:
        """What can be done and what has been taught, for the status line."""
        named = f"{len(self._answers)} of {len(self._examples)} named, {self._total} in all"
        return f"which digit is this? 0-9, n: none   {named}"

    def picture(self, scene: Scene) -> Image:
        """Return what the window shows: answers in place of readings, the mark, its crop."""
        picture = scene.picture(self._unnamed(scene.reading))
        for place, answer in self._answers.items():
            box = scene.to_shown(self._examples[place].box)
            if answer.label is None:
                _cross_out(picture, box)
            else:
                _name(picture, box, answer.label)
        if self.current is not None:
            box = scene.to_shown(self.current.box)
            _mark(picture, box)
            _show_crop(picture, self.current, box)
        return picture

    def _unnamed(self, reading: Reading) -> Reading:
        """Return a reading of the digits that nothing was said of."""
        digits = tuple(
            Digit(example.box, example.label, example.confidence)
            for place, example in enumerate(self._examples)
            if place not in self._answers
        )
        return replace(reading, digits=digits, numbers=())


def _name(picture: Image, box: Box, label: int) -> None:
    """Frame a digit, with what its owner says that it is above it or, at the edge, inside."""
    width = _line_width(picture)
    letter = max(9, min(round(0.4 * box.h), max(picture.shape) // 24))
    for gap, colour in ((2 * width, PAPER), (width, NAMED)):
        corner = box.x - gap, box.y - gap
        cv2.rectangle(picture, corner, (box.right - 1 + gap, box.bottom - 1 + gap), colour, width)
    mask = text_mask(str(label), letter)
    tab = np.full((letter + letter // 2, mask.shape[1] + letter, 3), NAMED, np.uint8)
    put_mask(tab, mask, (letter // 2, letter // 4), PAPER)
    x, y = max(0, box.x), max(0, box.y - width - tab.shape[0])
    place = picture[y : y + tab.shape[0], x : x + tab.shape[1]]
    place[:] = tab[: place.shape[0], : place.shape[1]]


def _mark(picture: Image, box: Box) -> None:
    width = _line_width(picture)
    for colour, around in ((INK, 2 * width), (MARK, width)):
        corner = box.x - 2 * width, box.y - 2 * width
        opposite = box.right - 1 + 2 * width, box.bottom - 1 + 2 * width
        cv2.rectangle(picture, corner, opposite, colour, around)


def _line_width(picture: Image) -> int:
    longer_side: int = max(picture.shape[:2])
    return max(2, round(longer_side / 400))


def _cross_out(picture: Image, box: Box) -> None:
    outline(picture, box)
    width = _line_width(picture)
    corners = (box.x, box.y), (box.right, box.bottom), (box.x, box.bottom), (box.right, box.y)
    for one, other in (corners[:2], corners[2:]):
        cv2.line(picture, one, other, PAPER, 2 * width, cv2.LINE_AA)
        cv2.line(picture, one, other, NO_DIGIT, width, cv2.LINE_AA)


def _show_crop(picture: Image, example: Example, box: Box) -> None:
    """Paint the crop as the classifier sees it, and what it says, into a lower corner, not `box`'s.

    A banner goes over the upper ones.
    """
    height, width = picture.shape[:2]
    side = 28 * max(2, min(height, width) // 112)
    letter = max(9, side // 10)
    text = text_mask(f"read as {example.label}, {example.confidence:.0%}", letter)
    panel = np.full((side + 3 * letter, max(side, text.shape[1]) + letter, 3), INK, np.uint8)
    large = cv2.resize(example.crop, (side, side), interpolation=cv2.INTER_NEAREST)
    left = (panel.shape[1] - side) // 2
    panel[letter // 2 : letter // 2 + side, left : left + side] = large[..., None]
    put_mask(panel, text, (letter // 2, side + letter), PAPER)
    x = 0 if box.center[0] > width / 2 else max(0, width - panel.shape[1])
    y = max(0, height - panel.shape[0])
    place = picture[y : y + panel.shape[0], x : x + panel.shape[1]]
    place[:] = panel[: place.shape[0], : place.shape[1]]
