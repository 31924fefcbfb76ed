"""Counts how steadily videos with known digits are read, by the tracker and frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.clips import Seen, Shot
from camdigits.measuring.scoring import Truth, match
from camdigits.page.choose import Detection
from camdigits.types import Box, Digit, Event, Frame, Reading
from camdigits.video.number_track import GONE_S

HEADER = (
    "| video | reader | digit minutes | changes a digit and minute | label right |"
    " id switches | off, heights | jitter, heights | announced once and right | other events |"
    " frames searched |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)
GRACE_S = 0.5
"""A digit counts once it has been in the picture for so long."""
JUDGED_S = 1.5
"""A number counts if it lies in the picture for at least so long."""
MIN_SHARED = 0.3
"""Overlap from which on an event is taken for a true number's."""

Detect = Callable[[NDArray[np.uint8]], list[Detection]]
Read = Callable[[Frame], Reading]


class Film(Protocol):
    """Frames with their truth, and what numbers they show."""

    name: str
    numbers: tuple[str, ...]

    def __iter__(self) -> Iterator[Shot]: ...


@dataclass(slots=True)
class _Told:
    """What was said of one true digit so far."""

    label: int | None = None
    track: int | None = None
    off: tuple[float, float] | None = None
    since_s: float | None = None
    was_judged: bool = False


@dataclass(slots=True)
class Tally:
    """Counts over the frames of digits that a reader must be able to read.

    Attributes:
        frames: digits times frames.
        right: of these, with the right label.
        changes: how often the label, or that there is one, was another than the frame before.
        switches: how often the track was another.
        offs: distances of the boxes' middles from the true ones, in heights.
        jitters: how much those distances changed from frame to frame.
        seconds: digits times time.
    """

    frames: int = 0
    right: int = 0
    changes: int = 0
    switches: int = 0
    seconds: float = 0.0
    offs: list[float] = field(default_factory=list)
    jitters: list[float] = field(default_factory=list)

    def add(self, told: _Told, true: Seen, digit: Digit | None, interval_s: float) -> None:
        """Count one digit of one frame."""
        label, track = (digit.label, digit.track) if digit else (None, None)
        if told.was_judged:
            self.seconds += interval_s
            self.changes += label != told.label
        self.frames += 1
        self.right += label == true.label
        if track is not None:
            self.switches += told.track is not None and told.track != track
            told.track = track
        self._measure(told, true, digit)
        told.label, told.was_judged = label, True

    def _measure(self, told: _Told, true: Seen, digit: Digit | None) -> None:
        if digit is None:
            told.off = None
            return
        (x, y), (true_x, true_y) = digit.box.center, true.middle
        off = (x - true_x) / true.box.h, (y - true_y) / true.box.h
        self.offs.append(float(np.hypot(*off)))
        if told.off is not None:
            self.jitters.append(float(np.hypot(off[0] - told.off[0], off[1] - told.off[1])))
        told.off = off


@dataclass(slots=True)
class Numbers:
    """How the numbers of a video were announced.

    Attributes:
        judged: numbers that were in the picture for long enough.
        right: of these, announced exactly once, with the right text.
        other: events that belong to no true number.
    """

    judged: int = 0
    right: int = 0
    other: int = 0


@dataclass(slots=True)
class Outcome:
    """What came of one video: frame by frame, tracked, and the numbers.

    Of its frames so many were searched for the digits that were read; on the others they were
    followed.
    """

    name: str
    by_frame: Tally
    tracked: Tally
    numbers: Numbers
    frames: int = 0
    searched: int = 0


def measure(film: Film, detect: Detect, read: Read) -> Outcome:
    """Read a video both ways and compare it with its truth.

    Args:
        film: the video.
        detect: searches a frame, without knowledge of the others.
        read: reads the next frame of a video.
    """
    outcome = Outcome(film.name, Tally(), Tally(), Numbers())
    histories: tuple[dict[int, _Told], dict[int, _Told]] = {}, {}
    ledger = _Ledger(film.numbers)
    last_s = 0.0
    for shot in film:
        time_s, image = shot.frame.time_s, shot.frame.image
        detections = detect(image)
        reading = read(shot.frame)
        outcome.frames += 1
        outcome.searched += any(digit.seen == "searched" for digit in reading.digits)
        single = [Digit(each.box, each.label, each.confidence) for each in detections]
        for tally, history, digits in zip(
            (outcome.by_frame, outcome.tracked), histories, (single, reading.digits), strict=True
        ):
            _count(tally, history, shot, digits, time_s - last_s)
        ledger.enter(shot, reading.events)
        last_s = time_s
    outcome.numbers = ledger.close()
    return outcome


def _count(
    tally: Tally, history: dict[int, _Told], shot: Shot, read: Sequence[Digit], interval_s: float
) -> None:
    """Count the digits of one frame that are clear and were in the picture for a while."""
    clear = [i for i, true in enumerate(shot.digits) if true is not None and true.is_clear]
    unclear = [true.box for true in shot.digits if true is not None and not true.is_clear]
    boxes = [shot.digits[i] for i in clear]
    truth = Truth(tuple((true.box, true.label) for true in boxes if true), tuple(unclear))
    found = {clear[i]: read[j] for i, j in match(truth, [(d.box, d.label) for d in read]).pairs}
    for i, true in enumerate(shot.digits):
        told = history.setdefault(i, _Told())
        if true is None or not true.is_inside:
            told.since_s, told.was_judged, told.track = None, False, None
            continue
        told.since_s = shot.frame.time_s if told.since_s is None else told.since_s
        if not true.is_clear or shot.frame.time_s - told.since_s < GRACE_S:
            told.was_judged = False
            continue
        tally.add(told, true, found.get(i), interval_s)


class _Ledger:
    """Writes down which events belong to which true number.

    A number is judged by its first stay in the picture that is long enough, with all that was
    said of it until that stay's end, and from when it was last out of the picture for so long that
    it is a new one when it comes back.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._said: dict[int, list[tuple[str, str]]] = {n: [] for n in range(len(texts))}
        self._since: dict[int, float] = {}
        self._glimpsed: dict[int, float] = {}
        self._last: dict[int, float] = {}
        self._verdicts: dict[int, bool] = {}
        self._other = 0

    def enter(self, shot: Shot, events: Iterable[Event]) -> None:
        """Take the events of the next frame."""
        parts: dict[int, list[Seen]] = {}
        for true in shot.digits:
            if true is not None:
                parts.setdefault(true.number, []).append(true)
        for number, seen in parts.items():
            if any(true.is_inside for true in seen):
                away_s = shot.frame.time_s - self._glimpsed.get(number, shot.frame.time_s)
                self._glimpsed[number] = shot.frame.time_s
                if away_s > GONE_S and number in self._said:
                    self._said[number].clear()
        for event in events:
            if event.kind != "gone":
                self._assign(event, {n: _around(seen) for n, seen in parts.items()})
        for number, text in enumerate(self._texts):
            seen = parts.get(number, [])
            if len(seen) == len(text) and all(true.is_inside for true in seen):
                self._since.setdefault(number, shot.frame.time_s)
                self._last[number] = shot.frame.time_s
            else:
                self._leave(number)

    def close(self) -> Numbers:
        """Return the counts."""
        for number in range(len(self._texts)):
            self._leave(number)
        return Numbers(len(self._verdicts), sum(self._verdicts.values()), self._other)

    def _assign(self, event: Event, boxes: dict[int, Box]) -> None:
        best = max(boxes, key=lambda n: boxes[n].iou(event.box), default=None)
        if best is None or not _belongs(event.box, boxes[best]):
            self._other += 1
        elif best in self._said:
            self._said[best].append((event.kind, event.text))

    def _leave(self, number: int) -> None:
        since_s = self._since.pop(number, None)
        if since_s is None or number in self._verdicts:
            return
        if self._last[number] - since_s >= JUDGED_S:
            self._verdicts[number] = self._said[number] == [("appeared", self._texts[number])]


def _belongs(box: Box, true: Box) -> bool:
    """Say whether an event is of this number, or of a part of it."""
    return box.iou(true) >= MIN_SHARED or box.intersection(true) >= 0.7 * box.area


def _around(seen: Sequence[Seen]) -> Box:
    box = seen[0].box
    for true in seen[1:]:
        box = box.union(true.box)
    return box


def table_rows(outcome: Outcome) -> Iterator[str]:
    """Yield the two lines of a video in the table that `HEADER` begins."""
    numbers = outcome.numbers
    once = f"{numbers.right} of {numbers.judged}" if numbers.judged else ""
    yield _row(outcome.name, "frame by frame", outcome.by_frame, ("", "", "", ""))
    switches = str(outcome.tracked.switches) if outcome.tracked.frames else ""
    searched = f"{outcome.searched / outcome.frames:.0%}" if outcome.frames else ""
    rest = switches, once, str(numbers.other), searched
    yield _row(outcome.name, "tracked", outcome.tracked, rest)


def _row(name: str, reader: str, tally: Tally, rest: tuple[str, str, str, str]) -> str:
    minutes = tally.seconds / 60
    cells = [name, reader, "", "", "", rest[0], "", "", *rest[1:]]
    if tally.frames and minutes:
        cells[2] = f"{minutes:.2f}"
        cells[3] = f"{tally.changes / minutes:.1f}"
        cells[4] = f"{tally.right / tally.frames:.2%}"
    if tally.jitters:
        cells[6] = f"{np.mean(tally.offs):.3f}"
        cells[7] = f"{np.mean(tally.jitters):.4f}"
    return f"| {' | '.join(cells)} |"


def total(outcomes: Sequence[Outcome]) -> Outcome:
    """Add videos up."""
    summed = Outcome("all", Tally(), Tally(), Numbers())
    for outcome in outcomes:
        summed.frames += outcome.frames
        summed.searched += outcome.searched
        for ours, theirs in (
            (summed.by_frame, outcome.by_frame),
            (summed.tracked, outcome.tracked),
        ):
            for name in ("frames", "right", "changes", "switches", "seconds", "offs", "jitters"):
                setattr(ours, name, getattr(ours, name) + getattr(theirs, name))
        for name in ("judged", "right", "other"):
            value = getattr(summed.numbers, name) + getattr(outcome.numbers, name)
            setattr(summed.numbers, name, value)
    return summed
