"""Where frames come from: cameras, network streams, videos, pictures, folders, standard input.

`expand` turns what a user typed into single sources; `open_source` opens one of them.  Importing
this package loads neither OpenCV nor FFmpeg: each module loads what its own kind of source needs.
"""

from camdigits.sources.opening import open_source
from camdigits.sources.resolve import SourceSpec, expand

__all__ = ["SourceSpec", "expand", "open_source"]
