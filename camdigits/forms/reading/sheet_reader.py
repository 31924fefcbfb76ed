"""Reads the sheets of a form: finds each, reads its fields, and says what is in doubt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import exp, log
from pathlib import Path

import numpy as np

from camdigits.candidates.segment import find_candidates
from camdigits.forms.checks import (
    asks_for_noughts,
    languages_of,
    meaning_of,
    passes,
    why_not,
    why_not_value,
)
from camdigits.forms.form import Field
from camdigits.forms.reading.forced_alignment import KnownDigit, aligned, known
from camdigits.forms.reading.lattices import (
    Ink,
    LineFrames,
    best_row,
    ink_columns,
    inks_in,
    lattice_of,
)
from camdigits.forms.reading.search import Text
from camdigits.forms.reading.sums import with_sums
from camdigits.forms.readings import FieldReading, sure_from
from camdigits.forms.sheet.alignment import Placement, find_sheet
from camdigits.forms.sheet.crops import LOWEST_PX, Crop, Mosaic, masks_of, mosaic_of
from camdigits.forms.sheet.reference import Image, Plane, Reference
from camdigits.forms.sheet.ticks import read_tick
from camdigits.ink.plane import plane_of_image
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.networks.judge import LiteRTJudge
from camdigits.networks.line_reader import LiteRTLineReader
from camdigits.networks.line_strips import cut_strip, line_of
from camdigits.page.candidate_scoring import CandidateScorer, ScoredCandidates

MOST_TEXTS = 12
"""Readings of a field that are compared with each other."""
CALIBRATION = (1.0, 1.2, 0.7)
"""Log-odds that a reading is right: those of its share, by its clearness."""
AGAINST = 0.005
LEADING_ZERO = 0.05
"""How much less often a number is written with a 0 before its other digits."""
X_SURE = 0.5
"""Probability that an ISBN of ten ends in an X where its check says so."""
FLOOR = 1e-5
"""Readings that fit, but are less probable than this against the best of the ink, are none."""


class SheetReader:
    """Reads sheets of one form.

    Args:
        reference: the form.
        weights: a ``.tflite`` with its model card beside it; None takes the bundled ones.
    """

    def __init__(self, reference: Reference, weights: Path | None = None) -> None:
        self.reference = reference
        self._scorer = CandidateScorer(LiteRTClassifier(weights), LiteRTJudge())
        self._line_reader = LiteRTLineReader()

    def find(self, image: Image) -> Placement:
        """Return where a picture shows a sheet of the form.

        Args:
            image: ``(height, width, 3) uint8``, BGR.

        Raises:
            NoSheet: if it shows none.
        """
        return find_sheet(self.reference, plane_of_image(image))

    def read(self, image: Image, placement: Placement) -> tuple[FieldReading, ...]:
        """Return what stands in the fields of a sheet, in the form's order.

        Args:
            image: ``(height, width, 3) uint8``, BGR.
            placement: where the sheet lies in it.
        """
        plane = plane_of_image(image)
        form = self.reference.form
        mosaic = mosaic_of(self.reference, placement, plane, form.fields)
        inks, frames = self._looked_at(mosaic)
        readings = {}
        for crop in mosaic.crops:
            name = crop.field.name
            if not _is_shown(placement, crop.field, plane):
                why = "outside of the picture"
                readings[name] = FieldReading(name, "", "doubtful", why, 0.0)
            elif crop.field.kind == "tick":
                readings[name] = read_tick(name, mosaic.plane, crop.box)
            else:
                reading = self._read(crop, mosaic.plane, inks[name], frames.get(name))
                readings[name] = reading
        return with_sums(form, tuple(readings[field.name] for field in form.fields))

    def align(
        self, image: Image, placement: Placement, texts: Mapping[str, str]
    ) -> dict[str, tuple[KnownDigit, ...]]:
        """Return which ink of some fields is which digit of what stands there.

        Args:
            image: ``(height, width, 3) uint8``, BGR.
            placement: where the sheet lies in it.
            texts: of fields by their names, as somebody says that they are.

        Returns:
            The digits of each field from left to right; of those alone of which it is certain.
        """
        plane = plane_of_image(image)
        # All fields, as when they were read: how pale the pen is shows in all of them together.
        mosaic = mosaic_of(self.reference, placement, plane, self.reference.form.fields)
        inks, frames = self._looked_at(mosaic)
        found = {}
        for crop in mosaic.crops:
            name = crop.field.name
            if texts.get(name) and inks.get(name) and _is_shown(placement, crop.field, plane):
                lattice = lattice_of(crop, mosaic.plane, inks[name], frames.get(name))
                digits = aligned(lattice, inks[name], texts[name])
                if digits:
                    found[name] = tuple(
                        known(mosaic.plane, inks[name][place], label) for place, label in digits
                    )
        return found

    def _looked_at(self, mosaic: Mosaic) -> tuple[dict[str, list[Ink]], dict[str, LineFrames]]:
        """Return what may be digits in each field that is written in, and what is seen along it."""
        scored = self._scored(mosaic.plane)
        written = [crop for crop in mosaic.crops if crop.field.kind != "tick"]
        inks = {crop.field.name: inks_in(crop, scored) for crop in written}
        return inks, self._frames(mosaic.plane, inks)

    def _scored(self, plane: Plane) -> ScoredCandidates:
        """Return what may be a digit on a picture of ink alone."""
        found = [
            each for mask in masks_of(plane) for each in find_candidates(mask, LOWEST_PX, set())
        ]
        return self._scorer(found)

    def _frames(self, plane: Plane, inks: dict[str, list[Ink]]) -> dict[str, LineFrames]:
        """Return what the line reader sees along each field in which there are digits."""
        lines, strips, names = [], [], []
        for name, own in inks.items():
            boxes = [ink.box for ink in best_row(own)]
            if boxes:
                names.append(name)
                lines.append(line_of(boxes))
                strips.append(cut_strip(plane, lines[-1], boxes))
        texts = self._line_reader(strips) if strips else []
        return {
            name: LineFrames(line, text.frames)
            for name, line, text in zip(names, lines, texts, strict=True)
        }

    def _read(
        self, crop: Crop, plane: Plane, inks: Sequence[Ink], frames: LineFrames | None
    ) -> FieldReading:
        field = crop.field
        if not inks:
            return _without_digits(field, plane, crop)
        lattice = lattice_of(crop, plane, inks, frames)
        free = next(lattice.texts(), None)
        fitting = lattice.fitting(
            languages_of(field), lambda text: not why_not_value(field, text), MOST_TEXTS, FLOOR
        )
        return with_x(field, free) or judged(field, free, fitting)


def _is_shown(placement: Placement, field: Field, plane: Plane) -> bool:
    """Return whether a picture shows all of a field."""
    box = field.box
    corners = [(x, y) for y in (box.y, box.bottom) for x in (box.x, box.right)]
    there = placement.to_picture(np.array(corners, np.float64))
    return bool((there >= -1).all() and (there <= np.array(plane.shape[1::-1])).all())


def with_x(field: Field, free: Text | None) -> FieldReading | None:
    """Return an ISBN of ten that seems to end in an X, which is no digit; None if none does.

    Read as one, the X makes the check fail, and the next text that passes has a wrong digit.
    """
    if field.check != "isbn" or free is None or len(free.text) != 10:
        return None
    text = f"{free.text[:-1]}X"
    if passes("isbn", free.text) or why_not(field, text):
        return None
    return FieldReading(field.name, text, "doubtful", "may end in an X", X_SURE)


def judged(field: Field, free: Text | None, fitting: Sequence[Text]) -> FieldReading:
    """Return a field's reading, and how sure it is.

    Args:
        field: that is read.
        free: what the ink says, whatever fits.
        fitting: the readings that fit, the most probable first.
    """
    if not fitting:
        text = "" if free is None else free.text
        return FieldReading(field.name, text, "doubtful", "nothing that fits stands there", 0.0)
    chances: dict[str, float] = {}
    written: dict[str, str] = {}
    for each in fitting:
        meaning = meaning_of(field, each.text)
        chance = each.probability * (LEADING_ZERO if is_odd(field, each.text) else 1.0)
        chances[meaning] = chances.get(meaning, 0.0) + chance
        written.setdefault(meaning, each.text)
    total = sum(chances.values())
    ordered = sorted(chances, key=lambda meaning: -chances[meaning])
    best = ordered[0]
    against = 1.0 if free is None else min(1.0, chances[best] / free.probability)
    by_ink = 1.0 if free is None else free.probability
    confidence = calibrated(chances[best] / total, against, by_ink ** (1 / max(1, len(best))))
    others = tuple(
        (written[other], round(chances[other] / total * confidence, 4)) for other in ordered[1:6]
    )
    if confidence >= sure_from(field.kind):
        return FieldReading(field.name, written[best], "read", "", confidence, others)
    why = "hard to read"
    if free is not None and meaning_of(field, free.text) != best:
        why = f"looks like {free.text or 'nothing'}"
    elif others:
        why = f"may be {others[0][0] or 'empty'}"
    return FieldReading(field.name, written[best], "doubtful", why, confidence, others)


def is_odd(field: Field, text: str) -> bool:
    """Return whether a number begins with a 0 that nobody asked for: few write so."""
    is_number = field.kind in ("number", "decimal") and not asks_for_noughts(field)
    return is_number and re.match("0[0-9]", text) is not None


def calibrated(share: float, against: float, clearness: float) -> float:
    """Return how often a reading is right, as counted on rendered sheets.

    Args:
        share: of its probability in that of all that fit.
        against: its probability against that of the best reading of the ink, whatever fits.
        clearness: how probable the characters of the best reading of the ink are on average.
    """
    share = min(max(share, 1e-4), 1 - 1e-4)
    odds = log(share / (1 - share))
    told = CALIBRATION[0] + CALIBRATION[1] * odds + CALIBRATION[2] * log(min(1.0, clearness))
    # Never against the ink, whatever fits.
    return min(0.999, against / (against + AGAINST) / (1 + exp(-told)))


def _without_digits(field: Field, plane: Plane, crop: Crop) -> FieldReading:
    """Return the reading of a field in which nothing looks like a digit."""
    ink = float(ink_columns(plane, crop.box).sum()) / crop.box.area
    if ink > 0.01:
        return FieldReading(
            field.name, "", "doubtful", "something stands there that is no digit", 0.3
        )
    if not field.is_optional:
        return FieldReading(field.name, "", "doubtful", "empty", 0.9)
    return FieldReading(field.name, "", "read", "", 0.97)
