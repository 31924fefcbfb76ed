"""Lazy frames: turned into colours only when somebody looks at them.

Reading goes by brightness, which most videos store as a plane of its own; turning a frame into BGR
takes longer than everything else on its way where little happens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from av.video.frame import VideoFrame

from camdigits.sources.pixels import upright
from camdigits.sources.videos.container import BgrConverter
from camdigits.sources.videos.hdr import HLG, PQ
from camdigits.sources.videos.orientation import UPRIGHT, is_on_its_side
from camdigits.support.median import median
from camdigits.types import Frame, Luma

if TYPE_CHECKING:
    from camdigits.types import Image

_PLANAR = frozenset({"yuv420p", "yuv422p", "yuv444p", "nv12", "nv21"})
_PLANAR_FULL = frozenset({"yuvj420p", "yuvj422p", "yuvj444p"})
"""Pixel formats whose first plane is brightness in 8 bits."""
_FULL_RANGE = 2
"""FFmpeg's AVCOL_RANGE_JPEG."""

GLANCE_STEP = 3
"""Every so many rows and columns of its colours are looked at, which are mostly half the pixels."""
COLOUR_STEPS = 14
"""Steps of 224 from no colour to full by which pale ink differs from its paper at least."""
LEAST_COLOURED = 1e-4
"""Share of them that pale ink covers."""


def can_wait(decoded: VideoFrame) -> bool:
    """Say whether a frame is of a format whose brightness can be read without conversion."""
    if decoded.color_trc in (HLG, PQ):
        return False
    return decoded.format.name in _PLANAR or decoded.format.name in _PLANAR_FULL


class Decoded:
    """A decoder's frame, and what was made of it so far.

    Args:
        frame: of a format that `can_wait`.
        converter: makes the picture.
        orientation: how it lies, as EXIF counts: 1 to 8.
    """

    def __init__(
        self, frame: VideoFrame, converter: BgrConverter, orientation: int = UPRIGHT
    ) -> None:
        self._frame, self._converter, self._orientation = frame, converter, orientation
        self._image: Image | None = None
        self._luma: Luma | None = None

    @property
    def size_wh(self) -> tuple[int, int]:
        """(width, height) in pixels once it is upright."""
        width, height = self._frame.width, self._frame.height
        return (height, width) if is_on_its_side(self._orientation) else (width, height)

    def image(self) -> Image:
        """Return the picture, ``(height, width, 3) uint8`` BGR."""
        if self._image is None:
            self._image = upright(self._converter(self._frame), self._orientation)
        return self._image

    def luma(self) -> Luma:
        """Return its brightness."""
        if self._luma is None:
            plane = self._frame.planes[0]
            rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            is_full = (
                self._frame.format.name in _PLANAR_FULL or self._frame.color_range == _FULL_RANGE
            )
            stored = rows[: plane.height, : plane.width]
            self._luma = Luma(upright(stored, self._orientation), is_full)
        return self._luma

    def may_be_coloured(self) -> bool:
        """Return whether some of its pixels differ in colour from most, at a glance.

        Pale ink on paper does by more than `COLOUR_STEPS`; without it, colours that take a tenth of
        the time that a search does need not be made.
        """
        planes = self._frame.planes[1:]
        for plane in planes:
            rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            # Two colours that stand by turns are halved to one each.
            by_turns = 3 - len(planes)
            samples = rows[: plane.height : GLANCE_STEP]
            for first in range(by_turns):
                colour = samples[:, first : by_turns * plane.width : by_turns * GLANCE_STEP]
                away = cv2.absdiff(colour, np.full(1, median(colour), np.uint8))
                if np.count_nonzero(away > COLOUR_STEPS) > LEAST_COLOURED * colour.size:
                    return True
        return False


class DecodedFrame(Frame):
    """A frame whose BGR picture is made when it is asked for, and kept.

    Args:
        image: what it is made from, or the picture itself.
        index, time_s, page, pixel_aspect: see `Frame`; `dataclasses.replace` gives all of them.
    """

    __slots__ = ("_content",)
    _content: Decoded | Image

    def __init__(
        self,
        image: Decoded | Image,
        index: int = 0,
        time_s: float = 0.0,
        page: int | None = None,
        pixel_aspect: float = 1.0,
    ) -> None:
        values = {"index": index, "time_s": time_s, "page": page, "pixel_aspect": pixel_aspect}
        for name, value in {"_content": image, **values}.items():
            object.__setattr__(self, name, value)

    @property
    def image(self) -> Image:
        """``(height, width, 3) uint8``, BGR; nobody writes to it."""
        content = self._content
        return content.image() if isinstance(content, Decoded) else content

    @property
    def size_wh(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        content = self._content
        if isinstance(content, Decoded):
            return content.size_wh
        return content.shape[1], content.shape[0]

    @property
    def luma(self) -> Luma | None:
        """The brightness of its pixels, as it was decoded; None of a picture."""
        content = self._content
        return content.luma() if isinstance(content, Decoded) else None

    @property
    def may_be_coloured(self) -> bool:
        """Whether its colours may say more than its brightness; False where a glance says no."""
        content = self._content
        return content.may_be_coloured() if isinstance(content, Decoded) else True
