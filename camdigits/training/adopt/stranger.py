"""A network of somebody else, as it was found in a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stranger:
    """What was found in a file.

    Attributes:
        path: of the file.
        what: it is, in words.
        suffix: of the file that is read with it: ``.tflite`` or ``.onnx``.
        convert: returns the content of that file.
    """

    path: Path
    what: str
    suffix: str
    convert: Callable[[], bytes]
