"""What the frames of one video or camera say together: steady digits, numbers and events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from camdigits.ink.luma import luma_of
from camdigits.page.choose import Detection
from camdigits.page.whole import asked_of_numbers, is_reported
from camdigits.types import Box, Digit, Event, Frame, Number
from camdigits.video.change.regions import Hides, holds, nothing_hides
from camdigits.video.events import STANDS, EventEmitter
from camdigits.video.line_follower import LineFollower, LineRules
from camdigits.video.memory.hidden import Hidden, Occlusion, beside
from camdigits.video.memory.kept import Kept
from camdigits.video.memory.paper import Known, PaperMemory
from camdigits.video.motion import Motion, Pan, middles_of
from camdigits.video.propagation import MIN_INSIDE, Propagation
from camdigits.video.sharpness import SharpnessGate
from camdigits.video.track import NO_TRACKS, SURE, Tracks, as_box
from camdigits.video.tracker import Tracker, everywhere

KEEP_SHARE = 0.75
"""A digit that was sure stays so until its confidence is below this part of the threshold."""

FEW, MISSED = 4, 2 / 3
"""Where so many digits or more were known, and more than this share of them is not read in a blur,
or so many sure others are, the camera shows something else; those are no blur, either."""

Accepts = Callable[[str], bool]
LINES = LineRules()


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
        self._lines = LineFollower()
        self._paper, self._is_light = PaperMemory(), False
        self._searched = Propagation((), ())
        self._motion: Motion | None = STANDS
        self._is_guess = True  # that it stands
        self._pans = Pan()
        self._hidden = Hidden()
        self._hides: Hides = nothing_hides
        self._fresh = NO_TRACKS
        self.is_settled = False

    def update(
        self,
        detections: Sequence[Detection],
        sharpness: float,
        frame: Frame,
        rules: LineRules = LINES,
        regions: Sequence[Box] | None = None,
        changes: Sequence[Box] | None = None,
    ) -> tuple[tuple[Digit, ...], tuple[Number, ...], tuple[Event, ...]]:
        """Take the detections of the next frame.

        Args:
            detections: of the frame, in any order, boxes in its pixels.
            sharpness: of the frame, as `camdigits.video.sharpness.sharpness` measures it.
            frame: as it was read; boxes are in its pixels.
            rules: how its lines are read.
            regions: where digits were looked for; None if that was everywhere.
            changes: where something else may be seen than before; None if that may be everywhere.

        Returns:
            The digits and numbers in reading order, and the events that became certain.
        """
        self._tracker.carry(self._motion or STANDS)
        is_looked_at = everywhere if regions is None else partial(holds, regions)
        known = self._tracker.known(detections, is_looked_at)
        is_guess, was_lost = self._is_guess, self._motion is None
        is_sharp = self._judge(detections, known, sharpness, frame.time_s)
        is_lost, is_off = self._motion is None, self._motion is None and not was_lost
        covers = self._covered(detections, known, frame, is_sharp)
        tracked = self._tracker.update(detections, frame.time_s, is_sharp, is_lost, is_looked_at)
        self._tracker.keep_ink(luma_of(frame).plane, is_sharp)
        bounds = Box(0, 0, *frame.size_wh)
        shown = [clip for digit in tracked if (clip := self._reported(digit, bounds))]
        kept, resting = self._kept(shown, changes, frame)
        here = [digit for digit in shown if digit.track not in kept.tracks]
        digits, numbers = self._lines.read(here, rules, covers, is_sharp, resting)
        numbers = tuple(number for number in numbers if self._is_reported(number))
        digits, numbers = kept.joined(digits, numbers)
        self._shown = frozenset(digit.track for digit in digits if not digit.is_doubtful)
        self._lines.keep(numbers)
        numbers = tuple(n for n in numbers if self._accepts is None or self._accepts(n.text))
        motion = None if is_off else self._searched.motion_to(shown) or self._motion
        motion = self._pans.look(motion, is_guess=is_guess)
        self._motion, self.is_settled = STANDS, is_sharp and self._tracker.is_settled(bounds)
        self._searched = Propagation(digits, numbers)
        occlusion, seen = self._occlusion(numbers, covers), self._tracker.seen
        digits, numbers = self._hidden.left(digits, numbers, occlusion.hidden, frame.time_s)
        numbers, events = self._announcer.update(numbers, frame, seen, is_sharp, occlusion, motion)
        return digits, numbers, events

    def _judge(
        self,
        detections: Sequence[Detection],
        known: Sequence[Known],
        sharpness: float,
        time_s: float,
    ) -> bool:
        """Return whether a frame has a say, and forget how it moved if that was guessed wrong."""
        is_sharp = self._gate.update(sharpness, time_s)
        shows_digits = sum(each.confidence >= SURE for each in detections) >= FEW
        # What has no edge at all is blank, not blurred.
        is_blurred = not is_sharp and sharpness > 0
        if self._is_guess and _are_missed(known) and (shows_digits or is_blurred):
            self._motion = None
        self._is_guess = True
        if self._motion is None and not is_sharp and shows_digits:
            # What blurs less shows another page: that one has its own sharpness.
            self._gate = SharpnessGate()
            return self._gate.update(sharpness, time_s)
        return is_sharp

    def unsettled(self, motion: Motion) -> list[Box]:
        """Return where the digits are of which another look may tell more.

        Args:
            motion: how the picture moved since it was searched last.
        """
        return [as_box(row) for row in motion.moved(middles_of(self._tracker.unsettled))]

    def expect(
        self, motion: Motion | None, hides: Hides = nothing_hides, *, is_guess: bool = False
    ) -> None:
        """Take what is known of the next frame, before it is searched.

        Args:
            motion: how the picture moved since the one that was searched last; None if nothing
                leads from that one to it.
            hides: says of a box of that one whether something that moves is before it.
            is_guess: that it moved so is not known.
        """
        self._motion, self._hides, self._is_guess = motion, hides, is_guess
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
        self._shown = frozenset()
        self._lines.restart()
        self._paper = PaperMemory()
        self._searched, self._motion, self._pans = Propagation((), ()), STANDS, Pan()
        self._hidden = Hidden()
        return self._announcer.end(frame)

    def _kept(
        self, shown: Sequence[Digit], changes: Sequence[Box] | None, frame: Frame
    ) -> tuple[Kept, Tracks | None]:
        """Return what is not read anew, and the tracks of it beside which nothing changed.

        None of these if anything may have changed; what is behind something is none of them.

        Args:
            shown: the digits of the frame.
            changes: where it may show something else.
            frame: as it was read.
        """
        hidden = self._tracker.hidden
        if not hidden and changes is None:
            return Kept(), None
        digits, numbers = self._searched.moved(self._motion or STANDS, frame.size_wh)
        behind = Kept.behind(digits, numbers, hidden)
        if changes is None:
            return behind, None
        there = [digit for digit in shown if digit.track not in behind.tracks]
        at_rest = Kept.at_rest(there, digits, numbers, changes)
        return behind + at_rest, frozenset(filter(None, at_rest.tracks))

    def _covered(
        self,
        detections: Sequence[Detection],
        known: Sequence[Known],
        frame: Frame,
        is_sharp: bool,
    ) -> Hides:
        """Return what says of a box if something rests before it, and tell the tracks behind it."""
        if detections:
            self._is_light = 2 * sum(each.is_light for each in detections) > len(detections)
        # Most of a picture may have changed, and the page have stayed.
        stands = 2 * sum(each.is_read is not False for each in known) > len(known)
        motion = STANDS if self._motion is None and stands else self._motion
        plane = luma_of(frame).plane
        covers = self._paper.look(
            plane,
            motion,
            frame.time_s,
            known,
            is_light=self._is_light,
            is_sharp=is_sharp,
        )
        self._tracker.cover(covers)
        self._tracker.renew(plane, detections, is_sharp)
        return covers

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


def _are_missed(known: Sequence[Known]) -> bool:
    """Return whether most of some digits that were known are not read where they were."""
    missed = sum(each.is_read is False for each in known)
    return len(known) >= FEW and missed > MISSED * len(known)
