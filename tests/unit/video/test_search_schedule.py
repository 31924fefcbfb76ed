"""Which frames are searched: those that show something new, and some of the others."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.ink.luma import coarse
from camdigits.page.choose import Detection
from camdigits.types import Box
from camdigits.video.change.detection import ChangeDetector
from camdigits.video.change.schedule import MOVING_S, RESTING_S, Outlook, SearchSchedule
from camdigits.video.motion import Motion

FPS = 10


def page(seed: int | None, shift: int = 0) -> np.ndarray:
    """Return four numbers on paper, with noise of its own for each seed."""
    plane = np.full((180, 320), 200, np.uint8)
    for row in range(3):
        corner = 60 + shift, 50 + 50 * row
        cv2.putText(plane, "2047", corner, cv2.FONT_HERSHEY_SIMPLEX, 1.2, 40, 4)
    if seed is None:
        return plane
    grain = np.random.default_rng(seed).normal(0, 1.0, plane.shape)
    return np.clip(plane + grain, 0, 255).astype(np.uint8)


def digit(*, is_light: bool = False) -> Detection:
    return Detection(Box(60, 20, 100, 40), np.eye(10, dtype=np.float32)[2], is_light)


def is_searched(schedule: SearchSchedule, plane: np.ndarray, time_s: float) -> bool:
    outlook = schedule.look(plane, time_s)
    return outlook is None or outlook.is_due


def moved(outlook: Outlook | None) -> Motion | None:
    """Return how a frame moved that need not be searched."""
    return None if outlook is None or outlook.is_due else outlook.motion


def searched(planes: list[np.ndarray], *, is_settled: bool = True) -> list[int]:
    """Return the places of the frames that are searched."""
    schedule, places = SearchSchedule(), []
    for place, plane in enumerate(planes):
        if is_searched(schedule, plane, place / FPS):
            places.append(place)
            schedule.searched([digit()], place / FPS, is_settled=is_settled)
    return places


def test_page_at_rest_is_searched_ever_more_seldom() -> None:
    # After 0.4 s, 0.8 s, 1.6 s, 3.2 s and then every 6.4 s.
    assert RESTING_S == (0.4, 6.4)
    assert searched([page(seed) for seed in range(200)]) == [0, 4, 12, 28, 60, 124, 188]


def test_page_that_is_the_same_to_the_pixel_is_searched_once() -> None:
    assert searched([page(None)] * 130) == [0]


def test_page_that_trembles_is_searched_each_second() -> None:
    assert MOVING_S == 0.9
    assert searched([page(seed, seed % 2) for seed in range(20)]) == [0, 9, 18]


def test_page_is_reduced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another thread has reduced is not reduced again."""
    schedule = SearchSchedule()
    schedule.look(page(0), 0.0)
    schedule.searched([digit()], 0.0, is_settled=True)
    small = coarse(page(1, 1))
    monkeypatch.setattr("camdigits.video.change.schedule.coarse", None)
    assert moved(schedule.look(page(1, 1), 0.1, small)) not in (None, Motion())
    assert schedule.needs_coarse


def test_noise_that_hides_a_rest_from_a_sample_is_met_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def rests(glance: ChangeDetector, sample: np.ndarray) -> bool:
        asked.append(sample)
        return False

    monkeypatch.setattr(ChangeDetector, "rests", rests)
    schedule = SearchSchedule()
    schedule.look(page(0), 0.0)
    schedule.searched([digit()], 0.0, is_settled=True)
    assert not schedule.needs_coarse
    assert [moved(schedule.look(page(seed), seed / FPS)) for seed in (1, 2, 3)] == [Motion()] * 3
    assert len(asked) == 1
    assert schedule.needs_coarse


def test_page_that_moves_on_is_searched_as_soon_as_it_uncovers_something() -> None:
    assert searched([page(seed, 3 * seed) for seed in range(10)]) == [0, 4, 8]


def test_what_is_not_settled_is_searched_each_time() -> None:
    assert searched([page(seed) for seed in range(6)], is_settled=False) == [0, 1, 2, 3, 4, 5]


def test_changed_page_is_searched_at_once() -> None:
    planes = [page(seed) for seed in range(8)]
    planes[2:] = [cv2.line(plane, (250, 100), (250, 130), 60, 2) for plane in planes[2:]]
    assert searched(planes)[:2] == [0, 2]


def with_hand(plane: np.ndarray, x: int) -> np.ndarray:
    return cv2.circle(plane.copy(), (x, 90), 30, 120, cv2.FILLED)


def test_hand_is_waited_for_longer_and_longer() -> None:
    calm = [page(seed) for seed in range(6)]
    moving = [with_hand(page(seed), 40 + 8 * seed) for seed in range(20)]
    # Unlike the page alone, which rests from 0.4 s on.
    assert searched(calm + moving)[:5] == [0, 4, 6, 8, 12]


def test_what_moves_is_searched_only_where_it_was_waited_for_in_vain() -> None:
    schedule, told = SearchSchedule(), []
    hand, stroke = Box(40, 60, 110, 60), Box(240, 95, 20, 40)
    for index in range(60):
        plane = page(index)
        if index > 3:
            plane = with_hand(plane, 60 + 8 * (index % 6))
        if index > 50:
            cv2.line(plane, (250, 100), (250, 130), 60, 2)
        outlook = schedule.look(plane, index / 30)
        if outlook is None or outlook.is_due:
            changes = () if outlook is None else outlook.changes or ()
            told.append([any(box.intersection(part) for box in changes) for part in (hand, stroke)])
            schedule.searched([digit()], index / 30, is_settled=True)

    assert [True, False] in told
    assert [False, True] in told


@pytest.mark.parametrize("seed", [None, 7])
def test_digit_behind_a_hand_is_hidden_also_where_the_video_is_paused(seed: int | None) -> None:
    schedule, told = SearchSchedule(), []
    two = np.eye(10, dtype=np.float32)[2]
    behind = Detection(Box(150, 80, 12, 20), two)
    rows = [Detection(Box(60, 20 + 50 * row, 110, 35), two) for row in range(3)]
    for index in range(20):
        plane = with_hand(page(seed), 40 + 8 * min(index, 12)) if index > 5 else page(seed)
        outlook = schedule.look(plane, index / 30)
        if outlook is None or outlook.is_due:
            schedule.searched([behind, *rows], index / 30, is_settled=True)
        else:
            told.append((index, outlook.hides(behind.box)))
    # At rest for .1 s it is searched, and what is seen then counts.
    assert {index for index, is_hidden in told if is_hidden} >= {11, 13, 14}
    assert not told[-1][1]


def test_times_that_jump_back_are_searched() -> None:
    schedule = SearchSchedule()
    assert schedule.look(page(0), 5.0) is None
    schedule.searched([], 5.0, is_settled=True)
    assert moved(schedule.look(page(1), 5.1)) == Motion()
    assert schedule.look(page(2), 1.0) is None


def test_forgotten_page_is_searched() -> None:
    schedule = SearchSchedule()
    schedule.look(page(None), 0.0)
    schedule.searched([], 0.0, is_settled=True)
    schedule.forget()
    assert schedule.look(page(None), 0.1) is None


def test_polarity_that_was_found_is_looked_for_twice_and_then_both_again() -> None:
    schedule, asked = SearchSchedule(), []
    for place in range(7):
        schedule.look(page(place), place / FPS)
        asked.append(schedule.polarity)
        schedule.searched([digit(is_light=True)], place / FPS, is_settled=False)
    assert asked == ["auto", "light", "light", "auto", "light", "light", "auto"]


def test_both_polarities_are_looked_for_where_both_or_none_were_found() -> None:
    for found in ([], [digit(), digit(is_light=True)]):
        schedule = SearchSchedule()
        schedule.searched(found, 0.0, is_settled=False)
        assert schedule.polarity == "auto"


def test_what_is_new_may_be_of_the_other_polarity() -> None:
    schedule = SearchSchedule()
    schedule.look(page(0), 0.0)
    schedule.searched([digit()], 0.0, is_settled=True)
    assert moved(schedule.look(page(1), 0.1)) == Motion()
    assert schedule.polarity == "dark"
    changed = cv2.line(page(2), (250, 100), (250, 130), 60, 2)
    assert is_searched(schedule, changed, 0.2)
    assert schedule.polarity == "auto"
