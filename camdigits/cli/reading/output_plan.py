"""The output plan: where everything that a run writes goes, checked before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.reading.output_conflicts import check_conflicts, check_folder_name, other_option
from camdigits.cli.reading.sink_wrappers import HeldSink, upright
from camdigits.cli.reading.source_files import file_of, kinds_of, may_be_read
from camdigits.cli.reading.table_plan import TablePlan
from camdigits.config import ReadConfig
from camdigits.errors import UsageError
from camdigits.sinks.base import Sink
from camdigits.sources import SourceSpec
from camdigits.sources.base import Source
from camdigits.sources.sniff import media_kind, read_head
from camdigits.support.output_file import check_target
from camdigits.support.printable import printable
from camdigits.types import Frame, Reading

# Most runs write no pictures.
if TYPE_CHECKING:
    from camdigits.cli.reading.request import Request
    from camdigits.page.inspection import Inspection
    from camdigits.sinks.pictures.folder import OutputFolder


@dataclass(frozen=True, slots=True)
class SourceOutputs:
    """Where the pictures of one source go; can be pickled.

    Attributes:
        marked: the file for a still (True) and for a video (False); empty if none is wanted.
        config: how the source is read; its pictures are turned the same way.
        force: existing files may be replaced; the source never is.
        debug: the file for pictures of how it was read; None draws none.
    """

    marked: Mapping[bool, Path] = field(default_factory=dict)
    config: ReadConfig = field(default_factory=ReadConfig)
    force: bool = False
    debug: Path | None = None

    def open(self, source: Source, inspect: Callable[[Frame, Reading], Inspection]) -> list[Sink]:
        """Return the sinks of the pictures that are wanted of this source.

        Args:
            source: opened, with no frame taken yet.
            inspect: reads a frame once more and tells what happened.

        Raises:
            UsageError: if a video would go to a picture file.
            OutputError: if a file exists without force.
        """
        sinks: list[Sink] = []
        if self.marked:
            from camdigits.sinks.pictures.opening import open_picture_sink

            path = self.marked.get(source.is_still)
            if path is None:  # only a look inside tells a JPEG from motion JPEG
                (path,) = self.marked.values()
                path = path.with_suffix(".png" if source.is_still else ".mp4")
            marked = HeldSink(open_picture_sink(path, source, self.force))
            sinks.append(upright(marked, self.config))
        if self.debug is not None:
            from camdigits.sinks.pictures.debug import DebugSink

            sinks.append(HeldSink(DebugSink(self.debug, inspect, self.force)))
        return sinks


class OutputPlan:
    """Knows where everything goes; asked once for each source, in their order.

    Attributes:
        tables: where tables go.
    """

    def __init__(self, request: Request, specs: Sequence[SourceSpec]) -> None:
        """Check what can be checked before anything is read, and create the folders.

        Args:
            request: what is to be written: marked pictures into a file for one source, a folder
                for several; an existing folder serves both.  Sources are never replaced.
            specs: what its sources stand for.

        Raises:
            UsageError: if a name does not tell what to write, several sources share a file, or
                something would be read itself the next time.
            OutputError: if a file exists without `force` or its folder is missing.
        """
        check_conflicts(request.sources, specs, request.output, request.debug)
        # Where there is nothing to read, that is what is told.
        self._output = request.output if any(map(may_be_read, specs)) else None
        self._config, self._force = request.config, request.force
        self._folder = self._marked_folder(request, specs)
        _check_records(request.output_records, specs, request.output)
        self.tables = TablePlan(request, specs)
        self._debug = self._debug_folder(request.debug)

    def _marked_folder(self, request: Request, specs: Sequence[SourceSpec]) -> OutputFolder | None:
        if self._output is None:
            return None
        from camdigits.sinks.pictures.folder import OutputFolder

        if not _is_folder(self._output, request, specs):
            _check_name(self._output, specs)
            check_target(self._output, self._force, file_of(specs[0]))
            return None
        for spec in specs:
            _check_place(self._output, spec, self._force)
        return OutputFolder(self._output, self._force)

    def _debug_folder(self, folder: Path | None) -> OutputFolder | None:
        """Return the folder for pictures of how sources were read, created if it is missing.

        Raises:
            UsageError: if it is named like a file.
            OutputError: if it is a file or cannot be created.
        """
        if folder is None:
            return None
        from camdigits.sinks.pictures.folder import OutputFolder

        check_folder_name("--debug", folder)
        made = OutputFolder(folder, self._force)
        # One that marked pictures go to as well gives each of both a name of its own.
        is_shared = self._folder is not None and self._folder.path.samefile(folder)
        return self._folder if is_shared else made

    def of(self, spec: SourceSpec) -> SourceOutputs:
        """Return where the pictures of a source go; ask once for each, in their order."""
        return SourceOutputs(self._marked(spec), self._config, self._force, self._debug_path(spec))

    def _marked(self, spec: SourceSpec) -> dict[bool, Path]:
        if self._output is None:
            return {}
        if self._folder is None:
            return dict.fromkeys((True, False), self._output)
        return {still: self._folder.path_for(spec.name, still) for still in kinds_of(spec)}

    def _debug_path(self, spec: SourceSpec) -> Path | None:
        if self._debug is None:
            return None
        from camdigits.sinks.pictures.folder import output_name

        stem, _ = output_name(spec.name, is_still=True)
        return self._debug.free_path(f"{stem}-debug", ".png")


def _check_records(path: Path | None, specs: Sequence[SourceSpec], output: Path | None) -> None:
    """Make sure that a records file takes the place of nothing that this run reads or writes.

    Raises:
        UsageError: if it is the marked picture's file, too.
        OutputError: if it is a source.
    """
    if path is None:
        return
    if output is not None and path.absolute() == output.absolute():
        raise UsageError(f"{printable(str(path))} is both -o and --output-records; name two files")
    for source in filter(None, map(file_of, specs)):
        check_target(path, force=True, source=source)


def _is_folder(output: Path, request: Request, specs: Sequence[SourceSpec]) -> bool:
    """Return whether an output is a folder, be it there already or not."""
    from camdigits.sinks.pictures.opening import PICTURE_SUFFIXES

    if request.into_folder or output.is_dir():
        return True
    # How many files a folder or a pattern stands for may change from one run to the next.
    names = [str(source) for source in request.sources]
    stand_for_others = any(spec.kind == "file" and spec.name not in names for spec in specs)
    may_be_several = len(specs) > 1 or stand_for_others
    is_folder = may_be_several and output.suffix.lower() not in PICTURE_SUFFIXES
    if is_folder:
        check_folder_name("-o", output)
    return is_folder


def _check_name(output: Path, specs: Sequence[SourceSpec]) -> None:
    from camdigits.sinks.pictures.opening import PICTURE_SUFFIXES

    name = printable(str(output))
    if len(specs) > 1:
        raise UsageError(f"{name} is one file for {len(specs)} sources; name a folder")
    if output.suffix.lower() not in PICTURE_SUFFIXES:
        raise UsageError(
            f"cannot tell what to write from the name {name}{other_option(output)}: "
            f"end it in {', '.join(PICTURE_SUFFIXES)}, or in / for a folder"
        )


def _check_place(folder: Path, spec: SourceSpec, force: bool) -> None:
    """Check the file that a source gets in a folder, as far as its name is known by now."""
    path = file_of(spec)
    if path is None or not folder.is_dir():
        return
    kind = media_kind(read_head(path))
    if kind != "animation":
        from camdigits.sinks.pictures.folder import output_name

        stem, suffix = output_name(spec.name, is_still=kind in ("image", "document"))
        check_target(folder / f"{stem}{suffix}", force, path)
