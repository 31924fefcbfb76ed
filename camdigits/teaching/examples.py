"""Digits whose owner says what they are, kept in the form that ``camdigits train --teach`` reads.

Every answer is two pictures: ``DIR/7/NAME.png``, the crop as the classifier saw it, in MNIST form,
and ``DIR/around/7/NAME.png``, the pixels around it, which a later version may cut out differently.
What is no digit lies in ``DIR/none``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.config import ReadConfig
from camdigits.errors import OutputError
from camdigits.page.candidate_scoring import CandidateScorer
from camdigits.page.choose import choose_digits, scaled
from camdigits.page.context_rescoring import rescore_in_context
from camdigits.page.group import group_lines
from camdigits.page.orientation.view import View
from camdigits.support.output_file import remove_quietly, write_whole
from camdigits.support.printable import printable, reason
from camdigits.types import Box, Digit

NONE = "none"
"""Folder of what is no digit."""
AROUND = "around"
"""Folder of the pixels around every example."""
SIDES = (*"0123456789", NONE)

MIN_OVERLAP = 0.4
"""Smallest intersection over union of a digit's box and the candidate it was read from."""
ALIKE_OVERLAP = 0.03
"""Candidates that overlap the box so much less than the best are as good."""
MARGIN = 0.5
"""Pixels kept around a digit on each side, as a share of its longer side."""

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """Ink that could be a digit.

    Attributes:
        box: where it stands, in pixels of the source picture.
        crop: ``(28, 28) uint8`` in MNIST form, as the classifier saw it.
        around: ``(h, w, 3) uint8`` BGR, upright.
        probabilities: ``(10,) float32``, what reading says of it.
    """

    box: Box
    crop: Plane
    around: Plane
    probabilities: NDArray[np.float32]

    @property
    def label(self) -> int:
        """What it was read as, 0 to 9."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """The probability of that, 0 to 1."""
        return float(self.probabilities.max())


class Sight:
    """Everything on one picture that could be a digit."""

    def __init__(
        self,
        image: Plane,
        config: ReadConfig,
        scorer: CandidateScorer,
        pixel_aspect: float = 1.0,
    ) -> None:
        """Look at a picture the way reading does.

        Args:
            image: ``(H, W, 3) uint8`` BGR, the source picture.
            config: how it is read; it says how the page lies, which is not found out here.
            scorer: names and judges the candidates.
            pixel_aspect: width of a pixel over its height.

        Raises:
            UsageError: if the region of interest lies outside the picture.
        """
        self._view = View.of(image, config, pixel_aspect=pixel_aspect)
        self._cut = self._view.cut(image)
        gray = cast(Plane, cv2.cvtColor(self._cut, cv2.COLOR_BGR2GRAY))
        self._scored = scored = scorer.score(gray, config.polarity)
        self._candidates = scored.candidates
        self._boxes = [self._view.to_source(candidate.box) for candidate in self._candidates]
        self._probabilities = scaled(scored.probabilities, rescore_in_context(scored))

    def of(self, digit: Digit) -> Example | None:
        """Return the example of a digit that was read, None if it is not in this picture.

        A digit is found in several masks; of those that have its box, the one that says its label
        as surely is the one that it was read from.  The box of a tracked digit is that of no mask
        exactly; of those that fit it about equally well, the surest is taken.
        """
        overlaps = np.array([digit.box.iou(box) for box in self._boxes])
        if not len(overlaps) or overlaps.max() < MIN_OVERLAP:
            return None
        best = overlaps.max()
        alike = np.flatnonzero(overlaps >= (best if best == 1 else best - ALIKE_OVERLAP))
        sure = self._probabilities[alike, digit.label]
        fits = -abs(sure - digit.confidence) if best == 1 else sure
        return self._example(int(alike[fits.argmax()]))

    def at(self, x: int, y: int) -> Example | None:
        """Return what looks most like a digit where a pixel of the source picture is."""
        point = Box(x, y, 1, 1)
        inside = [place for place, box in enumerate(self._boxes) if box.intersection(point)]
        if not inside:
            return None
        read, ink = self._probabilities, self._scored.probabilities
        # Of those that reading takes for no digit at all, by the classifier's word alone.
        return self._example(max(inside, key=lambda place: (read[place].max(), ink[place].max())))

    def lines(self, min_confidence: float) -> list[list[Example]]:
        """Return the digits that reading finds, line by line in reading order.

        Args:
            min_confidence: below it a candidate is no digit, 0 to 1.
        """
        found, _ = choose_digits(self._scored, min_confidence)
        lines = group_lines([Digit(d.box, d.label, d.confidence) for d in found])
        upright = [[replace(d, box=self._view.to_source(d.box)) for d in line] for line in lines]
        return [[e for digit in line if (e := self.of(digit))] for line in upright]

    def _example(self, place: int) -> Example:
        box = self._candidates[place].box
        margin = round(MARGIN * max(box.w, box.h))
        top, left = max(0, box.y - margin), max(0, box.x - margin)
        around = self._cut[top : box.bottom + margin, left : box.right + margin]
        return Example(
            box=self._boxes[place],
            crop=self._scored.crops[place],
            around=np.ascontiguousarray(around),
            probabilities=self._probabilities[place],
        )


class TeachFolder:
    """A folder of examples, which is made with the first one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __len__(self) -> int:
        """Return how many examples the folder holds, 0 if it is not there."""
        return sum(len(self._inside(side)) for side in SIDES)

    def count_since(self, time_s: float) -> int:
        """Return how many examples were saved after a time, in seconds since the epoch."""
        saved = [path for side in SIDES for path in self._inside(side)]
        return sum(path.stat().st_mtime > time_s for path in saved)

    def save(self, example: Example, label: int | None, stem: str = "digit") -> Path | None:
        """Save an example under what its owner says it is.

        Args:
            example: what to save.
            label: 0 to 9; None says that it is no digit.
            stem: what the file's name begins with; what the crop shows is its end.

        Returns:
            The crop's file; None if the very same example is there already.  The last word counts:
            what was said of the same crop before, and is something else, is removed.

        Raises:
            OutputError: if it could not be written; nothing is left of it.
        """
        side = NONE if label is None else str(label)
        mark = f"-{hashlib.sha256(example.crop.tobytes()).hexdigest()[:12]}.png"
        same = [path for other in SIDES for path in self._inside(other) if path.name.endswith(mark)]
        if any(path.parent.name == side for path in same):
            return None
        path, around = self.path / side / (stem + mark), self.path / AROUND / side / (stem + mark)
        for file, picture in ((around, example.around), (path, example.crop)):
            _make_folder(file.parent)
            try:
                write_whole(file, cv2.imencode(".png", picture)[1].tobytes(), force=True)
            except OutputError:
                remove_quietly(around)
                raise
        for contradicted in same:
            self.remove(contradicted)
        return path

    def remove(self, path: Path) -> None:
        """Remove an example that `save` returned; what is gone already does not matter."""
        remove_quietly(path)
        remove_quietly(self.path / AROUND / path.parent.name / path.name)

    def _inside(self, side: str) -> Sequence[Path]:
        try:
            return [path for path in (self.path / side).iterdir() if path.suffix == ".png"]
        except OSError:
            return []


class Teacher:
    """What teaching needs: eyes and a folder."""

    def __init__(self, scorer: CandidateScorer, folder: TeachFolder) -> None:
        self._scorer, self.folder = scorer, folder

    def look(self, image: Plane, config: ReadConfig, pixel_aspect: float = 1.0) -> Sight:
        """Return everything on a picture that could be a digit; see `Sight`."""
        return Sight(image, config, self._scorer, pixel_aspect)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot create the folder {printable(str(folder))}: {reason(error)}; "
            f"name another with --teach"
        ) from error
