"""The angle of lines, by what stands beside what and by what the paper is ruled with."""

from __future__ import annotations

import functools

import cv2
import numpy as np
import pytest

from camdigits import ReadConfig, Recognizer
from camdigits.candidates.propose import propose
from camdigits.page.candidate_scoring import ScoredCandidates
from camdigits.page.orientation.skew import LEVEL, STEEPEST, Skew, skew_of
from camdigits.page.orientation.warp import Warp
from camdigits.types import Reading
from tests.unit.page.orientation.test_turns import TEXTS, page

BLANK = np.full((480, 640), 200, np.uint8)


def rings(degrees: float, *, columns: int = 8, rows: int = 3, height: int = 18) -> np.ndarray:
    """Return rows of rings that fall to the right by so many degrees."""
    image, angle = BLANK.copy(), np.radians(degrees)
    along, down = (np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))
    for row in range(rows):
        for column in range(columns):
            step = 26 * (column - columns / 2), 90 * (row - rows / 2)
            x, y = (320, 240) + step[0] * np.array(along) + step[1] * np.array(down)
            cv2.circle(image, (round(x), round(y)), height // 2, 30, 3)
    return image


def lines(degrees: float, count: int = 8) -> np.ndarray:
    """Return paper that is ruled with lines that fall to the right by so many degrees."""
    image, angle = BLANK.copy(), np.radians(degrees)
    along, down = (
        np.array((np.cos(angle), np.sin(angle))),
        np.array((-np.sin(angle), np.cos(angle))),
    )
    for row in range(count):
        middle = np.array((320, 240)) + 45 * (row - count / 2) * down
        ends = np.rint([middle - 250 * along, middle + 250 * along]).astype(int).tolist()
        cv2.line(image, *ends, 90, 2, cv2.LINE_AA)
    return image


def scored(image: np.ndarray, confidence: float = 0.6) -> ScoredCandidates:
    """Return everything on a picture as what may be a seven."""
    found = list(propose(image, "dark", fast=True))
    probabilities = np.zeros((len(found), 10), np.float32)
    probabilities[:, 7] = confidence
    verdicts = np.zeros((len(found), 13), np.float32)
    verdicts[:, 7] = 1
    return ScoredCandidates(
        found, np.zeros((len(found), 28, 28), np.uint8), probabilities, verdicts
    )


NOTHING = scored(BLANK)


@pytest.mark.parametrize("degrees", [-42, -30, -10, 15, 33])
def test_lines_of_writing_tell_their_angle(degrees: float) -> None:
    image = rings(degrees)
    assert skew_of(scored(image), image).angle == pytest.approx(degrees, abs=2)


@pytest.mark.parametrize("degrees", [-4, 0, 4])
def test_lines_that_are_about_level_are_left_alone(degrees: float) -> None:
    assert abs(degrees) < LEVEL
    image = rings(degrees)
    assert skew_of(scored(image), image).angle == 0


def test_columns_count_as_rows() -> None:
    image = rings(-70, rows=1)
    assert skew_of(scored(image), image).angle == pytest.approx(20, abs=2)


def test_what_stands_alone_has_no_angle() -> None:
    image = rings(0, columns=1, rows=1)
    assert skew_of(scored(image), image).angle == 0
    assert skew_of(NOTHING, BLANK).angle == 0


@pytest.mark.parametrize("degrees", [-35, 12, 25])
def test_paper_tells_its_angle_where_no_writing_is_seen(degrees: float) -> None:
    assert skew_of(NOTHING, lines(degrees)).ruling == pytest.approx(degrees, abs=1)


def test_squares_tell_their_angle_where_lines_are_seen_in_pieces() -> None:
    image = BLANK.copy()
    for x in range(20, 620, 24):
        for y in range(20, 460, 24):
            cv2.rectangle(image, (x, y), (x + 18, y + 18), 90, 1)
    turned = Warp.turning((640, 480), -20).apply(image)
    assert skew_of(NOTHING, turned).ruling == pytest.approx(-20, abs=1)


def test_paper_is_not_asked_where_writing_says_that_it_is_level() -> None:
    image = np.minimum(rings(0), lines(25))
    assert skew_of(scored(rings(0), 0.9), image) == Skew(0.0, 0.0)


def test_two_lines_are_no_ruling() -> None:
    assert skew_of(NOTHING, lines(25, count=1)) == Skew(0.0, 0.0)


@pytest.mark.parametrize("degrees", [-30, 22])
def test_lines_of_another_part_tell_theirs_as_well(degrees: float) -> None:
    level, slanted = rings(0, rows=4), rings(degrees, rows=2)
    image = np.vstack([level, slanted])
    skew = skew_of(scored(image), image)
    assert skew.angle == 0
    assert skew.others == pytest.approx((degrees,), abs=3)


def test_page_of_one_direction_has_no_other() -> None:
    assert skew_of(scored(rings(25)), rings(25)).others == ()


@functools.cache
def turned(degrees: float) -> tuple[np.ndarray, Reading]:
    """Return a page that lies turned counterclockwise by so many degrees, and its reading."""
    image = page()
    image = Warp.turning((image.shape[1], image.shape[0]), -degrees).apply(image)
    return image, Recognizer().read(image)


@pytest.mark.parametrize("degrees", [-40, -18, 25, 40])
def test_numbers_of_a_turned_page_are_read_whole(degrees: float) -> None:
    image, reading = turned(degrees)
    assert [number.text for number in reading.numbers] == TEXTS
    assert (reading.rotate - degrees + 180) % 360 - 180 == pytest.approx(0, abs=6)
    assert reading.size_wh == (image.shape[1], image.shape[0])
    for number in reading.numbers:
        (left, top), (right, end) = number.box.polygon[:2]
        slant = np.degrees(np.arctan2(end - top, right - left))
        assert slant == pytest.approx(-degrees, abs=6)


def test_exactly_so_many_degrees_are_exactly_that() -> None:
    image, _ = turned(25)
    reading = Recognizer(ReadConfig(rotate=0)).read(image)
    assert reading.rotate == 0
    assert all(digit.box.polygon is None for digit in reading.digits)


@pytest.mark.parametrize("label", ["6", "9"])
@pytest.mark.parametrize("degrees", [-STEEPEST, -20, 0, 20, STEEPEST])
def test_single_six_or_nine_is_never_turned(label: str, degrees: float) -> None:
    image = np.full((300, 300), 225, np.uint8)
    cv2.putText(image, label, (100, 190), cv2.FONT_HERSHEY_SIMPLEX, 4, 30, 9, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((150, 150), degrees, 1)
    image = cv2.warpAffine(image, turn, (300, 300), borderValue=225)
    for rotate in ("level", "auto"):
        reading = Recognizer(ReadConfig(rotate=rotate)).read(image)
        assert reading.rotate == 0
