"""Streams that come as a list of segments (HLS), each of some seconds and all of it at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cv2

from camdigits.config import CameraConfig
from camdigits.errors import SourceOpenError
from camdigits.sources.names import label

if TYPE_CHECKING:
    from camdigits.sources.live.status import Capture

STALL_S = 12.0
"""Segments last 2 to 10 s, and come late: without a picture for so long something is wrong."""

_SEGMENT_S = 60.0
"""After which FFmpeg gives up waiting for the next segment."""
_JUMP_S = 10.0
_LATE_S = 1.0
_FAMILY = "http,https,tcp,tls,httpproxy,crypto,data"
"""Where segments may lie that a server lists: never on this machine's disk."""


class Paced:
    """Hands out the pictures of a live stream when it is their time, not when their segment came.

    Only the newest picture is ever looked at: of those that come at once all others would be lost.

    Args:
        capture: opened.
        clock: returns seconds that never fall.
    """

    def __init__(self, capture: Capture, clock: Callable[[], float] = time.monotonic) -> None:
        self.get = capture.get
        self._capture, self._clock = capture, clock
        self._ended = threading.Event()
        self._offset_s: float | None = None
        self._last_s = 0.0

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture, and for its time; see `Capture`."""
        is_good, image = self._capture.read()
        if is_good:
            self._wait(self.get(cv2.CAP_PROP_POS_MSEC) / 1000)
        return is_good, image

    def _wait(self, stamp_s: float) -> None:
        """Wait until a time by the stream's own clock; where that jumps, it begins anew."""
        now_s = self._clock()
        is_jump = not -_LATE_S < stamp_s - self._last_s < _JUMP_S
        if self._offset_s is None or is_jump or stamp_s + self._offset_s < now_s - _LATE_S:
            self._offset_s = now_s - stamp_s
        self._last_s = stamp_s
        self._ended.wait(max(0.0, stamp_s + self._offset_s - now_s))

    def interrupt(self) -> None:
        """Wait for no picture's time any more."""
        self._ended.set()

    def release(self) -> None:
        """Give it back."""
        self._capture.release()


def open_playlist(
    address: str, name: str, config: CameraConfig, max_pixels: int, is_again: bool = False
) -> Capture:
    """Open what a list of segments stands for.

    Args:
        address: of the list, or its path.
        name: as the user named it.
        config: how long to wait for it.
        max_pixels: pictures with more are refused.
        is_again: it was live before, and was lost.

    Returns:
        A recording whose list is complete, else a live stream, paced.

    Raises:
        SourceOpenError: if it cannot be read, or has ended since it was lost.
    """
    from camdigits.sources.live.recording import PyavCapture

    options = {} if "://" in address else {"protocol_whitelist": f"file,{_FAMILY}"}
    if config.insecure:
        options["tls_verify"] = "0"
    place = address if "://" in address else f"file:{address}"
    try:
        capture = PyavCapture(place, (config.open_timeout_s, _SEGMENT_S), max_pixels, options)
    except SourceOpenError as error:
        if error.__cause__ is None:  # its pictures are too large, or of a kind without a decoder
            raise
        raise SourceOpenError(
            f"{label(name)}: names no segments that can be read; is the stream on the air? Of a "
            "list of channels give the address of one"
        ) from error
    if capture.get(cv2.CAP_PROP_FRAME_COUNT) <= 0:
        return Paced(capture)
    if is_again:
        capture.release()
        raise SourceOpenError(f"{label(name)}: the stream has ended")
    return capture
