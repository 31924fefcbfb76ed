"""What rests before a page covers it: an arm does, ink and light and a new page do not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.types import Box
from camdigits.video.change.regions import Hides
from camdigits.video.memory.paper import LONGEST_S, NOTHING_S, Known, PaperMemory
from camdigits.video.motion import Motion

STANDS = Motion()
BOXES = [Box(x, y, 20, 30) for y in (60, 160, 260, 360) for x in (60, 90, 300, 330, 500, 530)]
COVERED = Box(500, 260, 20, 30)
FREE = Box(60, 60, 20, 30)


def page(*, paper: int = 200, ink: int = 40) -> np.ndarray:
    plane = np.full((480, 640), paper, np.uint8)
    for box in BOXES:
        cv2.rectangle(plane, (box.x, box.y), (box.right, box.bottom), ink, 5)
    return plane


def with_arm(plane: np.ndarray, level: int = 150) -> np.ndarray:
    """It comes from the lower right, and has a texture."""
    arm = np.array([(480, 200), (560, 200), (639, 300), (639, 479), (560, 479)], np.int32)
    mask = cv2.fillPoly(np.zeros_like(plane), [arm], 255)
    texture = np.random.default_rng(1).normal(level, 6, plane.shape).clip(0, 255)
    return np.where(mask > 0, texture, plane).astype(np.uint8)


def known(unread: tuple[Box, ...] = ()) -> list[Known]:
    return [Known(box, box not in unread) for box in BOXES]


BEHIND = tuple(box for box in BOXES if box.x >= 500 and box.y >= 260)


def look(
    memory: PaperMemory,
    plane: np.ndarray,
    time_s: float,
    unread: tuple[Box, ...] = (),
    motion: Motion | None = STANDS,
    *,
    is_light: bool = False,
    is_sharp: bool = True,
) -> Hides:
    return memory.look(plane, motion, time_s, known(unread), is_light=is_light, is_sharp=is_sharp)


@pytest.mark.parametrize(("paper", "ink"), [(200, 40), (50, 220)])
def test_arm_that_rests_covers_what_is_behind_it(paper: int, ink: int) -> None:
    memory, plane, is_light = PaperMemory(), page(paper=paper, ink=ink), ink > paper
    assert not look(memory, plane, 0.0, is_light=is_light)(COVERED)
    for time_s in (0.2, 1.0, 20.0):
        cover = look(memory, with_arm(plane), time_s, BEHIND, is_light=is_light)
        assert cover(COVERED)
        assert not cover(FREE)
    assert not look(memory, plane, 21.0, is_light=is_light)(COVERED)


def test_digits_that_are_read_in_a_shadow_are_not_covered() -> None:
    memory = PaperMemory()
    look(memory, page(), 0.0)
    shadow = page()
    shadow[200:] = shadow[200:] * 0.7
    assert not look(memory, shadow, 0.2)(COVERED)


def test_light_is_no_cover() -> None:
    memory = PaperMemory()
    look(memory, page(), 0.0)
    assert not look(memory, (page() * 0.6).astype(np.uint8), 0.2, BEHIND)(COVERED)


def test_digits_that_are_wiped_or_scribbled_over_are_not_covered() -> None:
    memory = PaperMemory()
    look(memory, page(), 0.0)
    wiped = page()
    wiped[250:300, 490:560] = 200
    assert not look(memory, wiped, 0.2, BEHIND)(COVERED)
    wiped[260:290, 495:555] = 40
    assert not look(memory, wiped, 0.4, BEHIND)(COVERED)


def test_cover_moves_with_the_page_where_a_frame_is_not_sharp() -> None:
    memory = PaperMemory()
    look(memory, page(), 0.0)
    look(memory, with_arm(page()), 0.2, BEHIND)
    moved = cv2.warpAffine(with_arm(page()), np.float32([[1, 0, -200], [0, 1, 0]]), (640, 480))
    cover = look(memory, moved, 0.4, (), Motion(shift=-200 + 0j), is_sharp=False)
    assert cover(Box(300, 260, 20, 30))
    assert not cover(Box(600, 260, 20, 30))


def test_what_stays_before_the_page_for_long_is_the_page() -> None:
    memory = PaperMemory()
    look(memory, page(), 0.0)
    assert look(memory, with_arm(page()), 1.0, BEHIND)(COVERED)
    assert look(memory, with_arm(page()), LONGEST_S, BEHIND)(COVERED)
    assert not look(memory, with_arm(page()), 1.1 + LONGEST_S, BEHIND)(COVERED)


def test_what_covers_nothing_that_is_known_is_no_cover_and_paper_after_a_while() -> None:
    memory, others = PaperMemory(), [Known(box, True) for box in BOXES if box not in BEHIND]

    def free(time_s: float, plane: np.ndarray, digits: list[Known]) -> Hides:
        return memory.look(plane, STANDS, time_s, digits, is_light=False, is_sharp=True)

    free(0.0, page(), others)
    assert not free(1.0, with_arm(page()), others)(COVERED)
    assert not free(1.1 + NOTHING_S, with_arm(page()), others)(COVERED)
    # What is written on it is missing there then, and not hidden.
    assert not free(1.2 + NOTHING_S, with_arm(page()), known(BEHIND))(COVERED)


def test_picture_of_another_place_or_size_covers_nothing() -> None:
    memory = PaperMemory()
    look(memory, page(), 0.0)
    assert not look(memory, with_arm(page()), 0.2, BEHIND, None)(COVERED)
    smaller = np.ascontiguousarray(page()[:, :600])
    assert not look(memory, smaller, 0.4, BEHIND)(COVERED)


def test_paper_that_comes_to_light_again_covers_nothing() -> None:
    memory = PaperMemory()
    look(memory, page(), 0.0)
    for time_s in (1.0, 1.1 + LONGEST_S):  # until it is paper itself
        look(memory, with_arm(page()), time_s, BEHIND)
    wiped = page()
    wiped[240:, 480:] = 200
    assert not look(memory, wiped, 62.0, BEHIND)(COVERED)
    assert look(memory, with_arm(page()), 63.0, BEHIND)(COVERED)


def test_digits_that_were_not_looked_for_do_not_tell_an_arm_from_a_shadow() -> None:
    memory, elsewhere = PaperMemory(), [Known(box, None) for box in BEHIND]
    look(memory, page(), 0.0)
    half = [each for each in known(BEHIND[:1]) if each.box not in BEHIND[1:]]
    covers = memory.look(
        with_arm(page()), STANDS, 0.2, half + elsewhere[1:], is_light=False, is_sharp=True
    )
    assert covers(COVERED)
