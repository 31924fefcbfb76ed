"""The frame that is shown, and where its pixels are on the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from camdigits.config import ReadConfig
from camdigits.page.orientation.view import View
from camdigits.types import Box, Frame, Reading
from camdigits.window.display import shown, shown_scale

if TYPE_CHECKING:
    from camdigits.types import Image


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A frame, its reading, and how they are shown.

    Attributes:
        frame: as it is in the source.
        reading: what was read on it; boxes in pixels of the source.
        view: turns the whole frame as reading saw it.
        mirror: the picture is shown as a mirror shows it.
    """

    frame: Frame
    reading: Reading
    view: View
    mirror: bool = False

    @classmethod
    def of(cls, frame: Frame, reading: Reading, config: ReadConfig, mirror: bool = False) -> Scene:
        """Return the scene of a frame that was read with `config`."""
        view = View.of(frame.image, replace(config, roi=None), reading.rotate)
        return cls(frame, reading, view, mirror)

    @property
    def upright(self) -> Image:
        """The frame as reading saw it, ``(H, W, 3) uint8`` BGR."""
        return self.view.upright(self.frame.image)

    @property
    def upright_reading(self) -> Reading:
        """The reading with boxes that fit `upright`."""
        return self.view.upright_reading(self.reading)

    def picture(self, reading: Reading | None = None) -> Image:
        """Return a new picture as the window shows it, ``uint8`` BGR.

        Args:
            reading: drawn in place of the scene's own; boxes in pixels of the source.
        """
        drawn = self.view.upright_reading(self.reading if reading is None else reading)
        return shown(self.upright, drawn, self.mirror)

    def to_shown(self, box: Box) -> Box:
        """Take a box of the source to the picture that is shown."""
        upright = self.view.to_upright(box)
        if self.mirror:
            upright = replace(upright, x=self._width - upright.right)
        return upright.scaled(self._scale)

    def to_source(self, box: Box) -> Box:
        """Take a box of the picture that is shown to the source, where it may lie outside."""
        upright = box.scaled(1 / self._scale)
        if self.mirror:
            upright = replace(upright, x=self._width - upright.right)
        return self.view.to_source(upright)

    @property
    def _width(self) -> int:
        width, height = self.view.size_wh
        return height if self.view.rotate in (90, 270) else width

    @property
    def _scale(self) -> float:
        width, height = self.view.size_wh
        return shown_scale((height, width) if self.view.rotate in (90, 270) else (width, height))
