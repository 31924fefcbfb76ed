"""Output conflicts: what is written must not be read the next time, or replace a source."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from camdigits.errors import UsageError
from camdigits.sources import SourceSpec
from camdigits.sources.resolve import MEDIA_SUFFIXES
from camdigits.support.printable import printable

_DEBUG_NAME = re.compile(r"(.+)-debug(-[0-9]+)*\.png", re.IGNORECASE)
"""What a picture of how a source was read is called; its first part is the source's stem."""


_RECORDS = (".csv", ".jsonl", ".ndjson", ".txt", ".json", ".tsv")
_SHEETS = (".csv", ".xlsx", ".xls", ".ods", ".tsv")
_FILES = MEDIA_SUFFIXES | {*_RECORDS, *_SHEETS, ".zip", ".html", ".xml", ".svg", ".docx"}
"""What no folder is called, unless it is there already or a slash says so."""


def check_folder_name(option: str, folder: Path) -> None:
    """Make sure that a folder which is to be made is not called as a file is.

    Args:
        option: that names it.
        folder: what it names.

    Raises:
        UsageError: if it is; the line says which option writes such a file.
    """
    if folder.suffix.lower() in _FILES and not folder.is_dir():
        name = printable(str(folder))
        # What --debug names has lost its slash by now.
        slash = "" if option == "--debug" else ", or end it in / if it is to be called so"
        raise UsageError(
            f"{option} writes several files here, and {name} is named like one"
            f"{other_option(folder)}; name a folder{slash}"
        )


def other_option(path: Path) -> str:
    """Return which option writes files of that suffix, as a part of a line; "" if none does."""
    name, suffix = printable(str(path)), path.suffix.lower()
    if suffix in _RECORDS[:4]:
        return f" (--output-records {name} writes what is read)"
    return f" (--table {name} writes the tables on pictures)" if suffix == ".xlsx" else ""


def check_conflicts(
    sources: Sequence[str | Path],
    specs: Sequence[SourceSpec],
    output: Path | None,
    debug: Path | None,
) -> None:
    """Make sure that no picture is written to where the same sources would find it.

    It would be read as a source the next time, and marks would be taken for writing.  Nor may a
    picture of how one source was read take the place of another source, which is read after it.

    Args:
        sources: as they were typed.
        specs: the single ones that they stand for.
        output: where marked pictures go, a file or a folder.
        debug: the folder for pictures of how each source was read.

    Raises:
        UsageError: if one would be found, or would replace a source.
    """
    if debug is not None:
        _check_kept(specs, debug)
    for option, target in (("-o", output), ("--debug", debug)):
        if target is None:
            continue
        from camdigits.sinks.pictures.opening import PICTURE_SUFFIXES

        is_folder = target.is_dir() or target.suffix.lower() not in PICTURE_SUFFIXES
        folder = target if is_folder or option == "--debug" else target.parent
        files = list(_files(folder, specs, option)) if folder == target else [target]
        for source in sources:
            name = printable(str(source))
            if _is_same_folder(Path(source), folder):
                raise UsageError(
                    f"{option} {printable(str(target))} would be written into {name}, which is "
                    f"read, and be read itself the next time; name a folder beside it"
                )
            if _is_pattern(source) and any(_finds(str(source), path) for path in [folder, *files]):
                raise UsageError(
                    f"{option} {printable(str(target))} fits {name} and would be read itself the "
                    "next time; name another place"
                )


def _check_kept(specs: Sequence[SourceSpec], debug: Path) -> None:
    from camdigits.sinks.pictures.folder import output_name

    stems = {output_name(spec.name, is_still=True)[0].casefold() for spec in specs}
    for spec in specs:
        path = Path(str(spec.target))
        found = _DEBUG_NAME.fullmatch(path.name)
        is_written = found is not None and found[1].casefold() in stems
        if spec.kind == "file" and is_written and _is_same_folder(path.parent, debug):
            raise UsageError(
                f"--debug {printable(str(debug))} would write over {printable(spec.name)}, which "
                "is read, too; name another folder"
            )


def _files(folder: Path, specs: Iterable[SourceSpec], option: str) -> Iterator[Path]:
    """Yield what sources could be written to in a folder."""
    from camdigits.sinks.pictures.folder import output_name

    for spec in specs:
        for is_still in (True, False):
            stem, suffix = output_name(spec.name, is_still)
            yield folder / (f"{stem}-debug.png" if option == "--debug" else stem + suffix)


def _is_same_folder(source: Path, folder: Path) -> bool:
    try:
        return source.is_dir() and folder.is_dir() and source.samefile(folder)
    except (OSError, ValueError):  # no such folder, or none that can be
        return False


def _is_pattern(source: str | Path) -> bool:
    try:
        return glob.has_magic(str(source)) and not Path(source).exists()
    except (OSError, ValueError):
        return False


def _finds(pattern: str, path: Path) -> bool:
    """Return whether a pattern will find a path, be it there already or not."""
    # Unlike pathlib's, this takes out "..", which the next run's path may lack.
    wanted, parts = (Path(os.path.abspath(each)).parts for each in (pattern, path))  # noqa: PTH100
    return len(wanted) == len(parts) and all(
        fnmatchcase(part, want) and (want.startswith(".") or not part.startswith("."))
        for part, want in zip(parts, wanted, strict=True)
    )
