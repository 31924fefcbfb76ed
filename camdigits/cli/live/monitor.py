"""Monitors a camera or stream while it is read: tells of its faults, ends it in time."""

from __future__ import annotations

from collections.abc import Callable

from camdigits.cli.live.deadline import Deadline
from camdigits.cli.live.viewer import Viewer
from camdigits.cli.terminal.messages import say
from camdigits.config import CameraConfig
from camdigits.sources.base import Source
from camdigits.sources.live.camera import CameraSource
from camdigits.sources.live.status import LiveStatus
from camdigits.sources.names import label


class LiveMonitor:
    """Called by a live source while it waits for a picture.

    Args:
        source: what it looks after.
        viewer: keeps the window alive meanwhile.
        deadline: ends the source.
    """

    def __init__(self, source: CameraSource, viewer: Viewer, deadline: Deadline) -> None:
        self._source, self._viewer, self._deadline = source, viewer, deadline
        self._told_losses = 0

    def __call__(self, status: LiveStatus) -> None:
        """Tell of a loss once, look for keys, and end the source when it is time."""
        if status.health == "lost" and status.losses > self._told_losses:
            self._told_losses = status.losses
            say(status.text)
        self._viewer.wait(status)
        if self._viewer.is_closed or self._deadline.has_passed:
            self._source.close()


def monitor(
    source: Source, viewer: Viewer, deadline: Deadline, tell: Callable[[str], None] | None = None
) -> None:
    """Have a live source looked after; others need nobody.

    Args:
        source: just opened.
        viewer: keeps the window alive while no picture comes.
        deadline: ends the source.
        tell: takes a line that says what the source really gives.
    """
    if not isinstance(source, CameraSource):
        return
    source.on_wait = LiveMonitor(source, viewer, deadline)
    if tell is not None and source.description:
        tell(f"{label(source.name)} gives {source.description}")


def is_as_asked(source: Source, camera: CameraConfig) -> bool:
    """Return whether a camera gives the size that was asked for, as far as it tells."""
    if not isinstance(source, CameraSource) or not source.description:
        return True
    width, height = camera.size_wh
    return source.description.startswith(f"{width}x{height}")
