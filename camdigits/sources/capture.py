"""Opens cameras and network streams with OpenCV, and finds out why one cannot be opened."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import cv2

from camdigits.errors import SourceOpenError
from camdigits.sources.camera import STALL_S, CameraSource, label
from camdigits.sources.probe import why_unreachable

CAMERA_SIZE_WH = (1280, 720)
"""Asked of every camera, which takes the nearest that it has; 640x480 is too coarse for a page."""

OPEN_TIMEOUT_S = 10.0

_BACKENDS = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_DSHOW}
"""Named because OpenCV tries all others in turn and prints what each has to say."""


def open_camera(target: int | str, name: str) -> CameraSource:
    """Open a camera of this machine.

    Args:
        target: its index, or on Linux its path.
        name: as the user named it.

    Raises:
        SourceOpenError: if it is missing, busy or not permitted.
    """
    if sys.platform.startswith("linux"):
        check_device(Path(f"/dev/video{target}" if isinstance(target, int) else target), name)
    _silence()
    capture = cv2.VideoCapture(target, _BACKENDS.get(sys.platform, cv2.CAP_ANY))
    if not capture.isOpened():
        raise SourceOpenError(
            f"{label(name)} cannot be opened: another program uses it, it is no camera, or the "
            "system's privacy settings keep it closed"
        )
    # Motion JPEG before the size: uncompressed, USB carries 720p at 10 frames a second.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, CAMERA_SIZE_WH[0])
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, CAMERA_SIZE_WH[1])
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return CameraSource(capture, name)


def open_stream(address: str, name: str) -> CameraSource:
    """Open a network stream, or a recording that is read over the network.

    Args:
        address: beginning with http://, https://, rtsp:// or rtmp://.
        name: as the user named it.

    Raises:
        SourceOpenError: if nothing that can be read answers there in time.
    """
    _silence()
    # OpenCV 4.11 and later ask RTSP cameras for UDP, which loses packets, unless told otherwise.
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp")
    limits = [
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, round(OPEN_TIMEOUT_S * 1000)),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(STALL_S * 1000)),
    ]
    capture = _interruptible(lambda: cv2.VideoCapture(address, cv2.CAP_FFMPEG, limits))
    if not capture.isOpened():
        raise SourceOpenError(f"{label(name)}: {why_unreachable(address)}")
    return CameraSource(capture, name)


def check_device(device: Path, name: str) -> None:
    """Look whether a camera is there and may be used.

    Raises:
        SourceOpenError: if not, with the cameras that exist or what grants the permission.
    """
    if not device.exists():
        found = ", ".join(str(path) for path in camera_devices())
        raise SourceOpenError(
            f"{label(name)}: there is no {device}; "
            + (f"found: {found}" if found else "no camera was found; plug one in")
        )
    if not os.access(device, os.R_OK | os.W_OK):
        raise SourceOpenError(
            f"{label(name)}: no permission to use {device}; add yourself to its group: "
            "sudo usermod -aG video $USER, then log in again"
        )


def camera_devices() -> list[Path]:
    """Return the video devices of a Linux machine, by number; a camera often has two."""
    devices = Path("/dev").glob("video[0-9]*")
    return sorted(devices, key=lambda path: (len(path.name), path.name))


def _silence() -> None:
    """Keep OpenCV and its FFmpeg from printing, unless the user asked them to.

    Both read their settings when they are used first, so this comes before that.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _interruptible(opened: Callable[[], cv2.VideoCapture]) -> cv2.VideoCapture:
    """Return what `opened` returns, called in a thread so that Ctrl-C need not wait for it."""
    results: list[cv2.VideoCapture] = []
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
