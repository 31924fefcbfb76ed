"""Lattices of fields: what both networks and the line reader hold possible, from left to right."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from camdigits.forms.reading.search import Arc, Lattice
from camdigits.forms.sheet.crops import PAPER, Crop
from camdigits.forms.sheet.reference import Plane
from camdigits.networks.line_reader import FRAME_PX
from camdigits.networks.line_strips import Line
from camdigits.networks.model_card import CHARACTERS, DIGITS
from camdigits.page.candidate_scoring import ScoredCandidates
from camdigits.types import Box

INKED = 50
"""Grey levels by which ink is darker than paper."""
LEAST = 0.02
"""Candidates that are digits less probably are left out."""
MARKS = ("-", ".", ",", ":", "/")
PASSED_OVER = 7.0
"""Cost of passing over as much ink as a usual digit has, as a logarithm."""
HALF_PX = 1.0
"""Half the width of the place in which a mark is read; its ink beside that is passed over."""
MARK_INK = 0.3
"""Ink of a mark at most, as a share of that of a usual digit."""
SHRUNK = 0.18
"""Share of a candidate's width at either side in which the next may begin."""
LINE_SAY = 0.4
"""What the line reader has to say in naming a digit, beside classifier and judge."""
FLOOR = 1e-3
DIGIT_SAY = 0.4
"""What the judge has to say in whether something is a digit at all: in a field most ink is."""
LOW = 0.4
"""Digits are at least this high, as a share of the highest of the field."""

Probabilities = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """A candidate of a field.

    Attributes:
        box: in pixels of the mosaic.
        probabilities: ``(10,)``, of the digits; sum to at most 1.
        crop: ``(28, 28) uint8`` in MNIST form, as the classifier saw it.
    """

    box: Box
    probabilities: Probabilities
    crop: NDArray[np.uint8]

    @property
    def confidence(self) -> float:
        """Probability of the likeliest digit."""
        return float(self.probabilities.max())


@dataclass(frozen=True, slots=True, eq=False)
class LineFrames:
    """What the line reader sees along a field.

    Attributes:
        line: along which the strip was cut, in pixels of the mosaic.
        frames: ``(n, 25)``, the probability of every character in every frame.
    """

    line: Line
    frames: NDArray[np.float32]

    def strongest(self, left: float, right: float) -> NDArray[np.float32]:
        """Return how probable each character is at most between two x: ``(25,)``."""
        first = int(self.line.column(left) / FRAME_PX)
        last = int(np.ceil(self.line.column(right) / FRAME_PX))
        part = self.frames[max(0, first) : max(last, first + 1, 1)]
        return part.max(axis=0) if len(part) else np.zeros(len(CHARACTERS), np.float32)

    def place_of(self, character: str, left: float, right: float) -> float:
        """Return the x between two others at which a character is most probable."""
        first = max(0, int(self.line.column(left) / FRAME_PX))
        last = max(int(np.ceil(self.line.column(right) / FRAME_PX)), first + 1)
        frame = first + int(self.frames[first:last, CHARACTERS.index(character)].argmax())
        return min(max(left, self.line.x((frame + 0.5) * FRAME_PX)), right)


def inks_in(crop: Crop, scored: ScoredCandidates) -> list[Ink]:
    """Return the candidates of a field, from left to right."""
    is_digit = scored.verdicts[:, : len(DIGITS)].sum(axis=1, keepdims=True)
    agreed = scored.probabilities * np.maximum(is_digit, 1e-3) ** np.float32(DIGIT_SAY)
    found = []
    for candidate, row, own in zip(scored.candidates, agreed, scored.crops, strict=True):
        x, y = candidate.box.center
        room, box = crop.room, crop.box
        is_in = room.x <= x < room.right and box.y <= y < box.bottom
        is_whole = candidate.box.intersection(room) >= 0.9 * candidate.box.area
        is_dark = candidate.mask.polarity == "dark"
        if is_in and is_whole and is_dark and row.max() >= LEAST:
            found.append(Ink(candidate.box, row, own))
    if not found:
        return []
    high = max((ink.box.h for ink in found if ink.confidence >= 0.5), default=0)
    kept = [ink for ink in found if ink.box.h >= LOW * high]
    return sorted(kept, key=lambda ink: ink.box.x)


def best_row(inks: Sequence[Ink]) -> list[Ink]:
    """Return the surest candidates that stand beside each other, from left to right."""
    chosen: list[Ink] = []
    for ink in sorted(inks, key=lambda each: -each.confidence * each.box.h):
        if ink.confidence < 0.3:
            continue
        left, right = _core(ink.box)
        if all(right <= _core(o.box)[0] or left >= _core(o.box)[1] for o in chosen):
            chosen.append(ink)
    return sorted(chosen, key=lambda ink: ink.box.x)


def lattice_of(crop: Crop, plane: Plane, inks: Sequence[Ink], frames: LineFrames | None) -> Lattice:
    """Return what may stand in a field.

    Args:
        crop: of the field.
        plane: ``(height, width) uint8``, the mosaic.
        inks: its candidates.
        frames: what the line reader sees; None where it was not asked.
    """
    if crop.field.kind == "comb" and crop.field.digits is not None:
        return _of_cells(crop, plane, inks, frames)
    return _of_row(crop, plane, inks, frames)


def ink_columns(plane: Plane, box: Box) -> NDArray[np.float64]:
    """Return how many pixels of each column of a box are inked."""
    part = plane[box.y : box.bottom, box.x : box.right]
    return np.asarray((part < PAPER - INKED).sum(axis=0), np.float64)


def _of_row(crop: Crop, plane: Plane, inks: Sequence[Ink], frames: LineFrames | None) -> Lattice:
    room = crop.room
    columns = np.concatenate([[0.0], np.cumsum(ink_columns(plane, room))])

    def mass(left: float, right: float) -> float:
        low, high = (int(np.clip(round(x - room.x), 0, room.w)) for x in (left, right))
        return float(columns[high] - columns[low])

    row = best_row(inks)
    usual = float(np.median([mass(ink.box.x, ink.box.right) for ink in row])) if row else 0.0
    usual = max(usual, 1.5 * crop.box.h)
    marks = _marks(crop, row, frames)
    edges = {float(room.x), float(room.right)}
    for ink in inks:
        edges |= set(_core(ink.box))
    for left, right, _ in marks:
        edges |= {left, right}
    nodes = sorted(edges)
    place = {x: node for node, x in enumerate(nodes)}
    arcs = []
    for node, (left, right) in enumerate(itertools.pairwise(nodes)):
        passed = np.exp(-PASSED_OVER * mass(left, right) / usual)
        for start, end, chances in marks:
            if start <= left and right <= end:
                passed *= max(1e-3, 1 - sum(chances.values()))
        arcs.append(Arc(node, node + 1, "", float(max(passed, 1e-12))))
    for number, ink in enumerate(inks):
        left, right = _core(ink.box)
        margin = mass(ink.box.x, left) + mass(right, ink.box.right)
        gain = float(np.exp(PASSED_OVER * margin / usual))
        for digit, chance in enumerate(_named(ink, frames)):
            paid = float(chance) * gain
            arcs.append(Arc(place[left], place[right], str(digit), paid, number))
    for left, right, chances in marks:
        more = max(0.0, mass(left, right) - MARK_INK * usual)
        paid = float(np.exp(-PASSED_OVER * more / usual))
        for mark, chance in chances.items():
            arcs.append(Arc(place[left], place[right], mark, chance * paid))
    return Lattice(arcs, len(nodes) - 1)


def _of_cells(crop: Crop, plane: Plane, inks: Sequence[Ink], frames: LineFrames | None) -> Lattice:
    assert crop.field.digits is not None
    count = crop.field.digits[1]
    pitch = crop.box.w / count
    arcs = []
    for cell in range(count):
        left, right = crop.box.x + cell * pitch, crop.box.x + (cell + 1) * pitch
        own = [n for n, ink in enumerate(inks) if left <= ink.box.center[0] < right]
        inset = 0.12 * pitch
        area = Box(round(left + inset), crop.box.y + 6, round(pitch - 2 * inset), crop.box.h - 12)
        share = float(ink_columns(plane, area).sum()) / area.area
        empty = float(np.clip(np.exp(-share / 0.004), 1e-4, 0.999))
        arcs.append(Arc(cell, cell + 1, "", empty))
        if own:
            named = np.array([_named(inks[n], frames) for n in own])
            for digit, best in enumerate(named.argmax(axis=0)):
                chance = float(named[best, digit]) * (1 - empty)
                arcs.append(Arc(cell, cell + 1, str(digit), chance, own[best]))
    return Lattice(arcs, count)


def _named(ink: Ink, frames: LineFrames | None) -> NDArray[np.float64]:
    """Return the probabilities of the digits of a candidate by all networks together."""
    own = np.asarray(ink.probabilities, np.float64)
    if frames is None:
        return own
    left, right = _core(ink.box)
    seen = np.asarray(frames.strongest(left, right)[: len(DIGITS)], np.float64) + 0.02
    seen /= seen.sum()
    pooled = (own + FLOOR) ** (1 - LINE_SAY) * seen**LINE_SAY
    return np.asarray(pooled / pooled.sum() * own.sum())


def _marks(
    crop: Crop, row: Sequence[Ink], frames: LineFrames | None
) -> list[tuple[float, float, dict[str, float]]]:
    """Return where marks may stand between and before digits, and how probable each is."""
    if frames is None or not row:
        return []
    gaps: list[tuple[float, float]] = [(crop.room.x, _core(row[0].box)[0])]
    gaps += [(_core(a.box)[1], _core(b.box)[0]) for a, b in itertools.pairwise(row)]
    found = []
    for left, right in gaps:
        if right - left < 1:
            continue
        seen = frames.strongest(left, right)
        chances = {mark: float(seen[CHARACTERS.index(mark)]) for mark in MARKS}
        likely = {mark: chance for mark, chance in chances.items() if chance >= 0.02}
        total = sum(likely.values())
        if likely:
            scale = min(1.0, 0.999 / total)
            at = frames.place_of(max(likely, key=lambda mark: likely[mark]), left, right)
            span = round(at - HALF_PX, 1), round(at + HALF_PX, 1)
            found.append((*span, {m: c * scale for m, c in likely.items()}))
    return found


def _core(box: Box) -> tuple[float, float]:
    """Return the x between which no other digit stands."""
    inset = SHRUNK * box.w
    return round(box.x + inset, 1), round(max(box.x + inset + 1, box.right - inset), 1)
