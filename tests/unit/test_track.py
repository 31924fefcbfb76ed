"""Tracks that can be followed by hand."""

from __future__ import annotations

import itertools

import numpy as np

from camdigits.choose import Detection
from camdigits.track import HIT_COUNTER_MAX, Tracker
from camdigits.types import Box


def seen(label: int = 7, x: int = 100, y: int = 100, h: int = 40, sure: float = 0.9) -> Detection:
    probabilities = np.full(10, (1 - sure) / 9, np.float32)
    probabilities[label] = sure
    return Detection(Box(x, y, h // 2, h), probabilities)


def test_nothing_seen_gives_nothing():
    tracker = Tracker()
    assert tracker.update([]) == []
    assert tracker.update([]) == []


def test_digit_is_shown_from_its_second_look():
    tracker = Tracker()
    assert tracker.update([seen()]) == []
    (digit,) = tracker.update([seen()])
    assert (digit.label, digit.track, digit.box) == (7, 1, Box(100, 100, 20, 40))


def test_track_keeps_its_number_while_it_moves():
    tracker = Tracker()
    tracks = [digit.track for x in range(100, 200, 10) for digit in tracker.update([seen(x=x)])]
    assert tracks == [1] * 9


def test_jump_beyond_the_distance_threshold_is_another_track():
    tracker = Tracker()
    for _ in range(3):
        tracker.update([seen(x=100)])
    tracker.update([seen(x=200)])
    (digit,) = tracker.update([seen(x=200)])
    assert digit.track == 2


def test_one_wrong_look_does_not_change_the_label():
    tracker = Tracker()
    for _ in range(5):
        tracker.update([seen(7)])
    labels = [tracker.update([seen(label)])[0].label for label in (1, 7, 7)]
    assert labels == [7, 7, 7]


def test_label_changes_when_another_stays():
    tracker = Tracker()
    for _ in range(5):
        tracker.update([seen(7)])
    labels = [tracker.update([seen(1)])[0].label for _ in range(10)]
    assert labels[0] == 7
    assert labels[-1] == 1
    assert sum(a != b for a, b in itertools.pairwise(labels)) == 1


def test_established_track_survives_missed_frames():
    tracker = Tracker()
    for _ in range(10):
        tracker.update([seen()])
    for _ in range(HIT_COUNTER_MAX):
        assert tracker.update([]) == []
    (digit,) = tracker.update([seen()])
    assert digit.track == 1


def test_track_ends_after_more_missed_frames():
    tracker = Tracker()
    for _ in range(10):
        tracker.update([seen()])
    for _ in range(HIT_COUNTER_MAX + 1):
        tracker.update([])
    assert tracker.update([seen()]) == []
    assert tracker.update([seen()])[0].track == 2


def test_neighbours_keep_their_own_tracks():
    tracker = Tracker()
    for step in range(5):
        digits = tracker.update([seen(3, x=130 + step * 5), seen(1, x=100 + step * 5)])
    assert {digit.track: digit.label for digit in digits} in ({1: 3, 2: 1}, {1: 1, 2: 3})


def test_confidence_is_the_mean_of_the_looks():
    tracker = Tracker()
    tracker.update([seen(sure=0.8)])
    (digit,) = tracker.update([seen(sure=0.9)])
    assert abs(digit.confidence - 0.85) < 1e-6
