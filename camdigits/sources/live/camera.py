"""Cameras and network streams: one capture thread that keeps the newest picture."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Literal

import cv2

from camdigits.errors import SourceDamagedError, SourceError
from camdigits.sources.clock import ASSUMED_FPS, Clock
from camdigits.sources.live.arrivals import Arrivals
from camdigits.sources.live.status import (
    Capture,
    Health,
    Limits,
    LiveStatus,
    Novelty,
    OnWait,
    aspect_of,
    describe,
    interrupt,
    lost,
    opening_again,
    sane_fps,
)
from camdigits.sources.names import label
from camdigits.sources.pixels import as_bgr
from camdigits.support.context_manager import Closeable
from camdigits.types import Frame

if TYPE_CHECKING:
    from camdigits.types import Image

PATIENT = Limits()

_SLICE_S = 0.05
"""Waits are cut into slices, so that Ctrl-C and keys work at once on every platform."""

_END: Final = False
_RETRY_S = 0.02
_RELEASE_S = 0.3
_BACK_OFF_S = (0.25, 0.5, 1.0, 2.0)
"""Between attempts to open it again; the last one repeats."""
_STABLE_S = 5.0
_FROZEN = "the same picture again and again"


class CameraSource(Closeable):
    """The pictures of a camera or network stream.

    A live one hands out each picture at most once and always the newest; those that nobody took
    in time are dropped, and `Frame.index` counts them.  When pictures stay away for far longer
    than they used to, or one repeats for longer than it may, it is opened anew with growing pauses,
    until that has lasted for too long.  A recording over the network is handed out whole.

    Args:
        capture: opened; used and released by the capture thread alone from now on.
        name: as the user named it.
        limits: how long pictures may stay away.
        reopen: opens it again, raising `SourceError` where that fails; None gives up at once.

    Attributes:
        on_wait: called about twenty times a second while a picture is waited for, by the thread
            that iterates, with the `status`, and once a picture repeats for long.  A window draws
            its banner and looks for keys here; `close` may be called to end the iteration.
        description: what it really gives, "1280x720 MJPG, 30 fps".
    """

    is_still = False

    def __init__(
        self,
        capture: Capture,
        name: str,
        limits: Limits = PATIENT,
        reopen: Callable[[], Capture] | None = None,
    ) -> None:
        self.name = name
        self.on_wait: OnWait | None = None
        self.description = describe(capture)
        self.fps = sane_fps(capture.get(cv2.CAP_PROP_FPS))
        # Cameras and live streams state zero, -1, or what an overflow leaves.
        count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.frame_count: int | None = count if count > 0 else None
        self.is_live = self.frame_count is None
        self._capture, self._limits, self._reopen = capture, limits, reopen
        self._clock, self._novelty = Clock(self.fps or ASSUMED_FPS), Novelty()
        self._changed = threading.Condition()
        self._newest: Frame | None = None
        self._losses = 0
        self._error: BaseException | None = None
        self._is_over = self._is_closed = False
        self._arrivals = Arrivals(limits, time.monotonic())
        self._lost_s: float | None = None
        self._back_s = self._outage_s = -math.inf
        self._why = self._problem = ""
        self._start(capture)

    def __iter__(self) -> Iterator[Frame]:
        """Yield the pictures until the source is closed or a recording ends; see `looks`."""
        return (frame for frame in self.looks() if frame is not None)

    def looks(self) -> Iterator[Frame | None]:
        """Yield each picture, and None about twenty times a second while one is waited for.

        Raises:
            SourceError: if the camera was lost and did not come back in time.
            SourceDamagedError: if a recording ends before its stated end.
        """
        began_s = time.monotonic()
        while (frame := self._look(began_s)) is not _END:
            yield frame
            if frame is not None:
                began_s = time.monotonic()
        count = self._arrivals.count
        missing = (self.frame_count or 0) - count
        if not self._is_closed and missing > max(2, (self.frame_count or 0) // 50):
            raise SourceDamagedError(
                f"{label(self.name)}: {count} of {self.frame_count} frames read: "
                "the stream broke off; try again"
            )

    def close(self) -> None:
        """Stop; the device is given back at once, or as soon as its running read returns.

        Any thread may call it; a second call does nothing.
        """
        with self._changed:
            self._is_closed = True
            self._newest = None
            self._changed.notify_all()
        interrupt(self._capture)
        if threading.current_thread() is not self._thread:
            # A camera that froze blocks its read for seconds; nobody should wait for that.
            self._thread.join(_RELEASE_S)

    @property
    def status(self) -> LiveStatus:
        """How it is doing; any thread may ask."""
        with self._changed:
            now_s, arrivals, text = time.monotonic(), self._arrivals, ""
            health: Health = "running" if arrivals.count else "starting"
            if self._lost_s is not None:
                health = "lost"
                text = opening_again(self.name, self._why, arrivals.reconnect_s, self._problem)
            quiet_s, repeats = now_s - arrivals.came_s, arrivals.repeats(now_s)
            return LiveStatus(health, text, self._losses, quiet_s, repeats)

    def _look(self, began_s: float) -> Frame | Literal[False] | None:
        """Wait for a picture that was not handed out yet, a moment at most; `_END` at the end."""
        with self._changed:
            if self._newest is None and not self._is_over and not self._is_closed:
                self._changed.wait(_SLICE_S)
            frame, self._newest = self._newest, None
            self._changed.notify_all()
            if frame is None:
                if self._error is not None:
                    raise self._error
                if self._is_over or self._is_closed:
                    return _END
                self._watch(began_s)
            is_told = frame is None or self._arrivals.begins_to_repeat(time.monotonic())
        if is_told and self.on_wait is not None:
            self.on_wait(self.status)
        return frame

    def _watch(self, began_s: float) -> None:
        """Give up what was silent for too long, or have it opened again; holds the lock."""
        now_s, arrivals = time.monotonic(), self._arrivals
        if self._lost_s is not None:
            if now_s - self._outage_s >= arrivals.reconnect_s:
                raise self._gone()
            return
        quiet_s = now_s - (arrivals.came_s if self.is_live else began_s)
        if quiet_s <= (arrivals.patience_s if self.is_live else self._limits.recording_s):
            return
        if not self.is_live or not arrivals.count:
            raise self._gone(quiet_s)
        self._lose(f"no picture for {quiet_s:.1f} s")
        # The capture thread blocks in its read: leave it behind, it ends when that returns.
        if self._reopen is not None:
            interrupt(self._capture)
            self._start(None)

    def _lose(self, why: str) -> None:
        """Note that no new pictures come; holds the lock."""
        if self._lost_s is None:
            self._lost_s, self._why, self._problem = time.monotonic(), why, ""
            # One that comes back for a moment only has not come back.
            if self._lost_s - self._back_s >= _STABLE_S:
                self._outage_s = self._lost_s
                self._losses += 1

    def _start(self, capture: Capture | None) -> None:
        self._thread = threading.Thread(None, self._run, "capture", (capture,), daemon=True)
        self._thread.start()

    def _is_current(self) -> bool:
        """Return whether the calling capture thread was neither left behind nor stopped."""
        return threading.current_thread() is self._thread and not self._is_closed

    def _run(self, capture: Capture | None) -> None:
        """Read until closed, opening again what was lost; the capture thread's only function."""
        error: BaseException | None = None
        try:
            while self._is_current():
                if capture is None and (capture := self._opened_again()) is None:
                    break
                self._read_on(capture)
                if self._reopen is None or not self.is_live or not self._limits.reconnect_s:
                    break
                capture.release()
                capture = None
        except BaseException as problem:  # handed to the thread that iterates
            error = problem
        finally:
            if capture is not None:
                capture.release()
            self._end(error)

    def _end(self, error: BaseException | None) -> None:
        with self._changed:
            if not self._is_current():
                return
            if error is None and self._lost_s is not None:
                error = self._gone()
            self._error, self._is_over = error, True
            self._changed.notify_all()

    def _opened_again(self) -> Capture | None:
        """Try until it can be opened; None if nobody waits for it any more."""
        assert self._reopen is not None
        for attempt in range(1 << 30):
            pause_s = _BACK_OFF_S[min(attempt, len(_BACK_OFF_S) - 1)]
            with self._changed:
                self._changed.wait_for(lambda: not self._is_current(), pause_s)
                if not self._is_current():
                    return None
            try:
                return self._reopen()
            except SourceError as error:
                self._problem = str(error).removeprefix(f"{label(self.name)}: ")
        return None

    def _read_on(self, capture: Capture) -> None:
        """Hand pictures over until they stay away, repeat, end, or nobody wants them."""
        self._capture, limits, good_s = capture, self._limits, time.monotonic()
        changed_s = good_s
        while self._is_current():
            is_good, image = capture.read()
            now_s = time.monotonic()
            if is_good and image is not None:
                good_s = now_s
                picture = as_bgr(image)
                is_new = not self.is_live or self._novelty.is_new(picture)
                changed_s = now_s if is_new else changed_s
                # Where a picture may repeat for ever, a repeated one is back as well.
                if is_new or self._lost_s is None or limits.frozen_s == math.inf:
                    self._hand_over(capture, picture, now_s, is_new)
                if now_s - changed_s > limits.frozen_s:
                    return self._lose_here(_FROZEN)
            elif not self.is_live:
                return None
            elif now_s - good_s > (limits.failing_s if self._arrivals.count else limits.first_s):
                return self._lose_here(f"no picture for {now_s - good_s:.1f} s")
            else:
                time.sleep(_RETRY_S)
        return None

    def _lose_here(self, why: str) -> None:
        with self._changed:
            if self._is_current():
                self._lose(why)

    def _hand_over(self, capture: Capture, image: Image, now_s: float, is_new: bool) -> None:
        at_s = now_s if self.is_live else capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        with self._changed:
            while self._newest is not None and not self.is_live and not self._is_closed:
                self._changed.wait(_SLICE_S)
            if not self._is_current():
                return
            is_back, arrivals = self._lost_s is not None, self._arrivals
            if is_back:
                self._lost_s, self._back_s = None, now_s
            time_s, aspect = self._clock.time_s(at_s), aspect_of(capture)
            self._newest = Frame(image, arrivals.count, time_s, pixel_aspect=aspect)
            arrivals.note(now_s, is_new, is_usual=not is_back)
            self._changed.notify_all()

    def _gone(self, quiet_s: float | None = None) -> SourceError:
        what, since_s = "no picture", self._arrivals.came_s
        if self._why == _FROZEN:
            what, since_s = f"nothing but {_FROZEN}", self._arrivals.changed_s
        quiet_s = time.monotonic() - since_s if quiet_s is None else quiet_s
        return lost(self.name, f"{what} for {quiet_s:.0f} s", self._problem)
