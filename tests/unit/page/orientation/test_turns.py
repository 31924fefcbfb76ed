"""Which way up a page lies."""

from __future__ import annotations

import functools
import math

import av
import numpy as np
import pytest

from camdigits import ReadConfig, Recognizer
from camdigits.cli.commands.demo import CLIP
from camdigits.config import Polarity
from camdigits.errors import UsageError
from camdigits.page.choose import Detection
from camdigits.page.orientation.turns import (
    CLEAR,
    HEAD_START,
    MAX_LOOKS,
    TURNS,
    Orientation,
    page_score,
)
from camdigits.sources.images.image import ImageSource
from camdigits.types import Box, Frame
from tests.cli.pages import blank

UPSIDE_DOWN = 2


def digits(*confidences: float) -> list[Detection]:
    return [
        Detection(Box(20 * place, 0, 10, 20), np.eye(10, dtype=np.float32)[3] * np.float32(value))
        for place, value in enumerate(confidences)
    ]


def turned_to(place: int, *confidences: float) -> list[list[Detection]]:
    """Return the readings of a page that can be read in one orientation only."""
    found: list[list[Detection]] = [[], [], [], []]
    found[place] = digits(*confidences)
    return found


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


@pytest.mark.parametrize("place", range(4))
def test_the_orientation_that_reads_best_is_taken(place: int) -> None:
    orientation = Orientation()
    assert orientation.look(turned_to(place, 0.999, 0.999, 0.999, 0.999)) == place
    assert orientation.rotate == TURNS[place]
    assert orientation.is_settled


def test_the_page_stays_as_it_is_unless_another_is_clearly_better() -> None:
    assert math.log(9) < HEAD_START < 3 * math.log(9)
    assert Orientation().look(turned_to(UPSIDE_DOWN)) == 0
    assert Orientation().look(turned_to(UPSIDE_DOWN, 0.9)) == 0
    assert Orientation().look(turned_to(UPSIDE_DOWN, 0.9, 0.9, 0.9)) == UPSIDE_DOWN


def test_digits_that_read_both_ways_up_leave_the_page_as_it_is() -> None:
    both = [digits(0.999, 0.999), [], digits(0.9995, 0.9995), []]
    assert Orientation().look(both) == 0


def test_one_digit_does_not_settle_a_video_but_many_looks_do() -> None:
    orientation = Orientation()
    single = turned_to(UPSIDE_DOWN, 0.9999)
    for _ in range(MAX_LOOKS - 1):
        assert orientation.look(single) == UPSIDE_DOWN
        assert not orientation.is_settled
    orientation.look(single)
    assert orientation.is_settled


def test_frames_that_show_nothing_do_not_count() -> None:
    orientation = Orientation()
    for _ in range(2 * MAX_LOOKS):
        assert orientation.look([[], [], [], []]) == 0
    assert not orientation.is_settled
    assert orientation.look(turned_to(UPSIDE_DOWN, *[0.999] * 4)) == UPSIDE_DOWN


def test_one_frame_with_noise_is_outvoted() -> None:
    orientation = Orientation()
    assert 2 * math.log(99) < CLEAR + HEAD_START
    assert orientation.look(turned_to(UPSIDE_DOWN, 0.99, 0.99)) == UPSIDE_DOWN
    assert not orientation.is_settled
    assert orientation.look(turned_to(0, 0.99, 0.99, 0.99)) == 0
    assert orientation.rotate == 0


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
        self, gray: np.ndarray, *, fast: bool = False, polarity: Polarity | None = None
    ) -> list[Detection]:
        self.calls += 1
        return super().search(gray, fast=fast, polarity=polarity)


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
    with pytest.raises(UsageError, match="not one of auto, 0, 90, 180, 270"):
        ReadConfig(rotate=rotate)
