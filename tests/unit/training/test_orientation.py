"""How pictures lie."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from camdigits.training.data.dataset import Digits
from camdigits.training.data.orientation import ALL, AS_IS, Look, Orientation, look

PICTURE = np.arange(9, dtype=np.uint8).reshape(1, 3, 3)


def test_there_are_eight_and_no_two_are_the_same() -> None:
    assert len({turn(PICTURE).tobytes() for turn in ALL.values()}) == 8


@pytest.mark.parametrize(
    ("turn", "first_row"),
    [
        (AS_IS, [0, 1, 2]),
        (Orientation(transpose=True), [0, 3, 6]),
        (Orientation(rotate=90), [6, 3, 0]),
        (Orientation(rotate=180), [8, 7, 6]),
        (ALL["mirrored"], [2, 1, 0]),
    ],
)
def test_each_does_what_it_says(turn: Orientation, first_row: list[int]) -> None:
    assert turn(PICTURE)[0, 0].tolist() == first_row


@pytest.mark.parametrize(("first", "second"), list(itertools.product(ALL.values(), repeat=2)))
def test_one_after_the_other_is_one(first: Orientation, second: Orientation) -> None:
    np.testing.assert_array_equal(first.then(second)(PICTURE), second(first(PICTURE)))


def corner(images: np.ndarray) -> np.ndarray:
    """Return probabilities of a network that sees the label in the upper left corner.

    It sees a 0 where nothing bright stands beside that.
    """
    seen = np.where(images[:, 0, 1] == 200, images[:, 0, 0], 0)
    return np.eye(10, dtype=np.float32)[seen]


@pytest.mark.parametrize("name", ALL)
def test_what_lies_otherwise_is_seen(name: str) -> None:
    labels = np.resize(np.arange(10, dtype=np.uint8), 200)
    upright = np.zeros((200, 28, 28), np.uint8)
    upright[:, 0, 0], upright[:, 0, 1] = labels, 200
    # A picture that lies so is mended by the turn of that name.
    lay = next(turn for turn in ALL.values() if turn.then(ALL[name]) == AS_IS)

    found = look(corner, Digits(lay(upright), labels))

    assert (found.best, found.count) == (name, 200)
    assert found.lies_wrong == (name != "upright")
    assert not found.is_hardly_read


@pytest.mark.parametrize(
    ("count", "upright", "transposed", "lies_wrong", "is_hardly_read"),
    [
        (1000, 0.17, 0.98, True, False),
        (1000, 0.88, 0.95, False, False),
        (1000, 0.10, 0.25, False, True),
        (10, 0.10, 0.90, False, False),
        (0, 0.0, 0.0, False, False),
    ],
)
def test_only_what_is_far_from_chance_is_said(
    count: int, upright: float, transposed: float, lies_wrong: bool, is_hardly_read: bool
) -> None:
    found = Look({"upright": upright, "transposed": transposed}, count)

    assert (found.lies_wrong, found.is_hardly_read) == (lies_wrong, is_hardly_read)
