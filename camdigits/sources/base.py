"""What every source of frames is like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from camdigits.support.context_manager import ContextManager
from camdigits.types import Frame


class Source(ContextManager, Protocol):
    """An opened stream of frames; a context manager that may be closed twice.

    Attributes:
        name: as the user named it; goes into every record.
        is_still: each frame is a picture of its own.
        is_live: frames come as time passes; those that nobody took in time are dropped.
            Other sources never drop a frame.
        fps: frames a second as far as known, above 0; None for stills and where unknown.
        frame_count: how many frames the source claims to have, a hint for progress only;
            None where unknown.
    """

    name: str
    is_still: bool
    is_live: bool
    fps: float | None
    frame_count: int | None

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames in order, once.

        Raises:
            SourceDamagedError: after the last good frame, if the source ended early or some of
                its frames could not be read.
            SourceError: if a live source broke off.
        """
        ...

    def close(self) -> None:
        """Give the device or file back; a second call does nothing."""
        ...
