"""How the frames of a video lie: turned, mirrored or both, by container or codec."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import cast

from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame

UPRIGHT = 1
"""EXIF orientation of a picture that is shown as it is stored."""

_TURNS = {90: 6, 180: 3, 270: 8}
"""EXIF orientation by degrees clockwise that a picture is to be turned."""
_TOLERANCE = 0.02
"""Of a whole turn's matrix; tilted pictures are left alone."""

_ORIENTATIONS = {
    # Where a step to the right and a step down lead on the display, as (x, y), and the EXIF
    # orientation that asks for the same.
    ((1, 0), (0, 1)): 1,
    ((-1, 0), (0, 1)): 2,
    ((-1, 0), (0, -1)): 3,
    ((1, 0), (0, -1)): 4,
    ((0, 1), (1, 0)): 5,
    ((0, 1), (-1, 0)): 6,
    ((0, -1), (-1, 0)): 7,
    ((0, -1), (1, 0)): 8,
}


class Orientation:
    """The orientation of one frame after the other.

    A container states it for each frame; H.264 and H.265 state it once for all frames up to the
    next key frame.  PyAV's `rotation` knows no mirrors.
    """

    def __init__(self) -> None:
        self._held = UPRIGHT
        self._silent_key_frames = 0

    def of(self, decoded: VideoFrame) -> int:
        """Return how the next frame lies, as EXIF counts: 1 to 8."""
        stated = _stated(decoded)
        if stated is not None:
            self._held, self._silent_key_frames = stated, 0
        elif decoded.key_frame:
            # FFmpeg's own tool (h264_metadata) writes it behind a key frame, not before.
            self._silent_key_frames += 1
            if self._silent_key_frames > 1:
                self._held = UPRIGHT
        return self._held


def is_on_its_side(orientation: int) -> bool:
    """Return whether a picture exchanges width and height when it is made upright."""
    return orientation >= 5


def of_matrix(matrix: bytes) -> int:
    """Return the EXIF orientation that a display matrix asks for; 1 of tilts and what is none.

    Args:
        matrix: nine numbers of 32 bits in the machine's order, row by row (ISO/IEC 14496-12,
            8.3.2).
    """
    if len(matrix) != 36:
        return UPRIGHT
    across_x, across_y, _, down_x, down_y, *_ = struct.unpack("=9i", matrix)
    across, down = _direction(across_x, across_y), _direction(down_x, down_y)
    return _ORIENTATIONS.get((across, down), UPRIGHT)


def _direction(x: int, y: int) -> tuple[int, int]:
    if abs(y) <= _TOLERANCE * abs(x):
        return (x > 0) - (x < 0), 0
    if abs(x) <= _TOLERANCE * abs(y):
        return 0, (y > 0) - (y < 0)
    return 0, 0


def _stated(decoded: VideoFrame) -> int | None:
    try:
        # Up to PyAV 18 its iterator gives what is in it, from 19 on the keys.
        matrix = cast("Mapping[Type, SideData]", decoded.side_data).get(Type.DISPLAYMATRIX)
    except ValueError:
        # PyAV 18 has no name for EXIF, which FFmpeg 8 puts beside pictures of JPEG.
        return _TURNS.get(-decoded.rotation % 360)
    return None if matrix is None else of_matrix(bytes(matrix))
