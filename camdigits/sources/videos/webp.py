"""Animated WebP, which FFmpeg's decoder does not read, as a video."""

from __future__ import annotations

from collections.abc import Iterator

from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources.images.pillow import Animation
from camdigits.sources.images.webp_layout import MovingWebp
from camdigits.sources.names import shown
from camdigits.sources.pixels import as_bgr
from camdigits.support.context_manager import Closeable
from camdigits.types import Frame


class WebpSource(Closeable):
    """The frames of an animated WebP, in order, none dropped.

    Args:
        webp: its frames, at least one.
        name: as the user named it.
    """

    is_still = False
    is_live = False

    def __init__(self, webp: MovingWebp, name: str) -> None:
        self.name = name
        self._animation = Animation(webp.data)
        self._durations_s, self._is_cut = webp.durations_s, webp.is_cut
        durations_s = webp.durations_s
        total_s = sum(durations_s)
        self.fps: float | None = len(durations_s) / total_s if total_s else None
        self.frame_count: int | None = len(durations_s)
        self._frames = self._read()

    def __iter__(self) -> Iterator[Frame]:
        return self._frames

    def _read(self) -> Iterator[Frame]:
        time_s = 0.0
        for index, duration_s in enumerate(self._durations_s):
            pixels = self._animation.picture(index)
            if pixels is None and index == 0:
                raise SourceOpenError(
                    f"{shown(self.name)}: holds no frame that can be decoded; save it again"
                )
            if pixels is None:
                raise SourceDamagedError(
                    f"{shown(self.name)}: damaged after {index} of {len(self._durations_s)} "
                    "frames; copy it again"
                )
            yield Frame(as_bgr(pixels), index, time_s)
            time_s += duration_s
        if self._is_cut:
            raise SourceDamagedError(
                f"{shown(self.name)}: the file is cut off after {len(self._durations_s)} frames; "
                "copy it again"
            )

    def close(self) -> None:
        """Give the memory back; a second call does nothing."""
        self._frames = iter(())
        self._animation = Animation(b"")
