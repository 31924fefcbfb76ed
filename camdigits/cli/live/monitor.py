"""Looks after cameras and streams while they are read: tells of their faults, ends them in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from camdigits.cli.live.deadline import Deadline
from camdigits.cli.live.viewer import Viewer
from camdigits.cli.terminal.messages import say
from camdigits.config import CameraConfig
from camdigits.sources import SourceSpec, open_source
from camdigits.sources.base import Source
from camdigits.sources.names import label
from camdigits.types import Frame, SourceStatus

# Most runs read files.
if TYPE_CHECKING:
    from camdigits.cli.reading.request import Request
    from camdigits.sources.live.camera import CameraSource
    from camdigits.sources.live.status import LiveStatus

OnStatus = Callable[[SourceStatus], None]
"""Takes that a camera was lost or is back."""


class LiveMonitor:
    """Called by a live source while it waits for a picture, and by who takes its pictures.

    Args:
        source: what it looks after.
        viewer: keeps the window alive meanwhile.
        deadline: ends the source.
        on_status: takes each loss, and each return.
    """

    def __init__(
        self, source: CameraSource, viewer: Viewer, deadline: Deadline, on_status: OnStatus
    ) -> None:
        self._source, self._viewer, self._deadline = source, viewer, deadline
        self._on_status = on_status
        self._lost_s: float | None = None
        self._has_told_repeats = False
        self._index, self._time_s, self._seen_s = 0, 0.0, time.monotonic()

    def __call__(self, status: LiveStatus) -> None:
        """Tell of a loss once, look for keys, and end the source when it is time."""
        if status.health == "lost" and self._lost_s is None:
            self._lost_s = time.monotonic() - status.quiet_s
            self._tell("lost", self._time_s + time.monotonic() - self._seen_s, status.text)
        is_running = status.health == "running"  # while it is lost, no picture comes at all
        if is_running and status.repeats and not self._has_told_repeats:
            self._has_told_repeats = True
            say(
                f"{label(self._source.name)}: the same picture again and again; still reading "
                "(--frozen SECONDS takes that for a loss)"
            )
        self._viewer.wait(status)
        if self._viewer.is_closed or self._deadline.has_passed:
            self._source.close()

    def see(self, frame: Frame) -> None:
        """Take note of a picture that came, and tell if the source is back with it."""
        self._index, self._time_s, self._seen_s = frame.index, frame.time_s, time.monotonic()
        if self._lost_s is not None and self._source.status.health == "running":
            away_s, self._lost_s = self._seen_s - self._lost_s, None
            text = f"{label(self._source.name)} is back after {away_s:.0f} s"
            self._tell("back", frame.time_s, text)

    def _tell(self, event: Literal["lost", "back"], time_s: float, text: str) -> None:
        self._on_status(SourceStatus(event, self._source.name, self._index, time_s, text))


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens sources, and has live ones looked after.

    Attributes:
        viewer: keeps the window alive while no picture comes.
        deadline: limits how long opening takes, and ends live sources.
        on_status: takes each loss, and each return.
        say: takes a line that says what a live source really gives.
    """

    viewer: Viewer
    deadline: Deadline
    on_status: OnStatus
    say: Callable[[str], object]

    def open(self, spec: SourceSpec, request: Request) -> tuple[Source, LiveMonitor | None]:
        """Open a source.

        Args:
            spec: names it.
            request: how it is read.

        Returns:
            The source, and what is to see its pictures if it is live.

        Raises:
            SourceOpenError, UsageError: see `open_source`.
        """
        camera, config = request.camera, request.config
        limited = replace(camera, open_timeout_s=self.deadline.limit(camera.open_timeout_s))
        source = open_source(spec, limited, config.max_pixels, config.pages)
        if source.is_still:
            return source, None
        from camdigits.sources.live.camera import CameraSource

        if not isinstance(source, CameraSource):
            return source, None
        is_other = (
            spec.kind == "camera" and camera != CameraConfig() and not _is_as_asked(source, camera)
        )
        if source.description and (request.verbose or is_other):
            self.say(f"{label(source.name)} gives {source.description}")
        monitor = LiveMonitor(source, self.viewer, self.deadline, self.on_status)
        source.on_wait = monitor
        return source, monitor


def _is_as_asked(source: CameraSource, camera: CameraConfig) -> bool:
    """Return whether a camera gives the size that was asked for, as far as it tells."""
    width, height = camera.size_wh
    return not source.description or source.description.startswith(f"{width}x{height}")
