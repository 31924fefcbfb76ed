"""Sheets are found by their print, others refused, and their fields read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from benchmarks.form_sheets import blank

from camdigits.errors import FormError
from camdigits.forms.checks import meaning_of
from camdigits.forms.form import Field
from camdigits.forms.reading.search import Text
from camdigits.forms.reading.sheet_reader import SheetReader, judged, with_x
from camdigits.forms.sheet.alignment import NoSheet, Placement, find_sheet, straightened
from camdigits.forms.sheet.crops import PAPER, strengthened
from camdigits.forms.sheet.reference import Reference, reference_of
from camdigits.forms.sheet.ticks import ink_share, told
from camdigits.forms.still import StillWatch
from camdigits.types import Box
from tests.support.filled_forms import filled, layout_of


@pytest.fixture(scope="module")
def reference() -> Reference:
    layout = layout_of()
    return reference_of(layout.form, blank(layout))


@pytest.fixture(scope="module")
def reader(reference: Reference) -> SheetReader:
    return SheetReader(reference)


def gray(image: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)


@pytest.mark.parametrize(("look", "seed", "most_px"), [("scan", 1, 1.0), ("photo", 2, 14.0)])
def test_a_sheet_is_found_where_it_lies(look, seed, most_px, reference):
    sheet = filled(look, seed)
    points = np.random.default_rng(0).uniform(0.05, 0.95, (50, 2)) * reference.form.size_wh

    found = find_sheet(reference, gray(sheet.image)).to_picture(points)

    # Paper that is bent lies elsewhere than flat paper would.
    flat = cv2.perspectiveTransform(points[None], sheet.homography)[0]
    assert np.linalg.norm(found - flat, axis=1).max() < most_px


@pytest.mark.parametrize("turn", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180])
def test_a_sheet_is_found_whichever_way_it_lies(turn, reference):
    image = cv2.rotate(filled("scan", 1).image, turn)

    assert find_sheet(reference, gray(image)).print_share > 0.9


def test_another_form_is_refused_by_name(reference):
    with pytest.raises(NoSheet, match="the form meter card"):
        find_sheet(reference, gray(filled("scan", 1, "delivery note").image))


@pytest.mark.parametrize("level", [0, 255])
def test_a_picture_of_nothing_is_refused(level, reference):
    with pytest.raises(NoSheet):
        find_sheet(reference, np.full((600, 800), level, np.uint8))


def test_the_parts_of_a_sheet_are_cut_out_upright(reference):
    width, height = reference.form.size_wh
    turned = cv2.rotate(reference.plane, cv2.ROTATE_90_CLOCKWISE)
    corners = ((height, 0), (height, width), (0, width), (0, 0))

    own = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(own, np.array(corners, np.float32))
    flat = Placement(matrix, np.zeros((10, 2)), (width, height), 1.0)
    part = straightened(flat, turned, (80, 60, 500, 60), (500, 60))

    wanted = reference.plane[60:120, 80:580]
    assert np.abs(part.astype(int) - wanted).mean() < 3


def test_a_form_without_print_is_refused():
    with pytest.raises(FormError, match="too little print"):
        reference_of(layout_of().form, np.full((874, 1240), 255, np.uint8))


@pytest.mark.parametrize(("look", "seed"), [("scan", 1), ("photo", 2)])
def test_fields_are_read(look, seed, reader):
    sheet = filled(look, seed)

    readings = reader.read(sheet.image, reader.find(sheet.image))

    form = reader.reference.form
    assert [each.name for each in readings] == [field.name for field in form.fields]
    for each in readings:
        field = form.field(each.name)
        if each.state == "read":
            assert meaning_of(field, each.text) == meaning_of(field, sheet.texts[each.name])
            assert each.confidence >= 0.9
        else:
            assert each.why
    assert sum(each.state == "read" for each in readings) >= 5


def test_what_is_not_filled_in_is_doubtful_and_not_ticked(reader):
    image = blank(layout_of())

    readings = reader.read(image, reader.find(image))

    states = {each.name: (each.text, each.state, each.why) for each in readings}
    assert states["meter"] == ("", "doubtful", "empty")
    assert states["new"] == ("no", "read", "")


def test_a_field_beyond_the_edge_of_the_picture_is_doubtful(reader):
    image = filled("scan", 1).image
    cut = np.ascontiguousarray(image[:, : round(image.shape[1] * 0.68)])

    readings = {each.name: each for each in reader.read(cut, reader.find(cut))}

    assert readings["meter"].state == "doubtful"
    assert readings["meter"].why == "outside of the picture"


@pytest.mark.parametrize(
    ("share", "text", "state"),
    [
        (0.0, "no", "read"),
        (0.01, "no", "read"),
        (0.025, "unclear", "doubtful"),
        (0.1, "yes", "read"),
        (0.5, "yes", "read"),
        (0.9, "unclear", "doubtful"),
    ],
)
def test_ticks_are_told_by_their_ink(share, text, state):
    reading = told("t", share)

    assert (reading.text, reading.state) == (text, state)


def test_a_sheet_that_lies_still_is_told_once():
    watch, rng = StillWatch(), np.random.default_rng(1)
    first, second = (rng.integers(0, 255, (90, 160), np.uint8) for _ in range(2))
    shown = [first] * 20 + [second] * 20 + [first] * 3

    told_at = [n for n, plane in enumerate(shown) if watch.is_still(plane, n / 10)]

    assert told_at == [6, 26]


def test_grain_is_no_pale_ink_and_a_pale_stroke_is():
    grain = np.random.default_rng(3).normal(PAPER, 16, (120, 400))
    empty = np.clip(grain, 0, PAPER).astype(np.uint8)
    pencilled = empty.copy()
    cv2.line(pencilled, (40, 30), (90, 90), PAPER - 40, 6)

    assert np.array_equal(strengthened(empty), empty)
    assert ink_share(strengthened(empty)) < 0.001
    assert strengthened(pencilled)[58:62, 64:66].max() < PAPER - 80


@pytest.mark.parametrize(
    ("read_as", "text", "state"),
    [
        ("0804429574", "080442957X", "doubtful"),  # ISO 2108's example, whose X looks like a 4
        ("0306406152", "0306406152", "read"),
        ("0306406153", "0306406152", "doubtful"),
    ],
)
def test_an_isbn_that_comes_out_with_an_x_is_doubtful(read_as, text, state):
    field = Field("f", Box(0, 0, 9, 9), "comb", digits=(10, 10), check="isbn")
    free = Text(read_as, 0.9, ())
    other = Text("0306406152", 1e-3, ())

    reading = with_x(field, free) or judged(field, free, [free if state == "read" else other])

    assert (reading.text, reading.state) == (text, state)
    assert (reading.why == "may end in an X") is text.endswith("X")


@pytest.mark.parametrize(
    ("kind", "text", "other", "state"),
    [
        ("number", "738", "731", "read"),
        ("date", "1.2.2028", "1.2.2023", "read"),
        ("time", "7:38", "7:31", "doubtful"),
        ("decimal", "7.38", "7.31", "doubtful"),
    ],
)
def test_kinds_that_are_misread_more_often_must_be_surer(kind, text, other, state):
    likely = Text(text, 0.6, ()), Text(other, 0.13, ())

    reading = judged(Field("f", Box(0, 0, 9, 9), kind), likely[0], likely)

    assert 0.92 < reading.confidence < 0.95
    assert reading.state == state
    assert reading.why == ("" if state == "read" else f"may be {other}")
