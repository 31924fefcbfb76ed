"""Opens cameras and network streams with OpenCV, and finds out why one cannot be opened."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2

from camdigits.config import MAX_PIXELS, CameraConfig
from camdigits.errors import SourceOpenError, UsageError
from camdigits.sources.live import playlist
from camdigits.sources.live.camera import CameraSource
from camdigits.sources.live.devices import device_paths, no_permission
from camdigits.sources.live.status import Capture, Limits
from camdigits.sources.live.streams import StreamPlace, opened_place, silence
from camdigits.sources.names import label
from camdigits.sources.pixels import check_pixels
from camdigits.sources.remote.answer import Answer

KEYFRAME_S = 12.0
"""Until a stream's first picture: those that save bandwidth begin one anew every 10 s only."""

UNLEARNT_S = 30.0
"""Until its next ones, before it is known how often they come: some send one in 15 s."""

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
        self.interrupt = getattr(capture, "interrupt", lambda: None)

    def is_a(self, kind: type) -> bool:
        """Return whether the capture itself is of this class."""
        return isinstance(self._capture, kind)

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

    limits = LIMITS.asked(config)
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
        address: beginning with the scheme of one, or the path of a playlist.
        name: as the user named it.
        config: how long to wait for it.
        max_pixels: pictures with more end it.
        answer: to an http address that was asked already, for cameras that answer one at a time.

    Raises:
        SourceOpenError: if nothing that can be read answers there in time, or its pictures are
            larger.
    """
    advice = "have it send smaller pictures"

    place, first_answer = StreamPlace(address, name, config, max_pixels), [answer]

    def opened(is_again: bool = True) -> Bounded:
        given = first_answer.pop() if first_answer else None
        capture = opened_place(place, given, is_again)
        return Bounded(capture, name, max_pixels, advice)

    first = _checked(_interruptible(partial(opened, is_again=False)))
    stall_s = playlist.STALL_S if first.is_a(playlist.Paced) else LIMITS.stall_s
    limits = replace(LIMITS, first_s=KEYFRAME_S, unlearnt_s=UNLEARNT_S, stall_s=stall_s)
    return CameraSource(first, name, limits.asked(config), opened)


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
    silence()
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
