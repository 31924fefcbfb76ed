"""A digit of a video is looked at a few times; what was said goes with its track."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.page.printed.tell import log_odds
from camdigits.types import Box, Digit
from camdigits.video.memory.printed import LOOKS, PrintMemory


class Asked:
    """Says the same of every digit, and remembers how many it was asked about."""

    def __init__(self, probability: float) -> None:
        self.probability, self.counts = probability, [0]

    def __call__(self, boxes: Sequence[Box]) -> NDArray[np.float32]:
        self.counts.append(len(boxes))
        return np.full(len(boxes), self.probability, np.float32)


def digits(*tracks: int, seen: str = "searched") -> list[Digit]:
    return [Digit(Box(30 * track, 0, 20, 40), 1, 0.9, track, seen) for track in tracks]


def test_each_track_is_looked_at_a_few_times():
    memory, ask = PrintMemory(), Asked(0.9)
    for _ in range(10):
        memory.look(digits(1, 2), True, ask)
    assert sum(ask.counts) == 2 * LOOKS
    memory.look(digits(1, 2, 3), True, ask)
    assert ask.counts[-1] == 1


def test_what_was_said_goes_with_the_track():
    memory = PrintMemory()
    for probability in (0.9, 0.5, 0.7, 0.1, 0.1):
        (said,) = memory.look(digits(1), True, Asked(probability)).values()
    assert said == pytest.approx(np.mean(log_odds(np.array([0.9, 0.5, 0.7], np.float32))))


def test_a_blurred_frame_is_asked_once_and_one_carried_along_never():
    memory, ask = PrintMemory(), Asked(0.9)
    assert memory.look(digits(1, seen="followed"), True, ask) == {}
    for _ in range(5):
        memory.look(digits(1), False, ask)
    assert sum(ask.counts) == 1


def test_a_track_that_ended_is_forgotten():
    memory, ask = PrintMemory(), Asked(0.9)
    memory.look(digits(1), True, ask)
    memory.look([], True, ask)
    memory.look(digits(1), True, ask)
    assert sum(ask.counts) == 2
