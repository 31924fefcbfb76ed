"""The settings of reading that keys change while it goes on."""

from __future__ import annotations

from dataclasses import replace

from camdigits.config import POLARITIES, ReadConfig
from camdigits.types import Box
from camdigits.window.scene import Scene
from camdigits.window.services import Reader

STEP = 0.05
LEAST, MOST = 0.05, 0.99
_INKS = {"auto": "dark and light ink", "dark": "dark ink", "light": "light ink"}


class Settings:
    """Changes what a reader does, and says so in a few words; without a reader nothing changes."""

    def __init__(self, reader: Reader | None) -> None:
        self._reader = reader
        self._first_roi = self.config.roi

    @property
    def config(self) -> ReadConfig:
        """How frames are read now."""
        return ReadConfig() if self._reader is None else self._reader.config

    @property
    def read_s(self) -> float | None:
        """How long the last read took in seconds."""
        return None if self._reader is None else self._reader.read_s

    def ask_for(self, more: float) -> str:
        """Ask for so much more confidence."""
        if self._reader is None:
            return "nothing is read here"
        asked = round(min(MOST, max(LEAST, self._reader.min_confidence + more)), 2)
        self._reader.min_confidence = asked
        return f"numbers from confidence {asked:.2f} on"

    def change_ink(self) -> str:
        """Read the next kind of ink."""
        if self._reader is None:
            return "nothing is read here"
        place = POLARITIES.index(self.config.polarity)
        polarity = POLARITIES[(place + 1) % len(POLARITIES)]
        self._reader.config = replace(self.config, polarity=polarity)
        return f"reads {_INKS[polarity]}"

    def read_only(self, region: Box | None) -> str:
        """Read only a part of the picture, in pixels of the source; None reads all."""
        if self._reader is None:
            return "nothing is read here"
        self._reader.config = replace(self.config, roi=region)
        if region is None:
            return "reads the whole picture"
        return f"reads --roi {','.join(map(str, region.as_list()))}"

    def restore_region(self) -> None:
        """Go back to the region that was asked for at the start: another source has other sizes."""
        if self._reader is not None:
            self._reader.config = replace(self.config, roi=self._first_roi)

    def read_again(self, scene: Scene) -> Scene:
        """Return a scene that stands still as it is read now."""
        if self._reader is None:
            return scene
        fresh = self._reader.read(scene.frame.image)
        reading = replace(
            scene.reading,
            digits=fresh.digits,
            numbers=fresh.numbers,
            signs=fresh.signs,
            struck=fresh.struck,
            rotate=fresh.rotate,
        )
        return Scene.of(scene.frame, reading, self.config, scene.mirror)
