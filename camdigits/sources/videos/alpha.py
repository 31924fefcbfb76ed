"""Transparency of videos: a decoder that keeps it, and a ground on which the ink is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from av.codec.codec import UnknownCodecError
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

if TYPE_CHECKING:
    from camdigits.types import Image

_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""FFmpeg's own decoders of these, which are taken unless others are named, leave alpha out."""

_WHITE, _BLACK = 255, 0
_OPAQUE = 128
_CARD = 0.5
"""Share of a picture that strokes do not cover; a sheet or a camera's picture does."""
_DARK, _LIGHT = 130, 170
"""Mean grey of ink that is surely dark, or light; in between the ground stays as it is."""
_STEP = 2
"""Every so many rows and columns are looked at for the ground."""


def decoder_with_alpha(stream: VideoStream) -> VideoCodecContext | None:
    """Return a decoder that keeps the transparency which a stream announces.

    None if it announces none, or its usual decoder keeps it, as those of ProRes, PNG and QTRLE do.
    """
    codec = stream.codec_context
    name = _DECODERS.get(codec.codec.canonical_name)
    # Matroska's AlphaMode; the alpha itself lies beside each coded frame.
    if name is None or stream.metadata.get("alpha_mode") != "1":
        return None
    try:
        context = cast("VideoCodecContext", CodecContext.create(name, "r"))
    except UnknownCodecError:
        return None
    context.options = dict(codec.options)
    return context


class Ground:
    """Lays pictures with transparency on white or black, whichever their ink stands out from.

    Strokes that are light get black, dark ones white; what covers most of the picture is a sheet
    itself, and goes on in its own brightness.  The choice holds until another is clear.
    """

    def __init__(self) -> None:
        self._level = _WHITE

    def under(self, bgra: Image) -> Image:
        """Return ``(H, W, 3) uint8`` BGR.

        Args:
            bgra: ``(H, W, 4) uint8``, alpha 0 is transparent, colours not multiplied with it.
        """
        alpha = bgra[:, :, 3]
        colours: Image = np.ascontiguousarray(bgra[:, :, :3])
        if alpha.min() == 255:
            return colours
        self._level = self._chosen(bgra[::_STEP, ::_STEP])
        weight = cv2.merge([alpha, alpha, alpha])
        shown = cv2.multiply(colours, weight, scale=1 / 255)
        if self._level == _WHITE:
            shown = cv2.add(shown, cv2.bitwise_not(weight))
        return np.asarray(shown, np.uint8)

    def _chosen(self, bgra: Image) -> int:
        opaque = np.asarray(bgra[:, :, 3] >= _OPAQUE, np.uint8)
        count = cv2.countNonZero(opaque)
        if not count:
            return self._level
        grey = cv2.cvtColor(np.ascontiguousarray(bgra), cv2.COLOR_BGRA2GRAY)
        mean = cv2.mean(grey, opaque)[0]
        if _DARK < mean < _LIGHT:
            return self._level
        is_light, is_card = mean >= _LIGHT, count > _CARD * opaque.size
        return _WHITE if is_light == is_card else _BLACK
