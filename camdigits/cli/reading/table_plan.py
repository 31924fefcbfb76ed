"""Where the tables of a run go, checked before anything is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.reading.output_conflicts import check_folder_name
from camdigits.cli.reading.source_files import file_of, kinds_of, may_be_read
from camdigits.errors import CamdigitsError, SourceOpenError, UsageError
from camdigits.sources import SourceSpec
from camdigits.sources.names import label, shown
from camdigits.support.output_file import check_target, check_writable
from camdigits.support.paths import is_folder
from camdigits.support.printable import printable

# Most runs write no tables.
if TYPE_CHECKING:
    from camdigits.cli.reading.request import Request, TableRequest


@dataclass(frozen=True, slots=True)
class TableTarget:
    """Where the tables of one source go; can be pickled.

    Attributes:
        file: the file; None for what can have no table.
        is_named: the user named the source itself, and no folder or pattern that it is of.
    """

    file: Path | None
    is_named: bool

    def refusal(self, name: str) -> CamdigitsError:
        """Return the error of a source that is no picture: the numbers of its frames come and go.

        What stands beside pictures does not keep them from being read.
        """
        if self.is_named:
            return _no_picture(name)
        return SourceOpenError(f"{shown(name)}: a video has no table; left out")


class TablePlan:
    """Knows where the tables of each source go."""

    def __init__(self, request: Request, specs: Sequence[SourceSpec]) -> None:
        """Check what can be checked before anything is read, and create the folder.

        Args:
            request: what is to be written.
            specs: what its sources stand for.

        Raises:
            UsageError: if a source that was named is no picture, a name does not tell what to
                write, or two outputs share a file.
            DependencyError: if a package is missing.
            OutputError: if a file exists without `force`, is a source, has no folder, or cannot be
                created.
        """
        self._targets: Iterator[TableTarget] = iter(())
        self._has_source = False
        # Where there is nothing to read, that is what is told.
        if request.table is None or not any(map(may_be_read, specs)):
            return
        from camdigits.sinks.tables.files import check_table_name

        named = set(map(str, request.sources))
        is_named = [spec.kind != "file" or spec.name in named for spec in specs]
        may_be_picture = [spec.kind != "camera" and True in kinds_of(spec) for spec in specs]
        for spec, asked, possible in zip(specs, is_named, may_be_picture, strict=True):
            if asked and not possible:
                raise _no_picture(spec.name)
        target, pictures = request.table.target, list(compress(specs, may_be_picture))
        if _is_folder(request.table, specs):
            if not request.table.is_folder:
                check_folder_name("--table", target)
            suffix = f".{request.table.form or 'csv'}"
            check_table_name(Path(f"table{suffix}"))
            files = _in_folder(target, pictures, suffix, request.force)
        else:
            check_table_name(target)
            _check_form(request.table)
            files = [target] * len(pictures)
            self._has_source = len(specs) > 1
        for file in dict.fromkeys(files):
            _check_file(file, specs, request)
        of_pictures = iter(files)
        self._targets = iter(
            [
                TableTarget(next(of_pictures) if possible else None, asked)
                for possible, asked in zip(may_be_picture, is_named, strict=True)
            ]
        )

    @property
    def has_source(self) -> bool:
        """Whether the tables of several sources go to one file, which names them."""
        return self._has_source

    def next_target(self) -> TableTarget | None:
        """Return where the tables of the next source go, None if none are wanted."""
        return next(self._targets, None)


def _is_folder(table: TableRequest, specs: Sequence[SourceSpec]) -> bool:
    from camdigits.sinks.tables.files import TABLE_SUFFIXES

    is_named = table.target.suffix.lower() in TABLE_SUFFIXES
    try:
        is_there = is_folder(table.target)
    except OSError:  # a name too long: told once it is looked at as a file
        is_there = False
    return table.is_folder or is_there or (len(specs) > 1 and not is_named)


def _check_form(table: TableRequest) -> None:
    """Make sure that a file is called as the form that the user asks for.

    Raises:
        UsageError: if its name stands for another.
    """
    name = printable(str(table.target))
    if table.form is not None and table.target.suffix.lower() != f".{table.form}":
        raise UsageError(
            f"{name} is not what --table-format {table.form} asks for; end the name in "
            f".{table.form}, or in / for a folder, or leave the option out"
        )


def _in_folder(folder: Path, specs: Sequence[SourceSpec], suffix: str, force: bool) -> list[Path]:
    """Create a folder if it is missing, and return the file of each source in it."""
    from camdigits.sinks.pictures.folder import OutputFolder, output_name

    made = OutputFolder(folder, force)
    stems = [output_name(spec.name, is_still=True)[0] for spec in specs]
    return [made.free_path(stem, suffix) for stem in stems]


def _no_picture(name: str) -> UsageError:
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
    check_writable(file)
