"""Which way up a page lies."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import replace

import av
import numpy as np
import pytest

from camdigits import ReadConfig, Recognizer
from camdigits.candidates.usual import Usual
from camdigits.cli.commands.demo import CLIP
from camdigits.config import Polarity, Rotation
from camdigits.errors import UsageError
from camdigits.page.candidate_scoring import ScoredCandidates
from camdigits.page.choose import Detection
from camdigits.page.orientation import turns as orient
from camdigits.page.orientation.skew import Skew
from camdigits.page.orientation.turns import (
    CLEAR,
    HEAD_START,
    MAX_LOOKS,
    TURNS,
    Orientation,
    Sight,
    page_score,
)
from camdigits.page.orientation.view import View
from camdigits.sources.images.image import ImageSource
from camdigits.types import Box, Frame
from tests.cli.pages import blank

UPSIDE_DOWN = 180.0


def digits(*confidences: float) -> list[Detection]:
    return [
        Detection(Box(20 * place, 0, 10, 20), np.eye(10, dtype=np.float32)[3] * np.float32(value))
        for place, value in enumerate(confidences)
    ]


def turned_to(angle: float, *confidences: float) -> dict[float, float]:
    """Return how a page reads in four orientations that can be read in one only."""
    return {float(turn): page_score(digits(*confidences)) * (turn == angle) for turn in TURNS}


@pytest.mark.parametrize(
    ("confidences", "expected"),
    [
        pytest.param((), 0.0, id="nothing"),
        pytest.param((0.9,), math.log(9), id="nine to one"),
        pytest.param((0.9, 0.9), 2 * math.log(9), id="two digits"),
        pytest.param((0.3,), 0.0, id="rather not a digit"),
        pytest.param((0.0,), 0.0, id="none at all"),
        pytest.param((1.0,), 12.0, id="certain"),
    ],
)
def test_a_page_scores_the_log_odds_of_its_digits(
    confidences: tuple[float, ...], expected: float
) -> None:
    assert page_score(digits(*confidences)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("turn", TURNS)
def test_the_orientation_that_reads_best_is_taken(turn: int) -> None:
    orientation = Orientation("auto")
    assert orientation.look(turned_to(turn, 0.999, 0.999, 0.999, 0.999)) == turn
    assert orientation.rotate == turn
    assert orientation.is_settled


def test_the_page_stays_as_it_is_unless_another_is_clearly_better() -> None:
    assert math.log(9) < HEAD_START < 3 * math.log(9)
    assert Orientation("auto").look(turned_to(UPSIDE_DOWN)) == 0
    assert Orientation("auto").look(turned_to(UPSIDE_DOWN, 0.9)) == 0
    assert Orientation("auto").look(turned_to(UPSIDE_DOWN, 0.9, 0.9, 0.9)) == UPSIDE_DOWN


def test_digits_that_read_both_ways_up_leave_the_page_as_it_is() -> None:
    one, other = page_score(digits(0.999, 0.999)), page_score(digits(0.9995, 0.9995))
    assert Orientation("auto").look({0.0: one, 90.0: 0.0, 180.0: other, 270.0: 0.0}) == 0


def test_one_digit_does_not_settle_a_video_but_many_looks_do() -> None:
    orientation = Orientation("auto")
    single = turned_to(UPSIDE_DOWN, 0.9999)
    for _ in range(MAX_LOOKS - 1):
        assert orientation.look(single) == UPSIDE_DOWN
        assert not orientation.is_settled
    orientation.look(single)
    assert orientation.is_settled


def test_frames_that_show_nothing_do_not_count() -> None:
    orientation = Orientation("auto")
    for _ in range(2 * MAX_LOOKS):
        assert orientation.look(turned_to(0)) == 0
    assert not orientation.is_settled
    assert orientation.look(turned_to(UPSIDE_DOWN, *[0.999] * 4)) == UPSIDE_DOWN


def test_one_frame_with_noise_is_outvoted() -> None:
    orientation = Orientation("auto")
    assert 2 * math.log(99) < CLEAR + HEAD_START
    assert orientation.look(turned_to(UPSIDE_DOWN, 0.99, 0.99)) == UPSIDE_DOWN
    assert not orientation.is_settled
    assert orientation.look(turned_to(0, 0.99, 0.99, 0.99)) == 0
    assert orientation.rotate == 0


def sights(
    skew: float, readable_at: float, *confidences: float
) -> tuple[Callable[[float], Sight], list[float]]:
    """Return what reads a page that can be read at one angle only, and the angles asked for."""
    asked: list[float] = []

    def read(angle: float) -> Sight:
        asked.append(angle)
        found = digits(*confidences) if abs(angle - readable_at) < 3 else []
        plane = np.zeros((10, 10), np.uint8)
        view = View((10, 10), 0, False, Box(0, 0, 10, 10))
        return Sight(view, plane, found, Skew(skew))

    return read, asked


def test_lines_that_slant_are_read_level_and_the_angle_is_kept() -> None:
    orientation = Orientation()
    read, asked = sights(-30.0, 30.0, *[0.999] * 4)
    assert len(orientation.find(read)[0].detections) == 4
    assert (orientation.rotate, orientation.is_settled) == (30.0, True)
    orientation.find(read)
    assert asked == [0.0, 30.0, 30.0]


def test_a_slant_that_reads_no_better_is_none() -> None:
    orientation = Orientation()
    read, asked = sights(-30.0, 0.0, 0.99, 0.99)
    assert len(orientation.find(read)[0].detections) == 2
    assert (orientation.rotate, asked) == (0.0, [0.0, 30.0])


def test_paper_is_followed_where_the_writing_misleads() -> None:
    orientation = Orientation()
    read, asked = sights(40.0, 320.0, *[0.999] * 4)

    def with_ruling(angle: float) -> Sight:
        return replace(read(angle), skew=Skew(-40.0, 40.0))

    assert len(orientation.find(with_ruling)[0].detections) == 4
    assert asked == [0.0, 40.0, 310.0, 320.0, 50.0]


@pytest.mark.parametrize("asked_for", ["level", "auto"])
def test_single_digit_turns_no_page(asked_for: Rotation) -> None:
    orientation = Orientation(asked_for)
    orientation.find(sights(-30.0, 30.0, 0.9999)[0])
    orientation.find(sights(0.0, 180.0, 0.9999)[0])
    assert orientation.rotate == 0.0


def test_paper_is_asked_in_the_first_frames_of_a_video_only() -> None:
    orientation = Orientation()
    read, _ = sights(0.0, 0.0)
    assert orientation.asks_paper
    for _ in range(MAX_LOOKS):
        orientation.find(read)
    assert not orientation.asks_paper


def test_a_level_page_is_read_once() -> None:
    read, asked = sights(0.0, 0.0, 0.99)
    Orientation().find(read)
    assert asked == [0.0]


def test_auto_reads_slanted_lines_all_around() -> None:
    orientation = Orientation("auto")
    read, asked = sights(20.0, 160.0, *[0.999] * 4)
    orientation.find(read)
    assert orientation.rotate == 160.0
    assert asked == [0.0, 340.0, 70.0, 160.0, 250.0]


def test_auto_looks_all_around_as_well_where_the_slant_was_none() -> None:
    orientation = Orientation("auto")
    orientation.find(sights(20.0, 180.0, *[0.999] * 4)[0])
    assert orientation.rotate == 180.0


def test_frames_whose_lines_slant_alike_are_read_at_the_angle_of_the_first() -> None:
    orientation = Orientation()
    for skew in (-30.0, -31.5, -28.0):
        orientation.find(sights(skew, 30.0, 0.99, 0.99)[0])
    assert orientation.rotate == 30.0
    read, asked = sights(-12.0, 12.0, 0.99)
    orientation.find(read)
    assert asked == [0.0, 12.0]


def test_settings_that_name_an_angle_are_followed() -> None:
    orientation = Orientation(90)
    read, asked = sights(-30.0, 30.0, 0.99)
    orientation.find(read)
    assert (orientation.rotate, asked) == (90.0, [90.0])


TEXTS = ["2047", "381", "96", "5500", "743"]


@functools.cache
def page() -> np.ndarray:
    """Return the bundled clip's last frame, on which all its numbers stand."""
    with av.open(str(CLIP)) as container:
        for frame in container.decode(video=0):
            last = frame
    return last.to_ndarray(format="bgr24")


class CountingRecognizer(Recognizer):
    """Counts its readings."""

    calls = 0

    def search(
        self,
        gray: np.ndarray,
        *,
        fast: bool = False,
        polarity: Polarity | None = None,
        show: Callable[[ScoredCandidates], object] | None = None,
        usual: Usual | None = None,
    ) -> list[Detection]:
        self.calls += 1
        return super().search(gray, fast=fast, polarity=polarity, show=show)


def lying(quarter_turns: int) -> np.ndarray:
    """Return the page as it lies before it is turned clockwise so many times."""
    return np.ascontiguousarray(np.rot90(page(), quarter_turns))


@pytest.mark.parametrize("turns", range(4))
def test_turned_page_is_read_in_pixels_of_the_source(turns: int) -> None:
    image = lying(turns)
    found = Recognizer(ReadConfig(rotate="auto")).read(image)
    told = Recognizer(ReadConfig(rotate=TURNS[turns])).read(image)
    assert found == told
    assert [number.text for number in found.numbers] == TEXTS
    assert (found.rotate, found.size_wh) == (TURNS[turns], (image.shape[1], image.shape[0]))


def test_mirrored_and_cut_page_is_turned_too() -> None:
    image = np.ascontiguousarray(lying(1)[:, ::-1])
    part = Box(0, 0, image.shape[1], image.shape[0] - 10)
    settings = {"source_mirrored": True, "roi": part}
    found = Recognizer(ReadConfig(rotate="auto", **settings)).read(image)
    assert found.numbers
    for turn in TURNS:
        told = Recognizer(ReadConfig(rotate=turn, **settings)).read(image)
        assert (found == told) == (turn == found.rotate)


def test_blank_page_stays_as_it_is() -> None:
    reading = Recognizer(ReadConfig(rotate="auto")).read(blank())
    assert (reading.digits, reading.rotate) == ((), 0)


class Clip(ImageSource):
    """A video of a few pictures."""

    is_still = False

    def __init__(self, images: list[np.ndarray]) -> None:
        super().__init__(images[0], "clip")
        self._images = images

    def __iter__(self):
        for index, image in enumerate(self._images):
            yield Frame(image, index, index / 10)


def test_video_keeps_the_orientation_that_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orient, "MAX_LOOKS", 2)
    monkeypatch.setattr(orient, "CLEAR", math.inf)
    recognizer = CountingRecognizer(ReadConfig(rotate="auto"))
    images = [np.full((1280, 720, 3), 225, np.uint8)] + [lying(1)] * 3 + [lying(0)]
    rotations = [reading.rotate for _, reading in recognizer.stream(Clip(images))]
    assert rotations == [0, 90, 90, 90, 90]
    # The blank frame and the first two pages are read in four orientations, the others in one.
    assert recognizer.calls == 3 * 4 + 2


def test_digits_are_followed_anew_where_the_page_turned_out_to_lie() -> None:
    recognizer = Recognizer(ReadConfig(rotate="auto"))
    readings = [reading for _, reading in recognizer.stream(Clip([lying(1)] * 14))]
    assert [number.text for number in readings[-1].numbers] == TEXTS
    assert sorted(event.text for reading in readings for event in reading.events) == sorted(TEXTS)


def test_orientation_of_each_source_is_found_anew() -> None:
    recognizer = Recognizer(ReadConfig(rotate="auto"))
    assert [recognizer.read(lying(turns)).rotate for turns in (2, 0, 3)] == [180, 0, 270]


@pytest.mark.parametrize("rotate", ["Auto", 45, None, "90"])
def test_another_rotation_is_refused(rotate: object) -> None:
    with pytest.raises(UsageError, match="not one of level, auto, 0, 90, 180, 270"):
        ReadConfig(rotate=rotate)
