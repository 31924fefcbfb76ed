"""The videos that are measured: rendered clips, pictures without digits, recordings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import clips
from benchmarks.clips import Seen, Shot
from benchmarks.steady import Film
from camdigits.sources import open_source
from camdigits.types import Box

VIDEOS = "videos"
NEGATIVES = "negatives"
_SUFFIXES = {".jpg", ".jpeg", ".png"}


def films(data: Path, count: int, seconds: float, only: Sequence[str] | None) -> Iterator[Film]:
    """Yield the videos, first those with numbers.

    Args:
        data: folder with mnist/, negatives/ and videos/, as far as they are there.
        count: rendered clips of each kind.
        seconds: length of what is rendered.
        only: kinds of clips, "negatives" and "videos"; None stands for all.
    """
    kinds = clips.KINDS_WITH_NUMBERS + clips.KINDS_WITHOUT
    wanted = [kind for kind in (*kinds, NEGATIVES, VIDEOS) if only is None or kind in only]
    if any(kind in kinds for kind in wanted) and (data / "mnist").exists():
        digits = clips.load_digits(data)
        for kind in (kind for kind in wanted if kind in kinds):
            for seed in range(count):
                yield clips.written_clip(kind, seed, digits, seconds)
    folder = data / NEGATIVES
    if NEGATIVES in wanted and folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in _SUFFIXES:
                yield clips.picture_clip(path, seconds)
    truth = data / VIDEOS / "truth.json"
    if VIDEOS in wanted and truth.is_file():
        for name, known in json.loads(truth.read_text("utf-8")).items():
            yield Recording(data / VIDEOS / name, known)


class Recording:
    """A real video whose digits hardly move; the truth of the nearest known frame holds.

    Args:
        path: of the video.
        known: its part of the truth file: ``truth_by_frame`` and, if it shows one number, ``text``.
    """

    def __init__(self, path: Path, known: dict[str, object]) -> None:
        self.name = path.name
        self.numbers = (str(known["text"]),) if "text" in known else ()
        by_frame = known["truth_by_frame"]
        assert isinstance(by_frame, dict)
        self._known = {int(index): rows for index, rows in by_frame.items()}
        self._path = path

    def __iter__(self) -> Iterator[Shot]:
        """Yield the frames with their truth."""
        with open_source(self._path) as source:
            for frame in source:
                nearest = min(self._known, key=lambda index: abs(index - frame.index))
                rows = self._known[nearest]
                yield Shot(frame, tuple(_seen(row) for row in rows))


def _seen(row: Sequence[object]) -> Seen:
    x, y, w, h = (int(str(value)) for value in row[:4])
    box = Box(x, y, w, h)
    return Seen(box, box.center, int(str(row[4])), 0)
