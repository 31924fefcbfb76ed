"""Labels can be read and hide no more than they must."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from camdigits.drawing import annotation
from camdigits.drawing.annotation import DOUBTFUL, FAIR, STRUCK, SURE, annotate, confidence_colour
from camdigits.types import Box, Digit, Mark, Number, Reading


def picture(width: int, height: int, grey: int = 200) -> np.ndarray:
    return np.full((height, width, 3), grey, np.uint8)


def reading_of(*boxes: Box, confidence: float = 0.99, joined: bool = False) -> Reading:
    digits = tuple(Digit(box, place % 10, confidence) for place, box in enumerate(boxes))
    numbers: tuple[Number, ...] = ()
    if joined:
        around = boxes[0]
        for box in boxes:
            around = around.union(box)
        text = "".join(str(digit.label) for digit in digits)
        numbers = (Number(text, around, confidence, digits),)
    return Reading("", 0, 0.0, (640, 480), digits, numbers)


def painted(image: np.ndarray, annotated: np.ndarray) -> np.ndarray:
    return (image != annotated).any(axis=2)


def test_empty_reading_gives_an_equal_copy():
    image = picture(64, 48)
    annotated = annotate(image, reading_of())
    assert np.array_equal(annotated, image)
    assert not np.shares_memory(annotated, image)


def test_what_is_struck_out_has_a_box_and_a_line_through_it():
    image, box = picture(640, 480), Box(100, 100, 40, 60)
    struck = (Number("7", box, 0.9, (Digit(box, 7, 0.9),)),)
    annotated = annotate(image, replace(reading_of(), struck=struck))
    changed = painted(image, annotated)
    assert changed[box.y : box.bottom, box.x - 2].all()
    assert (annotated[130, box.x : box.right] == STRUCK).all()
    assert not changed[box.y : box.y + 20, box.x : box.right].any()


def test_source_picture_is_not_written_to():
    image = picture(640, 480)
    image.flags.writeable = False
    annotated = annotate(image, reading_of(Box(100, 100, 40, 60)))
    assert (image == 200).all()
    assert annotated.shape == image.shape
    assert annotated.dtype == np.uint8


def test_box_leaves_the_digit_itself_free():
    image = picture(640, 480)
    box = Box(100, 100, 40, 60)
    changed = painted(image, annotate(image, reading_of(box)))
    assert not changed[box.y : box.bottom, box.x : box.right].any()
    assert changed[box.y : box.bottom, box.x - 2].all()
    assert changed[box.bottom + 1, box.x : box.right].all()


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_drawing_stands_out_from_any_ground(grey: int):
    image = picture(320, 240, grey)
    annotated = annotate(image, reading_of(Box(100, 100, 30, 45)))
    assert np.abs(annotated.astype(int) - grey).sum(axis=2).max() >= 255


def test_labels_of_a_number_join_to_one_strip_above_it():
    boxes = [Box(100 + 50 * place, 200, 30, 60) for place in range(4)]
    image = picture(640, 480)
    strip = painted(image, annotate(image, reading_of(*boxes, joined=True)))[150:195]
    row = strip[strip.any(axis=1)][len(strip) // 3]
    assert row[100:280].all()


def test_single_digits_have_separate_labels():
    boxes = [Box(100 + 80 * place, 200, 30, 60) for place in range(2)]
    image = picture(640, 480)
    strip = painted(image, annotate(image, reading_of(*boxes)))[150:195]
    assert not strip[:, 150:160].any()


@pytest.mark.parametrize(
    "box",
    [
        Box(0, 0, 30, 60),
        Box(610, 0, 30, 60),
        Box(0, 420, 30, 60),
        Box(610, 420, 30, 60),
        Box(1, 1, 638, 478),
        Box(-5, -5, 20, 30),
        Box(635, 475, 20, 30),
    ],
)
def test_label_is_inside_the_picture_at_its_edges(box: Box):
    image = picture(640, 480)
    annotated = annotate(image, reading_of(box))
    label_pixels = (annotated == SURE).all(axis=2)
    letter_pixels = (annotated == 255).all(axis=2)
    assert label_pixels.sum() > 100
    assert letter_pixels.sum() > 10


@pytest.mark.parametrize("y", [2, 8, 12])
def test_label_at_the_top_edge_goes_below_its_digit(y: int):
    image = picture(640, 480)
    box = Box(300, y, 40, 60)
    changed = painted(image, annotate(image, reading_of(box)))
    assert not changed[box.y : box.bottom, box.x : box.right].any()
    assert changed[box.bottom + 6 : box.bottom + 20, box.x + 10].all()


def test_label_at_the_top_edge_covers_less_of_its_digit_than_of_one_below():
    image = picture(640, 480)
    box, below = Box(300, 20, 40, 60), Box(296, 84, 48, 60)
    changed = painted(image, annotate(image, reading_of(box, below)))
    assert not changed[below.y + 6 : below.bottom, below.x : below.right].any()
    assert changed[box.y : box.bottom, box.x : box.right].mean() < 0.5


def test_strips_leave_digits_of_a_narrow_line_above_free():
    rows = [Box(50 + 60 * col, 50 + 64 * row, 30, 44) for row in range(5) for col in range(5)]
    image = picture(640, 480)
    changed = painted(image, annotate(image, reading_of(*rows)))
    hidden = [changed[box.y : box.bottom, box.x : box.right].mean() for box in rows]
    assert max(hidden) < 0.1


@pytest.mark.parametrize("size", [(120, 90), (640, 480), (1920, 1080), (5472, 3648)])
def test_labels_grow_with_the_picture(size: tuple[int, int]):
    width, height = size
    box = Box(width // 3, height // 3, width // 12, height // 6)
    annotated = annotate(picture(width, height), reading_of(box))
    label_rows = (annotated == SURE).all(axis=2)[: box.y].any(axis=1).sum()
    assert label_rows >= height // 40


@pytest.mark.parametrize("size", [(960, 1280), (120, 160)])
def test_digit_that_fills_the_picture_is_not_hidden(size: tuple[int, int]):
    width, height = size
    box = Box(width // 8, height // 20, width * 3 // 4, height * 9 // 10)
    image = picture(width, height)
    changed = painted(image, annotate(image, reading_of(box)))
    assert changed[box.y : box.bottom, box.x : box.right].mean() < 0.1


def test_page_without_a_digit_in_a_number_is_still_labelled():
    image = picture(640, 480)
    alone = Digit(Box(10, 100, 20, 40), 3, 0.95)
    member = Digit(Box(200, 100, 20, 40), 4, 0.95)
    number = Number("4", member.box, 0.95, (member,))
    reading = Reading("", 0, 0.0, (640, 480), (alone, member), (number,))
    changed = painted(image, annotate(image, reading))
    assert changed[:, :100].any()
    assert changed[:, 150:].any()


@pytest.mark.parametrize(
    ("confidence", "colour"),
    [(1.0, SURE), (0.9, SURE), (0.89, FAIR), (0.7, FAIR), (0.69, DOUBTFUL), (0.0, DOUBTFUL)],
)
def test_colour_follows_confidence(confidence: float, colour: tuple[int, int, int]):
    assert confidence_colour(confidence) == colour
    annotated = annotate(picture(320, 240), reading_of(Box(99, 99, 30, 50), confidence=confidence))
    assert (annotated == colour).all(axis=2).sum() > 200


# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency" (2009), severity 1: what linear red, green and blue become.
COLOUR_BLIND = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


@pytest.mark.parametrize("kind", COLOUR_BLIND)
def test_colour_blind_people_tell_the_colours_apart(kind: str):
    colours = np.array([SURE, FAIR, DOUBTFUL])[:, ::-1] / 255
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.transpose(COLOUR_BLIND[kind]), 0, 1)
    shown = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    lab = cv2.cvtColor(shown.astype(np.float32)[None], cv2.COLOR_RGB2LAB)[0]
    differences = [np.linalg.norm(lab[one] - lab[other]) for one, other in ((0, 1), (0, 2), (1, 2))]
    assert min(differences) > 15  # a difference of 2.3 is just noticed


def test_kept_pictures_of_frames_look_like_frames_drawn_bar_by_bar(
    monkeypatch: pytest.MonkeyPatch,
):
    rng = np.random.default_rng(3)
    image = rng.integers(0, 255, (400, 600, 3), np.uint8)
    digits = tuple(
        Digit(Box(int(x), int(y), 20 + place, 30 + 3 * place), place % 10, place / 20)
        for place, (x, y) in enumerate(rng.integers(0, (580, 380), (20, 2)))
    )
    reading = Reading("page", 0, 0.0, (600, 400), digits)
    kept = annotate(image, reading)
    monkeypatch.setattr(annotation, "_MOST_PIXELS", 0)
    assert (annotate(image, reading) == kept).all()


def test_digit_in_doubt_is_labelled_as_such():
    boxes = [Box(100 + 50 * place, 200, 30, 60) for place in range(3)]
    sure = tuple(Digit(box, 4, 0.5) for box in boxes)
    doubtful = (*sure[:2], replace(sure[2], is_doubtful=True))
    image = picture(640, 480)

    def drawn(digits: tuple[Digit, ...]) -> np.ndarray:
        number = Number("44?", boxes[0], 0.5, digits)
        return annotate(image, Reading("", 0, 0.0, (640, 480), digits, (number,)))

    changed = (drawn(sure) != drawn(doubtful)).any(axis=(0, 2))
    assert changed.any()
    assert not changed[:185].any(), "the labels of the others are the same"


def test_marks_stand_between_the_labels():
    boxes = [Box(100 + 50 * place, 200, 30, 60) for place in range(2)]
    digits = tuple(Digit(box, 4, 0.95) for box in boxes)
    number = Number("44", boxes[0], 0.9, digits)
    marked = replace(number, text="4.4", marks=(Mark(".", Box(135, 250, 5, 5), 0.9, 1),))
    plain, dotted = (
        annotate(picture(640, 480), Reading("", 0, 0.0, (640, 480), digits, (it,)))
        for it in (number, marked)
    )
    columns = np.flatnonzero((plain != dotted).any(axis=(0, 2)))
    assert columns.size and columns[0] >= 130 and columns[-1] <= 150


@pytest.mark.parametrize("shape", [(480, 640), (480, 640, 1)])
def test_grey_picture_is_marked_in_colour(shape):
    reading = reading_of(Box(100, 100, 40, 60))
    annotated = annotate(np.full(shape, 200, np.uint8), reading)
    assert np.array_equal(annotated, annotate(picture(640, 480), reading))


def test_what_is_drawn_on_transparency_is_opaque():
    reading, clear = reading_of(Box(100, 100, 40, 60)), np.zeros((480, 640, 4), np.uint8)
    annotated = annotate(clear, reading)
    drawn = painted(clear[:, :, :3], annotated[:, :, :3])
    assert drawn.any()
    assert np.array_equal(annotated[:, :, 3], np.where(drawn, 255, 0))
    assert not clear.any()
    assert np.array_equal(annotate(clear, reading_of()), clear)


def test_what_is_no_picture_is_not_marked():
    with pytest.raises(ValueError, match=r"found \(9, 9, 2\) of uint8"):
        annotate(np.zeros((9, 9, 2), np.uint8), reading_of())
