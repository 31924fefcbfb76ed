"""Cameras and network streams: one capture thread that keeps the newest picture."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import cv2

from camdigits.closing import Closing
from camdigits.errors import SourceDamagedError, SourceError
from camdigits.sources.clock import ASSUMED_FPS, Clock
from camdigits.sources.names import shown
from camdigits.sources.pixels import as_bgr
from camdigits.types import Frame

if TYPE_CHECKING:
    from camdigits.types import Image

STALL_S = 10.0
"""A camera that sent nothing new for so long is given up."""

FAILING_S = 2.0
"""Reads may fail for so long: cameras that warm up, a damaged picture now and then."""

_SLICE_S = 0.1
"""Waits are cut into slices, so that Ctrl-C works at once on every platform."""

_RETRY_S = 0.02
_RELEASE_S = 0.3


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


class CameraSource(Closing):
    """The pictures of a camera or network stream.

    A live one hands out each picture at most once and always the newest; those that nobody took
    in time are dropped, and `Frame.index` counts them.  A recording that is read over the
    network is handed out whole.

    Args:
        capture: opened; used and released by the capture thread alone from now on.
        name: as the user named it.
        stall_s: seconds without a new picture after which it is given up.
    """

    is_still = False

    def __init__(self, capture: Capture, name: str, stall_s: float = STALL_S) -> None:
        self.name = name
        self.fps = _sane_fps(capture.get(cv2.CAP_PROP_FPS))
        # Cameras and live streams state zero, -1, or what an overflow leaves.
        count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.frame_count: int | None = count if count > 0 else None
        self.is_live = self.frame_count is None
        self._capture, self._stall_s = capture, stall_s
        self._clock = Clock(self.fps or ASSUMED_FPS)
        self._changed = threading.Condition()
        self._newest: Frame | None = None
        self._count = 0
        self._error: BaseException | None = None
        self._is_over = self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Frame]:
        """Yield the pictures until the source is closed or a recording ends.

        Raises:
            SourceError: if the camera stalls or breaks off.
            SourceDamagedError: if a recording ends before its stated end.
        """
        while (frame := self._next()) is not None:
            yield frame
        missing = (self.frame_count or 0) - self._count
        if not self._is_closed and missing > max(2, (self.frame_count or 0) // 50):
            raise SourceDamagedError(
                f"{label(self.name)}: {self._count} of {self.frame_count} frames read: "
                "the stream broke off; try again"
            )

    def close(self) -> None:
        """Stop; the device is given back at once, or as soon as its running read returns.

        A second call does nothing.
        """
        with self._changed:
            self._is_closed = True
            self._newest = None
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            # A camera that froze blocks its read for 10 s; nobody should wait for that.
            self._thread.join(_RELEASE_S)

    def _next(self) -> Frame | None:
        """Wait for a picture that was not handed out yet; None at the end."""
        deadline = time.monotonic() + self._stall_s
        with self._changed:
            while self._newest is None and not self._is_over and not self._is_closed:
                if time.monotonic() > deadline:
                    raise self._lost(self._stall_s)
                self._changed.wait(_SLICE_S)
            frame, self._newest = self._newest, None
            self._changed.notify_all()
            if frame is None and self._error is not None:
                raise self._error
            return frame

    def _run(self) -> None:
        """Read until closed; the capture thread's only function."""
        try:
            self._read_all()
        except BaseException as error:  # handed to the thread that iterates
            self._error = error
        finally:
            self._capture.release()
            with self._changed:
                self._is_over = True
                self._changed.notify_all()

    def _read_all(self) -> None:
        last_good_s = time.monotonic()
        while not self._is_closed:
            is_good, image = self._capture.read()
            now_s = time.monotonic()
            if is_good and image is not None:
                self._hand_over(as_bgr(image), now_s)
                last_good_s = time.monotonic()
            elif not self.is_live:
                return
            elif now_s - last_good_s > FAILING_S:
                raise self._lost(now_s - last_good_s)
            else:
                time.sleep(_RETRY_S)

    def _hand_over(self, image: Image, now_s: float) -> None:
        if not self.is_live:
            now_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        frame = Frame(image, self._count, self._clock.time_s(now_s))
        with self._changed:
            while self._newest is not None and not self.is_live and not self._is_closed:
                self._changed.wait(_SLICE_S)
            self._count += 1
            self._newest = None if self._is_closed else frame
            self._changed.notify_all()

    def _lost(self, seconds: float) -> SourceError:
        why = "it ended, or" if "://" in self.name else "unplugged, turned off, or"
        return SourceError(
            f"{label(self.name)} sent no picture for {seconds:.0f} s: {why} "
            "the connection is lost; check it and try again"
        )


def label(name: str) -> str:
    """Return how messages name a camera or stream: "camera 0", or its path or address."""
    return f"camera {name}" if name.isdecimal() else shown(name)


def _sane_fps(fps: float) -> float | None:
    # 0, NaN, -1 and 90,000 (a time base) are all met.
    return fps if 0 < fps <= 1000 else None
