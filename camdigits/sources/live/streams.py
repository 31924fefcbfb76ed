"""Opens network streams: asks what stands behind an address, and has whoever can decode that."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import cv2

from camdigits.config import CameraConfig
from camdigits.errors import SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.live import playlist
from camdigits.sources.live.motion_jpeg import QUIET_S, MotionJpegCapture
from camdigits.sources.live.probe import check_trusted, why_unreachable
from camdigits.sources.live.status import Capture
from camdigits.sources.live.unwoven import Unwoven
from camdigits.sources.names import label
from camdigits.sources.remote.answer import Answer
from camdigits.sources.remote.file import RemotePipe
from camdigits.sources.remote.opening import asked, has_parts, kind_of

READ_TIMEOUT_S = 4.0
"""After which FFmpeg gives up waiting for a recording's next packet."""

STREAM_READ_TIMEOUT_S = 120.0
"""The same of a live stream; who waits for its pictures gives up sooner, unless they are rare."""

SELECT_TIMEOUT_S = 2
"""The same of cameras on Linux, where OpenCV would wait for 10 s."""

_SILENT = 0
"""OpenCV's LOG_LEVEL_SILENT."""


@dataclass(frozen=True, slots=True)
class StreamPlace:
    """Where a stream comes from.

    Attributes:
        address: as `open_stream` takes it.
        name: as the user named it.
        config: how long to wait for it.
        max_pixels: pictures with more are refused.
    """

    address: str
    name: str
    config: CameraConfig
    max_pixels: int

    def by_pyav(self, answer: Answer | None = None) -> Capture:
        """Open it by PyAV, as it is asked for anew or as it was answered."""
        # Only here: on macOS the two FFmpegs of OpenCV and PyAV print warnings about each other.
        from camdigits.sources.live.recording import PyavCapture

        timeouts_s = self.config.open_timeout_s, READ_TIMEOUT_S
        if answer is None:
            return PyavCapture(self.address, timeouts_s, self.max_pixels)
        file = Reader(cast("BinaryIO", RemotePipe(answer, QUIET_S)))
        return PyavCapture(file, timeouts_s, self.max_pixels)

    def by_list(self, is_again: bool) -> Capture:
        """Open it as a list of segments."""
        known = self.address, self.name, self.config, self.max_pixels
        return playlist.open_playlist(*known, is_again)


def opened_place(place: StreamPlace, answer: Answer | None, is_again: bool) -> Capture:
    scheme = place.address.partition("://")[0].lower()
    if "://" not in place.address:
        return place.by_list(is_again)
    if scheme in ("http", "https"):
        capture = _opened_answer(place, answer, is_again)
        if capture is not None:
            return capture
    elif scheme == "rtsps":
        check_trusted(place.address, place.name, place.config.insecure)
    return Unwoven(_opened_stream(place.address, place.name, place.config), place.by_pyav)


def _opened_answer(place: StreamPlace, answer: Answer | None, is_again: bool) -> Capture | None:
    """Return what an http address answers with; None if it is for OpenCV to find out."""
    if answer is None or answer.is_closed:
        answer = asked(place.address, place.name, place.config.insecure)
    if answer is None:
        return None
    if has_parts(answer):
        first_s = place.config.open_timeout_s
        return MotionJpegCapture(answer, place.name, first_s, place.max_pixels)
    kind = kind_of(answer, place.name)
    if kind == "video":
        with suppress(SourceOpenError):
            return place.by_pyav(answer)
    answer.close()
    return place.by_list(is_again) if kind == "playlist" else None


def _opened_stream(address: str, name: str, config: CameraConfig) -> cv2.VideoCapture:
    silence()
    # OpenCV 4.11 and later ask RTSP cameras for UDP, which loses packets, unless told otherwise.
    # Some servers, VLC for one, have nothing else: they are asked for it second.
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_flags;prefer_tcp")
    read_s = max(STREAM_READ_TIMEOUT_S, config.stall_s or 0.0)
    limits = [
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, round(config.open_timeout_s * 1000)),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(read_s * 1000)),
        # With several threads the decoder keeps as many pictures back.
        *(cv2.CAP_PROP_N_THREADS, 1),
    ]
    capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        capture.release()
        raise SourceOpenError(f"{label(name)}: {why_unreachable(address, config.insecure)}")
    return capture


def silence() -> None:
    """Keep OpenCV and its FFmpeg from printing, unless the user asked them to.

    All read their settings when they are used first, so this comes before that.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(SELECT_TIMEOUT_S))
    if "OPENCV_LOG_LEVEL" not in os.environ:
        # It lies in `utils.logging` from OpenCV 4.13 on, and in the package itself before.
        logging: Any = getattr(cv2.utils, "logging", cv2)
        logging.setLogLevel(_SILENT)
