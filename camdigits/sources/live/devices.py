"""The cameras of a Linux machine: their names from sysfs, their sizes and rates from the driver.

Asking a driver (V4L2's VIDIOC_QUERYCAP and VIDIOC_ENUM_*, linux/videodev2.h) starts nothing, so a
camera that another program uses is listed as well.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

DEVICES = Path("/dev")
"""Where Linux keeps its cameras."""
SYSFS = Path("/sys/class/video4linux")
"""Where it tells their names."""

_QUERY, _FORMATS, _SIZES, _RATES = 0x80685600, 0xC0405602, 0xC02C564A, 0xC034564B
_CAPABILITY_BYTES = 104
_CAPTURES, _HAS_OWN_FLAGS = 0x1, 0x8000_0000
_CAPTURE_BUFFER = 1
_DISCRETE = 1
_MOST = 64
"""Drivers that list more than this of anything are not believed."""

Ask = Callable[[int, int, bytearray], int]
"""Like `fcntl.ioctl` with a buffer that is written to."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A picture that a camera can give.

    Attributes:
        pixels: four letters, such as MJPG or YUYV.
        size_wh: (width, height) in pixels; the largest where it gives any size.
        fps: rates, highest first; empty where the driver does not say.
    """

    pixels: str
    size_wh: tuple[int, int]
    fps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Device:
    """A video device.

    Attributes:
        path: such as /dev/video0.
        name: what the driver calls it; "" if it says nothing.
        problem: why it cannot be opened, and what to do; "" if it can.
        is_camera: False for those that give something else, like metadata.
        modes: what pictures it gives, as far as it tells.
    """

    path: Path
    name: str
    problem: str = ""
    is_camera: bool = True
    modes: tuple[Mode, ...] = ()

    @property
    def index(self) -> int:
        """The number that ``camdigits run`` takes."""
        return int(self.path.name.removeprefix("video"))


def device_paths() -> list[Path]:
    """Return the video devices by number; a camera often has two."""
    found = DEVICES.glob("video[0-9]*")
    return sorted(found, key=lambda path: (len(path.name), path.name))


def device_name(path: Path) -> str:
    """Return what the driver calls a device, "" if it says nothing."""
    try:
        return (SYSFS / path.name / "name").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def no_permission(path: Path) -> str:
    """Return why this user may not use a device and what to do; "" if they may."""
    if os.access(path, os.R_OK | os.W_OK):
        return ""
    return (
        f"no permission to use {path}; add yourself to its group: "
        "sudo usermod -aG video $USER, then log in again"
    )


def find_named(part: str) -> list[Path]:
    """Return the cameras in whose name `part` stands, capitals or not.

    A camera with several devices counts once, by its first.
    """
    if not sys.platform.startswith("linux") or not part.strip():
        return []
    wanted, found = part.casefold(), dict[str, Path]()
    for path in device_paths():
        name = device_name(path)
        if wanted in name.casefold():
            found.setdefault(name, path)
    return list(found.values())


def list_devices(ask: Ask | None = None) -> list[Device]:
    """Return all video devices with what they tell of themselves.

    Args:
        ask: asks a driver; None takes `fcntl.ioctl`.
    """
    return [_look_at(path, ask or _ioctl) for path in device_paths()]


def _look_at(path: Path, ask: Ask) -> Device:
    name = device_name(path)
    problem = no_permission(path)
    if problem:
        return Device(path, name, problem)
    try:
        handle = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        return Device(path, name, f"cannot be opened: {error.strerror}")
    try:
        is_camera = _captures(handle, ask)
        modes = tuple(_modes(handle, ask)) if is_camera else ()
        return Device(path, name, "", is_camera, modes)
    finally:
        os.close(handle)


def _captures(handle: int, ask: Ask) -> bool:
    buffer = bytearray(_CAPABILITY_BYTES)
    try:
        ask(handle, _QUERY, buffer)
    except OSError:
        return False
    all_flags, own_flags = struct.unpack_from("=II", buffer, 84)
    return bool((own_flags if all_flags & _HAS_OWN_FLAGS else all_flags) & _CAPTURES)


def _modes(handle: int, ask: Ask) -> Iterator[Mode]:
    for kind in _enumerate(handle, ask, _FORMATS, struct.pack("=2I56x", 0, _CAPTURE_BUFFER)):
        code = kind[44:48]
        letters = code.decode("ascii", "replace").strip()
        for size in _enumerate(handle, ask, _SIZES, struct.pack("=I4s36x", 0, code)):
            type_, width, height = struct.unpack_from("=3I", size, 8)
            if type_ != _DISCRETE:
                # Any size between two: least, most and step of the width, then of the height.
                width, height = struct.unpack_from("=4xI8xI", size, 12)
            question = struct.pack("=I4sII36x", 0, code, width, height)
            rates = _enumerate(handle, ask, _RATES, question)
            yield Mode(letters, (width, height), tuple(_fps(list(rates))))
            if type_ != _DISCRETE:
                break


def _fps(rates: list[bytes]) -> Iterator[float]:
    """Yield rates, highest first, of intervals that are told as fractions of a second."""
    found = set()
    for rate in rates:
        type_, numerator, denominator = struct.unpack_from("=3I", rate, 16)
        if type_ == _DISCRETE and numerator:
            found.add(round(denominator / numerator, 2))
    yield from sorted(found, reverse=True)


def _enumerate(handle: int, ask: Ask, request: int, question: bytes) -> Iterator[bytes]:
    """Yield the driver's answers to a question with the index 0, 1, 2, ... in front."""
    with suppress(OSError):  # the driver's way to say that there is no more
        for index in range(_MOST):
            buffer = bytearray(question)
            struct.pack_into("=I", buffer, 0, index)
            ask(handle, request, buffer)
            yield bytes(buffer)


def _ioctl(handle: int, request: int, buffer: bytearray) -> int:
    import fcntl

    return int(fcntl.ioctl(handle, request, buffer, True))
