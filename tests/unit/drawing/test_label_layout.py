"""Strips of labels find a place where they hide little, and can be told apart."""

from __future__ import annotations

import pytest

from camdigits.drawing.label_layout import LabelStrip, lay_out, spread
from camdigits.types import Box

SIZE_WH = 1280, 720


def number(x: int, y: int, height: int = 80, count: int = 4) -> list[Box]:
    """Return the boxes of a number's digits, side by side."""
    return [Box(x + place * height, y, height * 3 // 5, height) for place in range(count)]


def is_above(strip: LabelStrip, boxes: list[Box]) -> bool:
    return strip.box.bottom <= min(box.y for box in boxes)


def is_below(strip: LabelStrip, boxes: list[Box]) -> bool:
    return strip.box.y >= max(box.bottom for box in boxes)


def crossings(numbers: list[list[Box]], strips: list[LabelStrip]) -> int:
    """Count the pairs of a strip with a digit, or with another strip, that share pixels."""
    boxes = [box for boxes in numbers for box in boxes]
    pairs = sum(bool(strip.box.intersection(box)) for strip in strips for box in boxes)
    return pairs + sum(
        bool(one.box.intersection(other.box))
        for place, one in enumerate(strips)
        for other in strips[:place]
    )


def test_a_picture_without_numbers_has_no_strips() -> None:
    assert lay_out([], SIZE_WH) == []


def test_where_there_is_room_strips_lie_above_in_letters_of_one_size() -> None:
    numbers = [number(100, 150), number(100, 350), number(700, 350)]
    strips = lay_out(numbers, SIZE_WH)
    assert all(is_above(*pair) for pair in zip(strips, numbers, strict=True))
    assert len({strip.letter_px for strip in strips}) == 1


@pytest.mark.parametrize("gap", [22, 30, 40, 60])
def test_a_strip_between_two_lines_is_as_high_as_fits(gap: int) -> None:
    numbers = [number(100, 200), number(100, 280 + gap), number(100, 600)]
    strips = lay_out(numbers, SIZE_WH)
    assert all(is_above(*pair) for pair in zip(strips, numbers, strict=True))
    assert crossings(numbers, strips) == 0
    assert strips[1].letter_px <= strips[2].letter_px


def test_at_the_top_edge_strips_of_two_lines_do_not_cross() -> None:
    numbers = [number(100, 4), number(120, 170)]
    strips = lay_out(numbers, SIZE_WH)
    assert is_below(strips[0], numbers[0])
    assert is_above(strips[1], numbers[1])
    assert crossings(numbers, strips) == 0


def test_the_last_of_close_lines_has_its_strip_below() -> None:
    numbers = [number(100, 200), number(100, 284)]
    strips = lay_out(numbers, SIZE_WH)
    assert is_above(strips[0], numbers[0])
    assert is_below(strips[1], numbers[1])


def test_between_close_lines_no_strip_is_taken_for_that_of_the_next() -> None:
    numbers = [number(100, 100 + 88 * row) for row in range(5)]
    strips = lay_out(numbers, SIZE_WH)
    below = [is_below(*pair) for pair in zip(strips, numbers, strict=True)]
    assert not any(below[:-1])


def test_of_numbers_in_one_another_no_strip_hides_the_other() -> None:
    line, below = number(100, 200), number(100, 290)
    numbers = [line[0::2], line[1::2], below]
    first, second, _ = lay_out(numbers, SIZE_WH)
    assert not first.box.intersection(second.box)


@pytest.mark.parametrize(
    ("middles", "pitch", "expected"),
    [
        ([5], 10, [5]),
        ([0, 20, 40], 10, [0, 20, 40]),
        ([0, 4], 10, [-3, 7]),
        ([10, 10, 10], 6, [4, 10, 16]),
    ],
)
def test_middles_spread_to_the_pitch(middles: list[int], pitch: int, expected: list[int]):
    assert spread(middles, pitch) == expected
