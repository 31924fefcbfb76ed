"""What stands on the lines of a video: digits joined to numbers, as most looks say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from camdigits.page.calibration import calibrated
from camdigits.page.group import Links, group_numbers, links_of
from camdigits.page.lines.numbers import LineReading
from camdigits.page.printed.tell import only, told
from camdigits.page.ruling.walls import Borders, BordersOf, Ruling
from camdigits.page.whole import whole_numbers
from camdigits.types import Digit, Number, Writing
from camdigits.video.change.regions import Hides
from camdigits.video.memory.borders import BorderMemory
from camdigits.video.memory.lines import LineMemory, uncovered
from camdigits.video.memory.printed import Ask, PrintMemory
from camdigits.video.track import NO_TRACKS, Tracks

ReadLines = Callable[[Sequence[Digit], BordersOf, Links], LineReading]
"""Joins the digits of a frame to numbers; see `Detector.read_lines`."""
RulingOf = Callable[[], Ruling]
"""Finds the walls and combs of a frame, in its pixels; see `find_ruling`."""
Found = tuple[tuple[Digit, ...], tuple[Number, ...]]


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


@dataclass(frozen=True, slots=True)
class LineRules:
    """How the lines of a frame are read.

    Attributes:
        lines: reads them.
        ruling: finds the ruling of the frame, if that is needed.
        print_rule: tells what is printed; None takes all for handwriting.
    """

    lines: ReadLines = group_only
    ruling: RulingOf = Ruling
    print_rule: PrintRule | None = None


class LineFollower:
    """Remembers what was read on the lines of one stream."""

    def __init__(self) -> None:
        self._print = PrintMemory()
        self.restart()

    def restart(self) -> None:
        """Forget where the digits stood; what they are stays known."""
        self._links: Links = frozenset()
        self._borders, self._lines = BorderMemory(), LineMemory()

    def read(
        self,
        digits: Sequence[Digit],
        rules: LineRules,
        covers: Hides,
        is_sharp: bool,
        resting: Tracks | None,
    ) -> Found:
        """Join the digits of the next frame to numbers.

        Args:
            digits: of the lines that are read, in any order, with their tracks.
            rules: how they are read.
            covers: says of a box whether something covers it.
            is_sharp: False for a frame that has no say.
            resting: tracks on other lines, which are not read again; None if all lines are read.

        Returns:
            Digits and numbers in reading order.
        """
        others = NO_TRACKS if resting is None else resting
        borders = partial(self._border, rules.ruling, others, resting is not None)
        read = uncovered(rules.lines(digits, borders, self._links), covers)
        lines = self._lines.settled(digits, read, others, has_say=is_sharp)
        found = whole_numbers(lines.digits, calibrated(lines.numbers))
        rule = rules.print_rule
        if rule is None:
            return found
        evidence = self._print.look(found[0], is_sharp, rule.ask, others)
        return only(rule.wanted, *told(*found, evidence, rule.threshold))

    def keep(self, numbers: Sequence[Number]) -> None:
        """Take all numbers of the frame: what stands side by side parts less easily."""
        self._links = links_of(numbers)

    def _border(
        self, ruling_of: RulingOf, resting: Tracks, is_part: bool, digits: Sequence[Digit]
    ) -> Borders:
        """Return the borders of digits; in a part of a frame they are looked for of new ones."""
        known = self._borders.known(digits) if is_part else None
        if known is not None:
            return known
        return self._borders.settled(digits, Borders.of(digits, ruling_of()), resting)
