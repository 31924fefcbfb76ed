"""``camdigits cameras``: which cameras there are, and what they can give."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from camdigits.cli.terminal.messages import say
from camdigits.errors import SourceError
from camdigits.support.printable import printable

if TYPE_CHECKING:
    from camdigits.sources.live.devices import Device, Mode

NAME = "cameras"

_DESCRIPTION = """\
Lists what `camdigits run` can open: the number, the name, and each size with its rates.  On Linux
the drivers are asked, which starts no camera; elsewhere the first cameras are opened for a moment,
and only what they give is shown.  The exit code is 3 if there is no camera that can be opened.
"""
_EPILOG = """\
examples:
  camdigits cameras
  camdigits run 2                       the camera with the number 2
  camdigits run logitech                the one in whose name this stands (on Linux)
"""

_PROBED = 6
"""So many numbers are tried where cameras cannot be listed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``cameras`` takes."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG


def run(args: argparse.Namespace) -> int:
    """Print the cameras; return 3 if none can be opened."""
    lines = list(_of_linux() if sys.platform.startswith("linux") else _probed())
    for line in lines:
        print(printable(line), flush=True)
    if not lines:
        say("no camera can be opened; plug one in, or see: camdigits doctor")
        return SourceError.exit_code
    return 0


def _of_linux() -> Iterator[str]:
    """Yield lines for the devices that can be opened; say of the others why they cannot."""
    from camdigits.sources.live.devices import list_devices

    for device in list_devices():
        if device.problem:
            say(f"{_title(device)}: {device.problem}")
        elif device.is_camera:
            yield f"{device.index}  {device.name or device.path}"
            yield from (f"     {line}" for line in mode_lines(device.modes))


def _title(device: Device) -> str:
    return f"{device.path} {device.name}".rstrip()


def mode_lines(modes: tuple[Mode, ...]) -> list[str]:
    """Return a line for each kind of pixels and size, largest first."""
    ordered = sorted(modes, key=lambda mode: (mode.pixels, -mode.size_wh[0] * mode.size_wh[1]))
    return [
        f"{mode.size_wh[0]}x{mode.size_wh[1]} {mode.pixels}"
        + (f" {', '.join(f'{fps:g}' for fps in mode.fps)} fps" if mode.fps else "")
        for mode in ordered
    ]


def _probed() -> Iterator[str]:
    """Yield a line for each of the first cameras that can be opened."""
    from camdigits.sources.live.capture import open_camera

    for index in range(_PROBED):
        try:
            with open_camera(index, str(index)) as camera:
                yield f"{index}  {camera.description}"
        except SourceError:
            continue
