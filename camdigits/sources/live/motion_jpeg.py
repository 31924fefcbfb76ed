"""Motion JPEG over http: pictures one after the other in one answer that never ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceOpenError
from camdigits.sources.images.header import image_size
from camdigits.sources.names import label
from camdigits.sources.pixels import check_pixels
from camdigits.sources.remote.answer import Answer
from camdigits.sources.remote.parts import Parts

if TYPE_CHECKING:
    from camdigits.types import Image

QUIET_S = 60.0
"""For which the next picture may stay away until the connection is given up; who waits for it may
give up sooner, and then interrupts."""

_WIDTH, _HEIGHT = cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT
_MJPG = float(cv2.VideoWriter.fourcc(*"MJPG"))


class MotionJpegCapture:
    """The pictures of a multipart answer, handed out as `cv2.VideoCapture` would.

    Args:
        answer: nothing was taken of it; closed with this.
        name: as the user named it.
        first_s: for which the first picture is waited for.
        max_pixels: pictures with more are refused before they are decoded.

    Raises:
        SourceOpenError: if no picture comes.
    """

    def __init__(
        self, answer: Answer, name: str, first_s: float, max_pixels: int = MAX_PIXELS
    ) -> None:
        self._answer, self._parts = answer, Parts(answer)
        self._limit = label(name), max_pixels, "have it send smaller pictures"
        answer.wait_for(first_s)
        try:
            self._first = self._parts.next()
        except OSError:
            self._first = None
        if self._first is None:
            answer.close()
            raise SourceOpenError(
                f"{label(name)}: the server answers with {answer.kind}, and no picture comes; is "
                "the camera turned on, or another program using it?"
            )
        answer.wait_for(QUIET_S)
        self._size_wh = image_size(self._first) or (0, 0)

    def read(self) -> tuple[bool, Image | None]:
        """Wait for the next picture."""
        try:
            data, self._first = self._first or self._parts.next(), None
        except OSError:
            return False, None
        if data is None:
            return False, None
        stated = image_size(data)
        if stated is not None:
            check_pixels(stated, *self._limit)
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        return image is not None, image  # type: ignore[return-value]

    def get(self, prop: int, /) -> float:
        """Return a property, 0 where unknown."""
        known = {_WIDTH: self._size_wh[0], _HEIGHT: self._size_wh[1], cv2.CAP_PROP_FOURCC: _MJPG}
        return float(known.get(prop, 0.0))

    def release(self) -> None:
        """Hang up; a second call does nothing."""
        self._answer.close()

    def interrupt(self) -> None:
        """Hang up while another thread waits for a picture, which ends that."""
        self._answer.interrupt()
