"""Only what is new on a frame is searched, and what is read is what a whole search reads."""

from __future__ import annotations

import cmath

import cv2
import numpy as np
import pytest

from camdigits import Recognizer
from camdigits.candidates.usual import Usual
from camdigits.page.choose import Detection
from camdigits.types import Box, Frame, Reading
from camdigits.video.change.regions import (
    Masked,
    changed,
    holds,
    joined,
    seen_around,
    uncovered,
)
from camdigits.video.motion import Motion
from camdigits.video.tracker import Tracker
from camdigits.video.video_reader import _moved
from tests.cli.pages import TEXT, page
from tests.unit.video.test_tracker import seen

SIZE_WH = (1280, 720)
FPS = 15
PLACES = [(60, 40), (640, 40), (60, 300), (640, 300)]
NEW = (760, 560)


class Counted(Recognizer):
    """Notes of each search how large a part of the frame it looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.shares: list[float] = []
        self.usual: list[Usual | None] = []
        self.highest_px: list[float] = []

    def search(self, gray: np.ndarray, **asked) -> list[Detection]:
        self.usual.append(asked["usual"])
        self.shares.append(1.0)
        return super().search(gray, **asked)

    def search_part(self, gray: np.ndarray, *asked) -> list[Detection]:
        self.highest_px.append(asked[2])
        self.shares.append(gray.size / (SIZE_WH[0] * SIZE_WH[1]))
        return super().search_part(gray, *asked)


def sheet(*places: tuple[int, int], shift: int = 0) -> np.ndarray:
    """Return paper with the bundled number at some places, moved to the right."""
    image = np.full((SIZE_WH[1], SIZE_WH[0], 3), 225, np.uint8)
    number = cv2.resize(page(), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    for x, y in places:
        part = image[y : y + number.shape[0], x + shift : x + shift + number.shape[1]]
        np.minimum(part, number, out=part)
    return image


def read(recognizer: Counted, images: list[np.ndarray]) -> list[tuple[Reading, list[float]]]:
    """Return each frame's reading, and the shares that were searched for it."""
    reader, told = recognizer.reader("film"), []
    for index, image in enumerate(images):
        recognizer.shares = []
        reading = reader.read(Frame(image, index, index / FPS))
        told.append((reading, recognizer.shares))
    return told


def test_a_number_that_is_written_is_searched_for_where_it_is_written() -> None:
    images = [sheet(*PLACES)] * 15 + [sheet(*PLACES, NEW)] * 25

    told = read(Counted(), images)

    later = [share for _, shares in told[15:] for share in shares]
    assert later
    assert max(later[:4]) < 0.5
    assert [number.text for number in told[-1][0].numbers] == [TEXT] * 5
    events = [event for reading, _ in told for event in reading.events]
    assert [(event.kind, event.text) for event in events] == [("appeared", TEXT)] * 5
    tracks = [[digit.track for digit in reading.digits] for reading, _ in (told[14], told[-1])]
    assert set(tracks[0]) < set(tracks[1])


def test_what_a_page_uncovers_at_its_edge_is_searched_for_there() -> None:
    images = [sheet(*PLACES, shift=min(120, 6 * frame)) for frame in range(30)]

    told = read(Counted(), images)

    parts = [share for _, shares in told for share in shares if share < 1]
    assert parts
    assert max(parts) < 0.5
    assert [number.text for number in told[-1][0].numbers] == [TEXT] * 4


def test_after_two_seconds_all_is_searched_again() -> None:
    flicker = [sheet(*PLACES, *([NEW] if frame // 4 % 2 else [])) for frame in range(60)]

    recognizer = Counted()
    told = read(recognizer, flicker)

    # What the digits are like is known once the page was looked at twice, and how high regions are.
    assert recognizer.usual[:2] == [None, None]
    assert all(usual is not None for usual in recognizer.usual[2:])
    assert max(recognizer.highest_px) < 400
    whole = [place for place, (_, shares) in enumerate(told) if 1.0 in shares]
    assert max(np.diff(whole)) <= 2 * FPS + 4
    assert any(share < 1 for _, shares in told for share in shares)


def test_what_was_struck_out_goes_with_the_page() -> None:
    struck = Detection(
        Box(60, 40, 20, 30), np.eye(10, dtype=np.float32)[7], struck=Box(50, 40, 90, 30)
    )

    (moved,) = _moved([struck], Motion(shift=complex(30, -10)))

    assert (moved.box, moved.struck) == (Box(90, 30, 20, 30), Box(80, 30, 90, 30))


def test_changes_are_told_in_pixels_of_the_frame_as_it_moved() -> None:
    mask = np.zeros((90, 160), np.uint8)
    mask[10:20, 30:40] = 255

    assert list(changed(mask, 8, Motion())) == [Box(240, 80, 80, 80)]
    assert list(changed(mask, 8, Motion(shift=complex(5, -3)))) == [Box(245, 77, 80, 80)]
    assert list(changed(np.zeros_like(mask), 8, Motion())) == []
    assert list(changed(mask, 8, Motion(), least_px=100)) == [Box(240, 80, 80, 80)]
    assert list(changed(mask, 8, Motion(), least_px=101)) == []


@pytest.mark.parametrize(
    ("motion", "expected"),
    [
        (Motion(), []),
        (Motion(shift=20), [Box(0, 0, 20, 720)]),
        (Motion(shift=-20 - 10j), [Box(1260, 0, 20, 720), Box(0, 710, 1280, 10)]),
    ],
)
def test_edges_that_were_not_in_the_picture_are_uncovered(
    motion: Motion, expected: list[Box]
) -> None:
    assert list(uncovered(motion, SIZE_WH)) == expected


def test_a_page_that_turns_uncovers_all_corners() -> None:
    turn = cmath.exp(0.01j)
    middle = 640 + 360j
    edges = list(uncovered(Motion(turn, middle - turn * middle), SIZE_WH))

    for corner in [(0, 719), (1279, 0), (0, 0), (1279, 719)]:
        there = Box(*corner, 1, 1)
        assert any(edge.intersection(there) for edge in edges), corner


def test_regions_that_would_look_at_the_same_are_one() -> None:
    near, far = [Box(100, 100, 20, 30), Box(180, 100, 20, 30)], Box(900, 500, 20, 30)

    found = joined([*near, far], 30, SIZE_WH)

    assert found is not None
    assert len(found) == 2
    assert all(holds(found, box) for box in [*near, far])
    assert not holds(found, Box(500, 300, 20, 30))
    for region in found:
        around = seen_around(region, 30, SIZE_WH)
        assert around.intersection(region) == region.area


def test_two_edges_are_not_one_region_for_their_corner() -> None:
    left, top = Box(0, 0, 30, 720), Box(0, 0, 1280, 30)

    found = joined([left, top], 30, SIZE_WH)

    assert found is not None
    assert len(found) == 2
    assert not holds(found, Box(600, 400, 20, 30))


def test_a_digit_where_two_regions_overlap_is_found_once() -> None:
    images = [sheet(*PLACES, shift=min(100, 6 * frame)) for frame in range(25)]
    images = [np.roll(image, -min(100, 6 * frame), axis=0) for frame, image in enumerate(images)]

    told = read(Counted(), images)

    assert any(len(shares) > 1 and max(shares) < 1 for _, shares in told)
    for reading, _ in told:
        boxes = [digit.box for digit in reading.digits]
        assert all(box.iou(other) < 0.3 for box in boxes for other in boxes if box is not other)


def test_nothing_or_too_much_that_is_new_is_no_region() -> None:
    assert joined([], 30, SIZE_WH) is None
    assert joined([Box(2000, 0, 9, 9)], 30, SIZE_WH) is None
    assert joined([Box(0, 0, 900, 600)], 30, SIZE_WH) is None


def test_a_digit_that_was_not_looked_for_is_not_missed() -> None:
    tracker = Tracker()
    for frame in range(5):
        tracker.update([seen(7, 100), seen(2, 400)], frame * 0.1)
    for frame in range(5, 30):
        digits = tracker.update([seen(2, 400)], frame * 0.1, is_looked_at=lambda box: box.x > 300)

    assert {digit.label for digit in digits} == {2, 7}
    digits = []
    for frame in range(30, 60):
        digits = tracker.update([seen(2, 400)], frame * 0.1)
    assert [digit.label for digit in digits] == [2]


def test_the_part_of_a_box_that_is_masked_is_what_its_pixels_say() -> None:
    rng = np.random.default_rng(0)
    mask = np.zeros((90, 160), np.uint8)
    mask[:50, :110] = rng.integers(0, 2, (50, 110)) * 255
    masked, shares = Masked(mask, 8), []
    for x, y, w, h in rng.integers((-40, -40, 1, 1), (1300, 740, 200, 200), (500, 4)).tolist():
        part = Box(x, y, w, h).scaled(1 / 8)
        rows, columns = np.maximum(0, [(part.y, part.bottom), (part.x, part.right)]).tolist()
        there = mask[slice(*rows), slice(*columns)]
        shares.append(float((there > 0).mean()) if there.size else 0.0)
        assert masked.share(Box(x, y, w, h)) == pytest.approx(shares[-1])
    assert 0 < np.count_nonzero(shares) < len(shares)
    assert Masked(np.zeros_like(mask), 8).share(Box(0, 0, 99, 99)) == 0
    assert masked.share(Box(-30, 100, 24, 40)) == 0  # just outside
