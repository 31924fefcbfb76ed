"""Ink is given the digits of a known text only where it is certain which is which."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.form_sheets import blank

from camdigits.forms.reading.forced_alignment import aligned, known
from camdigits.forms.reading.lattices import Ink
from camdigits.forms.reading.search import Arc, Lattice
from camdigits.forms.reading.sheet_reader import SheetReader
from camdigits.forms.sheet.reference import reference_of
from camdigits.types import Box
from tests.support.filled_forms import filled, layout_of


def ink(read_as: int, x: int, sure: float = 0.9) -> Ink:
    chances = np.full(10, (1 - sure) / 9, np.float32)
    chances[read_as] = sure
    return Ink(Box(x, 5, 20, 40), chances, np.full((28, 28), read_as, np.uint8))


def row(*read_as: int, marks: str = "") -> tuple[Lattice, list[Ink]]:
    """Return digits beside each other, each of which may also be passed over, and their ink."""
    inks = [ink(label, 30 * place) for place, label in enumerate(read_as)]
    arcs = []
    for place, each in enumerate(inks):
        start, end = 2 * place, 2 * place + 1
        arcs.append(Arc(start, end, "", 1e-4))
        for digit, chance in enumerate(each.probabilities.tolist()):
            arcs.append(Arc(start, end, str(digit), chance, place))
        arcs.append(Arc(end, end + 1, "", 0.6))
        arcs += [Arc(end, end + 1, mark, 0.3) for mark in marks]
    return Lattice(arcs, 2 * len(inks)), inks


@pytest.mark.parametrize(
    ("read_as", "text", "wanted"),
    [
        ((1, 7, 3, 4), "1734", [(0, 1), (1, 7), (2, 3), (3, 4)]),
        ((7, 3, 8), "7:31", [(0, 7), (1, 3), (2, 1)]),  # the mark is not seen
        ((4,), "9", [(0, 9)]),
        ((4, 2), "49", [(0, 4), (1, 9)]),
        ((1, 7, 3, 4), "173", []),  # a digit fewer
        ((1, 7, 3), "1734", []),  # or more
        ((1, 7, 3, 4), "8625", []),  # another text altogether
        ((1, 7, 3, 4), "1625", []),
        ((1, 7), "", []),
        ((1, 7), "-", []),
        ((1, 7), "1 7", []),  # what is none of what is read
        ((1, 7), "17 kg", []),
        ((1, 7), "\u0661\u0667", []),  # digits of another script
    ],
)
def test_digits_are_matched_one_by_one_or_not_at_all(read_as, text, wanted):
    assert aligned(*row(*read_as), text) == wanted


def test_marks_that_are_seen_and_not_said_change_nothing():
    assert aligned(*row(3, 5, marks="."), "35") == [(0, 3), (1, 5)]
    assert aligned(*row(3, 5, marks="."), "3,5") == [(0, 3), (1, 5)]


def test_ink_that_falls_apart_in_another_way_is_left_out():
    """One digit that two thin ones may be instead: the text has as many, but of other ink."""
    whole, left, right, last = ink(0, 0), ink(1, 0), ink(1, 20), ink(7, 40)
    wide = replace(whole, box=Box(0, 5, 40, 40))
    arcs = [
        Arc(0, 2, "0", 0.9, 0),
        Arc(0, 1, "1", 0.5, 1),
        Arc(1, 2, "1", 0.5, 2),
        Arc(2, 3, "7", 0.9, 3),
        Arc(2, 3, "", 0.01),
    ]
    lattice, inks = Lattice(arcs, 3), [wide, left, right, last]

    assert aligned(lattice, inks, "07") == [(0, 0), (3, 7)]
    assert aligned(lattice, inks, "11") == []


def test_what_hardly_looks_like_a_digit_is_left_out():
    lattice, inks = row(1, 7)
    inks[0] = replace(inks[0], probabilities=inks[0].probabilities * np.float32(0.3))

    assert aligned(lattice, inks, "17") == []


def test_a_known_digit_shows_what_is_around_it():
    plane = np.full((60, 100), 240, np.uint8)
    plane[10:40, 30:40] = 90
    own = replace(ink(1, 0), box=Box(30, 10, 10, 30))

    digit = known(plane, own, 7)

    assert digit.label == 7
    assert digit.crop is own.crop
    assert digit.around.shape == (10 + 30 + 15, 10 + 2 * 15, 3)
    assert (digit.around.min(axis=2) == 90).sum() == 300


@pytest.mark.parametrize(("look", "seed"), [("scan", 1), ("photo", 2)])
def test_a_sheets_digits_are_found_in_its_fields(look, seed):
    layout = layout_of()
    reader = SheetReader(reference_of(layout.form, blank(layout)))
    sheet = filled(look, seed)
    placement = reader.find(sheet.image)
    kinds = {field.name: field.kind for field in layout.form.fields}
    texts = {name: text for name, text in sheet.texts.items() if kinds[name] != "tick"}

    found = reader.align(sheet.image, placement, texts)
    wrong = reader.align(sheet.image, placement, {name: f"{text}5" for name, text in texts.items()})

    assert set(found) <= set(texts)
    assert len(found) >= 2  # of five; with OpenCV 5.0 all, with 4.12 two of the scan's
    for name, digits in found.items():
        labels = [int(character) for character in texts[name] if character.isdigit()]
        assert [digit.label for digit in digits] == labels
        read = [int(digit.probabilities.argmax()) for digit in digits]
        assert np.mean(np.array(read) == labels) >= 0.5
        assert all(digit.crop.shape == (28, 28) and digit.crop.max() > 200 for digit in digits)
    assert wrong == {}
