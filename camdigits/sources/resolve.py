"""Turns what the user typed into single sources."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from camdigits.errors import UsageError
from camdigits.sources.names import shown
from camdigits.sources.sniff import media_kind, read_head
from camdigits.support.passwords import masked
from camdigits.support.paths import exists, is_file

SourceKind = Literal["camera", "stream", "file", "stdin"]

STREAM_SCHEMES = ("http", "https", "rtsp", "rtsps", "rtmp", "rtmps", "udp", "tcp", "rtp", "srt")
_PLAYLISTS = (".m3u8", ".m3u")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".jp2", ".jxl")
_PHONES = (".heic", ".heif", ".avif")
_DOCUMENTS = (".pdf",)
_VIDEOS = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg")
_RECORDERS = (".mts", ".m2ts", ".dv", ".dav", ".h264", ".h265", ".hevc", ".mjpeg", ".mjpg")
MEDIA_SUFFIXES = frozenset((*_PICTURES, *_PHONES, *_DOCUMENTS, *_VIDEOS, *_RECORDERS))
"""What files are called that ought to be pictures, documents or videos."""
MAX_CAMERA_INDEX = 99
"""OpenCV takes the hundreds of an index for the number of a backend."""

_UNFINISHED = re.compile(r"\.partial(-[0-9]+)?\.[^.]+")
"""End of the name of an output that is being written, or was when its run was killed."""

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One source, not opened yet.

    Attributes:
        kind: "camera", "stream", "file" or "stdin".
        target: index or device path of the camera, address of the stream or path of a playlist,
            path of the file;
            "-" for standard input.
        name: as the user named it; for a file of a folder, the path; of an address without the
            password, unless it is to be kept.
    """

    kind: SourceKind
    target: int | str
    name: str


def expand(sources: Iterable[str | int | Path], keep_passwords: bool = False) -> list[SourceSpec]:
    """Return the single sources that the user's arguments stand for, in their order.

    A folder stands for its pictures and videos in natural order ("2" before "10"), without hidden
    files and folders inside it; a pattern that the shell did not expand for what it matches,
    unless a file has just that name.  Files are not opened here except to look at their first
    bytes, so one bad argument does not keep the others from being read: a missing file, a folder
    without media and a pattern without matches come back as they are, and fail in `open_source`.

    Args:
        sources: as the user names them.
        keep_passwords: names of addresses, and so records, have their passwords.

    Raises:
        UsageError: if a camera index or an address cannot exist, a name is empty, or standard
            input is named twice.
    """
    specs = [spec for source in sources for spec in _expand_one(source)]
    if sum(spec.kind == "stdin" for spec in specs) > 1:
        raise UsageError("- is named twice, but standard input can be read only once")
    if keep_passwords:
        return [
            replace(each, name=str(each.target)) if each.kind == "stream" else each
            for each in specs
        ]
    return specs


def resolve(source: str | int | Path) -> SourceSpec:
    """Return the one source that `source` names; folders and patterns stay what they are.

    Raises:
        UsageError: if a camera index or an address cannot exist, or a name is part of several
            cameras' names.
    """
    if isinstance(source, Path):
        return _of_path(source, str(source))
    if isinstance(source, int):
        return _of_index(source)
    if not source:
        raise UsageError(
            "a source has an empty name; name a camera, a file, a folder or an address"
        )
    if source == "-":
        return SourceSpec("stdin", "-", "-")
    if re.fullmatch(r"-?[0-9]+", source):
        return _of_index(int(source))
    address = _ADDRESS.match(source)
    if address and not _exists(Path(source)):
        return _of_address(source, address[1].lower())
    return _of_text(source)


def media_in(folder: Path) -> list[Path]:
    """Return the pictures and videos directly in a folder, in natural order.

    What a file is follows from its first bytes; one that is neither, but is called like a picture
    or video, was damaged, and is returned too, so that opening it tells.  Hidden files are left
    out, and pictures and videos that are being written or whose writing was broken off
    (``read.partial.mp4``).

    Raises:
        OSError: if the folder cannot be listed.
    """
    files = [entry for entry in folder.iterdir() if not _is_passed_over(entry.name)]
    return sorted(filter(_is_media, files), key=lambda file: natural(file.name))


def _expand_one(source: str | int | Path) -> list[SourceSpec]:
    spec = resolve(source)
    if spec.kind != "file":
        return [spec]
    path = Path(str(spec.target))
    if _is_dir(path):
        return _of_folder(spec, path)
    if not _exists(path) and glob.has_magic(spec.name):
        # pathlib's own glob also matches hidden files, which no shell does.
        matches = sorted(glob.glob(spec.name), key=natural)  # noqa: PTH207
        return [found for match in matches for found in _expand_one(Path(match))] or [spec]
    return [spec]


def _of_folder(folder: SourceSpec, path: Path) -> list[SourceSpec]:
    try:
        files = media_in(path)
    except OSError:
        return [folder]
    return [SourceSpec("file", str(file), str(file)) for file in files] or [folder]


def _of_index(index: int) -> SourceSpec:
    if not 0 <= index <= MAX_CAMERA_INDEX:
        raise UsageError(
            f"there is no camera {index}: cameras are numbered 0 to {MAX_CAMERA_INDEX}; "
            f"for a file of that name type ./{index}"
        )
    return SourceSpec("camera", index, str(index))


def _of_address(source: str, scheme: str) -> SourceSpec:
    if scheme not in STREAM_SCHEMES:
        known = ", ".join(f"{known}://" for known in STREAM_SCHEMES)
        raise UsageError(f"cannot read from {shown(source)}: known addresses begin with {known}")
    return SourceSpec("stream", source, masked(source))


def _of_text(source: str) -> SourceSpec:
    """Return the file of that name or, where there is none, the camera in whose name it stands."""
    path = Path(source)
    if not _exists(path) and not glob.has_magic(source) and path.name == source:
        from camdigits.sources.live.devices import device_name, find_named

        found = find_named(source)
        if len(found) > 1:
            names = ", ".join(f"{device} ({device_name(device)})" for device in found)
            raise UsageError(f"{shown(source)!r} is part of several cameras' names: {names}")
        if found:
            return SourceSpec("camera", str(found[0]), source)
    return _of_path(path, source)


def _of_path(path: Path, name: str) -> SourceSpec:
    if path.suffix.lower() in _PLAYLISTS and _exists(path) and not _is_dir(path):
        return SourceSpec("stream", str(path), name)
    is_device = path.parent == Path("/dev") and path.name.startswith("video")
    return SourceSpec("camera" if is_device else "file", str(path), name)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long or with a zero byte
        return False


def _is_dir(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long, a folder above it that may not be entered
        return False


def _is_passed_over(name: str) -> bool:
    end = name[len(Path(Path(name).stem).stem) :]
    return name.startswith(".") or _UNFINISHED.fullmatch(end) is not None


def _is_media(file: Path) -> bool:
    is_called_so = file.suffix.lower() in MEDIA_SUFFIXES
    try:
        if not is_file(file):
            return is_called_so and file.is_symlink() and not exists(file)
        return is_called_so or media_kind(read_head(file)) is not None
    except OSError:
        return is_called_so


def natural(name: str) -> list[tuple[int, str]]:
    """Return a sort key that compares runs of digits as numbers."""
    parts = re.split(r"([0-9]+)", name)
    return [(int(part), "") if part[:1].isdecimal() else (-1, part) for part in parts]
