"""Where the tables of a run go, checked before anything is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.reading.source_files import file_of, kinds_of, may_be_read
from camdigits.errors import UsageError
from camdigits.sources import SourceSpec
from camdigits.sources.names import label
from camdigits.support.output_file import check_target
from camdigits.support.printable import printable

# Most runs write no tables.
if TYPE_CHECKING:
    from camdigits.cli.reading.request import Request, TableRequest


class TablePlan:
    """Knows the file to which the table of each source goes."""

    def __init__(self, request: Request, specs: Sequence[SourceSpec]) -> None:
        """Check what can be checked before anything is read, and create the folder.

        Args:
            request: what is to be written.
            specs: what its sources stand for.

        Raises:
            UsageError: if a source is no picture, a name does not tell what to write, or two
                outputs share a file.
            DependencyError: if a package is missing.
            OutputError: if a file exists without `force`, is a source, or has no folder.
        """
        self._file: Path | None = None
        self._files: Iterator[Path] | None = None
        self._has_source = False
        # Where there is nothing to read, that is what is told.
        if request.table is None or not any(map(may_be_read, specs)):
            return
        from camdigits.sinks.tables.files import check_table_name

        for spec in specs:
            _check_picture(spec)
        target = request.table.target
        if not _is_folder(request.table, specs):
            check_table_name(target)
            _check_file(target, specs, request)
            self._file, self._has_source = target, len(specs) > 1
            return
        check_table_name(Path(f"table.{request.table.form}"))
        files = _in_folder(target, specs, request)
        for file in files:
            _check_file(file, specs, request)
        self._files = iter(files)

    @property
    def has_source(self) -> bool:
        """Whether the tables of several sources go to one file, which names them."""
        return self._has_source

    def next_file(self) -> Path | None:
        """Return the file of the next source's table, None if none is wanted."""
        return self._file if self._files is None else next(self._files)


def _is_folder(table: TableRequest, specs: Sequence[SourceSpec]) -> bool:
    from camdigits.sinks.tables.files import TABLE_SUFFIXES

    is_named = table.target.suffix.lower() in TABLE_SUFFIXES
    return table.is_folder or table.target.is_dir() or (len(specs) > 1 and not is_named)


def _in_folder(folder: Path, specs: Sequence[SourceSpec], request: Request) -> list[Path]:
    """Create a folder if it is missing, and return the file of each source in it."""
    from camdigits.sinks.pictures.folder import OutputFolder, output_name

    assert request.table is not None
    made = OutputFolder(folder, request.force)
    stems = [output_name(spec.name, is_still=True)[0] for spec in specs]
    return [made.free_path(stem, f".{request.table.form}") for stem in stems]


def _check_picture(spec: SourceSpec) -> None:
    """Make sure that a source may be a picture.

    Raises:
        UsageError: if it is none.
    """
    if spec.kind == "camera" or True not in kinds_of(spec):
        raise no_picture(spec.name)


def no_picture(name: str) -> UsageError:
    """Return the error of a source that is no picture: the numbers of its frames come and go."""
    return UsageError(
        f"--table makes tables of pictures, and {label(name)} is none; take a picture of it, or "
        "use --format csv"
    )


def _check_file(file: Path, specs: Sequence[SourceSpec], request: Request) -> None:
    """Make sure that a table takes the place of nothing that this run reads or writes."""
    others = (("-o", request.output), ("--output-records", request.output_records))
    for option, other in others:
        if other is not None and other.absolute() == file.absolute():
            raise UsageError(f"{printable(str(file))} is both {option} and --table; name two files")
    for source in filter(None, map(file_of, specs)):
        check_target(file, force=True, source=source)
    check_target(file, request.force)
