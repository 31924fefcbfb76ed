"""Where the marked pictures of each source go."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.reading.sink_wrappers import HeldSink, upright
from camdigits.config import ReadConfig
from camdigits.errors import UsageError
from camdigits.sinks.base import Sink
from camdigits.sources import SourceSpec
from camdigits.sources.base import Source
from camdigits.sources.sniff import media_kind, read_head
from camdigits.support.output_file import check_target
from camdigits.support.printable import printable

# Most runs write no pictures.
if TYPE_CHECKING:
    from camdigits.cli.reading.request import Request
    from camdigits.sinks.pictures.folder import OutputFolder


@dataclass(frozen=True, slots=True)
class MarkedPictures:
    """Where the marked pictures of one source go; can be pickled.

    Attributes:
        paths: the file for a still (True) and for a video (False); empty if none is wanted.
        config: how the source is read; its pictures are turned the same way.
        force: existing files may be replaced; the source never is.
    """

    paths: Mapping[bool, Path] = field(default_factory=dict)
    config: ReadConfig = field(default_factory=ReadConfig)
    force: bool = False

    def open(self, source: Source) -> Sink | None:
        """Return the sink that this source's pictures go to, None if they are not wanted.

        Raises:
            UsageError: if a video would go to a picture file.
            OutputError: if the file exists without force.
        """
        if not self.paths:
            return None
        from camdigits.sinks.pictures.opening import open_picture_sink

        path = self.paths.get(source.is_still)
        if path is None:  # only a look inside tells a JPEG from motion JPEG
            (path,) = self.paths.values()
            path = path.with_suffix(".png" if source.is_still else ".mp4")
        return upright(HeldSink(open_picture_sink(path, source, self.force)), self.config)


class Outputs:
    """Finds a place for the marked pictures of each source, if any are wanted."""

    def __init__(self, request: Request, specs: Sequence[SourceSpec]) -> None:
        """Check what can be checked before anything is read, and create the folder if it is one.

        Args:
            request: where the pictures go: a file for one source, a folder for several; an existing
                folder serves both.  They are turned as it asks.  Sources are never replaced.
            specs: what its sources stand for.

        Raises:
            UsageError: if the name does not tell what to write, or several sources share a file.
            OutputError: if a file exists without `force` or its folder is missing.
        """
        # Where there is nothing to read, that is what is told.
        self._output = request.output if any(map(_may_be_read, specs)) else None
        self._config, self._force = request.config, request.force
        self._folder: OutputFolder | None = None
        if self._output is None:
            return
        from camdigits.sinks.pictures.folder import OutputFolder

        if not _is_folder(self._output, request, specs):
            _check_name(self._output, specs)
            check_target(self._output, self._force, _file_of(specs[0]))
            return
        for spec in specs:
            _check_place(self._output, spec, self._force)
        self._folder = OutputFolder(self._output, self._force)

    def of(self, spec: SourceSpec) -> MarkedPictures:
        """Return where the pictures of a source go; ask once for each, in their order."""
        if self._output is None:
            return MarkedPictures()
        if self._folder is None:
            paths = dict.fromkeys((True, False), self._output)
        else:
            paths = {still: self._folder.path_for(spec.name, still) for still in _kinds(spec)}
        return MarkedPictures(paths, self._config, self._force)


def check_records(path: Path | None, specs: Sequence[SourceSpec], output: Path | None) -> None:
    """Make sure that a records file takes the place of nothing that this run reads or writes.

    Raises:
        UsageError: if it is the marked picture's file, too.
        OutputError: if it is a source.
    """
    if path is None:
        return
    if output is not None and path.absolute() == output.absolute():
        raise UsageError(f"{printable(str(path))} is both -o and --output-records; name two files")
    for source in filter(None, map(_file_of, specs)):
        check_target(path, force=True, source=source)


def only_pictures(specs: Sequence[SourceSpec]) -> bool:
    """Return whether sources, at least one, are pictures in files that are there."""
    from camdigits.sources.media import is_picture

    files = [_file_of(spec) for spec in specs]
    return bool(files) and all(file is not None and is_picture(file) for file in files)


def _may_be_read(spec: SourceSpec) -> bool:
    """Return whether a source is there: no missing file, no folder or pattern without any."""
    if spec.kind != "file":
        return True
    path = Path(str(spec.target))
    try:
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):  # a name too long or with a zero byte
        return False


def _is_folder(output: Path, request: Request, specs: Sequence[SourceSpec]) -> bool:
    """Return whether an output is a folder, be it there already or not."""
    from camdigits.sinks.pictures.opening import PICTURE_SUFFIXES

    if request.into_folder or output.is_dir():
        return True
    # How many files a folder or a pattern stands for may change from one run to the next.
    names = [str(source) for source in request.sources]
    stand_for_others = any(spec.kind == "file" and spec.name not in names for spec in specs)
    may_be_several = len(specs) > 1 or stand_for_others
    return may_be_several and output.suffix.lower() not in PICTURE_SUFFIXES


def _check_name(output: Path, specs: Sequence[SourceSpec]) -> None:
    from camdigits.sinks.pictures.opening import PICTURE_SUFFIXES

    name = printable(str(output))
    if len(specs) > 1:
        raise UsageError(f"{name} is one file for {len(specs)} sources; name a folder")
    if output.suffix.lower() not in PICTURE_SUFFIXES:
        raise UsageError(
            f"cannot tell what to write from the name {name}: "
            f"end it in {', '.join(PICTURE_SUFFIXES)}, or in / for a folder"
        )


def _check_place(folder: Path, spec: SourceSpec, force: bool) -> None:
    """Check the file that a source gets in a folder, as far as its name is known by now."""
    path = _file_of(spec)
    if path is None or not folder.is_dir():
        return
    kind = media_kind(read_head(path))
    if kind != "animation":
        from camdigits.sinks.pictures.folder import output_name

        stem, suffix = output_name(spec.name, is_still=kind == "image")
        check_target(folder / f"{stem}{suffix}", force, path)


def _kinds(spec: SourceSpec) -> tuple[bool, ...]:
    """Return whether a source can be a still, a video, or either.

    Sources of the same name get names by their order, so these must not depend on which of them
    can be opened.
    """
    path = _file_of(spec)
    try:
        kind = None if path is None else media_kind(read_head(path))
    except OSError:
        kind = None
    return {"image": (True,), "video": (False,)}.get(kind or "", (True, False))


def _file_of(spec: SourceSpec) -> Path | None:
    """Return the file that a source reads, None if it is none or cannot be read."""
    if spec.kind != "file":
        return None
    path = Path(str(spec.target))
    try:
        # A named pipe is no such file: looking into it would block and take its first bytes.
        return path if path.is_file() and os.access(path, os.R_OK) else None
    except (OSError, ValueError):
        return None
