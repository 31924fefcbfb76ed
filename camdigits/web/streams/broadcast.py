"""Broadcast of JPEG frames and events to everybody who watches a camera: ``/v1/watch``.

The server sends text messages: events as they become certain, the status of the camera when it
changes, and frame records, each of them followed by a binary message, its picture as JPEG.  The
next frame is sent when the client has sent ``{"type":"next"}``, and is the newest then, so that a
slow client gets fewer frames and no old ones.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import cv2

from camdigits.config import ReadConfig
from camdigits.page.orientation.view import View
from camdigits.support.context_manager import Closeable
from camdigits.types import SCHEMA, Frame, Reading, Record

if TYPE_CHECKING:
    from camdigits.types import Image

LARGEST = 1920
"""Longest side of the pictures that are sent, in pixels."""
QUALITY = 80
MOST_EVENTS = 1000
"""Events that are kept for those who come later, and for each who is slow."""
_FAREWELL_S = 0.5


class Shown:
    """A frame, and what is known of it.

    It is made ready to be sent when the first client is to have it, so that a camera that nobody
    watches costs no pictures.

    Args:
        frame: as the camera gave it.
        reading: of it.
        config: how it was read; the picture is turned as it asks.
    """

    def __init__(self, frame: Frame, reading: Reading, config: ReadConfig) -> None:
        self._image, self._reading = frame.image, reading
        self._view = View.of(frame.image, config, reading.rotate)
        self._lock = threading.Lock()
        self._messages: tuple[str, bytes] | None = None

    def messages(self) -> tuple[str, bytes]:
        """Return the frame record as JSON, and the picture as JPEG; any thread may ask."""
        with self._lock:
            if self._messages is None:
                [record] = self._view.upright_reading(self._reading).records("frames")
                self._messages = message_of(record), _jpeg(self._view.upright(self._image))
            return self._messages


class Watcher:
    """One client that watches; only the server's thread uses it.

    Attributes:
        is_ready: it asked for the next frame.
        waiting: records that are still to be sent, beside frames.
        woken: set when there is something to send.
    """

    def __init__(self, waiting: list[Record]) -> None:
        self.is_ready = True
        self.waiting: deque[Record] = deque(waiting, MOST_EVENTS)
        self.woken = asyncio.Event()
        self.seen: Shown | None = None


class Broadcast:
    """Hands frames and events from the thread that reads to all who watch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watchers: set[Watcher] = set()
        self._events: deque[Record] = deque(maxlen=MOST_EVENTS)
        self._status = _status("running", "")
        self.newest: Shown | None = None

    # The thread that reads

    def show(self, shown: Shown) -> None:
        """Take the newest frame."""
        with self._lock:
            self.newest = shown
        self._wake()

    def tell(self, records: list[Record]) -> None:
        """Take events."""
        with self._lock:
            self._events.extend(records)
            for watcher in self._watchers:
                watcher.waiting.extend(records)
        self._wake()

    def say(self, health: str, text: str) -> None:
        """Take how the camera is doing; what was said already is not said again."""
        status = _status(health, text)
        with self._lock:
            if status == self._status:
                return
            self._status = status
            for watcher in self._watchers:
                watcher.waiting.append(status)
        self._wake()

    def end(self, text: str) -> None:
        """Say that no more will come, and wait a moment until that was sent."""
        self.say("ended", text)
        for _ in range(round(_FAREWELL_S / 0.02)):
            with self._lock:
                if not any(watcher.waiting for watcher in self._watchers):
                    return
            threading.Event().wait(0.02)

    def _wake(self) -> None:
        with self._lock:
            if self._loop is not None and self._watchers and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._wake_all)

    # The server's thread

    def enter(self) -> Watcher:
        """Return a new watcher, for whom everything that was told so far waits."""
        with self._lock:
            self._loop = asyncio.get_running_loop()
            watcher = Watcher([self._status, *self._events])
            self._watchers.add(watcher)
        watcher.woken.set()
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Forget a watcher."""
        with self._lock:
            self._watchers.discard(watcher)

    def next_for(self, watcher: Watcher) -> Shown | None:
        """Return the frame that a watcher is to be sent; None if there is no newer one."""
        with self._lock:
            if not watcher.is_ready or self.newest is watcher.seen:
                return None
            watcher.is_ready, watcher.seen = False, self.newest
            return self.newest

    def _wake_all(self) -> None:
        for watcher in list(self._watchers):
            watcher.woken.set()


class Screen(Closeable):
    """Shows a camera to those who watch, as the window shows it to who sits there.

    Args:
        broadcast: hands on what is shown.
        config: how the pictures are read; they are shown turned as it asks.
    """

    closed = False
    is_waiting = False

    def __init__(self, broadcast: Broadcast, config: ReadConfig) -> None:
        self._broadcast, self._config = broadcast, replace(config, roi=None)
        self._warning = ""

    def begin(self) -> None:
        """Say that frames of another source follow."""

    def warn(self, text: str) -> None:
        """Tell what is wrong with the camera; "" for nothing."""
        self._warning = text
        self._broadcast.say("lost" if text else "running", text)

    def look(self, frame: Frame, reading: Reading) -> None:
        """Show a frame, with what is known of it so far."""
        self.warn("")
        self._broadcast.show(Shown(frame, reading, self._config))

    def write(self, frame: Frame, reading: Reading) -> None:
        """Show a frame."""
        self.look(frame, reading)

    def note(self, text: str) -> None:
        """Tell something that is no fault."""
        self._broadcast.say("running", text)

    def hold(self, is_over: Callable[[], bool]) -> None:
        """Do nothing: what comes to no end has ended, which `close` tells."""

    def correct(self, reading: Reading) -> None:
        """Do nothing: the next frame comes at once, and shows what is known by now."""

    def poll(self) -> None:
        """Do nothing: those who watch have no keys here."""

    def close(self) -> None:
        """Tell those who watch that this was the end; a second call does nothing."""
        if not self.closed:
            self.closed = True
            self._broadcast.end(self._warning)


class EventSink(Closeable):
    """Hands on the events of every reading.

    Args:
        broadcast: hands them on.
        has_clock: events get the time of day, as ``clock``: who comes later is told of them later.
    """

    def __init__(self, broadcast: Broadcast, has_clock: bool = True) -> None:
        self._broadcast, self._has_clock = broadcast, has_clock

    def write(self, frame: Frame, reading: Reading) -> None:
        """Hand on the events of one reading."""
        if reading.events:
            now = datetime.now().astimezone().isoformat(timespec="milliseconds")
            clock: Record = {"clock": now} if self._has_clock else {}
            self._broadcast.tell([record | clock for record in reading.records("events")])


def message_of(record: Record) -> str:
    """Return a record as it is sent."""
    return json.dumps(record, separators=(",", ":"))


def _status(health: str, text: str) -> Record:
    return {"schema": SCHEMA, "type": "status", "health": health, "text": text}


def _jpeg(image: Image) -> bytes:
    longest = max(image.shape[:2])
    if longest > LARGEST:
        scale = LARGEST / longest
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
            image.dtype, copy=False
        )
    return cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))[1].tobytes()
