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
from camdigits.support.printable import printable

_DEBUG_NAME = re.compile(r"(.+)-debug(-[0-9]+)*\.png", re.IGNORECASE)
"""What a picture of how a source was read is called; its first part is the source's stem."""


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
