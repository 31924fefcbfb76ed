"""Atoms, the outer structure of container files: which there are, and whether all is whole."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from camdigits.sources.byte_reader import Reader

_MAX_ATOMS = 10_000
_MAX_REMOTE_ATOMS = 20
"""Each is a place that a server is asked for; only fragmented files have more."""
_EBML = b"\x1aE\xdf\xa3"
_SEGMENT = re.compile(rb"\x18S\x80g(.{8})", re.DOTALL)
_SLACK_BYTES = 16
"""Some writers of AVI count their header twice, or leave out a padding byte."""


@dataclass(frozen=True, slots=True)
class Atom:
    """An outermost part of an MP4 or QuickTime file.

    Attributes:
        kind: its four letters.
        start: where it begins in the file, in bytes.
        size: how long it says it is, in bytes, head included.
    """

    kind: bytes
    start: int
    size: int


def atoms(file: Reader) -> list[Atom]:
    """Return the atoms of an MP4 or QuickTime file; the last may reach beyond its end.

    Args:
        file: seekable; left at the place where it was found.
    """
    place, end, start = file.tell(), file.size(), 0
    found: list[Atom] = []
    most = _MAX_REMOTE_ATOMS if file.is_remote else _MAX_ATOMS
    while start + 8 <= end and len(found) < most:
        file.seek(start)
        head = file.read(16)
        size, kind = struct.unpack_from(">I4s", head)
        if size == 1 and len(head) == 16:
            (size,) = struct.unpack_from(">Q", head, 8)
        size = size or end - start  # 0: up to the end of the file
        found.append(Atom(kind, start, size))
        if size < 8:
            break
        start += size
    file.seek(place)
    return found


def is_cut_off(head: bytes, file: Reader) -> bool:
    """Return whether the file is shorter than its own structure says.

    Known for AVI, Matroska, WebM, MP4 and QuickTime; other containers, and recordings whose
    writer never came back to fill in the length, state none.

    Args:
        head: the first bytes of the file.
        file: read to its end if it is a pipe.
    """
    if head[4:8] == b"ftyp":
        # After the last part of a whole file, phones append data in forms of their own.
        return file.seekable() and any(
            atom.kind in (b"mdat", b"moov", b"moof") and atom.start + atom.size > file.size()
            for atom in atoms(file)
        )
    stated = _riff_size(head) if head.startswith(b"RIFF") else _matroska_size(head)
    return stated is not None and file.size() + _SLACK_BYTES < stated


def has_index_at_end(head: bytes) -> bool:
    """Return whether the index of an MP4 or QuickTime file comes behind its frames, or may do so.

    Args:
        head: the first bytes of such a file.
    """
    start = 0
    while len(kind := head[start + 4 : start + 8]) == 4:
        if kind in (b"moov", b"moof", b"mdat"):
            return kind == b"mdat"
        start += max(8, int.from_bytes(head[start : start + 4], "big"))
    # Something large stands before both.
    return True


def _riff_size(head: bytes) -> int | None:
    (size,) = struct.unpack_from("<I", head.ljust(8, b"\0"), 4)
    return None if size in (0, 0xFFFFFFFF) else size + 8


def _matroska_size(head: bytes) -> int | None:
    """Return where the segment ends by its own account, in bytes; None if it does not say."""
    found = _SEGMENT.search(head)
    if not head.startswith(_EBML) or not found:
        return None
    # The number of leading zero bits says how many bytes follow (RFC 8794, section 4).
    width = 9 - found[1][0].bit_length()
    if width > 8:
        return None
    unknown = (1 << 7 * width) - 1
    size = int.from_bytes(found[1][:width], "big") & unknown
    return None if size == unknown else found.start(1) + width + size
