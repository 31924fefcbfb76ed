"""The unit of work of many files: a path goes in, its records come out, and both can be pickled.

What maps functions over values in other processes or on other machines can map `read_file`;
`camdigits.jobs.child_processes` does so on this machine, and survives decoders that crash:

    with Children(work, jobs=2) as children:  # ``def work(path): yield read_file(path)``
        for outcome in children.map(paths):
            for file in outcome:
                print(file.source, file.records, file.error)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from os import PathLike, fspath
from pathlib import Path

from camdigits.config import ReadConfig
from camdigits.errors import SourceCrashedError, SourceError
from camdigits.recognizer import Recognizer
from camdigits.sources import open_source
from camdigits.sources.names import shown
from camdigits.sources.resolve import SourceSpec
from camdigits.types import Record, RecordKind


@dataclass(frozen=True, slots=True)
class FileRecords:
    """What was read in one file.

    Attributes:
        source: the file's name as it was given.
        records: its JSON records in order, up to the last good frame.
        error: why it is not all, or nothing; None if the file was read to its end.
    """

    source: str
    records: tuple[Record, ...]
    error: SourceError | None = None


def read_file(
    path: str | PathLike[str],
    config: ReadConfig | None = None,
    weights: str | PathLike[str] | None = None,
    records: RecordKind | None = None,
) -> FileRecords:
    """Read one picture, document or video from its beginning to its end.

    Args:
        path: the file; its name is never taken for a camera, an address, a folder or a pattern.
        config: how it is read; None takes the defaults.
        weights: a ``.tflite`` with its model card beside it; None takes the bundled ones.
        records: which records are wanted: "frames", "events" or "both"; None takes frames for
            pictures and events for video.

    Returns:
        The records, and the error of a file that is missing, damaged or cut off.

    Raises:
        WeightsError: if the weights cannot be used.
        UsageError: if the region of interest lies outside the picture.
    """
    config, name, found = config or ReadConfig(), fspath(path), list[Record]()
    recognizer = recognizer_for(config, None if weights is None else Path(weights))
    try:
        spec = SourceSpec("file", name, name)
        with open_source(spec, max_pixels=config.max_pixels, pages=config.pages) as source:
            for _, reading in recognizer.stream(source):
                found.extend(reading.records(records))
    except SourceError as error:
        return FileRecords(name, tuple(found), error)
    return FileRecords(name, tuple(found))


@lru_cache(maxsize=1)
def recognizer_for(config: ReadConfig, weights: Path | None) -> Recognizer:
    """Return the recognizer that this process read its last file with, if it suits this one, too.

    Args:
        config: how files are read.
        weights: a ``.tflite`` with its model card beside it; None takes the bundled ones.

    Raises:
        WeightsError: if the weights cannot be used.
    """
    return Recognizer(config, weights)


def crashed(name: str, ending: str) -> SourceCrashedError:
    """Return the error of a file whose reading ended the process that read it.

    Args:
        name: of the file, as the user gave it.
        ending: how the process ended: a signal's name, or its exit code.
    """
    if ending == "SIGKILL":
        return SourceCrashedError(
            f"{shown(name)}: the process that read it was killed ({ending}), perhaps for want of "
            "memory; scale it down or leave it out"
        )
    return SourceCrashedError(
        f"{shown(name)}: its decoder crashed ({ending}); convert it or leave it out"
    )
