"""A picture behind an http address, looked at again and again: a camera for those who have one."""

from __future__ import annotations

import http.client
import io
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2

from camdigits.config import MAX_PIXELS, CameraConfig
from camdigits.errors import SourceError, SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.images.remote import read_rest
from camdigits.sources.live.camera import CameraSource
from camdigits.sources.live.probe import login_hint, why_unreachable
from camdigits.sources.live.status import Limits
from camdigits.sources.media import open_media
from camdigits.sources.names import label
from camdigits.sources.remote.answer import ANSWER_S, Answer
from camdigits.sources.remote.session import HttpSession
from camdigits.support.printable import printable

if TYPE_CHECKING:
    from camdigits.types import Frame, Image

_RETRY_S = 2.0
_STREAMS = ("multipart/", "video/", "audio/")


class SnapshotCapture:
    """Asks for the picture each time it is due, handed out as `cv2.VideoCapture` would.

    One connection is kept where the server allows; a picture that it says has not changed, by its
    ``ETag`` or ``Last-Modified``, is not sent again.

    Args:
        address: beginning with http:// or https://.
        name: as the user named it.
        config: `every_s` is given; `insecure` is heeded.
        max_pixels: a picture with more is refused.

    Raises:
        SourceOpenError: if the first picture cannot be had.
    """

    def __init__(
        self, address: str, name: str, config: CameraConfig, max_pixels: int = MAX_PIXELS
    ) -> None:
        assert config.every_s is not None
        self._address, self._name, self._max_pixels = address, name, max_pixels
        self._every_s, self._insecure = config.every_s, config.insecure
        self._session = HttpSession(address, name, ANSWER_S, config.insecure)
        self._ended = threading.Event()
        self._data, self._marks = b"", dict[str, str]()
        self._frame: Frame | None = None
        self._is_first, self._due_s = True, time.monotonic()
        try:
            self._frame = self._asked()
        except (OSError, ValueError, http.client.HTTPException) as error:
            self._session.close()
            raise SourceOpenError(
                f"{label(name)}: {why_unreachable(address, config.insecure)}"
            ) from error
        except BaseException:
            self._session.close()
            raise

    def read(self) -> tuple[bool, Image | None]:
        """Wait until the picture is due, and return it as it is then."""
        if self._is_first:
            self._is_first = False
            return True, self._frame.image if self._frame else None
        self._due_s = max(self._due_s + self._every_s, time.monotonic())
        while (left_s := self._due_s - time.monotonic()) > 0:
            if self._ended.wait(left_s):
                return False, None
        try:
            self._frame = self._asked()
        except (SourceError, OSError, ValueError, http.client.HTTPException):
            self._session.close()
            self._due_s += min(0.0, _RETRY_S - self._every_s)
            return False, None
        return True, self._frame.image

    def get(self, prop: int, /) -> float:
        """Return a property, 0 where unknown."""
        frame = self._frame
        if frame is None:
            return 0.0
        known = {
            cv2.CAP_PROP_FRAME_WIDTH: frame.image.shape[1],
            cv2.CAP_PROP_FRAME_HEIGHT: frame.image.shape[0],
            cv2.CAP_PROP_SAR_NUM: frame.pixel_aspect,
            cv2.CAP_PROP_SAR_DEN: 1.0,
        }
        return float(known.get(prop, 0.0))

    def interrupt(self) -> None:
        """Have a read return that waits until the picture is due."""
        self._ended.set()

    def release(self) -> None:
        """Hang up; by the thread that reads."""
        self._session.close()

    def _asked(self) -> Frame:
        """Return the picture as it is now.

        Raises:
            SourceError: if there is none, or it is damaged.
            OSError, ValueError, http.client.HTTPException: if the server cannot be reached.
        """
        answer = self._session.get(self._marks)
        if answer.status == http.HTTPStatus.NOT_MODIFIED and self._frame is not None:
            answer.read()
            return self._frame
        if answer.status != http.HTTPStatus.OK:
            hint = login_hint(answer.status, self._address)
            why = f"the server answers {answer.status} {printable(answer.reason)}".rstrip()
            raise SourceOpenError(f"{label(self._name)}: {why}{hint}")
        kind = answer.headers.get_content_type()
        if kind.startswith(_STREAMS):
            raise SourceOpenError(
                f"{label(self._name)}: the server answers with {printable(kind)}, and no single "
                "picture that could be asked for again; leave out --every"
            )
        data = read_rest(Answer(self._session, answer), self._name)
        if self._frame is None or data != self._data:
            self._frame, self._data = self._decoded(data), data
        self._marks = {
            ask: answer.headers[mark]
            for ask, mark in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
            if mark in answer.headers
        }
        return self._frame

    def _decoded(self, data: bytes) -> Frame:
        reader = Reader(io.BytesIO(data))
        with open_media(reader, self._name, self._max_pixels) as source:
            if not source.is_still:
                raise SourceOpenError(
                    f"{label(self._name)}: holds a video, and no single picture that could be "
                    "asked for again; leave out --every"
                )
            # To the end: a picture that is cut off, since it is being written, is told there.
            frames = list(source)
        return frames[0]


def open_snapshots(
    address: str, name: str, config: CameraConfig, max_pixels: int = MAX_PIXELS
) -> CameraSource:
    """Open a picture behind an address as a camera.

    Args:
        address: beginning with http:// or https://.
        name: as the user named it.
        config: `every_s` says how often it is looked at.
        max_pixels: a picture with more is refused.

    Raises:
        SourceOpenError: if there is no picture.
    """

    def opened() -> SnapshotCapture:
        return SnapshotCapture(address, name, config, max_pixels)

    limits = Limits().asked(config)
    every_s = config.every_s or 0.0
    limits = replace(
        limits,
        stall_s=limits.stall_s + every_s,
        unlearnt_s=limits.unlearnt_s + every_s,
        failing_s=limits.failing_s + every_s + _RETRY_S,
    )
    return CameraSource(opened(), name, limits, opened)
