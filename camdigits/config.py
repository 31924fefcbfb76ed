"""Settings of the reading."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, cast

from camdigits.errors import UsageError
from camdigits.types import DOUBT, Box, Writing

_PAGES = re.compile(r"([0-9]{1,9})?(-)?([0-9]{1,9})?")
"""One part of a choice of pages: 3, 2-5, 4- or -2."""

Polarity = Literal["auto", "dark", "light"]
Rotation = Literal["level", "auto", 0, 90, 180, 270]
DecimalMark = Literal["point", "comma"]

POLARITIES: tuple[Polarity, ...] = ("auto", "dark", "light")
ROTATIONS: tuple[Rotation, ...] = ("level", "auto", 0, 90, 180, 270)
DECIMAL_MARKS: tuple[DecimalMark, ...] = ("point", "comma")
WRITINGS: tuple[Writing, ...] = ("hand", "print")


MAX_PIXELS = 100_000_000
"""Pictures and frames with more are refused before they are decoded, unless asked otherwise.

Decoded, one takes 300 MB; the largest phone cameras and 8K video (33 megapixels) stay far below,
except for the full-sensor modes of 108 and 200 megapixels.
"""


@dataclass(frozen=True, slots=True)
class ReadConfig:
    """How pictures are read.

    Attributes:
        min_confidence: asked of numbers, 0 to 1; None takes the threshold that the model card
            states.  Digits below that stand among others of a number are doubtful, ``?`` in its
            text; a number of which no digit is as sure is not reported.  On video a digit that
            was sure stays so until its confidence, the mean of its recent looks, is below three
            quarters of that.
        polarity: "dark" ink on light ground, "light" on dark, or "auto" for both.
        rotate: how the picture is turned before reading: "level" by up to 45 degrees, so that the
            lines of writing are level; "auto" likewise, all around, as the page reads best;
            0, 90, 180 or 270 by exactly so many degrees clockwise.
        source_mirrored: the source shows a mirror image; it is turned right before reading.
        fast: look less closely, so that video keeps up; None does so for videos and cameras only.
        roi: only this part of the source picture is read, in its pixels; None reads all.
        match: only numbers whose whole text fits this regular expression are reported, in
            `Reading.numbers` and `Reading.events`; `Reading.digits` holds the others' digits, too.
            A number with a doubtful digit fits none.
        decimal: the decimal mark of whoever wrote, "point" or "comma": says what the value of a
            number is in which a single one stands before exactly three digits, which is none
            where this is None.
        writing: "hand" leaves out what is surely printed, "print" all else: digits, their numbers
            and the signs beside them; None reports both.
        max_pixels: pictures and videos with more are refused before they are decoded, cameras and
            streams where a picture has more.
        pages: of documents only these are read, such as "2-5" or "1,3-", counted from 1; what has
            no pages is refused then.  None reads all.
    """

    min_confidence: float | None = None
    polarity: Polarity = "auto"
    rotate: Rotation = "level"
    source_mirrored: bool = False
    roi: Box | None = None
    fast: bool | None = None
    match: str | None = None
    decimal: DecimalMark | None = None
    writing: Writing | None = None
    max_pixels: int = MAX_PIXELS
    pages: str | None = None

    def __post_init__(self) -> None:
        if self.min_confidence is not None and not 0.0 <= self.min_confidence <= 1.0:
            raise UsageError(f"the confidence {self.min_confidence} is not between 0 and 1")
        if self.polarity not in POLARITIES:
            raise UsageError(f"polarity {self.polarity!r} is not one of {', '.join(POLARITIES)}")
        if self.roi is not None and not isinstance(self.roi, Box):
            raise UsageError(f"the region {self.roi!r} is not a Box(x, y, w, h)")
        if self.max_pixels < 1:
            raise UsageError(f"at most {self.max_pixels} pixels is no picture; allow more")
        if self.pages is not None:
            chosen_pages(self.pages, 0)
        if self.decimal not in (None, *DECIMAL_MARKS):
            raise UsageError(f"decimal mark {self.decimal!r} is not one of point, comma")
        if self.writing not in (None, *WRITINGS):
            raise UsageError(f"writing {self.writing!r} is not one of hand, print")
        if self.rotate not in ROTATIONS:
            raise UsageError(f"rotation {self.rotate!r} is not one of level, auto, 0, 90, 180, 270")
        try:
            re.compile(self.match or "")
        except (re.error, RecursionError, OverflowError) as error:
            raise UsageError(
                f"the pattern {self.match!r} is no regular expression: {error}"
            ) from None

    def is_fast(self, is_still: bool) -> bool:
        """Return whether pictures are looked at less closely, stills or those of a video."""
        return not is_still if self.fast is None else self.fast

    def turned(self, rotate: float) -> ReadConfig:
        """Return the same settings where it is known to be about 0, 90, 180 or 270 degrees."""
        return replace(self, rotate=cast(Rotation, right_angle(rotate)))

    def accepts(self, text: str) -> bool:
        """Return whether a number of this text is reported."""
        if self.match is None:
            return True
        # What might be another digit fits nothing, not even a pattern that takes all.
        return DOUBT not in text and re.fullmatch(self.match, text) is not None


def right_angle(degrees: float) -> int:
    """Return the right angle that an angle is nearest to: 0, 90, 180 or 270 degrees."""
    return round(degrees / 90) * 90 % 360


def chosen_pages(text: str, count: int) -> list[int]:
    """Return the pages that a choice stands for, in their order, each once.

    Args:
        text: numbers and ranges, from 1: "3", "2-5", "1,3-", "-2".
        count: pages that there are.

    Raises:
        UsageError: if the text is no such choice.
    """
    chosen: set[int] = set()
    for part in text.replace(" ", "").split(","):
        found = _PAGES.fullmatch(part)
        if found is None or not (found[1] or found[3]) or (found[3] and not found[2]):
            raise UsageError(f"{text!r} chooses no pages; name them as 3, 2-5 or 1,3-")
        first = int(found[1] or 1)
        last = int(found[3]) if found[3] else count if found[2] else first
        if first < 1 or (found[3] and last < first):
            raise UsageError(f"{text!r} chooses no pages: they are counted upwards from 1")
        chosen.update(range(first, min(last, count) + 1))
    return sorted(chosen)


Backend = Literal["auto", "v4l2", "gstreamer", "ffmpeg", "dshow", "msmf", "avfoundation"]

BACKENDS: tuple[Backend, ...] = (
    "auto",
    "v4l2",
    "gstreamer",
    "ffmpeg",
    "dshow",
    "msmf",
    "avfoundation",
)


@dataclass(frozen=True, slots=True)
class CameraConfig:
    """What is asked of cameras and streams; files take no notice.

    Attributes:
        size_wh: (width, height) in pixels; a camera gives the nearest that it has.
        fps: frames a second; None leaves it to the camera.
        backend: OpenCV's way to the camera; "auto" takes the system's own.
        reconnect_s: how long a camera or stream that was lost is opened again and again, in
            seconds from when that was noticed; 0 gives up at once.
        open_timeout_s: how long the opening of a stream may take, in seconds; a slow one is open
            with its first picture.
        stall_s: seconds without a picture after which a camera or stream is lost; None learns from
            it how often its pictures come.
        frozen_s: seconds of the same picture again and again after which it is lost; None takes
            any picture that comes for a sign of life.
        every_s: pause between two looks at an address that holds a picture, in seconds; None looks
            once.
        insecure: https and rtsps addresses are read whatever certificate they have.
    """

    size_wh: tuple[int, int] = (1280, 720)
    fps: float | None = None
    backend: Backend = "auto"
    reconnect_s: float = 10.0
    open_timeout_s: float = 20.0
    stall_s: float | None = None
    frozen_s: float | None = None
    every_s: float | None = None
    insecure: bool = False

    def __post_init__(self) -> None:
        if min(self.size_wh) < 1:
            raise UsageError(
                f"a camera's picture cannot measure {self.size_wh[0]}x{self.size_wh[1]}"
            )
        if self.fps is not None and not 0 < self.fps <= 1000:
            raise UsageError(f"{self.fps} frames a second are not between 0 and 1000")
        if self.backend not in BACKENDS:
            raise UsageError(f"backend {self.backend!r} is not one of {', '.join(BACKENDS)}")
        if self.reconnect_s < 0 or self.open_timeout_s <= 0:
            raise UsageError("times to wait for a camera are not negative")
        for wait_s in (self.stall_s, self.frozen_s, self.every_s):
            if wait_s is not None and not 0 < wait_s < float("inf"):
                raise UsageError(f"{wait_s} is no number of seconds above 0")
