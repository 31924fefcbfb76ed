"""Reads handwritten digits with a camera, from a video or from a photo.

>>> import camdigits                                                         # doctest: +SKIP
>>> reading = camdigits.Recognizer().read(image_bgr)                         # doctest: +SKIP
>>> [number.text for number in reading.numbers]                              # doctest: +SKIP
['2047', '381']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from camdigits.support.lazy import lazy_names

__version__ = "0.1.0"

if TYPE_CHECKING:
    from camdigits.config import ReadConfig as ReadConfig
    from camdigits.drawing.annotation import annotate as annotate
    from camdigits.errors import CamdigitsError as CamdigitsError
    from camdigits.recognizer import Recognizer as Recognizer
    from camdigits.types import Box as Box
    from camdigits.types import Digit as Digit
    from camdigits.types import Event as Event
    from camdigits.types import Frame as Frame
    from camdigits.types import Mark as Mark
    from camdigits.types import Number as Number
    from camdigits.types import Reading as Reading
    from camdigits.types import Sign as Sign

_HOMES = {
    "annotate": "camdigits.drawing.annotation",
    "ReadConfig": "camdigits.config",
    "CamdigitsError": "camdigits.errors",
    "Recognizer": "camdigits.recognizer",
    "Box": "camdigits.types",
    "Digit": "camdigits.types",
    "Event": "camdigits.types",
    "Frame": "camdigits.types",
    "Mark": "camdigits.types",
    "Number": "camdigits.types",
    "Reading": "camdigits.types",
    "Sign": "camdigits.types",
}

__all__ = [*_HOMES, "__version__"]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
