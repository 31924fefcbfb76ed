"""What the frames of one video or camera say together: steady digits, numbers and events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from camdigits.ink.luma import luma_of
from camdigits.page.calibration import calibrated
from camdigits.page.choose import Detection
from camdigits.page.group import Links, group_numbers, links_of
from camdigits.page.lines.numbers import LineReading
from camdigits.page.printed.tell import only, told
from camdigits.page.ruling.walls import Borders, BordersOf, Ruling
from camdigits.page.whole import asked_of_numbers, is_reported, whole_numbers
from camdigits.types import Box, Digit, Event, Frame, Number, Writing
from camdigits.video.events import STANDS, EventEmitter
from camdigits.video.memory.borders import BorderMemory
from camdigits.video.memory.hidden import Hidden, Hides, Kept, Occlusion, beside, nothing_hides
from camdigits.video.memory.lines import LineMemory, uncovered
from camdigits.video.memory.paper import Cover, PaperMemory
from camdigits.video.memory.printed import Ask, PrintMemory
from camdigits.video.motion import Motion, middles_of
from camdigits.video.propagation import MIN_INSIDE, Propagation
from camdigits.video.sharpness import SharpnessGate
from camdigits.video.track import as_box
from camdigits.video.tracker import Tracker, everywhere

KEEP_SHARE = 0.75
"""A digit that was sure stays so until its confidence is below this part of the threshold."""

NO_RULING = Ruling()

Accepts = Callable[[str], bool]
ReadLines = Callable[[Sequence[Digit], BordersOf, Links], LineReading]
"""Joins the digits of a frame to numbers; see `Detector.read_lines`."""


def group_only(digits: Sequence[Digit], borders: BordersOf, before: Links) -> LineReading:
    """Join digits to numbers by how they stand, without reading what is between them."""
    return LineReading(*group_numbers(digits, before, borders(digits)))


@dataclass(frozen=True, slots=True)
class PrintRule:
    """How print is told from handwriting.

    Attributes:
        ask: looks at the digits of the frame.
        threshold: probability, 0 to 1, from which a number is printed.
        wanted: leave out all that is of the other kind; None reports both.
    """

    ask: Ask
    threshold: float
    wanted: Writing | None = None


class Follower:
    """Remembers what was tracked and announced; one follower per stream.

    Args:
        min_confidence: asked of numbers, 0 to 1; digits below are doubtful.
        accepts: says of a number's text whether the number is let through.
        threshold: confidence from which on the weights call something a digit, 0 to 1.

    Attributes:
        is_settled: the next frame, if it shows the same as the last one, would tell nothing new.
    """

    def __init__(
        self, min_confidence: float, accepts: Accepts | None = None, threshold: float = 0.0
    ) -> None:
        self._min_confidence, self._accepts = min_confidence, accepts
        self._threshold = threshold
        self._tracker, self._announcer = Tracker(), EventEmitter()
        self._gate = SharpnessGate()
        self._shown: frozenset[int | None] = frozenset()
        self._links: Links = frozenset()
        self._borders, self._lines = BorderMemory(), LineMemory()
        self._print, self._paper, self._is_light = PrintMemory(), PaperMemory(), False
        self._searched = Propagation((), ())
        self._motion: Motion | None = STANDS
        self._hidden = Hidden()
        self._hides: Hides = nothing_hides
        self._fresh: frozenset[int] = frozenset()
        self.is_settled = False

    def update(
        self,
        detections: Sequence[Detection],
        sharpness: float,
        frame: Frame,
        ruling: Ruling = NO_RULING,
        read_lines: ReadLines = group_only,
        print_rule: PrintRule | None = None,
        is_looked_at: Callable[[Box], bool] = everywhere,
    ) -> tuple[tuple[Digit, ...], tuple[Number, ...], tuple[Event, ...]]:
        """Take the detections of the next frame.

        Args:
            detections: of the frame, in any order, boxes in its pixels.
            sharpness: of the frame, as `camdigits.video.sharpness.sharpness` measures it.
            frame: as it was read; boxes are in its pixels.
            ruling: of the frame, in its pixels.
            read_lines: reads the lines of the frame.
            print_rule: tells what is printed; None takes all for handwriting.
            is_looked_at: says of a box whether digits were looked for there; see `Tracker`.

        Returns:
            The digits and numbers in reading order, and the events that became certain.
        """
        self._tracker.carry(self._motion or STANDS)
        is_sharp, is_lost = self._gate.update(sharpness, frame.time_s), self._motion is None
        cover = self._covered(detections, frame, is_sharp, is_looked_at)
        tracked = self._tracker.update(detections, frame.time_s, is_sharp, is_lost, is_looked_at)
        self._tracker.keep_ink(luma_of(frame).plane, is_sharp)
        kept, bounds = self._behind(self._tracker.hidden, frame), Box(0, 0, *frame.size_wh)
        read_anew = (digit for digit in tracked if digit.track not in kept.tracks)
        here = [clip for digit in read_anew if (clip := self._reported(digit, bounds))]
        read = read_lines(here, lambda kept: self._border(kept, ruling), self._links)
        lines = self._lines.settled(here, uncovered(read, cover.hides), has_say=is_sharp)
        digits, numbers = whole_numbers(lines.digits, calibrated(lines.numbers))
        digits, numbers = self._told_of_print(digits, numbers, is_sharp, print_rule)
        numbers = tuple(number for number in numbers if self._is_reported(number))
        digits, numbers = kept.joined(digits, numbers)
        self._shown = frozenset(digit.track for digit in digits if not digit.is_doubtful)
        self._links = links_of(numbers)
        if self._accepts:
            numbers = tuple(number for number in numbers if self._accepts(number.text))
        motion = self._searched.motion_to(here) or self._motion
        self._motion, self.is_settled = STANDS, is_sharp and self._tracker.is_settled(bounds)
        self._searched = Propagation(digits, numbers)
        occlusion, seen = self._occlusion(numbers, cover.hides), self._tracker.seen
        digits, numbers = self._hidden.left(digits, numbers, occlusion.hidden, frame.time_s)
        numbers, events = self._announcer.update(numbers, frame, seen, is_sharp, occlusion, motion)
        return digits, numbers, events

    def _told_of_print(
        self,
        digits: tuple[Digit, ...],
        numbers: tuple[Number, ...],
        is_sharp: bool,
        rule: PrintRule | None,
    ) -> tuple[tuple[Digit, ...], tuple[Number, ...]]:
        """Return the digits and numbers that are wanted, with whether they are printed."""
        if rule is None:
            return digits, numbers
        evidence = self._print.look(digits, is_sharp, rule.ask)
        return only(rule.wanted, *told(digits, numbers, evidence, rule.threshold))

    def unsettled(self, motion: Motion) -> list[Box]:
        """Return where the digits are of which another look may tell more.

        Args:
            motion: how the picture moved since it was searched last.
        """
        return [as_box(row) for row in motion.moved(middles_of(self._tracker.unsettled))]

    def expect(self, motion: Motion | None, hides: Hides = nothing_hides) -> None:
        """Take what is known of the next frame, before it is searched.

        Args:
            motion: how the picture moved since the one that was searched last; None if nothing
                leads from that one to it.
            hides: says of a box of that one whether something that moves is before it.
        """
        self._motion, self._hides = motion, hides
        self._tracker.hide(hides)

    def stay(
        self, motion: Motion, frame: Frame, hides: Hides = nothing_hides
    ) -> tuple[tuple[Digit, ...], tuple[Number, ...], tuple[Event, ...]]:
        """Take a frame that shows what the one did that was searched last.

        Args:
            motion: how the picture moved since that one.
            frame: as it was read.
            hides: says of a box of that one whether something that moves is before it.

        Returns:
            The digits and numbers where they are now, and the events that became certain.
        """
        self._motion = motion
        self._tracker.stay(frame.time_s)
        self._gate.stay(frame.time_s)
        hidden = self._searched.hidden_by(hides) | self._tracker.covered
        digits, numbers = self._searched.moved(motion, frame.size_wh)
        digits, numbers = self._hidden.left(digits, numbers, hidden, frame.time_s)
        found = self._fresh | beside(self._searched.numbers, hides)
        numbers, events = self._announcer.stay(numbers, frame, Occlusion(hidden, found))
        return digits, numbers, events

    def ask_for(self, min_confidence: float) -> None:
        """Report digits from this confidence on, 0 to 1; what was reported before has no grace."""
        if min_confidence != self._min_confidence:
            self._min_confidence, self._shown = min_confidence, frozenset()

    def restart(self, frame: Frame) -> tuple[Event, ...]:
        """Follow anew, since pixels are other places from this frame on; ids go on.

        Returns:
            That the numbers announced so far are gone; boxes in the pixels of before.
        """
        self._tracker.restart()
        self._gate = SharpnessGate()
        self._shown, self._links = frozenset(), frozenset()
        self._borders, self._lines = BorderMemory(), LineMemory()
        self._paper = PaperMemory()
        self._searched, self._motion = Propagation((), ()), STANDS
        self._hidden = Hidden()
        return self._announcer.end(frame)

    def _behind(self, hidden: frozenset[int], frame: Frame) -> Kept:
        """Return what was known of the numbers of which something hides a part, or all."""
        if not hidden:
            return Kept()
        digits, numbers = self._searched.moved(self._motion or STANDS, frame.size_wh)
        return Kept.of(digits, numbers, hidden)

    def _covered(
        self,
        detections: Sequence[Detection],
        frame: Frame,
        is_sharp: bool,
        is_looked_at: Callable[[Box], bool],
    ) -> Cover:
        """Return what rests before the page in a frame, and tell the tracks behind it."""
        known = self._tracker.known(detections, is_looked_at)
        if detections:
            self._is_light = 2 * sum(each.is_light for each in detections) > len(detections)
        # Most of a picture may have changed, and the page have stayed.
        stands = 2 * sum(each.is_read for each in known) > len(known)
        motion = STANDS if self._motion is None and stands else self._motion
        plane = luma_of(frame).plane
        cover = self._paper.look(
            plane,
            motion,
            frame.time_s,
            known,
            is_light=self._is_light,
            is_sharp=is_sharp,
        )
        self._tracker.cover(cover.hides)
        self._tracker.renew(plane, detections, is_sharp)
        return cover

    def _occlusion(self, numbers: Sequence[Number], covers: Hides) -> Occlusion:
        """Return what hides a part of what the frame shows that was just searched, or may.

        A digit that was found once may be the next one of a number.
        """
        fresh = self._tracker.fresh
        self._fresh = beside(numbers, lambda side: any(side.intersection(box) for box in fresh))
        # The page moved by little since the frame of which it is known what hides it.
        moving = beside(numbers, self._hides)
        self._hides = nothing_hides
        self._fresh |= beside(numbers, covers)
        return Occlusion(self._tracker.hidden, self._fresh | moving)

    def _border(self, digits: Sequence[Digit], ruling: Ruling) -> Borders:
        return self._borders.settled(digits, Borders.of(digits, ruling))

    def _reported(self, digit: Digit, bounds: Box) -> Digit | None:
        """Return a digit cut to the picture, perhaps as doubtful; None if it left it."""
        is_inside = bounds.intersection(digit.box) >= MIN_INSIDE * digit.box.area
        if not is_inside:
            return None
        share = KEEP_SHARE if digit.track in self._shown else 1.0
        is_doubtful = digit.confidence < share * self._min_confidence
        return replace(digit, box=digit.box.clipped(bounds), is_doubtful=is_doubtful)

    def _is_reported(self, number: Number) -> bool:
        was_shown = any(digit.track in self._shown for digit in number.digits)
        asked = asked_of_numbers(self._min_confidence, self._threshold)
        return is_reported(number, (KEEP_SHARE if was_shown else 1.0) * asked)
