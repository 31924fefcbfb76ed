"""Where the window was left and how large, kept in a small file from run to run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from camdigits.types import Box

LARGEST_PX = 20_000
"""No screen reaches further."""
MOST_SHAPES = 20
"""That are kept; those that were used last."""


def shape_of(size_wh: tuple[int, int]) -> str:
    """Return what stands for the shape of a picture, such as "1.3" for 640x480."""
    return f"{size_wh[0] / size_wh[1]:.2g}"


class SavedPlaces:
    """The places of the window's picture on the screen in pixels, one for each shape of picture.

    Nothing depends on them: a file that is missing, damaged or may not be written is passed over.
    """

    def __init__(self, path: Path | None) -> None:
        """Read nothing yet.

        Args:
            path: the file; None keeps nothing.
        """
        self._path = path

    def recall(self) -> dict[str, Box]:
        """Return where the window was left, by the shape of what it showed then."""
        if self._path is None:
            return {}
        try:
            named = json.loads(self._path.read_text("utf-8"))["windows"].items()
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}
        boxes = {shape: _box(values) for shape, values in named}
        return {shape: box for shape, box in boxes.items() if box is not None}

    def keep(self, places: Mapping[str, Box]) -> None:
        """Write where the window is; what was kept before of other shapes stays."""
        if self._path is None or not places:
            return
        before = {shape: box for shape, box in self.recall().items() if shape not in places}
        newest = list({**before, **places}.items())[-MOST_SHAPES:]
        text = json.dumps({"windows": {shape: box.as_list() for shape, box in newest}})
        partial = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(f"{text}\n", "utf-8")
            partial.replace(self._path)
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _box(values: object) -> Box | None:
    try:
        x, y, w, h = (value for value in values if type(value) is int)  # type: ignore[attr-defined]
        box = Box(x, y, w, h)
    except (ValueError, TypeError):
        return None
    return box if max(abs(box.x), abs(box.y), box.w, box.h) <= LARGEST_PX else None
