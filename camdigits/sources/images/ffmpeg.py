"""Pictures of rare forms that OpenCV's wheel has no decoder for, decoded by FFmpeg."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np

from camdigits.support.pyav import UNDECODABLE

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

_CODECS = {"JPEG-LS": "jpegls", "JPEG 2000": "jpeg2000"}


def decoded_by_ffmpeg(data: bytes, form: str, max_pixels: int) -> NDArray[Any] | None:
    """Return a picture; None if it cannot be decoded.

    Args:
        data: the whole file.
        form: as `camdigits.sources.images.header.rare_form` names it.
        max_pixels: a picture with more is not decoded.

    Returns:
        As `camdigits.sources.pixels.as_bgr` takes it.
    """
    codec = _CODECS.get(form, "mjpeg" if "JPEG" in form and "TIFF" not in form else "")
    if not codec:
        return None
    try:
        decoder = cast("VideoCodecContext", av.CodecContext.create(codec, "r"))
        # What is decoded need not be what the header says.
        decoder.options = {"max_pixels": str(max_pixels)}
        frames = decoder.decode(av.Packet(data)) + decoder.decode(None)
    except UNDECODABLE:
        return None
    pixels = _pixels(frames[0]) if frames else None
    # Of what it does not know in JPEG-LS FFmpeg makes a black picture.
    return pixels if pixels is not None and pixels.any() else None


def _pixels(frame: VideoFrame) -> NDArray[Any]:
    if frame.format.name in ("gray", "gray16le"):  # as they are, whatever the range
        return frame.to_ndarray()
    has_alpha = any(component.is_alpha for component in frame.format.components)
    if has_alpha:
        return frame.reformat(format="bgra").to_ndarray()
    is_deep = any(component.bits > 8 for component in frame.format.components)
    pixels = frame.reformat(format="bgr48le" if is_deep else "bgr24").to_ndarray()
    return np.ascontiguousarray(pixels)
