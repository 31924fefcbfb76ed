"""Where the window was left and how large, kept in a small file from run to run."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from camdigits.types import Box

LARGEST_PX = 20_000
"""No screen reaches further."""


class Place:
    """The place of the window's picture on the screen, in pixels.

    Nothing depends on it: a file that is missing, damaged or may not be written is passed over.
    """

    def __init__(self, path: Path | None) -> None:
        """Read nothing yet.

        Args:
            path: the file; None keeps nothing.
        """
        self._path = path

    def recall(self) -> Box | None:
        """Return where the window was left, None if that is not known."""
        if self._path is None:
            return None
        try:
            values = json.loads(self._path.read_text("utf-8"))["window"]
            x, y, w, h = (value for value in values if type(value) is int)
            box = Box(x, y, w, h)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        return box if max(abs(box.x), abs(box.y), box.w, box.h) <= LARGEST_PX else None

    def keep(self, box: Box) -> None:
        """Write where the window is; what was kept before stays if that fails."""
        if self._path is None:
            return
        partial = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps({"window": box.as_list()}) + "\n", "utf-8")
            partial.replace(self._path)
        with suppress(OSError):
            partial.unlink(missing_ok=True)
