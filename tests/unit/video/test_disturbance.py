"""What differs from the searched frame: does it move, or does it stay?"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from camdigits.video.change.disturbance import HIDES_S, STAYS_S, Disturbance

FPS = 30
TOLERANCE = np.full((90, 160), 3, np.uint8)
PAPER = np.full((90, 160), 200, np.uint8)
Look = tuple[np.ndarray, np.ndarray]


def hand(x: int, plane: np.ndarray = PAPER) -> np.ndarray:
    return cv2.circle(plane.copy(), (x, 45), 20, 120, cv2.FILLED)


def stroke(plane: np.ndarray = PAPER) -> np.ndarray:
    return cv2.line(plane.copy(), (140, 20), (140, 40), 60, 2)


def told(disturbance: Disturbance, planes: list[np.ndarray]) -> Iterator[bool]:
    """Yield of each frame whether something stays that was not on the paper."""
    for index, plane in enumerate(planes):
        mask = np.where(cv2.absdiff(plane, PAPER) > 3, 255, 0).astype(np.uint8)
        yield disturbance.look(mask, plane, TOLERANCE, index / FPS)


def test_stroke_that_was_written_stays_after_a_moment() -> None:
    found = list(told(Disturbance(), [stroke()] * 6))
    assert found == [index / FPS >= STAYS_S for index in range(6)]


def test_hand_that_moves_never_stays() -> None:
    disturbance = Disturbance()
    assert not any(told(disturbance, [hand(40 + 2 * index) for index in range(40)]))
    assert disturbance.restless is not None
    assert disturbance.restless[45, 40 + 2 * 39] == 255


def test_hand_that_rests_stays() -> None:
    assert list(told(Disturbance(), [hand(40 + 2 * min(index, 9)) for index in range(20)]))[-1]


def test_stroke_beside_a_moving_hand_is_told() -> None:
    planes = [stroke(hand(20 + 2 * index)) for index in range(6)]
    disturbance = Disturbance()
    assert list(told(disturbance, planes))[-1]
    assert not disturbance.is_alone
    assert disturbance.restless is not None
    assert disturbance.restless[30, 140] == 0


def test_what_flickers_does_not_stay() -> None:
    planes = [cv2.rectangle(PAPER.copy(), (5, 5), (30, 30), k % 2 * 255, -1) for k in range(20)]
    assert not any(told(Disturbance(), planes))


def test_what_lies_still_beside_a_hand_for_long_is_not_hidden_by_it() -> None:
    """A sheet with a hand on it that trembles: the sheet is there to be read."""
    sheet = cv2.rectangle(PAPER.copy(), (10, 10), (80, 80), 170, cv2.FILLED)
    planes = [hand(80 + 6 * (index % 3), sheet) for index in range(round(HIDES_S * FPS) + 2)]
    disturbance = Disturbance()
    list(told(disturbance, planes))
    assert disturbance.restless is not None
    assert disturbance.restless[45, 20] == 0
    assert disturbance.restless[45, 103] == 255


def test_calm_forgets() -> None:
    disturbance = Disturbance()
    list(told(disturbance, [hand(40), hand(44)]))
    disturbance.calm()
    assert disturbance.restless is None
