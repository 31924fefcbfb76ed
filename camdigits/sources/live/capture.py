"""Opens cameras and network streams with OpenCV, and finds out why one cannot be opened."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import cv2

from camdigits.config import MAX_PIXELS, CameraConfig
from camdigits.errors import SourceOpenError, UsageError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.live.camera import CameraSource
from camdigits.sources.live.devices import device_paths, no_permission
from camdigits.sources.live.motion_jpeg import QUIET_S, MotionJpegCapture
from camdigits.sources.live.probe import why_unreachable
from camdigits.sources.live.status import Capture, Limits
from camdigits.sources.live.unwoven import Unwoven
from camdigits.sources.names import label
from camdigits.sources.pixels import check_pixels
from camdigits.sources.remote.answer import Answer
from camdigits.sources.remote.file import RemotePipe
from camdigits.sources.remote.opening import asked, has_parts, holds_video

READ_TIMEOUT_S = 4.0
"""After which FFmpeg gives up waiting for a stream's next packet."""

KEYFRAME_S = 12.0
"""Until a stream's first picture: those that save bandwidth begin one anew every 10 s only."""

SELECT_TIMEOUT_S = 2
"""The same of cameras on Linux, where OpenCV would wait for 10 s."""

_SILENT = 0
"""OpenCV's LOG_LEVEL_SILENT."""

DEFAULT = CameraConfig()
LIMITS = Limits()

_BACKENDS = {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}
"""Named because OpenCV tries all others in turn and prints what each has to say."""

_APIS = {
    "auto": cv2.CAP_ANY,
    "v4l2": cv2.CAP_V4L2,
    "gstreamer": cv2.CAP_GSTREAMER,
    "ffmpeg": cv2.CAP_FFMPEG,
    "dshow": cv2.CAP_DSHOW,
    "msmf": cv2.CAP_MSMF,
    "avfoundation": cv2.CAP_AVFOUNDATION,
}


class Bounded:
    """A capture whose pictures have no more pixels than they may.

    Args:
        capture: opened.
        name: as the user named it.
        max_pixels: a picture with more ends the source.
        advice: what to do then.
    """

    def __init__(self, capture: Capture, name: str, max_pixels: int, advice: str) -> None:
        self.get, self.release = capture.get, capture.release
        self.interrupt = getattr(capture, "interrupt", lambda: None)
        self._capture = capture
        self._limit = label(name), max_pixels, advice

    def check_stated(self) -> None:
        """Look at the size that is stated, before the first picture is decoded.

        Raises:
            SourceOpenError: if it is too large.
        """
        width, height = self.get(cv2.CAP_PROP_FRAME_WIDTH), self.get(cv2.CAP_PROP_FRAME_HEIGHT)
        check_pixels((int(width), int(height)), *self._limit)

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture; see `Capture`.

        Raises:
            SourceOpenError: if it is too large.
        """
        is_good, image = self._capture.read()
        if is_good and image is not None:
            check_pixels((image.shape[1], image.shape[0]), *self._limit)
        return is_good, image


def open_camera(
    target: int | str, name: str, config: CameraConfig = DEFAULT, max_pixels: int = MAX_PIXELS
) -> CameraSource:
    """Open a camera of this machine.

    Args:
        target: its index, or on Linux its path.
        name: as the user named it.
        config: what is asked of it.
        max_pixels: pictures with more end it.

    Raises:
        SourceOpenError: if it is missing, busy, not permitted, or gives larger pictures.
        UsageError: if this OpenCV does not have the backend.
    """
    api = _api(config.backend)
    advice = "ask for less with --size"

    def opened() -> Bounded:
        return Bounded(_opened_camera(target, name, config, api), name, max_pixels, advice)

    limits = replace(LIMITS, reconnect_s=config.reconnect_s)
    return CameraSource(_checked(opened()), name, limits, opened)


def open_stream(
    address: str,
    name: str,
    config: CameraConfig = DEFAULT,
    max_pixels: int = MAX_PIXELS,
    answer: Answer | None = None,
) -> CameraSource:
    """Open a network stream, or a recording that is read over the network.

    Args:
        address: beginning with http://, https://, rtsp:// or rtmp://.
        name: as the user named it.
        config: how long to wait for it.
        max_pixels: pictures with more end it.
        answer: to an http address that was asked already, for cameras that answer one at a time.

    Raises:
        SourceOpenError: if nothing that can be read answers there in time, or its pictures are
            larger.
    """
    limits = replace(LIMITS, first_s=KEYFRAME_S, reconnect_s=config.reconnect_s)
    advice = "have it send smaller pictures"

    first = [answer]

    def opened() -> Bounded:
        given = first.pop() if first else None
        capture = _opened_address(address, name, config.open_timeout_s, max_pixels, given)
        return Bounded(capture, name, max_pixels, advice)

    return CameraSource(_checked(_interruptible(opened)), name, limits, opened)


def check_device(device: Path, name: str) -> None:
    """Look whether a camera is there and may be used.

    Raises:
        SourceOpenError: if not, with the cameras that exist or what grants the permission.
    """
    if not device.exists():
        found = ", ".join(str(path) for path in device_paths())
        raise SourceOpenError(
            f"{label(name)}: there is no {device}; "
            + (f"found: {found}" if found else "no camera was found; plug one in")
        )
    problem = no_permission(device)
    if problem:
        raise SourceOpenError(f"{label(name)}: {problem}")


def _checked(capture: Bounded) -> Bounded:
    try:
        capture.check_stated()
    except BaseException:
        capture.release()
        raise
    return capture


def _api(backend: str) -> int:
    if backend == "auto":
        return _APIS[_BACKENDS.get(sys.platform, "auto")]
    api = _APIS[backend]
    here = list(cv2.videoio_registry.getCameraBackends())
    if api not in here:
        names = ", ".join(name for name, known in _APIS.items() if known in here)
        raise UsageError(f"this OpenCV has no backend {backend} for cameras; it has: {names}")
    return api


def _opened_camera(
    target: int | str, name: str, config: CameraConfig, api: int
) -> cv2.VideoCapture:
    if sys.platform.startswith("linux"):
        check_device(Path(f"/dev/video{target}" if isinstance(target, int) else target), name)
    _silence()
    capture = cv2.VideoCapture(target, api)
    if not capture.isOpened():
        capture.release()
        raise SourceOpenError(
            f"{label(name)} cannot be opened: another program uses it, it is no camera, or the "
            "system's privacy settings keep it closed"
        )
    # Motion JPEG before the size: uncompressed, USB carries 720p at 10 frames a second.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, config.size_wh[0])
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, config.size_wh[1])
    if config.fps is not None:
        capture.set(cv2.CAP_PROP_FPS, config.fps)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


def _opened_address(
    address: str, name: str, open_timeout_s: float, max_pixels: int, answer: Answer | None
) -> Capture:
    def by_pyav(place: str | Reader = address) -> Capture:
        # Only here: on macOS the two FFmpegs of OpenCV and PyAV print warnings about each other.
        from camdigits.sources.live.recording import PyavCapture

        return PyavCapture(place, (open_timeout_s, READ_TIMEOUT_S), max_pixels)

    if address.lower().startswith(("http://", "https://")):
        if answer is None or answer.is_closed:
            answer = asked(address, name)
        if answer is not None and has_parts(answer):
            return MotionJpegCapture(answer, name, open_timeout_s, max_pixels)
        if answer is not None and holds_video(answer, name):
            with suppress(SourceOpenError):
                return by_pyav(Reader(cast("BinaryIO", RemotePipe(answer, QUIET_S))))
        if answer is not None:
            answer.close()
    return Unwoven(_opened_stream(address, name, open_timeout_s), by_pyav)


def _opened_stream(address: str, name: str, open_timeout_s: float) -> cv2.VideoCapture:
    _silence()
    # OpenCV 4.11 and later ask RTSP cameras for UDP, which loses packets, unless told otherwise.
    # Some servers, VLC for one, have nothing else: they are asked for it second.
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_flags;prefer_tcp")
    limits = [
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, round(open_timeout_s * 1000)),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(READ_TIMEOUT_S * 1000)),
        # With several threads the decoder keeps as many pictures back.
        *(cv2.CAP_PROP_N_THREADS, 1),
    ]
    capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        capture.release()
        raise SourceOpenError(f"{label(name)}: {why_unreachable(address)}")
    return capture


def _silence() -> None:
    """Keep OpenCV and its FFmpeg from printing, unless the user asked them to.

    All read their settings when they are used first, so this comes before that.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(SELECT_TIMEOUT_S))
    if "OPENCV_LOG_LEVEL" not in os.environ:
        # It lies in `utils.logging` from OpenCV 4.13 on, and in the package itself before.
        logging: Any = getattr(cv2.utils, "logging", cv2)
        logging.setLogLevel(_SILENT)


def _interruptible(opened: Callable[[], Bounded]) -> Bounded:
    """Return what `opened` returns, called in a thread so that Ctrl-C need not wait for it."""
    results: list[Bounded] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(opened())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="open stream", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
    if errors:
        raise errors[0]
    return results[0]
