"""Reads handwritten digits with a camera, from a video or from a photo.

>>> import camdigits                                                         # doctest: +SKIP
>>> reading = camdigits.Recognizer().read(image_bgr)                         # doctest: +SKIP
>>> [number.text for number in reading.numbers]                              # doctest: +SKIP
['2047', '381']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from camdigits.annotation import annotate as annotate
    from camdigits.config import ReadConfig as ReadConfig
    from camdigits.errors import CamdigitsError as CamdigitsError
    from camdigits.recognizer import Recognizer as Recognizer
    from camdigits.types import Box as Box
    from camdigits.types import Digit as Digit
    from camdigits.types import Event as Event
    from camdigits.types import Frame as Frame
    from camdigits.types import Number as Number
    from camdigits.types import Reading as Reading

_HOMES = {
    "annotate": "camdigits.annotation",
    "ReadConfig": "camdigits.config",
    "CamdigitsError": "camdigits.errors",
    "Recognizer": "camdigits.recognizer",
    "Box": "camdigits.types",
    "Digit": "camdigits.types",
    "Event": "camdigits.types",
    "Frame": "camdigits.types",
    "Number": "camdigits.types",
    "Reading": "camdigits.types",
}

__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    """Load public names when they are first used, so that importing camdigits stays instant."""
    if name not in _HOMES:
        raise AttributeError(f"module 'camdigits' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
