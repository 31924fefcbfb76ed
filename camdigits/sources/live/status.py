"""What cameras and streams tell of themselves while they run, stall and come back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

import cv2
import numpy as np

from camdigits.config import CameraConfig
from camdigits.errors import SourceError
from camdigits.sources.names import label
from camdigits.sources.pixels import believed_aspect, turned_aspect

if TYPE_CHECKING:
    from camdigits.types import Image

Health = Literal["starting", "running", "lost"]


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """How a camera or stream is doing.

    Attributes:
        health: "starting" until its first picture came; "running" while new ones come; "lost"
            from when they were missed until the next new one, while it is opened again.
        text: one line for people that says what is wrong and what is done; "" unless it is lost.
        losses: how often it was lost so far.
        quiet_s: seconds since the last picture, or since it was opened.
        repeats: pictures come, but the same one again and again.
    """

    health: Health
    text: str
    losses: int
    quiet_s: float
    repeats: bool = False


OnWait = Callable[[LiveStatus], None]
"""Called while no picture comes, by the thread that waits for one; it may close the source."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient a source is, in seconds.

    Attributes:
        first_s: until the first picture; some cameras warm up.
        stall_s: without a picture once it is known how often they come; longer where they are slow.
        unlearnt_s: the same before that is known.
        far: so many times the longest usual pause between two pictures is too long.
        repeats_s: after which it is told that the same picture comes again and again.
        frozen_s: for which the same picture may come again and again; else that is no fault.
        failing_s: for which reads may fail.
        reconnect_s: for which one that was lost is opened again and again.
        recording_s: without a picture of a recording that is read over the network.
    """

    first_s: float = 6.0
    stall_s: float = 1.7
    unlearnt_s: float = 6.0
    far: float = 4.0
    repeats_s: float = 5.0
    frozen_s: float = math.inf
    failing_s: float = 1.5
    reconnect_s: float = 10.0
    recording_s: float = 10.0

    def asked(self, config: CameraConfig) -> Limits:
        """Return these limits with what the user asks for in their place."""
        limits = replace(self, reconnect_s=config.reconnect_s)
        if config.frozen_s is not None:
            limits = replace(limits, frozen_s=config.frozen_s)
        if (stall_s := config.stall_s) is None:
            return limits
        first_s = max(self.first_s, stall_s)
        return replace(limits, first_s=first_s, stall_s=stall_s, unlearnt_s=stall_s, far=0.0)


class Capture(Protocol):
    """What is used of `cv2.VideoCapture`."""

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture: whether there is one, and it as ``(H, W, 3) uint8`` BGR."""
        ...

    def get(self, prop: int, /) -> float:
        """Return a property, 0 or below where unknown."""
        ...

    def release(self) -> None:
        """Give the device back."""
        ...


def interrupt(capture: Capture) -> None:
    """Have a running read of another thread end, where that can be done: some serve one viewer."""
    if (end := getattr(capture, "interrupt", None)) is not None:
        end()


class Novelty:
    """Tells new pictures from one that a frozen camera hands out again and again.

    Two pictures of a sensor always differ by its noise.  A picture of one colour is taken for
    new: a lens that is covered shows nothing else.
    """

    def __init__(self) -> None:
        self._last: Image | None = None

    def is_new(self, image: Image) -> bool:
        """Return whether a picture differs from the one before; it is kept, not copied."""
        last, self._last = self._last, image
        if last is None or last.shape != image.shape:
            return True
        # A coarse look first, since almost all pictures differ.
        if not np.array_equal(last[::16, ::16], image[::16, ::16]):
            return True
        return not np.array_equal(last, image) or int(np.ptp(image)) < _ONE_COLOUR


_ONE_COLOUR = 16
"""Grey levels within which a picture shows nothing."""


def describe(capture: Capture) -> str:
    """Return what a camera or stream really gives: "1280x720 MJPG, 30 fps"."""
    width, height = (
        int(capture.get(prop)) for prop in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
    )
    parts = [f"{width}x{height}"] if width > 0 and height > 0 else []
    code = int(max(0.0, capture.get(cv2.CAP_PROP_FOURCC)))
    letters = code.to_bytes(4, "little") if code < 1 << 32 else b""
    if letters.strip(b"\0 ") and all(32 <= letter < 127 for letter in letters):
        parts.append(letters.decode("ascii").strip())
    rate = sane_fps(capture.get(cv2.CAP_PROP_FPS))
    return " ".join(parts) + (f", {rate:g} fps" if rate else "")


def aspect_of(capture: Capture) -> float:
    """Return the width over the height of the pixels of what it gives."""
    across, down = capture.get(cv2.CAP_PROP_SAR_NUM), capture.get(cv2.CAP_PROP_SAR_DEN)
    # OpenCV turns pictures as the stream asks, and leaves these as they were.
    turn = int(capture.get(cv2.CAP_PROP_ORIENTATION_META))
    return turned_aspect(believed_aspect(across / down if down > 0 else 0.0), turn)


def opening_again(name: str, why: str, reconnect_s: float, problem: str) -> str:
    """Return what is told of a camera or stream while it is lost.

    Args:
        name: as the user named it.
        why: what was missed.
        reconnect_s: for how long it is opened again.
        problem: why that failed the last time; "" before it did.
    """
    text = f"{label(name)}: {why}; opening it again for up to {reconnect_s:.3g} s"
    return f"{text} ({problem})" if problem else text


def lost(name: str, sent: str, problem: str = "") -> SourceError:
    """Return the error of a camera or stream that is given up.

    Args:
        name: as the user named it.
        sent: what it still sent: "no picture for 12 s".
        problem: why it could not be opened again the last time; "" if that was not tried.
    """
    why = "it ended, or" if "://" in name else "unplugged, turned off, or"
    cause = f" ({problem})" if problem else ""
    return SourceError(
        f"{label(name)} sent {sent}: {why} the connection is lost; check it and try again{cause}"
    )


def sane_fps(fps: float) -> float | None:
    """Return a stated rate if it can be one."""
    # 0, NaN, -1 and 90,000 (a time base) are all met.
    return fps if 0 < fps <= 1000 else None
