"""Events that can be told by hand: eight frames a second."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from camdigits.types import Box, Digit, Frame, Number
from camdigits.video.events import EventEmitter

BLANK = np.zeros((400, 2000, 3), np.uint8)

LEFT = 400
"""Numbers stand so far from the picture's edge."""


def number(text: str, x: int = 0, first_track: int = 1) -> Number:
    digits = tuple(
        Digit(Box(LEFT + x + 20 * place, 200, 15, 30), int(letter), 0.9, first_track + place)
        for place, letter in enumerate(text)
    )
    return Number(text, Box(LEFT + x, 200, 20 * len(text), 30), 0.9, digits)


def tell(*looks: list[Number]) -> list[tuple[str, int, str, float]]:
    """Feed one look after the other, an eighth of a second apart; return what was announced."""
    announcer = EventEmitter()
    told = []
    for index, numbers in enumerate(looks):
        _, events = announcer.update(numbers, Frame(BLANK, index, index / 8))
        told += [(e.kind, e.id, e.text, e.time_s) for e in events]
    return told


def test_nothing_is_announced_of_nothing():
    assert tell([], [], []) == []


def test_steady_number_appears_once():
    assert tell(*[[number("42")]] * 20) == [("appeared", 1, "42", 0.375)]


def test_number_seen_too_shortly_is_not_announced():
    assert tell(*[[number("42")]] * 3, *[[]] * 20) == []


def test_number_that_is_gone_a_second_is_gone():
    told = tell(*[[number("42")]] * 5, *[[]] * 20)
    assert told == [("appeared", 1, "42", 0.375), ("gone", 1, "42", 1.5)]


def test_short_absence_is_passed_over():
    look = [number("42")]
    assert len(tell(*[look] * 5, *[[]] * 6, *[look] * 5)) == 1


def test_number_put_back_appears_anew():
    look = [number("42")]
    told = tell(*[look] * 5, *[[]] * 15, *[look] * 5)
    assert [(kind, id) for kind, id, _, _ in told] == [
        ("appeared", 1),
        ("gone", 1),
        ("appeared", 2),
    ]


def test_changed_text_is_announced_once_it_is_steady():
    told = tell(*[[number("42")]] * 5, *[[number("43")]] * 5)
    assert told == [("appeared", 1, "42", 0.375), ("changed", 1, "43", 1.0)]


def test_flicker_is_not_announced():
    told = tell(*[[number("42")]] * 5, [number("47")], *[[number("42")]] * 5)
    assert told == [("appeared", 1, "42", 0.375)]


def test_two_numbers_have_two_ids():
    told = tell(*[[number("1", 0, 1), number("2", 300, 5)]] * 5)
    assert [(id, text) for _, id, text, _ in told] == [(1, "1"), (2, "2")]


def test_number_that_moves_far_is_known_by_its_tracks():
    looks = [[number("42", x=60 * step)] for step in range(10)]
    assert len(tell(*looks)) == 1


def test_reading_carries_the_id_once_announced():
    announcer = EventEmitter()
    ids = []
    for index in range(5):
        (named,), _ = announcer.update([number("42")], Frame(BLANK, index, index / 8))
        ids.append(named.id)
    assert ids == [None, None, None, 1, 1]


@pytest.mark.parametrize("fps", [5, 15, 30, 120])
def test_appearing_takes_three_looks_and_a_third_of_a_second(fps):
    announcer = EventEmitter()
    for index in range(1000):
        _, events = announcer.update([number("42")], Frame(BLANK, index, index / fps))
        if events:
            break
    assert index >= 2
    assert 0.3 <= events[0].time_s <= max(0.3 + 1 / fps, 2 / fps)


def rest(whole: Number, kept: slice) -> Number:
    """Return what is left of a number when a hand covers some of its digits."""
    digits = whole.digits[kept]
    box = digits[0].box.union(digits[-1].box)
    return Number("".join(str(digit.label) for digit in digits), box, 0.9, digits)


def test_half_covered_number_does_not_change():
    whole = number("2047")
    told = tell(*[[whole]] * 5, *[[rest(whole, slice(2))]] * 7, *[[whole]] * 5)
    assert told == [("appeared", 1, "2047", 0.375)]


def test_digit_that_stays_away_is_a_change_after_a_second():
    whole = number("2047")
    told = tell(*[[whole]] * 5, *[[rest(whole, slice(3))]] * 12)
    assert told == [("appeared", 1, "2047", 0.375), ("changed", 1, "204", 0.625 + 1.0)]


def test_number_that_falls_into_two_for_a_moment_is_one():
    whole = number("2047")
    parts = [rest(whole, slice(2)), rest(whole, slice(2, 4))]
    assert len(tell(*[[whole]] * 5, *[parts] * 5, *[[whole]] * 5)) == 1


def test_digit_that_is_added_is_a_change():
    told = tell(*[[number("204")]] * 5, *[[number("2047")]] * 5)
    assert told == [("appeared", 1, "204", 0.375), ("changed", 1, "2047", 1.0)]


@pytest.mark.parametrize(
    ("x", "after_s"), [(30, 1.0), (1930, 1.0), (10, 3.0), (1950, 3.0)], ids=lambda value: str(value)
)
def test_number_at_the_edge_is_waited_with(x, after_s):
    assert tell(*[[number("20", x - LEFT)]] * 30) == [("appeared", 1, "20", after_s)]


def test_what_comes_away_from_the_edge_has_time_to_show_the_rest():
    near, off = ([rest(number("2047", x - LEFT), slice(2, 4))] for x in (-10, 10))
    whole = [number("2047", 10 - LEFT)]
    assert [box.box.x for box in near + off] == [30, 50]
    told = tell(*[near] * 4, *[off] * 2, *[whole] * 30)
    assert [(kind, text) for kind, _, text, _ in told] == [("appeared", "2047")]
    told = tell(*[near] * 4, *[off] * 20)
    assert told == [("appeared", 1, "47", 0.75)]


def test_a_number_that_goes_to_and_fro_at_the_edge_is_announced_all_the_same():
    near, off = ([number("47", x - LEFT)] for x in (30, 50))
    told = tell(*[near, off] * 20)
    assert [(kind, text) for kind, _, text, _ in told] == [("appeared", "47")]


def test_end_of_a_number_whose_beginning_may_be_outside_is_no_change():
    whole, moved = number("204", x=100 - LEFT), number("204", x=-LEFT)
    last = rest(moved, slice(2, 3))  # further than its own height from the edge
    assert last.box.x == 40
    told = tell(*[[whole]] * 16, *[[last]] * 40)
    assert [(kind, text) for kind, _, text, _ in told] == [("appeared", "204")]


def test_number_that_leaves_digit_by_digit_does_not_change():
    looks = []
    for step in range(40):
        whole = number("2047", x=-LEFT + 100 - 4 * step)
        kept = [d for d in whole.digits if d.box.x > 0]
        looks.append([rest(whole, slice(4 - len(kept), 4))] if kept else [])
    told = tell(*[[number("2047", x=-LEFT + 100)]] * 5, *looks, *[[]] * 9)
    # Nor is it gone from its place, which is outside.
    assert [(kind, text) for kind, _, text, _ in told] == [("appeared", "2047")]


def test_number_that_is_only_believed_to_be_there_is_not_announced_and_goes():
    announcer = EventEmitter()
    told = []
    for index in range(24):
        seen = {1, 2} if index < 6 else frozenset[int]()
        _, events = announcer.update([number("42")], Frame(BLANK, index, index / 8), seen)
        told += [(event.kind, event.time_s) for event in events]
    assert told == [("appeared", 0.375), ("gone", 1.625)]


def test_blurred_frames_are_no_looks_but_keep_a_number_from_going():
    announcer = EventEmitter()
    told = []
    for index in range(40):
        is_sharp = index < 5
        _, events = announcer.update(
            [number("42")], Frame(BLANK, index, index / 8), is_sharp=is_sharp
        )
        told += [event.kind for event in events]
    assert told == ["appeared"]
    other = EventEmitter()
    assert not any(
        other.update([number("42")], Frame(BLANK, i, i / 8), is_sharp=False)[1] for i in range(40)
    )


def test_two_numbers_that_change_places_keep_their_ids():
    one, other = number("11", 0, 1), number("22", 600, 5)
    moved = [number("22", 0, 5), number("11", 600, 1)]
    assert [event[:3] for event in tell(*[[one, other]] * 5, *[moved] * 5)] == [
        ("appeared", 1, "11"),
        ("appeared", 2, "22"),
    ]


def follow(
    announcer: EventEmitter, numbers: list[Number], indices: range
) -> list[tuple[str, str, float]]:
    """Have numbers followed without a look; return what was announced."""
    told = []
    for index in indices:
        _, events = announcer.stay(numbers, Frame(BLANK, index, index / 8))
        told += [(e.kind, e.text, e.time_s) for e in events]
    return told


def test_a_number_that_is_followed_appears_as_one_that_is_looked_at():
    announcer = EventEmitter()
    announcer.update([number("42")], Frame(BLANK, 0, 0.0))

    assert follow(announcer, [number("42")], range(1, 20)) == [("appeared", "42", 0.375)]


def test_a_number_is_not_gone_while_it_is_followed_but_when_it_left():
    announcer = EventEmitter()
    for index in range(5):
        announcer.update([number("42"), number("7", 400, 5)], Frame(BLANK, index, index / 8))

    both = [number("42"), number("7", 400, 5)]
    assert follow(announcer, both, range(5, 40)) == []
    assert follow(announcer, both[:1], range(40, 60)) == [("gone", "7", 39 / 8 + 1.0)]


def test_a_number_that_was_not_seen_is_gone_while_its_place_is_followed():
    announcer = EventEmitter()
    for index in range(5):
        announcer.update([number("42")], Frame(BLANK, index, index / 8))
    announcer.update([number("42")], Frame(BLANK, 5, 5 / 8), seen=())

    assert follow(announcer, [number("42")], range(6, 20)) == [("gone", "42", 4 / 8 + 1.0)]


def test_numbers_that_are_followed_keep_their_ids():
    announcer = EventEmitter()
    for index in range(5):
        announcer.update([number("42"), number("7", 400, 5)], Frame(BLANK, index, index / 8))

    named, _ = announcer.stay([number("42", 30), number("7", 430, 5)], Frame(BLANK, 5, 0.625))

    assert [(each.text, each.id) for each in named] == [("42", 1), ("7", 2)]
    assert named[0].box == number("42", 30).box


def test_digit_that_is_there_but_not_found_takes_none_away():
    lacking = replace(number("94"), confidence=0.37)
    other = replace(number("6", x=60, first_track=4), confidence=0.37)
    looks = [[number("9406")]] * 8 + [[lacking, other]] * 40 + [[number("9406")]] * 8
    assert [(kind, text) for kind, _, text, _ in tell(*looks)] == [("appeared", "9406")]


def test_digit_that_is_surely_gone_is_missing():
    looks = [[number("9406")]] * 8 + [[number("94")]] * 40
    assert [(kind, text) for kind, _, text, _ in tell(*looks)] == [
        ("appeared", "9406"),
        ("changed", "94"),
    ]


def test_number_of_which_a_digit_is_not_found_is_waited_with():
    lacking = replace(number("71"), confidence=0.37)
    looks = [[lacking]] * 6 + [[number("713")]] * 8
    assert [(kind, text) for kind, _, text, _ in tell(*looks)] == [("appeared", "713")]
