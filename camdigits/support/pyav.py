"""What differs between the versions of PyAV that are allowed, 17 to 19."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import av

ANY_TAGS: Mapping[str, Any] = (
    {"metadata_errors": "replace"} if int(av.__version__.partition(".")[0]) < 19 else {}
)
"""Arguments of `av.open` with which tags that are no UTF-8 do not keep a video from being read.

PyAV before 19 raises for them unless told otherwise; PyAV 19 escapes them and has no such argument.
"""

UNDECODABLE = (av.error.FFmpegError, ValueError)
"""What is raised for a packet that cannot be decoded.

Where a decoder could not be opened, PyAV before 19 tries again with each packet; PyAV 19 has lost
the codec by then, raises a plain `ValueError`, and no longer tells the name of the codec.
"""
