"""Where the files of a batch lie below its folder.

records/    for each source its path as it was named, and ``.jsonl`` behind it
unfinished/ what is being written; nothing of it is of use to anyone else
batch.jsonl the journal
summary.csv the table
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePath

RECORDS, SCRATCH, JOURNAL, TABLE = "records", "unfinished", "batch.jsonl", "summary.csv"

_LONGEST_NAME = 255
"""Bytes in the name of a file or folder."""


class RecordsPlaces:
    """Gives every source a records file of its own, the same one each time.

    ``cam1/a.mp4`` gets ``records/cam1/a.mp4.jsonl``; an absolute path loses its beginning, ``/`` or
    ``C:\\``, and every ``..`` is left out.  Should another source have that file already, because
    it was named from another folder, this one gets ``records/cam1/a.mp4-2.jsonl``.
    """

    def __init__(self, taken: Mapping[str, Path]) -> None:
        """Start from what was given before.

        Args:
            taken: of sources whose records are there, the records file by absolute path, relative
                to the batch's folder.
        """
        self._given = dict(taken)
        self._used = {_key(place) for place in taken.values()}

    def of(self, name: str, path: Path) -> Path:
        """Return the records file of a source, relative to the batch's folder.

        Args:
            name: the source as the user named it.
            path: the same, absolute.
        """
        place = self._given.get(str(path))
        if place is None:
            place = self._given[str(path)] = self._free(name)
            self._used.add(_key(place))
        return place

    def _free(self, name: str) -> Path:
        path, attempt = PurePath(name), 1
        *parts, last = (part for part in path.parts if part not in (path.anchor, ".."))
        folder = Path(RECORDS, *parts)
        place = folder / _fitted(last, ".jsonl")
        while _key(place) in self._used:
            attempt += 1
            place = folder / _fitted(last, f"-{attempt}.jsonl")
        return place


def _key(place: Path) -> str:
    """Return what two places share that are one file where letters have no case."""
    return str(place).casefold()


def _fitted(name: str, end: str) -> str:
    """Return a name with an ending, cut so that file systems take it."""
    return os.fsdecode(os.fsencode(name)[: _LONGEST_NAME - len(end)]) + end
